"""Payloads delivered again: at once, late, after a restart, to two bots on one database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from playground.delivery.parcel import Kind, Parcel
from playground.server import Playground
from playground.server import running as playing
from storage import members
from tests.eventually import answer_patiently, levels_kept
from tests.stage import BOTH, Person, Stage, Transport, shown, staged

KINDS: dict[str, Kind] = {"/rungs": "slash_commands", "block_actions": "interactive"}


def delivered(slack: Playground, name: str) -> Parcel:
    """Return the newest payload of this name that the bot was sent."""
    payload = next(
        e.payload
        for e in reversed(slack.service.journal.entries)
        if e.direction == "to_app" and e.name == name and is_by_a_person(e.payload)
    )
    assert isinstance(payload, dict)
    return Parcel(KINDS.get(name, "events_api"), payload)


def is_by_a_person(payload: object) -> bool:
    return isinstance(payload, dict) and "bot_id" not in payload.get("event", {})


async def deliver_again(stage: Stage, parcel: Parcel, *, times: int) -> None:
    """Deliver copies at the same moment; copies of an event have different ids."""
    workspace = stage.playground.workspace
    copies = [
        Parcel(parcel.kind, parcel.payload | {"event_id": workspace.new_id("Ev")})
        if parcel.kind == "events_api"
        else parcel
        for _ in range(times)
    ]
    await asyncio.gather(*(stage.playground.service.courier.deliver(copy) for copy in copies))
    await stage.settle()


@asynccontextmanager
async def two_bots(url: str) -> AsyncIterator[tuple[Stage, Stage]]:
    """Run two bots on one database, each with a socket; Slack delivers to them in turn."""
    async with (
        playing(Playground()) as slack,
        staged(url, transport="socket", playground=slack) as one,
        staged(url, transport="socket", playground=slack) as other,
    ):
        yield one, other


async def both_settle(bots: tuple[Stage, Stage]) -> None:
    for stage in (*bots, *bots):
        await stage.settle()


def live(person: Person) -> list[str]:
    """Return the messages of the conversation, without cards that point to another one."""
    return [shown(m) for m in person.messages() if "This card has moved" not in shown(m)]


@BOTH
@pytest.mark.parametrize("transport", ["http", "socket"])
@pytest.mark.parametrize("times", [4, 11])
async def test_copies_of_everything_a_self_check_takes_have_one_effect(
    stage: Stage, ada: Person, times: int, transport: Transport
) -> None:
    await ada.types("/rungs assess engineering")
    await deliver_again(stage, delivered(stage.playground, "/rungs"), times=times)
    assert len(ada.messages()) == 1
    for letter in "BDE":
        await ada.clicks(letter)
        await deliver_again(stage, delivered(stage.playground, "block_actions"), times=times)
    assert "Your self-check" in ada.reads()
    assert len(ada.messages()) == 1
    assert await levels_kept(ada) == [[1.5, 2.5, 3]]


@BOTH
@pytest.mark.parametrize("typed", ["assess engineering", "hello there", "export", "tip", "me"])
async def test_a_message_that_comes_eleven_times_is_answered_once(
    stage: Stage, ada: Person, typed: str
) -> None:
    await ada.types("hi")
    before = len(ada.messages())
    await ada.types(typed)
    assert len(ada.messages()) == before + 1
    await deliver_again(stage, delivered(stage.playground, "message"), times=11)
    assert len(ada.messages()) == before + 1


async def test_copies_after_a_restart_change_nothing(database_url: str) -> None:
    async with playing(Playground()) as slack:
        async with staged(database_url, playground=slack) as stage:
            ada = stage.person("ada")
            await ada.types("assess engineering")
            await ada.clicks("B")
            typed, clicked = delivered(slack, "message"), delivered(slack, "block_actions")
            await ada.types("/rungs tip")
            command = delivered(slack, "/rungs")
        async with staged(database_url, playground=slack) as stage:
            ada = stage.person("ada")
            before = [shown(m) for m in ada.messages()]
            for parcel in (clicked, typed):
                await deliver_again(stage, parcel, times=4)
            assert [shown(m) for m in ada.messages()] == before
            await deliver_again(stage, command, times=4)
            assert [shown(m) for m in ada.messages()] == before
            await ada.answers("CD")
            assert await levels_kept(ada) == [[1.5, 2, 2.5]]


async def test_two_bots_on_one_database_lead_one_self_check(database_url: str) -> None:
    async with two_bots(database_url) as bots:
        slack = bots[0].playground
        ada = bots[0].person("ada")
        slack.faults.duplicate_deliveries(1000)
        await ada.types("/rungs assess engineering")
        await both_settle(bots)
        assert len(live(ada)) == 1
        await answer_patiently(ada, "BCD")
        await both_settle(bots)
        assert len(ada.messages()) == 1
        assert await levels_kept(ada) == [[1.5, 2, 2.5]]
        assert "Your self-check" in ada.reads()


async def test_two_bots_keep_one_of_two_answers(database_url: str) -> None:
    async with two_bots(database_url) as bots:
        ada = bots[0].person("ada")
        await ada.types("/rungs assess engineering")
        await both_settle(bots)
        await asyncio.gather(ada.clicks("A"), ada.clicks("E"))
        await both_settle(bots)
        assert "2 of 3" in ada.reads()
        await ada.clicks("B")
        await both_settle(bots)
        await ada.clicks("B")
        await both_settle(bots)
        ((first, *others),) = await levels_kept(ada)
        assert first in (1, 3)
        assert others == [1.5, 1.5]


async def test_two_commands_at_once_on_two_bots_leave_one_live_card(database_url: str) -> None:
    async with two_bots(database_url) as bots:
        ada = bots[0].person("ada")
        await ada.opens_home()
        await asyncio.gather(*[ada.types("/rungs assess engineering") for _ in range(4)])
        await both_settle(bots)
        assert len(live(ada)) == 1, live(ada)


@BOTH
async def test_events_that_come_in_the_wrong_order_are_all_answered(
    stage: Stage, ada: Person
) -> None:
    await ada.types("hi")
    before = len(ada.messages())
    stage.playground.faults.reverse_events(2)
    slack = stage.playground
    await asyncio.gather(
        slack.message(ada.id, ada.dm, "privacy"), slack.message(ada.id, ada.dm, "me")
    )
    await stage.settle()
    assert len(ada.messages()) == before + 2


@BOTH
async def test_a_late_message_finds_the_self_check_that_began_meanwhile(
    stage: Stage, ada: Person
) -> None:
    await ada.types("hi")
    said = delivered(stage.playground, "message")
    await ada.types("/rungs assess engineering")
    await ada.clicks("B")
    older = {"text": "assess sales", "ts": "1700000000.000100", "event_ts": "1700000000.000100"}
    late = Parcel(said.kind, said.payload | {"event": said.payload["event"] | older})
    await deliver_again(stage, late, times=3)
    await ada.clicks("Continue")
    assert "Engineering · 2 of 3" in ada.reads()
    assert len([m for m in live(ada) if "of 3" in m]) == 1


@BOTH
async def test_erasing_twice_erases_once(stage: Stage, ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.types("/rungs forget")
    await ada.clicks("Erase everything")
    await deliver_again(stage, delivered(stage.playground, "block_actions"), times=4)
    async with stage.database.read() as session:
        assert await members.get(session, ada.key) is None
    assert len([m for m in ada.messages() if not m.only_for]) == 1
