"""Setting up, changing and stopping a channel's digest, and channels that cannot have one."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.features.team_digest.feature import freeze_due_roster
from bot.features.team_digest.handlers import (
    digest_history_asked,
    team_asked,
    unfollow_asked,
    unfollow_confirmed,
)
from bot.features.team_digest.service import follow_digest
from bot.features.team_digest.views import DigestSetup
from bot.slack.payloads import Click, Request
from storage.outbox import schedules
from tests.stage import labels, shown
from tests.team_digest.channel import GROWTH, MONDAY, Growth, growing

PRODUCT = "C0PRODUCT00"


@pytest.fixture
async def growth(sqlite_url: str) -> AsyncIterator[Growth]:
    async with growing(sqlite_url) as growth:
        yield growth


async def is_planned(growth: Growth) -> bool:
    async with growth.stage.database.read() as session:
        plan = await schedules.get(session, growth.stage.playground.workspace.id, "digest", GROWTH)
    return plan is not None and plan.next_due_at is not None


async def test_the_form_offers_monday_at_ten_where_the_asker_is(growth: Growth) -> None:
    await growth.noah.types("/rungs team follow", where=GROWTH)
    assert "Times are in the Europe/Berlin time zone." in growth.noah.view_text
    await growth.sends_form(growth.noah)
    team = await growth.team()
    assert team
    assert (team.zone, team.weekday, team.hour, team.set_by) == (
        *("Europe/Berlin", 0, 10),
        growth.noah.id,
    )


async def test_the_channel_is_told_who_set_it_up_and_how_to_stop_it(growth: Growth) -> None:
    await growth.follows(weekday=3, hour=15)
    (told,) = growth.posts()
    assert f"<@{growth.noah.id}> set it up" in told.text
    assert "every Thursday between 15:00 and 16:00 (Europe/Berlin)" in told.text
    assert "anyone's answers or tier" in told.text
    assert "`/rungs team unfollow`" in told.text
    assert "A message in the channel says" in growth.noah.reads(GROWTH)
    team = await growth.team()
    assert team
    assert team.announced_ts == told.ts


async def test_a_change_keeps_the_zone_and_is_told_too(growth: Growth) -> None:
    await growth.follows()
    await growth.person("grace").types("/rungs team follow", where=GROWTH)
    await growth.sends_form(growth.person("grace"), hour=8)
    team = await growth.team()
    assert team
    assert (team.zone, team.weekday, team.hour) == ("Europe/Berlin", 0, 8)
    assert team.set_by == growth.person("grace").id
    assert (
        f"<@{growth.person('grace').id}> changed this channel's team digest"
        in growth.posts()[-1].text
    )


async def test_what_stays_the_same_is_told_to_nobody_else(growth: Growth) -> None:
    await growth.follows()
    await growth.follows()
    assert len(growth.posts()) == 1
    assert "Nothing else changed" in growth.noah.reads(GROWTH)


async def test_a_form_that_is_sent_twice_counts_once(growth: Growth) -> None:
    await growth.noah.types("/rungs team follow", where=GROWTH)
    growth.stage.playground.faults.duplicate_deliveries(1)
    await growth.sends_form(growth.noah)
    assert len(growth.posts()) == 1


async def test_two_people_at_once_make_one_announcement(database_url: str) -> None:
    async with growing(database_url) as growth:
        deps = growth.stage.bot.deps
        hours = [DigestSetup("Europe/Berlin", 0, 10), DigestSetup("Africa/Cairo", 2, 9)]
        both = await asyncio.gather(
            *(follow_digest(deps, GROWTH, hour, by=f"U{n}") for n, hour in enumerate(hours))
        )
        assert sorted(each.is_news for each in both) == [False, True]
        team = await growth.team()
        assert team
        assert DigestSetup(team.zone, team.weekday, team.hour) in hours


async def test_a_channel_that_nobody_told_is_told_later_and_once(growth: Growth) -> None:
    deps = growth.stage.bot.deps
    await follow_digest(deps, GROWTH, DigestSetup("Europe/Berlin", 0, 10), by=growth.noah.id)
    await freeze_due_roster(deps)
    assert growth.posts() == []
    growth.clock.at += timedelta(minutes=6)
    await freeze_due_roster(deps)
    await freeze_due_roster(deps)
    (told,) = growth.posts()
    assert f"<@{growth.noah.id}> set it up" in told.text


async def test_an_announcement_whose_answer_was_lost_is_found_again(growth: Growth) -> None:
    growth.stage.playground.faults.add("chat.postMessage", "cut_after")
    await growth.follows()
    growth.clock.at += timedelta(minutes=6)
    await freeze_due_roster(growth.stage.bot.deps)
    assert len(growth.posts()) == 1


async def test_who_counts_is_read_later_when_slack_does_not_answer(growth: Growth) -> None:
    deps, faults = growth.stage.bot.deps, growth.stage.playground.faults
    await follow_digest(deps, GROWTH, DigestSetup("Europe/Berlin", 0, 10), by=growth.noah.id)
    assert not await freeze_due_roster(deps)
    growth.clock.at = MONDAY.replace(hour=9)
    faults.add("conversations.members", "team_is_on_holiday")
    assert not await freeze_due_roster(deps)
    assert await freeze_due_roster(deps)
    assert not await freeze_due_roster(deps)
    team = await growth.team()
    assert team
    assert (team.roster_period, team.people) == (MONDAY.date(), 7)


# Stopping


async def test_stopping_asks_first_and_is_told(growth: Growth) -> None:
    await growth.follows()
    omar = growth.person("omar")
    await omar.types("/rungs team unfollow", where=GROWTH)
    assert "Stop this channel's team digest?" in omar.reads(GROWTH)
    assert await is_planned(growth)
    await omar.clicks("Keep it", where=GROWTH)
    assert "stays as it is" in omar.reads(GROWTH)
    assert await is_planned(growth)
    await omar.types("/rungs team unfollow", where=GROWTH)
    await omar.clicks("Stop the digest", where=GROWTH)
    assert not await is_planned(growth)
    assert growth.posts()[-1].text.startswith(f"<@{omar.id}> stopped this channel's team digest")
    await omar.types("/rungs team", where=GROWTH)
    assert "A member stopped it on Wednesday, November 18" in omar.reads(GROWTH)


async def test_stopping_what_was_stopped_says_so(growth: Growth) -> None:
    await growth.noah.types("/rungs team unfollow", where=GROWTH)
    await growth.noah.clicks("Stop the digest", where=GROWTH)
    assert "nothing to stop" in growth.noah.reads(GROWTH)
    assert growth.posts() == []


async def test_it_can_be_set_up_again(growth: Growth) -> None:
    await growth.follows()
    await growth.noah.types("/rungs team unfollow", where=GROWTH)
    await growth.noah.clicks("Stop the digest", where=GROWTH)
    growth.clock.at += timedelta(days=1)
    await growth.follows()
    assert "now gets a weekly team digest" in growth.posts()[-1].text
    assert await is_planned(growth)


@pytest.mark.parametrize(
    ("event", "why"),
    [("archive", "when the channel was archived"), ("kick", "when Rungs was removed")],
)
@pytest.mark.parametrize("private", [False, True])
async def test_a_channel_that_is_lost_is_stopped_with_the_reason(
    growth: Growth, event: str, why: str, private: bool
) -> None:
    slack = growth.stage.playground
    channel = slack.workspace.conversations[GROWTH]
    channel.private = private
    await growth.follows()
    if event == "archive":
        await slack.lifecycle("archive", user=growth.noah.id, channel=GROWTH)
    else:
        await slack.remove(slack.workspace.app.user_id, GROWTH, by=growth.noah.id)
    await growth.stage.settle()
    assert not await is_planned(growth)
    channel.archived = False
    if slack.workspace.app.user_id not in channel.members:
        await slack.invite(slack.workspace.app.user_id, GROWTH, by=growth.noah.id)
    await growth.noah.types("/rungs team", where=GROWTH)
    assert why in growth.noah.reads(GROWTH)
    assert await growth.digest(MONDAY) is None


async def test_a_channel_that_was_lost_without_an_event_is_stopped_when_its_roster_is_read(
    growth: Growth,
) -> None:
    await growth.follows()
    workspace = growth.stage.playground.workspace
    workspace.conversations[GROWTH].members.discard(workspace.app.user_id)
    assert await growth.digest(MONDAY) is None
    team = await growth.team()
    assert team
    assert team.stop_reason == "removed"


# Where there is none, and for whom


@pytest.mark.parametrize("word", ["", " follow", " history", " unfollow", " preview"])
async def test_in_direct_messages_the_way_is_shown(growth: Growth, word: str) -> None:
    await growth.noah.types(f"/rungs team{word}")
    assert "Team digests go to channels" in growth.noah.reads()
    await growth.noah.types(f"team{word}")
    assert "Team digests go to channels" in growth.noah.reads()


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("word", ["", " history", " unfollow"])
async def test_where_the_app_is_not_it_asks_to_be_invited(
    growth: Growth, private: bool, word: str
) -> None:
    workspace = growth.stage.playground.workspace
    channel = workspace.conversations[GROWTH]
    channel.private = private
    channel.members.discard(workspace.app.user_id)
    await growth.noah.types(f"/rungs team{word}", where=GROWTH)
    assert "Type `/invite @Rungs` here" in growth.noah.reads(GROWTH)


async def test_the_form_says_too_that_the_app_is_not_there(growth: Growth) -> None:
    workspace = growth.stage.playground.workspace
    workspace.conversations[GROWTH].members.discard(workspace.app.user_id)
    await growth.noah.types("/rungs team follow", where=GROWTH)
    assert "Type `/invite @Rungs` here" in growth.noah.view_text
    assert "submit" not in growth.noah.view.content or not growth.noah.view.content["submit"]


async def test_an_app_that_is_removed_while_the_form_is_open_sets_nothing_up(
    growth: Growth,
) -> None:
    await growth.noah.types("/rungs team follow", where=GROWTH)
    growth.stage.playground.faults.add("chat.postMessage", "not_in_channel")
    await growth.sends_form(growth.noah)
    assert "Type `/invite @Rungs` here" in growth.noah.reads(GROWTH)
    assert not await is_planned(growth)


async def test_guests_read_and_do_not_change(growth: Growth) -> None:
    sam, slack = growth.person("sam"), growth.stage.playground
    await slack.invite(slack.workspace.app.user_id, PRODUCT, by=growth.noah.id)
    await sam.types("/rungs team", where=PRODUCT)
    assert "doesn't get a team digest yet" in sam.reads(PRODUCT)
    await sam.types("/rungs team unfollow", where=PRODUCT)
    assert "Guests can read the team digest" in sam.reads(PRODUCT)
    await sam.types("/rungs team follow", where=PRODUCT)
    assert "Guests can read the team digest" in sam.view_text


async def test_people_outside_the_channel_read_nothing(growth: Growth) -> None:
    await growth.assessed([1, 1, 2, 2, 2, 3])
    await growth.follows()
    await growth.digest(MONDAY)
    ada = growth.person("ada")
    # A public channel can be looked at, and clicked in, without being in it.
    look = Request(ada.key, GROWTH, None, None, idempotency_key="trigger:1")
    for act in (team_asked, digest_history_asked, unfollow_asked, unfollow_confirmed):
        await act(growth.stage.bot.deps, Click(look, "", "", None))
        assert ada.reads() == (
            "The team digest is for people in the channel. Join it, then type `/rungs team` there."
        )
    assert await is_planned(growth)


async def test_who_left_meanwhile_cannot_send_the_form(growth: Growth) -> None:
    await growth.noah.types("/rungs team follow", where=GROWTH)
    channel = growth.stage.playground.workspace.conversations[GROWTH]
    channel.members.discard(growth.noah.id)
    await growth.sends_form(growth.noah)
    channel.members.add(growth.noah.id)
    assert "The team digest is for people in the channel" in growth.noah.reads(GROWTH)
    assert await growth.team() is None


async def test_half_an_hour_later_the_answer_comes_in_messages(growth: Growth) -> None:
    await growth.noah.types("/rungs team follow", where=GROWTH)
    growth.clock.at += timedelta(minutes=40)
    await growth.sends_form(growth.noah)
    assert "A message in the channel says" in growth.noah.reads()


async def test_a_word_that_is_not_known_is_answered_with_those_that_are(growth: Growth) -> None:
    await growth.noah.types("/rungs team `fllow <!channel>", where=GROWTH)
    told = growth.noah.reads(GROWTH)
    assert "Rungs doesn't know `/rungs team fllow &lt;!channel&gt;`." in told
    assert "`/rungs team follow`" in told


async def test_status_offers_what_can_be_done(growth: Growth) -> None:
    await growth.noah.types("/rungs team", where=GROWTH)
    assert labels(growth.noah.messages(GROWTH)[-1]) == [["Set up the digest"]]
    await growth.noah.clicks("Set up the digest", where=GROWTH)
    await growth.sends_form(growth.noah)
    await growth.noah.types("/rungs team", where=GROWTH)
    offered = labels(growth.noah.messages(GROWTH)[-1])
    assert offered == [["Change the day or hour", "See the history", "Stop the digest"]]
    assert "The next one comes on Monday, November 23" in shown(growth.noah.messages(GROWTH)[-1])
