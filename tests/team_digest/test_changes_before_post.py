"""What can happen to a digest between its plan and its post, and to the people it rests on."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from app import REGISTRY
from bot.features.team_digest.feature import FEATURE
from bot.features.team_digest.handlers import unfollow_confirmed
from bot.features.team_digest.rosters import freeze_due
from bot.slack.payloads import Click, Request
from scheduler.batch import send_due
from scheduler.planner import plan_due
from storage import privacy
from storage.outbox import reports
from storage.team_digest.releases import earlier_digests
from tests.stage import BOTH
from tests.storage import lookups
from tests.team_digest.channel import CREW, GROWTH, MONDAY, SIX, WEEK, Growth, growing


@pytest.fixture
async def growth(stage_url: str) -> AsyncIterator[Growth]:
    async with growing(stage_url) as growth:
        yield growth


async def test_a_digest_that_is_stopped_in_the_last_moment_does_not_come(growth: Growth) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    growth.clock.at = MONDAY
    work = growth.stage.coach(FEATURE.kinds)
    await plan_due(work)
    request = Request(growth.noah.key, GROWTH, None, None, idempotency_key="trigger:stop")
    await unfollow_confirmed(growth.stage.bot.deps, Click(request, "", "", None))
    while await send_due(work):
        pass
    assert [post.text.partition(" ")[0] for post in growth.posts()] == [
        "*This",
        f"<@{growth.noah.id}>",
    ]
    workspace = growth.stage.playground.workspace.id
    async with growth.stage.database.read() as session:
        assert await earlier_digests(session, workspace, GROWTH) == []
        (row,) = await reports.list_messages(session, limit=5)
    assert (row.state, row.reason) == ("skipped", "unfollowed")


@pytest.mark.parametrize(
    ("error", "reason"), [("is_archived", "archived"), ("not_in_channel", "removed")]
)
async def test_a_channel_that_is_gone_when_it_should_come_is_stopped(
    growth: Growth, error: str, reason: str
) -> None:
    await growth.follows()
    growth.stage.playground.faults.add("chat.postMessage", error, times=9)
    assert await growth.digest(MONDAY) is None
    team = await growth.team()
    assert team
    assert (team.stop_reason, len(growth.posts())) == (reason, 1)
    growth.stage.playground.faults.clear()
    assert await growth.digest(MONDAY + WEEK) is None


@BOTH
async def test_whoever_erases_themselves_changes_no_figure(growth: Growth) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    before = await growth.digest(MONDAY)
    async with growth.stage.database.write() as session:
        await privacy.erase(session, growth.person("omar").key, REGISTRY.personal_data)
    after = await growth.digest(MONDAY + WEEK)
    assert before
    assert after
    assert "(as of 23 November)" in after.text
    assert re.findall(r": (a few or none|some|most)", before.text) == re.findall(
        r": (a few or none|some|most)", after.text
    )


async def test_whoever_set_it_up_and_erased_themselves_is_not_named(growth: Growth) -> None:
    await growth.follows(by="omar")
    async with growth.stage.database.write() as session:
        await privacy.erase(session, growth.person("omar").key, REGISTRY.personal_data)
    digest = await growth.digest(MONDAY)
    assert digest
    assert "This channel gets a digest every Monday. `/rungs team`" in digest.text
    assert growth.person("omar").id not in digest.text


@BOTH
async def test_a_second_channel_of_nearly_the_same_people_gets_no_figures(
    growth: Growth,
) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    workspace = growth.stage.playground.workspace
    people = {growth.person(handle).id for handle in CREW[:5]}
    other = workspace.add_channel("launch", topic="", members={*people, workspace.app.user_id})
    await growth.noah.types("/rungs team follow", where=other.id)
    await growth.sends_form(growth.noah)
    await growth.digest(MONDAY)
    both = [
        message.text
        for channel in (GROWTH, other.id)
        for message in workspace.conversations[channel].messages.values()
        if message.by_app and message.text.startswith("Team digest")
    ]
    assert sorted("No figures this week" in text for text in both) == [False, True]


@BOTH
async def test_a_late_digest_rests_on_the_roster_of_its_own_period(growth: Growth) -> None:
    await growth.assessed(SIX[:4])
    await growth.follows()
    await growth.assessed(SIX)
    growth.clock.at = MONDAY
    work = growth.stage.coach(FEATURE.kinds)
    await plan_due(work)
    # The clock stood still before it was sent; meanwhile the next period began.
    assert await freeze_due(growth.stage.bot.deps)
    while await send_due(work):
        pass
    assert "No figures this week" in growth.posts()[-1].text
    later = await growth.digest(MONDAY + WEEK)
    assert later
    assert "*5–9 people*" in later.text


async def test_a_digest_that_slack_put_off_is_composed_anew_and_comes_once(growth: Growth) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    growth.stage.playground.faults.add("chat.postMessage", "ratelimited", retry_after=1)
    assert await growth.digest(MONDAY) is None
    digest = await growth.digest(MONDAY + timedelta(seconds=5))
    assert digest
    assert len(growth.posts()) == 2
    async with growth.stage.database.read() as session:
        assert len(await lookups.releases_to(session, growth.noah.key.workspace_id, GROWTH)) == 1
