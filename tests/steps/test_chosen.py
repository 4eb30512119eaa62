"""A step that a member chose stays theirs until they say how it went; what is offered meanwhile waits."""

import asyncio

import pytest

from storage.steps import steps
from tests.agents.register import answer_needs
from tests.checkins.calendar import steps_of
from tests.self_check.ladder import MIXED, climbs
from tests.self_check.test_result import title
from tests.shared_stage import newcomer_of
from tests.stage import LONG_ON_BOTH, Person, Stage, buttons, labels, shown

pytestmark = [pytest.mark.asyncio(loop_scope="module"), LONG_ON_BOTH]

WAITS = "This step waits in line."
DECIDE = ["Done", "Show another", "Not for me"]
TAKE = ["Try this one now", "Show another", "Show my step"]


async def chooses_one(person: Person, letters: str = "AAA", family: str = "engineering") -> str:
    """Finish a self-check and choose its step; return the title."""
    await person.types(f"/rungs assess {family}")
    await person.answers(letters)
    chosen = title(person)
    await person.clicks("I'll try it")
    return chosen


async def climbs_the_ladder(person: Person) -> None:
    await person.types("/rungs assess coding")
    await climbs(person, MIXED)


async def tried(person: Person) -> str:
    """Return the title of the step that `/rungs step` shows, which must be one that is being tried."""
    await person.types("/rungs step")
    assert labels(person.card) == [DECIDE], person.reads()
    return title(person)


async def test_a_result_on_another_ladder_waits_in_line_and_says_so(newcomer: Person) -> None:
    chosen = await chooses_one(newcomer)
    await climbs_the_ladder(newcomer)
    result = newcomer.card
    assert WAITS in shown(result)
    assert f'You are trying "{chosen}", which stays your step' in shown(result)
    assert labels(result)[0] == TAKE
    assert WAITS in result.text
    assert await tried(newcomer) == chosen
    await newcomer.opens_home()
    assert f"*{chosen}*" in newcomer.view_text


async def test_a_result_of_the_same_family_waits_too_and_a_later_one_takes_its_place(
    newcomer: Person,
) -> None:
    chosen = await chooses_one(newcomer)
    for letters in ("BBB", "CCC"):
        await newcomer.types("/rungs assess engineering")
        await newcomer.answers(letters)
        assert WAITS in newcomer.reads()
    assert sorted(step.state for step in await steps_of(newcomer)) == [
        *("passed", "trying", "waiting")
    ]
    assert await tried(newcomer) == chosen


async def test_what_waited_longest_comes_next(newcomer: Person) -> None:
    await chooses_one(newcomer)
    first = newcomer.card
    await climbs_the_ladder(newcomer)
    coding, next_one = newcomer.card, title(newcomer)
    await newcomer.types("/rungs assess sales")
    await newcomer.answers("AAA")
    third = title(newcomer)
    await newcomer.clicks("Done", on=first)
    await newcomer.clicks("Next step", on=first)
    assert "Your self-check: Engineering" in shown(first)
    assert title(newcomer) == next_one
    assert labels(newcomer.card)[0][0] == "I'll try it"
    await newcomer.clicks("Not for me", on=newcomer.card)
    await newcomer.clicks("Next step", on=newcomer.card)
    assert title(newcomer) == third
    await newcomer.clicks("Show my step", on=coding)
    assert title(newcomer) == third


async def test_trying_another_one_now_lets_the_first_wait(newcomer: Person) -> None:
    chosen = await chooses_one(newcomer)
    first = newcomer.card
    await climbs_the_ladder(newcomer)
    other = title(newcomer)
    await newcomer.clicks("Try this one now")
    assert "stays yours until you say how it went" in newcomer.reads()
    assert await tried(newcomer) == other
    # The card of the first one still has its buttons: what they say is kept.
    await newcomer.clicks("Done", on=first)
    assert f"Done: {chosen}." in shown(first)
    assert await tried(newcomer) == other


async def test_looking_at_another_one_keeps_the_chosen_one(newcomer: Person) -> None:
    chosen = await chooses_one(newcomer)
    seen = {chosen}
    for _ in range(3):
        await newcomer.clicks("Show another")
        assert WAITS in newcomer.reads()
        seen.add(title(newcomer))
    assert len(seen) == 4
    assert sorted(step.state for step in await steps_of(newcomer)) == [
        *("passed", "passed", "trying", "waiting")
    ]
    await newcomer.clicks("Show my step")
    assert title(newcomer) == chosen
    assert labels(newcomer.card)[0] == DECIDE


async def test_a_step_that_was_passed_over_can_still_be_chosen(newcomer: Person) -> None:
    await newcomer.types("/rungs assess engineering")
    await newcomer.answers("AAA")
    early, passed = newcomer.card, title(newcomer)
    await climbs_the_ladder(newcomer)
    await newcomer.clicks("I'll try it", on=early)
    assert await tried(newcomer) == passed
    late = next(m for m in newcomer.messages() if "AI coding" in shown(m))
    await newcomer.clicks("I'll try it", on=late)
    assert labels(late)[0] == ["Done", "Show another", "Not for me"]
    assert [step.state for step in await steps_of(newcomer)] == ["trying", "waiting"]


