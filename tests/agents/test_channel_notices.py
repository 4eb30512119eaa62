"""Lines in a channel about its agents when the process is killed over one: exactly one line appears."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextvars import Context
from datetime import timedelta
from typing import Any

import pytest

from app import REGISTRY
from bot.features.agents import notice_service
from bot.features.agents.notice_service import ChannelNotice
from bot.slack.api import SlackApi
from scheduler.context import SchedulerContext, Timings
from scheduler.recovery import recover
from storage import privacy, workspaces
from storage.database import Session
from storage.outbox import claims, reports
from storage.outbox.queue import Outgoing
from storage.outbox.rates import RateLimit
from tests.agents.register import CHANNEL, Desk, at_desk, need_at, picks
from tests.scheduler.faults import Killed
from tests.scheduler.recovery import TIMINGS, catches_up
from tests.stage import BOTH, labels, shown


@pytest.fixture
async def desk(stage_url: str) -> AsyncIterator[Desk]:
    async with at_desk(stage_url) as desk:
        workspace = desk.stage.playground.workspace
        workspace.conversations[CHANNEL].members.add(workspace.app.user_id)
        yield desk


def replace_line_writers(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, writer: Callable[..., Any]
) -> None:
    """Let this function write every line for a channel."""
    lines = desk.stage.bot.deps.features.channel_lines
    for form in lines:
        monkeypatch.setitem(lines, form, writer)


@pytest.fixture
def dying(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a function that kills the process at this point of posting a line."""
    posting = SlackApi.post

    async def written(*_: Any) -> Any:
        raise Killed

    async def post(slack: SlackApi, channel: str, *given: Any, **named: Any) -> Any:
        if channel != CHANNEL:
            return await posting(slack, channel, *given, **named)
        if point[0] == "posted":
            await posting(slack, channel, *given, **named)
        raise Killed

    point: list[str] = []

    def at(where: str) -> None:
        point[:] = [where]
        if where == "committed":
            replace_line_writers(desk, monkeypatch, written)
        else:
            monkeypatch.setattr(SlackApi, "post", post)

    return at


async def goes_on(desk: Desk) -> None:
    """Run another scheduler until nothing is left to settle or send."""
    await catches_up(desk.stage, desk.clock)


async def owed(desk: Desk) -> list[Outgoing]:
    """Return the notices of the channel, oldest first."""
    async with desk.stage.database.read() as session:
        found = await reports.list_messages(session, subject=CHANNEL, limit=50)
    return sorted(found, key=lambda row: row.due_at)


def told(desk: Desk, words: str) -> list[str]:
    return [shown(post) for post in desk.posts() if words in shown(post)]


