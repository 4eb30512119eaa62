"""Changes between the plan and the post of a digest: the channel, its members, their data."""

from datetime import timedelta

import pytest

from app import REGISTRY
from bot.features.team_digest.feature import FEATURE, freeze_due_roster
from bot.features.team_digest.handlers import unfollow_confirmed
from bot.slack.payloads import Click, Request
from scheduler.batch import send_due
from scheduler.planner import plan_due
from storage import privacy
from storage.outbox import reports, schedules
from storage.team_digest.releases import earlier_digests
from tests.stage import BOTH
from tests.storage import lookups
from tests.team_digest.channel import (
    CREW,
    GROWTH,
    LATER,
    MONDAY,
    SIX,
    WEEK,
    Growth,
    chart_of,
)


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
async def test_whoever_erases_everything_and_answers_as_before_changes_no_figure(
    growth: Growth,
) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    before = await growth.digest(MONDAY)
    async with growth.stage.database.write() as session:
        await privacy.erase(session, growth.person("grace").key, REGISTRY.personal_data)
    await growth.assessed(SIX, number=LATER)
    after = await growth.digest(MONDAY + WEEK)
    assert before
    assert after
    assert "*Nothing new since Monday, November 23:* the figures are the same" in after.text


@BOTH
async def test_after_an_erasure_below_the_minimum_there_are_no_figures(growth: Growth) -> None:
    await growth.assessed(SIX[:5])
    await growth.follows()
    before = await growth.digest(MONDAY)
    async with growth.stage.database.write() as session:
        await privacy.erase(session, growth.person("grace").key, REGISTRY.personal_data)
    after = await growth.digest(MONDAY + WEEK)
    assert before
    assert after
    assert chart_of(before)
    assert "*No figures this week.* They need at least five people" in after.text
    assert chart_of(after) is None


async def test_whoever_set_it_up_and_erased_themselves_is_not_named(growth: Growth) -> None:
    await growth.follows(by="omar")
    async with growth.stage.database.write() as session:
        await privacy.erase(session, growth.person("omar").key, REGISTRY.personal_data)
    digest = await growth.digest(MONDAY)
    assert digest
    assert "This channel gets a digest every Monday. Type `/rungs team`" in digest.text
    assert growth.person("omar").id not in digest.text


@BOTH
async def test_a_digest_counts_who_is_there_shortly_before_it(growth: Growth) -> None:
    await growth.follows()
    growth.clock.at = MONDAY - timedelta(days=1)
    assert not await freeze_due_roster(growth.stage.bot.deps)
    await growth.assessed(SIX)
    digest = await growth.digest(MONDAY)
    assert digest
    assert "*5–7 people*" in digest.text


@BOTH
async def test_a_digest_waits_until_it_was_read_who_is_in_the_channel(growth: Growth) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    workspace = growth.stage.playground.workspace.id
    async with growth.stage.database.read() as session:
        plan = await schedules.get(session, workspace, "digest", GROWTH)
    assert plan
    assert plan.next_due_at
    # The clock stood still for the half hour before it.
    growth.clock.at = plan.next_due_at
    await growth.stage.run_jobs(FEATURE.kinds)
    assert len(growth.posts()) == 1
    async with growth.stage.database.read() as session:
        (row,) = await reports.list_messages(session, limit=5)
    assert (row.state, row.reason) == ("ready", "roster_unread")
    digest = await growth.digest(plan.next_due_at + timedelta(seconds=15))
    assert digest
    assert "*5–7 people*" in digest.text


async def test_when_slack_does_not_say_who_is_there_the_digest_says_so(growth: Growth) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    growth.stage.playground.faults.add("conversations.members", "fatal_error", times=99)
    growth.clock.at = MONDAY
    await growth.stage.run_jobs(FEATURE.kinds)
    assert len(growth.posts()) == 1
    growth.clock.at = MONDAY + timedelta(hours=10)
    await growth.stage.run_jobs(FEATURE.kinds)
    told = growth.posts()[-1].text
    assert "*No figures this week.* Slack didn't tell Rungs who is in this channel." in told
    assert "The next digest, on Monday, November 30, tries again" in told


@pytest.mark.parametrize("target", [1, 2, 3])
async def test_no_digest_is_withheld_because_of_what_somebody_answered(
    growth: Growth, target: int
) -> None:
    """Five people answer anew for each of three channels; what the sixth answered is not to be seen."""
    workspace = growth.stage.playground.workspace
    people = {growth.person(handle).id for handle in CREW[:6]}
    said = []
    for band in (1, 2, 3):
        channel = workspace.add_channel(
            f"band-{band}", topic="", members={*people, workspace.app.user_id}
        )
        await growth.noah.types("/rungs team follow", where=channel.id)
        await growth.sends_form(growth.noah, hour=6 + 4 * band)
        said.append(channel)
    for band in (1, 2, 3):
        await growth.assessed([*[band] * 4, band % 3 + 1, target], number=LATER * band)
        await growth.digest(MONDAY.replace(hour=6 + 4 * band))
    texts = [max(channel.messages.items())[1].text for channel in said]
    assert ["*What the answers describe:*" in text for text in texts] == [True] * 3


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
