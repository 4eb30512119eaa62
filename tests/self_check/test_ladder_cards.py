"""Cards of one ladder clicked late, twice, by others, or while another ladder is open."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from playground.state.messages import Message
from tests.eventually import levels_kept
from tests.self_check.ladder import (
    CHOICES,
    HELD,
    MIXED,
    RESULT,
    answers_kept,
    climbs,
    picks,
    place,
)
from tests.stage import Person, buttons, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

Button = tuple[Message, str, dict[str, Any]]


def button(person: Person, label: str, *, on: Message | None = None) -> Button:
    """Return a button as shown now, to be clicked later."""
    message = on or person.card
    return next((message, b, dict(e)) for b, e in buttons(message) if e["text"]["text"] == label)


async def click_all(person: Person, *drawn: Button) -> None:
    """Click these at the same moment, as two devices or a double click do."""
    outcomes = await asyncio.gather(*(person.clicks_element(*one) for one in drawn))
    await person.stage.settle()
    assert all(outcome.ok for outcome in outcomes)


@pytest_asyncio.fixture(loop_scope="module")
async def coder(newcomer: Person) -> Person:
    """A person at the first card."""
    await newcomer.types("/rungs assess coding", where=newcomer.channel)
    return newcomer


async def test_next_twice_counts_once(coder: Person) -> None:
    await picks(coder, HELD)
    await click_all(coder, *[button(coder, "Next")] * 2)
    assert place(2) in coder.reads()
    await picks(coder, MIXED)
    await click_all(coder, *[button(coder, "Next")] * 2)
    assert RESULT in coder.reads()
    assert await answers_kept(coder) == [HELD + MIXED]
    assert len(coder.messages()) == 1


async def test_next_and_back_at_once_leave_one_card(coder: Person) -> None:
    await climbs(coder, HELD)
    await picks(coder, HELD)
    await click_all(coder, button(coder, "Next"), button(coder, "Back"))
    assert place(1) in coder.reads() or place(3) in coder.reads()
    assert len(coder.messages()) == 1


async def test_back_twice_at_once_goes_back_once(coder: Person) -> None:
    await climbs(coder, HELD, HELD)
    await click_all(coder, *[button(coder, "Back")] * 2)
    assert place(2) in coder.reads()


async def test_a_next_drawn_before_back_does_not_count(coder: Person) -> None:
    await climbs(coder, HELD)
    await picks(coder, HELD)
    drawn = button(coder, "Next")
    await coder.clicks("Back")
    await click_all(coder, drawn)
    assert place(1) in coder.reads()


async def test_a_choice_drawn_before_next_changes_nothing(coder: Person) -> None:
    late = menu_choice(coder, "A", CHOICES[0])
    await climbs(coder, HELD)
    await choose(coder, late)
    assert place(2) in coder.reads()
    await climbs(coder, MIXED)
    result = coder.reads()
    await choose(coder, late)
    assert coder.reads() == result
    assert await answers_kept(coder) == [HELD + MIXED]


async def test_two_choices_at_once_are_both_kept(coder: Person) -> None:
    both = [menu_choice(coder, "A", CHOICES[1]), menu_choice(coder, "B", CHOICES[3])]
    await asyncio.gather(*(choose(coder, one) for one in both))
    await coder.clicks("Finish later")
    await coder.clicks("Continue")
    assert f"({CHOICES[1]})" in coder.card.text
    assert f"({CHOICES[3]})" in coder.card.text


async def test_an_old_card_points_to_the_current_one_and_goes_on_there(coder: Person) -> None:
    old, drawn = coder.card, button(coder, "Next")
    late = menu_choice(coder, "A", CHOICES[0])
    await coder.types("/rungs assess coding", where=coder.channel)
    new = coder.card
    await click_all(coder, drawn)
    assert "This card has moved" in shown(old)
    await choose(coder, late)
    assert "This card has moved" in shown(old)
    assert place(1) in shown(new)
    await coder.clicks("Continue here", on=old)
    assert place(1) in shown(old)
    assert "This card has moved" in shown(new)
    await picks_on(coder, old, HELD)
    await coder.clicks("Next", on=old)
    assert place(2) in shown(old)


async def test_an_old_card_after_the_result_says_how_to_begin_anew(coder: Person) -> None:
    old, drawn = coder.card, button(coder, "Next")
    await coder.types("/rungs assess coding", where=coder.channel)
    await climbs(coder, MIXED)
    result = coder.reads()
    await click_all(coder, drawn)
    assert coder.reads() == result
    assert "has ended. Type `/rungs assess coding` for a new one" in shown(old)
    assert await answers_kept(coder) == [MIXED]


async def test_starting_over_twice_at_once_starts_over_once(coder: Person) -> None:
    await climbs(coder, HELD)
    await coder.types("/rungs assess coding", where=coder.channel)
    await click_all(coder, *[button(coder, "Start over")] * 2)
    assert place(1) in coder.reads()
    await climbs(coder, MIXED)
    assert await answers_kept(coder) == [MIXED]


async def test_what_a_device_held_before_starting_over_does_not_count(coder: Person) -> None:
    await picks(coder, HELD)
    held = [choice for block in coder.held[coder.card.ts].values() for choice in block.items()]
    await coder.types("/rungs assess coding", where=coder.channel)
    await coder.clicks("Start over")
    blocks = [block["block_id"] for block in coder.card.blocks if block.get("accessory")]
    assert not {block for choices in coder.held.values() for block in choices} & set(blocks)
    coder.held[coder.card.ts] = {
        block: {action: choice} for block, (action, choice) in zip(blocks, held, strict=True)
    }
    await coder.clicks("Next")
    assert "*Not answered yet:* A " in coder.reads()
    assert place(1) in coder.reads()


async def test_two_commands_at_once_lead_to_one_self_check(newcomer: Person) -> None:
    channel = newcomer.channel
    await asyncio.gather(*[newcomer.types("/rungs assess coding", where=channel) for _ in range(2)])
    live = [m for m in newcomer.messages() if "This card has moved" not in shown(m)]
    assert len(live) == 1
    await climbs(newcomer, MIXED)
    assert await answers_kept(newcomer) == [MIXED]


async def test_cards_of_two_ladders_go_on_side_by_side(coder: Person) -> None:
    coding = coder.card
    await coder.types("/rungs assess engineering", where=coder.channel)
    family = coder.card
    assert place(1) in shown(coding)
    await picks_on(coder, coding, HELD)
    await coder.clicks("B", on=family)
    await coder.clicks("Next", on=coding)
    assert "2 of 3" in shown(family)
    assert place(2) in shown(coding)
    await coder.clicks("Back", on=coding)
    await coder.clicks("C", on=family)
    await coder.clicks("D", on=family)
    assert "Your self-check: Engineering" in shown(family)
    assert place(1) in shown(coding)
    await picks_on(coder, coding, MIXED)
    await coder.clicks("Next", on=coding)
    assert RESULT in shown(coding)
    assert "Your self-check: Engineering" in shown(family)
    assert len(coder.messages()) == 2
    assert sorted(await levels_kept(coder)) == [[1.5, 2, 2.5], [2, 0, 1, 2]]


async def test_an_old_card_of_one_ladder_never_leads_to_the_other(coder: Person) -> None:
    old, drawn = coder.card, button(coder, "Next")
    await climbs(coder, MIXED)
    result = coder.card
    await coder.types("/rungs assess sales", where=coder.channel)
    family = coder.card
    await coder.types("/rungs assess coding", where=coder.channel)
    await coder.clicks("Finish later")
    await click_all(coder, drawn)
    assert RESULT in shown(result)
    assert old is result
    answer = button(coder, "A", on=family)
    await coder.types("/rungs assess sales", where=coder.channel)
    await click_all(coder, answer)
    assert "This card has moved" in shown(family)
    await coder.clicks("Continue here", on=family)
    assert "Sales · 1 of 3" in shown(family)


async def test_what_ended_points_to_its_own_ladder_while_the_other_is_open(coder: Person) -> None:
    old, drawn = coder.card, button(coder, "Next")
    await coder.types("/rungs assess coding", where=coder.channel)
    await climbs(coder, MIXED)
    await coder.types("/rungs assess sales", where=coder.channel)
    await click_all(coder, drawn)
    assert "`/rungs assess coding`" in shown(old)
    assert "Continue here" not in shown(old)
    assert "Sales · 1 of 3" in coder.reads()


async def test_starting_over_on_one_ladder_leaves_the_other_open(coder: Person) -> None:
    await climbs(coder, HELD)
    coding = coder.card
    await coder.types("/rungs assess engineering", where=coder.channel)
    await coder.clicks("C")
    await coder.types("/rungs assess design", where=coder.channel)
    await coder.clicks("Start over in Design")
    assert "Design · 1 of 3" in coder.reads()
    assert place(2) in shown(coding)
    await picks_on(coder, coding, MIXED)
    await coder.clicks("Next", on=coding)
    assert RESULT in shown(coding)
    assert await answers_kept(coder) == [HELD + MIXED]


Choice = tuple[Message, str, str, dict[str, Any]]


def menu_choice(person: Person, letter: str, label: str) -> Choice:
    """Return a choice as it can be made now, to be made later."""
    for block in person.card.blocks:
        menu = block.get("accessory") or {}
        if menu.get("action_id", "").endswith(f":{letter}"):
            option = next(o for o in menu["options"] if o["text"]["text"] == label)
            return person.card, block["block_id"], menu["action_id"], {**menu, "chosen": option}
    raise AssertionError(f"There is no menu {letter}.")


async def choose(person: Person, choice: Choice) -> None:
    """Make a choice that was drawn before, whatever the message shows now."""
    message, block, action, menu = choice
    await person.stage.playground.act(
        person.id,
        {"type": "message", "channel": message.channel, "ts": message.ts},
        block,
        action,
        chosen={"selected_option": menu["chosen"]},
        element={key: value for key, value in menu.items() if key != "chosen"},
    )
    await person.stage.settle()


async def picks_on(person: Person, message: Message, numbers: str) -> None:
    for letter, number in zip("ABCDEF", numbers, strict=False):
        await person.picks(letter, CHOICES[int(number)], on=message)
