"""What a channel is told of its agents when the process dies over it: exactly one line, sooner or later."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextvars import Context
from datetime import timedelta
from typing import Any

import pytest

from app import REGISTRY
from bot.features.agents import channel_notices, notice_texts
from bot.features.agents.channel_notices import Line
from bot.slack.api import SlackApi
from scheduler.context import SchedulerContext, Timings
from scheduler.recovery import recover
from storage import members, privacy
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


@pytest.fixture
def dying(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let the process die at this point, whenever the channel is told something."""
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
            monkeypatch.setattr(notice_texts, "written", written)
        else:
            monkeypatch.setattr(SlackApi, "post", post)

    return at


async def goes_on(desk: Desk) -> None:
    """Another process with a clock, until nothing is left to settle or to send."""
    await catches_up(desk.stage, desk.clock)


async def owed(desk: Desk) -> list[Outgoing]:
    """What the channel was or is to be told, oldest first."""
    async with desk.stage.database.read() as session:
        found = await reports.list_messages(session, subject=CHANNEL, limit=50)
    return sorted(found, key=lambda row: row.due_at)


def told(desk: Desk, words: str) -> list[str]:
    return [shown(post) for post in desk.posts() if words in shown(post)]


@BOTH
@pytest.mark.parametrize("where", ["committed", "announced", "posted"])
async def test_who_dies_over_a_grade_leaves_one_line(
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


async def test_whatever_happened_is_told_later_as_it_would_have_been_at_once(
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
        f"{who} changed *Scout*",
        f"{who} worked out which level *Order desk*",
        f"{who} removed *Ranger*",
        f"{who} took *Order desk*",
    ]
    assert "Pathfinder, M-1" in texts(desk)[0]
    assert "to *Ranger*, with the model M-2" in texts(desk)[1]
    assert "See the agents" in labels(desk.posts()[2])[0]


def texts(desk: Desk) -> list[str]:
    return [shown(post) for post in desk.posts()]


async def test_what_was_told_at_once_is_not_told_again(desk: Desk) -> None:
    await desk.adds()
    await desk.grades("CCCCCCC")
    before = texts(desk)
    assert [row.state for row in await owed(desk)] == ["sent", "sent"]
    await goes_on(desk)
    assert texts(desk) == before
    assert desk.stage.calls("conversations.history") == []


async def test_who_erased_themself_meanwhile_is_not_named(
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
    assert line.startswith("A former member graded *Scout*: ")


async def test_a_grade_of_what_was_removed_meanwhile_is_not_told(
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


async def test_after_two_days_it_is_not_told_any_more(
    desk: Desk, dying: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    dying("committed")
    await desk.adds()
    monkeypatch.undo()
    desk.clock.go(days=2)
    await goes_on(desk)
    assert texts(desk) == []
    assert [(row.state, row.reason) for row in await owed(desk)] == [("skipped", "expired")]


async def test_what_slack_refused_is_over(desk: Desk) -> None:
    desk.stage.playground.faults.add("chat.postMessage", "not_in_channel")
    await desk.adds()
    assert "is listed now" in desk.told(desk.noah)
    await goes_on(desk)
    assert texts(desk) == []
    assert [(row.state, row.reason) for row in await owed(desk)] == [("failed", "not_in_channel")]


async def test_an_error_of_ours_costs_the_channel_minutes_and_the_member_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: Any) -> Any:
        raise LookupError("no words")

    monkeypatch.setattr(notice_texts, "written", fails)
    await desk.adds()
    monkeypatch.undo()
    assert "is listed now" in desk.told(desk.noah)
    assert texts(desk) == []
    await goes_on(desk)
    assert [" added *Scout* " in text for text in texts(desk)] == [True]


async def test_a_frozen_process_tells_nothing_when_it_wakes(
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


async def test_who_wakes_while_a_clock_has_the_line_leaves_it_there(
    desk: Desk, dying: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    dying("committed")
    await desk.adds()
    monkeypatch.undo()
    desk.clock.go(minutes=2)
    work = desk.stage.coach(REGISTRY.kinds, timings=TIMINGS)
    await recover(work)
    async with desk.stage.database.write() as session:
        (row,) = await claimed(session, work)
    line = Line(CHANNEL, "added", row.about or "", row.due_at)
    assert not await channel_notices.tell(work.coaches[row.workspace_id], line)
    (left,) = await owed(desk)
    assert (left.state, left.owner, left.epoch) == ("leased", work.owner, row.epoch)


async def claimed(session: Session, work: SchedulerContext) -> Sequence[Outgoing]:
    """What is due now, in the hands of a clock."""
    (workspace_id,) = work.coaches
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


async def test_what_could_not_be_told_for_want_of_a_token_comes_when_there_is_one(
    desk: Desk,
) -> None:
    desk.stage.playground.faults.add("chat.postMessage", "account_inactive")
    await desk.adds()
    await goes_on(desk)
    assert texts(desk) == []
    deps = desk.stage.bot.deps
    async with desk.stage.database.write() as session:
        who = deps.identity
        await members.connect_workspace(
            session, who.workspace_id, who.workspace_name, now=deps.now()
        )
    await goes_on(desk)
    assert [" added *Scout* " in text for text in texts(desk)] == [True]


def test_nobody_holds_a_line_for_longer_than_a_clock_would() -> None:
    assert timedelta(seconds=Timings().lease) >= channel_notices.LEASE
