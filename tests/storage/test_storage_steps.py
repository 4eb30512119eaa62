"""Next steps: one at a time, and what became of each."""

import asyncio

import pytest

from storage.assessments import assessments
from storage.database.engine import Database
from storage.steps import step_offers, steps
from storage.steps.steps import Step, StepState
from tests.coaching.ladders import ladder
from tests.storage.cast import ADA, COLLEAGUE, NAMESAKE, SALES, minute, tip_named


async def offered(database: Database, tip_id: str, *, number: int = 0) -> Step:
    async with database.write() as session:
        tip = tip_named(tip_id)
        return await step_offers.offer(session, ADA, tip, assessment_id=None, now=minute(number))


async def mark(database: Database, step: Step, state: StepState, *, number: int = 1) -> bool:
    async with database.write() as session:
        return await steps.mark_current(session, ADA, step.id, state, now=minute(number))


async def chosen(database: Database, step: Step) -> bool:
    async with database.write() as session:
        return await step_offers.choose(session, ADA, step.id, now=minute(1))


async def states(database: Database) -> dict[str, str]:
    async with database.read() as session:
        return {step.tip_id: step.state for step in await steps.list_steps(session, ADA)}


async def test_an_offer_is_current_and_keeps_its_words(database: Database) -> None:
    async with database.write() as session:
        assessment = await assessments.start(session, ADA, SALES, now=minute(0))
        tip = tip_named("note")
        await step_offers.offer(session, ADA, tip, assessment_id=assessment.id, now=minute(1))
    async with database.read() as session:
        step = await steps.current(session, ADA)
        assert step is not None
        assert steps.tip_of(step) == tip
        assert (step.state, step.created_at, step.changed_at) == ("offered", minute(1), minute(1))
        assert (step.assessment_id, step.family, step.question) == (
            assessment.id,
            "sales",
            "starting",
        )
        assert await steps.current(session, COLLEAGUE) is None
        assert await steps.current(session, NAMESAKE) is None


async def test_another_offer_passes_the_one_before(database: Database) -> None:
    await offered(database, "first")
    second = await offered(database, "second", number=2)
    async with database.read() as session:
        found = await steps.current(session, ADA)
        assert found is not None
        assert found.id == second.id
    assert await states(database) == {"first": "passed", "second": "offered"}


async def test_behind_a_step_that_is_tried_another_offer_waits(database: Database) -> None:
    first = await offered(database, "first")
    assert await chosen(database, first) is True
    second = await offered(database, "second", number=2)
    assert second.state == "waiting"
    async with database.read() as session:
        found = await steps.current(session, ADA)
        assert found is not None
        assert found.id == first.id
        assert [step.id for step in await step_offers.list_waiting(session, ADA)] == [second.id]
        assert (await steps.tip_history(session, ADA)).trying == "first"
    async with database.write() as session:
        assert not await step_offers.offer_waiting(session, ADA, second, now=minute(3))
        await steps.settle(session, ADA, first.id, "done", now=minute(4))
        assert await step_offers.offer_waiting(session, ADA, second, now=minute(5))
    assert await states(database) == {"first": "done", "second": "offered"}


async def test_each_framework_has_one_step_in_line_and_an_older_result_takes_none_away(
    database: Database,
) -> None:
    async with database.write() as session:
        early = await assessments.start(session, ADA, SALES, now=minute(0))
        await assessments.complete(session, early, tier=1, floor=1, spread=0, now=minute(1))
        other = await assessments.start(session, ADA, ladder(2), now=minute(2))
        late = await assessments.start(session, ADA, SALES, now=minute(3))
        kept = await step_offers.offer(
            session, ADA, tip_named("tried"), assessment_id=early.id, now=minute(4)
        )
        await step_offers.choose(session, ADA, kept.id, now=minute(4))
        results = {"a": early, "b": other, "c": late, "d": early}
        for place, (name, result) in enumerate(results.items(), start=5):
            tip = tip_named(name)
            await step_offers.offer(session, ADA, tip, assessment_id=result.id, now=minute(place))
        assert [step.tip_id for step in await step_offers.list_waiting(session, ADA)] == list("bcd")
        tip = tip_named("e")
        await step_offers.offer(session, ADA, tip, assessment_id=late.id, now=minute(9))
        assert [step.tip_id for step in await step_offers.list_waiting(session, ADA)] == list("be")
        assert (await steps.tip_history(session, ADA)).trying == "tried"


@pytest.mark.parametrize(
    ("state", "with_another", "expected"),
    [
        ("offered", False, ("trying", None)),
        ("passed", False, ("trying", None)),
        ("passed", True, ("waiting", "trying")),
        ("waiting", True, ("trying", "waiting")),
        ("done", True, ("done", "trying")),
        ("refused", True, ("refused", "trying")),
    ],
)
async def test_choosing_loses_no_step(
    database: Database, state: StepState, *, with_another: bool, expected: tuple[str, str | None]
) -> None:
    step = await offered(database, "this")
    if with_another:
        await mark(database, step, "passed")
        await chosen(database, await offered(database, "other", number=1))
    async with database.write() as session:
        if state != "offered":
            await steps.set_state(session, ADA, step.id, state, now=minute(2))
    assert await chosen(database, step) is (state not in ("done", "refused"))
    found = await states(database)
    assert (found["this"], found.get("other")) == expected


