"""A checked skill ends after a year: said once, 30 days ahead, also to members without check-ins."""

from datetime import timedelta

from app import REGISTRY, jobs_of
from coaching.knowledge.checked import Checked, needed
from scheduler.clock import run_job
from storage import checkins
from storage.knowledge.checked import checked_of
from storage.notices import is_waiting
from tests.checkins.calendar import MONDAY, Season, assessed
from tests.knowledge.school import takes
from tests.stage import Person

RIGHT = [True] * 8
ENDS = MONDAY + timedelta(days=365)
TOLD = ENDS - timedelta(days=30)


async def notices(spring: Season, person: Person) -> list[str]:
    """Run the job and the sender for three days; return what the person got."""
    (job,) = (job for job in jobs_of(REGISTRY) if job.name == "check_fading")
    before = len(person.messages())
    for _ in range(3 * 8):
        await run_job(job, spring.stage.coach(REGISTRY.kinds, at=spring.calendar.now))
        await spring.stage.run_jobs(REGISTRY.kinds)
        spring.calendar.turn(hours=3)
    return [one.text for one in person.messages()[before:]]


async def test_the_end_is_said_once_30_days_ahead_and_a_new_check_keeps_the_skill(
    spring: Season, ada: Person
) -> None:
    await takes(ada, RIGHT)
    spring.calendar.now = TOLD - timedelta(days=4)
    assert await notices(spring, ada) == []
    spring.calendar.now = TOLD
    (told,) = await notices(spring, ada)
    assert "*Judging output* is checked until Tuesday, March 2. After that" in told
    assert await notices(spring, ada) == []
    await ada.clicks("New check")
    assert "Judging output · question 1" in ada.reads()
    await takes(ada, RIGHT)
    assert await notices(spring, ada) == []
    async with spring.stage.database.read() as session:
        (kept,) = await checked_of(session, ada.key, ENDS)
        assert kept.fades_at > ENDS
        assert await checked_of(session, ada.key, kept.fades_at) == ()


def test_a_tier_or_level_ends_with_the_first_of_its_skills() -> None:
    first, second = Checked("first", MONDAY - timedelta(days=10)), Checked("second", MONDAY)
    assert needed(["first", "second"], [first, second]).fades_at == ENDS - timedelta(days=10)
    assert needed(["first", "second"], [second]).fades_at is None


async def test_a_planned_notice_is_left_out_once_the_skill_is_checked_anew(
    spring: Season, ada: Person
) -> None:
    await takes(ada, RIGHT)
    spring.calendar.now = TOLD
    (job,) = (job for job in jobs_of(REGISTRY) if job.name == "check_fading")
    await run_job(job, spring.stage.coach(REGISTRY.kinds, at=spring.calendar.now))
    async with spring.stage.database.read() as session:
        assert await is_waiting(session, ada.key)
    await takes(ada, RIGHT)
    assert await notices(spring, ada) == []


async def test_what_ends_together_is_told_together_to_somebody_who_wants_no_checkins(
    spring: Season, ada: Person
) -> None:
    await assessed(ada)
    await takes(ada, RIGHT)
    await takes(ada, RIGHT, skill="data-and-safety")
    await ada.types("/rungs checkin off")
    spring.calendar.now = TOLD
    (told,) = await notices(spring, ada)
    assert "*Judging output* is checked until" in told
    assert "*Data and safety* is checked until" in told
    async with spring.stage.database.read() as session:
        since = spring.calendar.now.date() - timedelta(days=7)
        counted = await checkins.sent_days(session, ada.key, since=since, without=REGISTRY.notices)
    assert counted == [], "A notice takes nothing from the budget of messages."