@BOTH
@pytest.mark.parametrize("where", ["committed", "announced", "posted"])
async def test_a_process_killed_over_a_grade_leaves_one_line(
    desk: Desk, where: str, dying: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = await desk.adds()
    dying(where)
    await desk.grades("CCCCCCC")
    monkeypatch.undo()
    assert len(await desk.kept(agent)) == 1
    assert len(told(desk, " graded ")) == (1 if where == "posted" else 0)
    await goes_on(desk)
    (line,) = told(desk, " graded ")
    assert line.startswith(f"<@{desk.noah.id}> graded *Scout*: ")
    assert [row.state for row in await owed(desk)] == ["sent", "sent"]
    assert {row.slack_ts for row in await owed(desk)} == {post.ts for post in desk.posts()}


async def adds(desk: Desk) -> None:
    await desk.adds()


async def edits(desk: Desk) -> None:
    await desk.noah.types("/rungs agent edit Scout", where=CHANNEL)
    await desk.sends(desk.noah, name="Ranger", model="M-2")


async def shares(desk: Desk) -> None:
    person = await desk.needs([need_at(3)], name="Order desk")
    await person.clicks("Share in the channel")


async def removes(desk: Desk) -> None:
    await desk.says("remove Ranger")
    await desk.noah.clicks("Remove it", where=CHANNEL)


async def takes_off(desk: Desk) -> None:
    await desk.noah.types("/rungs agent", where=CHANNEL)
    await picks(desk.noah, "project", "Order desk")
    await desk.noah.clicks("Take it off", where=CHANNEL)


async def test_a_late_line_equals_an_immediate_one(
    desk: Desk, dying: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for do in (adds, edits, shares):
        dying("committed")
        await do(desk)
        monkeypatch.undo()
        desk.clock.go(minutes=1)
    await goes_on(desk)
    for do in (removes, takes_off):
        dying("committed")
        await do(desk)
        monkeypatch.undo()
        desk.clock.go(minutes=1)
    await goes_on(desk)
    who = f"<@{desk.noah.id}>"
    assert [told[: told.index("*", told.index("*") + 1) + 1] for told in texts(desk)] == [
        f"{who} added *Scout*",
        f"{who} renamed *Scout*",
        f"{who} worked out which level *Order desk*",
        f"{who} removed *Ranger*",
        f"{who} took *Order desk*",
    ]
    assert "Pathfinder, M-1" in texts(desk)[0]
    assert "to *Ranger* and changed its model to M-2" in texts(desk)[1]
    assert "See the agents" in labels(desk.posts()[2])[0]


def texts(desk: Desk) -> list[str]:
    return [shown(post) for post in desk.posts()]


async def test_a_posted_line_is_not_posted_again(desk: Desk) -> None:
    await desk.adds()
    await desk.grades("CCCCCCC")
    before = texts(desk)
    assert [row.state for row in await owed(desk)] == ["sent", "sent"]
    await goes_on(desk)
    assert texts(desk) == before
    assert desk.stage.calls("conversations.history") == []


async def test_a_member_who_erased_their_data_is_not_named(
    desk: Desk, dying: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.adds(by="grace")
    dying("committed")
    await desk.grades("CCCCCCC")
    monkeypatch.undo()
    async with desk.stage.database.write() as session:
        await privacy.erase(session, desk.noah.key, REGISTRY.personal_data)
    await goes_on(desk)
    (line,) = told(desk, " graded ")
    assert line.startswith("Someone whose name was erased graded *Scout*: ")


async def test_a_grade_of_a_removed_agent_is_not_posted(
    desk: Desk, dying: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.adds()
    dying("committed")
    await desk.grades("CCCCCCC")
    monkeypatch.undo()
    desk.clock.go(seconds=1)
    await desk.says("remove Scout")
    await desk.noah.clicks("Remove it", where=CHANNEL)
    await goes_on(desk)
    assert told(desk, " graded ") == []
    skipped = [(row.form, row.reason) for row in await owed(desk) if row.state == "skipped"]
    assert skipped == [("graded", "off_the_list")]


async def test_a_notice_expires_after_two_days(
    desk: Desk, dying: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    dying("committed")
    await desk.adds()
    monkeypatch.undo()
    desk.clock.go(days=2)
    await goes_on(desk)
    assert texts(desk) == []
    assert [(row.state, row.reason) for row in await owed(desk)] == [("skipped", "expired")]


async def test_a_refused_line_is_not_tried_again(desk: Desk) -> None:
    desk.stage.playground.faults.add("chat.postMessage", "not_in_channel")
    await desk.adds()
    assert "is on the list now" in desk.told(desk.noah)
    await goes_on(desk)
    assert texts(desk) == []
    assert [(row.state, row.reason) for row in await owed(desk)] == [("failed", "not_in_channel")]


async def test_an_unexpected_error_delays_the_line_and_is_not_shown(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: Any) -> Any:
        raise LookupError("no words")

    replace_line_writers(desk, monkeypatch, fails)
    await desk.adds()
    monkeypatch.undo()
    assert "is on the list now" in desk.told(desk.noah)
    assert texts(desk) == []
    await goes_on(desk)
    assert [" added *Scout* " in text for text in texts(desk)] == [True]


async def test_a_frozen_process_posts_nothing_when_it_resumes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    posting = SlackApi.post

    async def late(slack: SlackApi, channel: str, *given: Any, **named: Any) -> Any:
        if channel == CHANNEL:
            # Another process: it does not work under the lease of this one.
            await asyncio.create_task(goes_on(desk), context=Context())
        return await posting(slack, channel, *given, **named)

    monkeypatch.setattr(SlackApi, "post", late)
    await desk.adds()
    assert len(texts(desk)) == 1
    assert len(desk.stage.calls("conversations.history")) == 1


async def test_a_line_claimed_by_a_scheduler_is_left_to_it(
    desk: Desk, dying: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    dying("committed")
    await desk.adds()
    monkeypatch.undo()
    desk.clock.go(minutes=2)
    work = desk.stage.coach(REGISTRY.kinds, timings=TIMINGS)
    await recover(work)
    async with desk.stage.database.write() as session:
        workspace_id = desk.stage.bot.deps.identity.workspace_id
        (row,) = await claimed(session, work, workspace_id)
    line = ChannelNotice(CHANNEL, "added", row.about or "", row.due_at)
    assert not await notice_service.post_notice(desk.stage.bot.deps, line)
    (left,) = await owed(desk)
    assert (left.state, left.owner, left.epoch) == ("leased", work.owner, row.epoch)


async def claimed(
    session: Session, work: SchedulerContext, workspace_id: str
) -> Sequence[Outgoing]:
    """Let a scheduler claim what is due now."""
    limit = RateLimit("chat.postMessage", 60_000, timedelta(seconds=6))
    found = await claims.claim(
        session,
        workspace_id,
        owner=work.owner,
        lease=work.lease,
        limit=limit,
        batch=9,
        now=work.now(),
    )
    return found.messages


async def test_a_line_without_a_token_is_posted_once_there_is_one(
    desk: Desk,
) -> None:
    desk.stage.playground.faults.add("chat.postMessage", "account_inactive")
    await desk.adds()
    await goes_on(desk)
    assert texts(desk) == []
    deps = desk.stage.bot.deps
    async with desk.stage.database.write() as session:
        who = deps.identity
        await workspaces.connect(session, who.workspace_id, who.workspace_name, now=deps.now())
    await goes_on(desk)
    assert [" added *Scout* " in text for text in texts(desk)] == [True]


def test_a_notice_is_leased_no_longer_than_by_a_scheduler() -> None:
    assert timedelta(seconds=Timings().lease) >= notice_service.NOTICE_LEASE
