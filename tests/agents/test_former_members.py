"""Members who left a channel: buttons and commands about its agents are refused."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from playground.delivery.parcel import Parcel
from playground.journal import Call
from playground.payloads.interaction import message_action
from playground.person.elements import action_object
from playground.state.messages import Message
from tests.agents.register import CHANNEL, OTHER, Desk, at_desk
from tests.assessments.conversations import GRADING, answers, begins, click, drawn, finishes, newest
from tests.privacy.test_agents import HIGH, every_row
from tests.stage import Person, shown


@pytest.fixture
async def desk(sqlite_url: str) -> AsyncIterator[Desk]:
    async with at_desk(sqlite_url) as desk:
        yield desk


@dataclass(frozen=True)
class Act:
    """A click that was possible at some time."""

    message: Message
    block: str
    element: dict[str, Any]
    chosen: dict[str, Any] | None = None

    async def by(self, person: Person) -> None:
        """Send the act as this person, even where they left: an old screen may still show it."""
        service, now = person.stage.playground.service, time.time()
        workspace = service.workspace
        place = workspace.conversations[self.message.channel]
        key = service.response_urls.issue(person.id, place.id, now=now, message_ts=self.message.ts)
        payload = message_action(
            workspace,
            workspace.people[person.id],
            place,
            self.message,
            action=action_object(self.block, self.element, chosen=self.chosen, ts=f"{now:.6f}"),
            values={},
            trigger_id=service.triggers.issue(person.id, now=now),
            response_url=f"{service.address}/respond/{key}",
        )
        await service.courier.deliver(Parcel("interactive", payload))
        await person.stage.settle()


def acts(person: Person, where: str) -> list[Act]:
    """Return every button and every choice of every menu that they see there."""
    found: list[Act] = []
    for message in person.messages(where):
        for block in message.blocks:
            for element in [block.get("accessory") or {}, *block.get("elements", ())]:
                if element.get("type") == "button":
                    found.append(Act(message, block["block_id"], element))
                for option in element.get("options", ()):
                    chosen = {"selected_option": option}
                    found.append(Act(message, block["block_id"], element, chosen))
    return found


async def test_no_button_lets_a_former_member_read_or_change_anything(desk: Desk) -> None:
    """Try every button and menu that the list or a result ever showed them."""
    slack, grace = desk.stage.playground, desk.grace
    await desk.adds()
    await desk.adds(name="Mason")
    for word in ("", "show Scout", "show", "history", "grade", "remove Scout", "edit"):
        await grace.types(f"/rungs agent {word}", where=CHANNEL)
    await desk.needs([HIGH], by="grace", name="Order desk")
    await finishes_grading(desk, grace)
    mason = await open_grading(desk, grace)
    clicks = [*acts(grace, CHANNEL), *acts(grace, grace.dm), *mason]
    assert len(clicks) > 15
    slack.workspace.conversations[CHANNEL].members.discard(grace.id)
    await desk.noah.types("/rungs agent edit Scout", where=CHANNEL)
    await desk.sends(desk.noah, name="Secret", purpose="Secret things", model="Secret-1")
    await desk.noah.types("/rungs agent edit Mason", where=CHANNEL)
    await desk.sends(desk.noah, purpose="Secret things", model="Secret-2")
    register = register_of(await every_row(desk))
    for act in clicks:
        await act.by(grace)
        if slack.workspace.modal_stack(grace.id):
            assert "Secret" not in grace.view_text
            await grace.closes()
        assert [words for words in all_told(desk, grace) if "Secret" in words] == [], act.element
    workspace = slack.workspace
    workspace.conversations[OTHER].members |= {grace.id, workspace.app.user_id}
    for typed in ("show Secret", "list", "history", "grade Secret", "remove Secret", "edit Secret"):
        for where in (grace.dm, OTHER):
            await grace.types(f"/rungs agent {typed}", where=where)
    assert register_of(await every_row(desk)) == register
    repeated = [
        words for words in all_told(desk, grace) if "Secret things" in words or "S-1" in words
    ]
    assert repeated == []


async def open_grading(desk: Desk, person: Person) -> list[Act]:
    """Return an open grading of the other agent and everything that can be clicked on it."""
    await person.types("/rungs agent grade Mason", where=CHANNEL)
    card = newest(desk.stage.playground, person.id)
    await answers(person, [2, 2], on=card)
    return [act for act in acts(person, person.dm) if act.message is card]


async def finishes_grading(desk: Desk, person: Person) -> None:
    card = await begins(person, GRADING)
    await finishes(person, GRADING, on=card)


def register_of(rows: dict[str, list[dict[str, Any]]]) -> list[Any]:
    return [rows[name] for name in ("agent", "agent_event", "grade", "project")]


def all_told(desk: Desk, person: Person) -> list[str]:
    places = desk.stage.playground.workspace.conversations.values()
    every = [m for place in places for m in place.messages.values()]
    dm = desk.stage.playground.workspace.dm(person.id)
    return [shown(m) + m.text for m in every if m.only_for == person.id or m.channel == dm.id]


async def test_a_former_member_does_not_see_an_agents_new_name(desk: Desk) -> None:
    await desk.adds()
    card = await begins(desk.grace, GRADING)
    desk.clock.go(minutes=1)
    desk.stage.playground.workspace.conversations[CHANNEL].members.discard(desk.grace.id)
    await desk.noah.types("/rungs agent edit Scout", where=CHANNEL)
    await desk.sends(desk.noah, name="Secret")
    await answers(desk.grace, [2], on=card)
    assert "AI engineers: Scout · 2 of 7" in shown(card)
    await desk.grace.clicks("Finish later")
    assert "Secret" not in shown(card) + card.text
    assert "`/rungs agent grade` at any time" in shown(card)


async def test_a_late_click_shows_a_former_member_the_old_result(desk: Desk) -> None:
    await desk.adds()
    card = await begins(desk.grace, GRADING)
    late = drawn(card, GRADING.well)
    await finishes(desk.grace, GRADING, on=card)
    desk.stage.playground.workspace.conversations[CHANNEL].members.discard(desk.grace.id)
    desk.clock.go(days=1)
    await desk.grades("BBBBBBB")
    await desk.noah.types("/rungs agent edit Scout", where=CHANNEL)
    await desk.sends(desk.noah, name="Secret", model="Secret-1")
    await desk.says("remove Secret")
    await desk.noah.clicks("Remove it", where=CHANNEL)
    before = shown(card)
    await click(desk.stage.playground, desk.grace.id, late)
    await desk.stage.settle()
    assert shown(card) == before


async def test_a_late_click_shows_a_former_member_no_later_grade(desk: Desk) -> None:
    """The later grading began before theirs ended, so members still in the channel see it on their card."""
    await desk.adds()
    noah = await begins(desk.noah, GRADING)
    card = await begins(desk.grace, GRADING)
    late = drawn(card, GRADING.well)
    desk.clock.go(minutes=1)
    await finishes(desk.grace, GRADING, on=card)
    desk.stage.playground.workspace.conversations[CHANNEL].members.discard(desk.grace.id)
    before = shown(card)
    desk.clock.go(minutes=1)
    await finishes(desk.noah, GRADING, on=noah)
    await click(desk.stage.playground, desk.grace.id, late)
    await desk.stage.settle()
    assert "also graded it" in shown(noah)
    assert shown(card) == before


async def test_a_member_sees_a_later_grade_after_a_late_click(
    desk: Desk,
) -> None:
    await desk.adds()
    noah = await begins(desk.noah, GRADING)
    card = await begins(desk.grace, GRADING)
    late = drawn(card, GRADING.well)
    desk.clock.go(minutes=1)
    await finishes(desk.grace, GRADING, on=card)
    calls = len(asked_who_is_there(desk))
    await click(desk.stage.playground, desk.grace.id, late)
    await desk.stage.settle()
    assert len(asked_who_is_there(desk)) == calls
    desk.clock.go(minutes=1)
    await finishes(desk.noah, GRADING, on=noah)
    told = shown(card)
    await click(desk.stage.playground, desk.grace.id, late)
    await desk.stage.settle()
    assert "also graded it" in told
    assert shown(card) == told


def asked_who_is_there(desk: Desk) -> list[Call]:
    calls = desk.stage.playground.calls
    return [call for call in calls if call.method == "conversations.members"]