async def test_processes_that_choose_and_offer_at_once_leave_one_current_step(
    database: Database,
) -> None:
    first = await offered(database, "first")
    await chosen(database, first)
    waiting = await offered(database, "waiting")
    await mark(database, first, "refused")
    passed = await offered(database, "passed")

    async def next_in_line() -> None:
        async with database.write() as session:
            await step_offers.offer_waiting(session, ADA, waiting, now=minute(2))

    await asyncio.gather(
        *(next_in_line() for _ in range(3)),
        *(offered(database, f"new-{number}", number=2) for number in range(3)),
        *(chosen(database, step) for step in (waiting, passed, waiting)),
    )
    found = await states(database)
    assert sum(state in ("offered", "trying") for state in found.values()) == 1
    assert "trying" in found.values()


@pytest.mark.parametrize("engine_name", ["postgres"])
@pytest.mark.parametrize("finished", ["tried", "waiting"])
async def test_what_another_process_says_meanwhile_is_kept_when_a_step_is_chosen(
    database: Database, finished: str
) -> None:
    named = {"tried": await offered(database, "tried")}
    await chosen(database, named["tried"])
    named["waiting"] = await offered(database, "waiting", number=1)
    async with database.write() as session:
        await steps.settle(session, ADA, named[finished].id, "done", now=minute(2))
        choosing = asyncio.create_task(chosen(database, named["waiting"]))
        await asyncio.wait([choosing], timeout=0.2)
        assert not choosing.done()
    assert await choosing is (finished == "tried")
    kept = {"tried": "done", "waiting": "trying"}
    assert await states(database) == (
        kept if finished == "tried" else {"tried": "trying", "waiting": "done"}
    )


@pytest.mark.parametrize("engine_name", ["postgres"])
async def test_a_step_that_is_chosen_meanwhile_is_not_passed_by_one_that_waits(
    database: Database,
) -> None:
    first = await offered(database, "first")
    await chosen(database, first)
    waiting = await offered(database, "waiting", number=1)
    await mark(database, first, "done")
    shown = await offered(database, "shown", number=2)

    async def next_in_line() -> bool:
        async with database.write() as session:
            return await step_offers.offer_waiting(session, ADA, waiting, now=minute(3))

    async with database.write() as session:
        await steps.mark_current(session, ADA, shown.id, "trying", now=minute(3))
        offering = asyncio.create_task(next_in_line())
        await asyncio.wait([offering], timeout=0.2)
        assert not offering.done()
    assert await offering is False
    assert await states(database) == {"first": "done", "waiting": "waiting", "shown": "trying"}


async def test_a_step_is_tried_and_done_once(database: Database) -> None:
    step = await offered(database, "note")
    assert await mark(database, step, "trying") is True
    assert await mark(database, step, "trying") is False
    assert await mark(database, step, "done", number=5) is True
    assert await mark(database, step, "refused") is False
    assert await mark(database, step, "trying") is False
    async with database.read() as session:
        found = await steps.get(session, ADA, step.id)
        assert found is not None
        assert (found.state, found.changed_at) == ("done", minute(5))
        assert await steps.current(session, ADA) is None


async def test_nobody_marks_the_step_of_somebody_else(database: Database) -> None:
    step = await offered(database, "note")
    async with database.write() as session:
        for stranger in (COLLEAGUE, NAMESAKE):
            assert await steps.get(session, stranger, step.id) is None
            assert (
                await steps.mark_current(session, stranger, step.id, "done", now=minute(1)) is False
            )
    assert await states(database) == {"note": "offered"}


async def test_used_are_the_done_and_refused_in_that_order(database: Database) -> None:
    ends: tuple[tuple[str, StepState, int], ...] = (
        ("refused", "refused", 3),
        ("passed", "passed", 2),
        ("done", "done", 9),
    )
    for place, (tip_id, state, number) in enumerate(ends):
        step = await offered(database, tip_id, number=place)
        assert await mark(database, step, state, number=number) is True
    await offered(database, "now", number=10)
    async with database.read() as session:
        past = await steps.tip_history(session, ADA)
        assert past.used == ["refused", "done"]
        assert past.done == {"done"}
        assert past.shown == ["refused", "passed", "done", "now"]
        assert (await steps.tip_history(session, NAMESAKE)).used == []


async def test_steps_of_the_same_moment_keep_their_order(database: Database) -> None:
    ids = [f"tip-{number}" for number in range(12)]
    for tip_id in ids:
        await offered(database, tip_id)
    async with database.read() as session:
        assert (await steps.tip_history(session, ADA)).shown == ids
        newest = await steps.list_steps(session, ADA, limit=3)
        assert [step.tip_id for step in newest] == ids[:-4:-1]
