"""Reading a conversation back where Slack allows it once a minute: no read too many, nothing sent twice."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.slack.errors import Unsure
from coaching.members import MemberKey
from playground.state.messages import Message as SlackMessage
from scheduler.batch import send_due
from scheduler.context import SchedulerContext
from scheduler.recovery import recover
from storage import members
from storage.outbox import queue
from storage.outbox.queue import NewMessage, Outgoing
from tests.installs.many import LARK, NORTH, Many, many_running
from tests.scheduler.faults import Steady
from tests.scheduler.notes import MORNING, Clock, Notes, key_of
from tests.stage import HASTY, Person, shown

READ, POST = "conversations.history", "chat.postMessage"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def here(database_url: str, clock: Clock) -> AsyncIterator[Many]:
    """All workspaces of the playground, where Slack limits reading."""
    async with many_running(database_url, now=clock) as ready:
        await ready.install_everywhere()
        yield ready
        assert ready.playground.limits.refused == {}, "Slack refused a read"


@pytest.fixture
def work(here: Many, clock: Clock) -> SchedulerContext:
    """What the jobs of a process work with; `steady` goes as the clock does."""
    return SchedulerContext(
        here.database,
        clock,
        here.coaching.coaches,
        Notes().kinds,
        timings=HASTY,
        steady=Steady(),
    )


async def lost(
    here: Many, work: SchedulerContext, team: str, *people: Person, how: str = "cut_after"
) -> list[str]:
    """Send a note to each of these people, of which Slack's answers are lost; return the ids."""
    notes = [
        NewMessage(team, "note", p.id, p.id, MORNING.date(), MORNING, MORNING.replace(day=20))
        for p in people
    ]
    async with here.database.write() as session:
        for note in notes:
            key = MemberKey(team, str(note.user_id))
            await members.ensure(session, key, now=MORNING)
        await queue.enqueue(session, notes, now=MORNING)
    here.playground.faults.add(POST, how, times=len(notes))
    await sent(work)
    await recover(work)
    return [note.id for note in notes]


async def sent(work: SchedulerContext) -> None:
    """Send until there is nothing more to send, by a monotonic clock that goes by itself."""
    sending = replace(work, steady=time.monotonic)
    while await send_due(sending):
        pass


def go(work: SchedulerContext, clock: Clock, seconds: float) -> None:
    clock.go(seconds=seconds)
    work.steady.at += seconds  # type: ignore[attr-defined]


async def rows(here: Many, team: str, ids: list[str]) -> list[Outgoing]:
    async with here.database.read() as session:
        found = [await queue.get(session, team, one) for one in ids]
    return [row for row in found if row]


def posted(here: Many) -> list[str | None]:
    calls = here.playground.calls_of(POST)
    return [key_of(call.arguments) for call in calls if call.took_effect]


def reads(here: Many) -> list[Any]:
    return here.playground.calls_of(READ)


async def test_one_message_a_minute_is_looked_up_in_each_workspace(
    here: Many, work: SchedulerContext, clock: Clock
) -> None:
    ids = await lost(here, work, LARK, *here.people(LARK)[:3])
    (other,) = await lost(here, work, NORTH, here.people(NORTH)[1])
    go(work, clock, 21)
    for minute in range(1, 4):
        while await recover(work):
            pass
        states = [row.state for row in await rows(here, LARK, ids)]
        assert sorted(states) == sorted(["sent"] * minute + ["sending"] * (3 - minute))
        assert [row.state for row in await rows(here, NORTH, [other])] == ["sent"]
        assert len(reads(here)) == minute + 1
        go(work, clock, 62)
    assert {call.arguments["limit"] for call in reads(here)} == {"15"}
    assert sorted(map(str, posted(here))) == sorted([*ids, other])


async def test_what_did_not_arrive_goes_out_once_its_turn_came(
    here: Many, work: SchedulerContext, clock: Clock
) -> None:
    ids = await lost(here, work, LARK, *here.people(LARK)[:2], how="cut_before")
    go(work, clock, 21)
    for _ in range(2):
        await recover(work)
        await sent(work)
        go(work, clock, 62)
    assert [row.state for row in await rows(here, LARK, ids)] == ["sent", "sent"]
    assert sorted(map(str, posted(here))) == sorted(ids)


