"""Next steps: one at a time, and what became of each."""

import pytest

from storage import steps
from storage.assessments import assessments
from storage.database.engine import Database
from storage.steps import Step, StepState
from tests.storage.cast import ADA, COLLEAGUE, NAMESAKE, SALES, minute, tip_named


async def offered(database: Database, tip_id: str, *, number: int = 0) -> Step:
    async with database.write() as session:
        tip = tip_named(tip_id)
        return await steps.offer(session, ADA, tip, assessment_id=None, now=minute(number))


async def mark(database: Database, step: Step, state: StepState, *, number: int = 1) -> bool:
    async with database.write() as session:
        return await steps.mark_current(session, ADA, step.id, state, now=minute(number))


async def states(database: Database) -> dict[str, str]:
    async with database.read() as session:
        return {step.tip_id: step.state for step in await steps.list_steps(session, ADA)}


async def test_an_offer_is_current_and_keeps_its_words(database: Database) -> None:
    async with database.write() as session:
        assessment = await assessments.start(session, ADA, SALES, now=minute(0))
        tip = tip_named("note")
        await steps.offer(session, ADA, tip, assessment_id=assessment.id, now=minute(1))
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


@pytest.mark.parametrize("tried", [False, True])
async def test_another_offer_passes_the_one_before(database: Database, *, tried: bool) -> None:
    first = await offered(database, "first")
    if tried:
        assert await mark(database, first, "trying") is True
    second = await offered(database, "second", number=2)
    async with database.read() as session:
        found = await steps.current(session, ADA)
        assert found is not None
        assert found.id == second.id
    assert await states(database) == {"first": "passed", "second": "offered"}


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
