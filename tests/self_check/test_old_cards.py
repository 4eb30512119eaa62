"""Clicks that come late, twice, or on old cards."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from playground.state.messages import Message
from tests.eventually import levels_kept
from tests.stage import LONG_ON_BOTH, Person, Stage, buttons, shown

pytestmark = [pytest.mark.asyncio(loop_scope="module"), LONG_ON_BOTH]

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
async def engineer(newcomer: Person) -> Person:
    """A person at the first question."""
    await newcomer.types("/rungs assess engineering", where=newcomer.channel)
    return newcomer


async def test_a_double_click_counts_once(engineer: Person) -> None:
    await click_all(engineer, *[button(engineer, "B")] * 2)
    assert "2 of 3" in engineer.reads()
    await click_all(engineer, *[button(engineer, "C")] * 2)
    assert "3 of 3" in engineer.reads()
    await click_all(engineer, *[button(engineer, "D")] * 2)
    assert await levels_kept(engineer) == [[1.5, 2, 2.5]]
    assert len(engineer.messages()) == 1


async def test_one_of_two_devices_counts(engineer: Person) -> None:
    await click_all(engineer, button(engineer, "A"), button(engineer, "E"))
    assert "2 of 3" in engineer.reads()
    await engineer.answers("BB")
    ((first, *others),) = await levels_kept(engineer)
    assert first in (1, 3)
    assert others == [1.5, 1.5]


async def test_an_answer_and_back_at_once_leave_one_question(engineer: Person) -> None:
    await engineer.clicks("C")
    await click_all(engineer, button(engineer, "D"), button(engineer, "Back"))
    assert "3 of 3" in engineer.reads() or "1 of 3" in engineer.reads()
    assert len(engineer.messages()) == 1


async def test_a_click_drawn_before_back_does_not_count(engineer: Person) -> None:
    drawn = button(engineer, "E")
    await engineer.clicks("A")
    await engineer.clicks("Back")
    await click_all(engineer, drawn)
    assert "1 of 3" in engineer.reads()
    await engineer.answers("ABC")
    assert await levels_kept(engineer) == [[1, 1.5, 2]]


async def test_back_twice_at_once_goes_back_once(engineer: Person) -> None:
    await engineer.answers("AB")
    await click_all(engineer, *[button(engineer, "Back")] * 2)
    assert "2 of 3" in engineer.reads()


async def test_finish_later_drawn_before_an_answer_keeps_the_answer(engineer: Person) -> None:
    later = button(engineer, "Finish later")
    await engineer.clicks("B")
    await click_all(engineer, later)
    assert "one of three answered" in engineer.reads()
    await engineer.clicks("Continue")
    assert "2 of 3" in engineer.reads()


async def test_an_old_card_points_to_the_current_one_and_goes_on_there(engineer: Person) -> None:
    old, drawn = engineer.card, button(engineer, "A")
    await engineer.types("/rungs assess", where=engineer.channel)
    new = engineer.card
    await click_all(engineer, drawn)
    assert "This card has moved" in shown(old)
    assert "1 of 3" in shown(new)
    await engineer.clicks("Continue here", on=old)
    assert "1 of 3" in shown(old)
    assert "This card has moved" in shown(new)
    await engineer.clicks("C", on=old)
    assert "2 of 3" in shown(old)


async def test_an_old_card_after_the_result_changes_nothing(engineer: Person) -> None:
    old, drawn = engineer.card, button(engineer, "E")
    await engineer.types("/rungs assess", where=engineer.channel)
    await engineer.answers("ABC")
    result = engineer.reads()
    await click_all(engineer, drawn)
    assert engineer.reads() == result
    assert "has ended" in shown(old) or "has moved" in shown(old)
    assert await levels_kept(engineer) == [[1, 1.5, 2]]


async def test_an_answer_repeated_after_the_result_keeps_the_result(engineer: Person) -> None:
    drawn = [button(engineer, "A")]
    await engineer.clicks("A")
    drawn.append(button(engineer, "B"))
    await engineer.clicks("B")
    drawn += [button(engineer, "C"), button(engineer, "Back"), button(engineer, "Finish later")]
    await engineer.clicks("C")
    result = engineer.reads()
    for one in drawn:
        await click_all(engineer, one)
        assert engineer.reads() == result
    assert await levels_kept(engineer) == [[1, 1.5, 2]]


async def test_starting_over_twice_at_once_starts_over_once(engineer: Person) -> None:
    await engineer.clicks("E")
    await engineer.types("/rungs assess sales", where=engineer.channel)
    await click_all(engineer, *[button(engineer, "Start over in Sales")] * 2)
    assert "Sales · 1 of 3" in engineer.reads()
    await engineer.answers("ABC")
    assert await levels_kept(engineer) == [[1, 1.5, 2]]


async def test_clicks_for_the_self_check_before_leave_the_new_one_in_its_place(
    engineer: Person,
) -> None:
    await engineer.clicks("E")
    await engineer.types("/rungs assess", where=engineer.channel)
    again, resume = button(engineer, "Start over"), button(engineer, "Continue")
    await engineer.clicks("Continue")
    answer = button(engineer, "D")
    await click_all(engineer, again)
    assert "1 of 3" in engineer.reads()
    for late in (answer, again, resume):
        await click_all(engineer, late)
        assert "1 of 3" in engineer.reads()
    await engineer.answers("AAB")
    result = engineer.reads()
    for late in (answer, again, resume):
        await click_all(engineer, late)
        assert engineer.reads() == result
    assert await levels_kept(engineer) == [[1, 1, 1.5]]


async def test_a_family_chosen_twice_begins_once(newcomer: Person) -> None:
    await newcomer.types("/rungs assess", where=newcomer.channel)
    sales, design = button(newcomer, "Sales"), button(newcomer, "Design")
    await click_all(newcomer, sales, sales)
    assert "Sales · 1 of 3" in newcomer.reads()
    await newcomer.clicks("C")
    await click_all(newcomer, design)
    assert "Sales · 2 of 3" in newcomer.reads()
    assert len(newcomer.messages()) == 1


async def test_two_commands_at_once_lead_to_one_self_check(
    long_stage: Stage, newcomer: Person
) -> None:
    channel = newcomer.channel
    await asyncio.gather(
        *[newcomer.types("/rungs assess engineering", where=channel) for _ in range(2)]
    )
    live = [m for m in newcomer.messages() if "This card has moved" not in shown(m)]
    assert len(live) == 1
    await newcomer.answers("BBB")
    assert await levels_kept(newcomer) == [[1.5, 1.5, 1.5]]


async def test_showing_another_step_twice_advances_once(engineer: Person) -> None:
    await engineer.answers("AAA")
    await engineer.types("/rungs tip", where=engineer.channel)
    before = engineer.reads()
    await click_all(engineer, *[button(engineer, "Show another")] * 2)
    assert engineer.reads() != before
    assert "I'll try it" in [e["text"]["text"] for _, e in buttons(engineer.card)]


async def test_a_step_tried_twice_is_tried(engineer: Person) -> None:
    await engineer.answers("AAA")
    await click_all(engineer, *[button(engineer, "I'll try it")] * 2)
    assert "Done" in [e["text"]["text"] for _, e in buttons(engineer.card)]