async def test_what_waits_too_long_for_its_turn_is_for_the_operator(
    here: Many, work: SchedulerContext, clock: Clock
) -> None:
    ids = await lost(here, work, LARK, *here.people(LARK)[:2])
    go(work, clock, 21)
    deps = await here.deps(LARK)
    await deps.slack.reads.take()
    assert not await recover(work)
    go(work, clock, work.timings.read_within)
    while await recover(work):
        pass
    found = await rows(here, LARK, ids)
    assert sorted((row.state, row.reason) for row in found) == [
        ("sent", None),
        ("unknown", "no_turn_to_read"),
    ]
    assert sorted(map(str, posted(here))) == sorted(ids)


@pytest.mark.parametrize("written", [20, 200])
async def test_a_long_conversation_is_read_page_by_page_and_not_for_ever(
    here: Many, work: SchedulerContext, clock: Clock, written: int
) -> None:
    person = here.people(LARK)[2]
    (one,) = await lost(here, work, LARK, person)
    workspace = here.playground.workspaces[LARK]
    for _ in range(written):
        workspace.add_message(SlackMessage(workspace.new_ts(), person.dm, "Hm", user=person.id))
    for _ in range(work.timings.reads_tried):
        go(work, clock, 62)
        await recover(work)
        go(work, clock, 21)
        await recover(work)
    (row,) = await rows(here, LARK, [one])
    found = ("sent", None) if written == 20 else ("unknown", "more_to_read")
    assert (row.state, row.reason) == found
    assert posted(here) == [one]
    assert len(reads(here)) == (2 if written == 20 else work.timings.reads_tried)


async def test_an_answer_whose_reply_was_lost_is_looked_up_once(database_url: str) -> None:
    async with many_running(database_url) as here:
        await here.install_everywhere()
        person = here.people(LARK)[2]
        here.playground.faults.add(POST, "cut_after")
        await person.types("help")
        assert [call.ok for call in reads(here)] == [True]
        assert len(person.messages()) == 1
        here.playground.faults.add(POST, "cut_after")
        await person.types("help")
        assert len(reads(here)) == 1, "it was not the workspace's turn again"
        assert ["didn't work" in shown(m) for m in person.messages()] == [False, False, True]


async def test_where_it_is_not_sure_nothing_is_posted_again(here: Many) -> None:
    person, deps = here.people(LARK)[2], await here.deps(LARK)
    workspace = here.playground.workspaces[LARK]
    here.playground.faults.add(POST, "cut_after")
    for _ in range(3):
        workspace.add_message(SlackMessage(workspace.new_ts(), person.dm, "Hm", user=person.id))
    await deps.slack.reads.take()
    with pytest.raises(Unsure):
        await deps.slack.post(person.dm, Notes.message("Once."), key="k1")
    assert posted(here) == ["k1"]
    assert reads(here) == []


@pytest.mark.parametrize("is_turn", [True, False])
async def test_an_erasure_takes_what_it_knows_and_the_newest_and_offers_the_rest(
    here: Many, clock: Clock, is_turn: bool
) -> None:
    person, workspace = here.people(LARK)[2], here.playground.workspaces[LARK]
    await person.types("/rungs assess engineering", where=person.channel)
    await person.answers("ACE")
    for number in range(40):
        author = None if number % 2 else person.id
        old = SlackMessage(workspace.new_ts(), person.dm, "Old", user=author, by_app=not author)
        old.user = author or workspace.app.user_id
        workspace.add_message(old)
    if not is_turn:
        await (await here.deps(LARK)).slack.reads.take()
    await person.types("/rungs forget")
    await person.clicks("Erase everything")
    said = person.reads()
    assert said.startswith("Everything about you in the Rungs database is erased, and")
    assert ("nine messages are gone" if is_turn else "one message is gone") in said
    assert "older ones from Rungs may still be here" in said
    await person.clicks("Remove older messages")
    assert "not time for the next ones yet" in person.reads()
    for _ in range(5):
        clock.go(seconds=62)
        notice = next(m for m in reversed(person.messages()) if m.only_for is None)
        if "Remove older messages" not in str(notice.blocks):
            break
        await person.clicks("Remove older messages", on=notice)
    lasting = [shown(m) for m in person.messages() if m.only_for is None]
    assert len(lasting) == 1, lasting
    assert "the whole conversation has been looked through" in lasting[0]
    assert [m for m in workspace.dm(person.id).messages.values() if m.text == "Old"] != []