async def test_refusing_or_finishing_another_one_leaves_it(newcomer: Person) -> None:
    await newcomer.types("/rungs assess engineering")
    await newcomer.answers("AAA")
    early = newcomer.card
    stale = {e["text"]["text"]: (early, b, dict(e)) for b, e in buttons(early)}
    await newcomer.clicks("Show another")
    chosen = title(newcomer)
    await newcomer.clicks("I'll try it")
    await newcomer.clicks_element(*stale["Not for me"])
    await newcomer.stage.settle()
    assert [step.state for step in await steps_of(newcomer)] == ["trying", "refused"]
    assert await tried(newcomer) == chosen


async def test_starting_over_and_open_self_checks_leave_it(newcomer: Person) -> None:
    chosen = await chooses_one(newcomer)
    await newcomer.types("/rungs assess engineering")
    await newcomer.clicks("A")
    await newcomer.types("/rungs assess engineering")
    await newcomer.clicks("Start over")
    await newcomer.types("/rungs family sales")
    assert await tried(newcomer) == chosen


async def test_a_grade_of_an_agent_leaves_it(newcomer: Person) -> None:
    chosen = await chooses_one(newcomer)
    await newcomer.types("/rungs agent need Shop", where=newcomer.channel)
    await answer_needs(newcomer, ())
    assert "Shop" in newcomer.reads()
    assert await tried(newcomer) == chosen


async def test_leaving_and_coming_back_leaves_it(newcomer: Person) -> None:
    chosen = await chooses_one(newcomer)
    for what in ("deactivate", "reactivate"):
        await newcomer.stage.playground.lifecycle(what, user=newcomer.id)
        await newcomer.stage.settle()
    assert await tried(newcomer) == chosen


async def test_an_erasure_of_somebody_else_leaves_it(newcomer: Person, long_stage: Stage) -> None:
    chosen = await chooses_one(newcomer)
    other = newcomer_of(long_stage)
    await chooses_one(other)
    await other.types("/rungs forget")
    await other.clicks("Erase everything")
    assert await tried(newcomer) == chosen
    await other.types("/rungs step")
    assert "A next step comes from your own answers" in other.reads()


async def test_simultaneous_clicks_leave_one_chosen_step(newcomer: Person) -> None:
    await newcomer.types("/rungs assess engineering")
    await newcomer.answers("AAA")
    early = newcomer.card
    clicks = {e["text"]["text"]: (b, dict(e)) for b, e in buttons(early)}
    await newcomer.types("/rungs assess sales")
    await newcomer.answers("AA")
    block, last = next((b, e) for b, e in buttons(newcomer.card) if e["text"]["text"] == "A")
    await asyncio.gather(
        newcomer.clicks_element(early, *clicks["I'll try it"]),
        newcomer.clicks_element(newcomer.card, block, last),
        newcomer.clicks_element(early, *clicks["I'll try it"]),
        newcomer.clicks_element(early, *clicks["Show another"]),
    )
    await newcomer.stage.settle()
    states = [step.state for step in await steps_of(newcomer)]
    assert states.count("trying") == 1
    assert "offered" not in states
    await tried(newcomer)


# What "I'll try it" and "Done" answer


async def test_trying_it_says_when_the_next_check_in_comes(newcomer: Person) -> None:
    await chooses_one(newcomer)
    assert "Next check-in: " in newcomer.reads()
    await newcomer.types("/rungs step")
    assert "stays yours until you say how it went" in newcomer.reads()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("/rungs checkin off", "Check-ins are off, so Rungs won't message you on its own.")],
)
async def test_without_check_ins_it_says_so(newcomer: Person, typed: str, expected: str) -> None:
    await newcomer.types("/rungs assess engineering")
    await newcomer.answers("AAA")
    result = newcomer.card
    await newcomer.types(typed)
    await newcomer.clicks("I'll try it", on=result)
    assert expected in shown(result)
    assert "Next check-in" not in shown(result)


async def test_during_a_break_it_names_its_end(newcomer: Person) -> None:
    await newcomer.types("/rungs assess engineering")
    await newcomer.answers("AAA")
    result = newcomer.card
    await newcomer.types("/rungs checkin")
    await newcomer.clicks("Pause for 1 week")
    await newcomer.clicks("I'll try it", on=result)
    assert "Nothing will be sent before " in shown(result)


async def test_done_says_what_was_done_and_every_fifth_looks_back(newcomer: Person) -> None:
    titles = [await chooses_one(newcomer)]
    for count in range(1, 11):
        step = next(step for step in await steps_of(newcomer) if step.state == "trying")
        if count < 10:
            await newcomer.clicks("Done")
        else:
            await newcomer.types("I'm done")
        tip = steps.tip_of(step)
        words = newcomer.reads()
        assert f"*Done: {tip.title}.*" in words
        has_exit = ", or " in tip.done_when
        assert (tip.done_when[1:].rstrip('."') in words) is not has_exit, (
            "nobody knows which it was"
        )
        assert ("That makes five steps. The last five:" in words) is (count == 5)
        assert ("That makes ten steps. The last five:" in words) is (count == 10)
        assert words.count("The last five:") == (count % 5 == 0)
        if count < 10:
            await newcomer.clicks("Next step")
            titles.append(title(newcomer))
            await newcomer.clicks("I'll try it")
    looked_back = newcomer.reads().split("The last five:")[1].strip().splitlines()[:5]
    assert [line.removeprefix("• ").split(", ")[0] for line in looked_back] == [
        one.split(", ")[0] for one in titles[5:]
    ]
    assert all(line.count("day") for line in looked_back)
