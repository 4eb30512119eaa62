"""A checked skill ends after a year: said once, 30 days ahead, also to members without check-ins."""

from datetime import timedelta

from app import REGISTRY
from bot.features.knowledge.fading import KIND
from coaching.knowledge.standing import CHECKED_FOR, NOTICE_BEFORE
from storage import checkins
from storage.knowledge.tries import checked_of
from tests.checkins.calendar import MONDAY, Season, assessed
from tests.knowledge.school import takes
from tests.stage import Person

RIGHT = [True] * 8


async def notices(spring: Season, person: Person) -> list[str]:
    """Move to the next notice, and return what the person then got."""
    before = len(person.messages())
    await spring.until_due(person, KIND)
    await spring.stage.run_jobs(REGISTRY.kinds)
    return [one.text for one in person.messages()[before:]]


async def test_the_end_is_said_once_30_days_ahead_and_a_new_check_moves_it(
    spring: Season, ada: Person
) -> None:
    await takes(ada, RIGHT)
    spring.calendar.turn(days=40)
    await takes(ada, RIGHT, skill="data-and-safety")
    (told,) = await notices(spring, ada)
    assert "*Judging output:* checked until Tuesday, March 2. After that" in told
    ends = MONDAY + CHECKED_FOR
    assert abs(spring.calendar.now - (ends - NOTICE_BEFORE)) < timedelta(days=3)
    await ada.clicks("Check Judging output")
    assert "Judging output · question 1" in ada.reads()
    (told,) = await notices(spring, ada)
    assert "*Data and safety:* checked until" in told
    assert (await spring.planned(ada, KIND)).next_due_at is None
    async with spring.stage.database.read() as session:
        left = await checked_of(session, ada.key, spring.calendar.now)
        assert [one.skill for one in left] == ["data-and-safety"]
        assert await checked_of(session, ada.key, spring.calendar.now + CHECKED_FOR) == ()


async def test_skills_that_end_together_are_told_together_to_somebody_who_wants_no_checkins(
    spring: Season, ada: Person
) -> None:
    await assessed(ada)
    await takes(ada, RIGHT)
    await takes(ada, RIGHT, skill="data-and-safety")
    await ada.types("/rungs checkin off")
    (told,) = await notices(spring, ada)
    assert "*Judging output and Data and safety:*" in told
    async with spring.stage.database.read() as session:
        since = spring.calendar.now.date() - timedelta(days=7)
        counted = await checkins.sent_days(session, ada.key, since=since, without=REGISTRY.notices)
    assert counted == [], "A notice takes nothing from the budget of messages."
