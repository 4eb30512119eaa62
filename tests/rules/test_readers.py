"""How many read the rules: counted once, late and with chance, so that nobody's reading is given away."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import count, product
from random import Random

import pytest

from app import REGISTRY, jobs_of
from coaching.rules import READ, share_of_readers
from coaching.team_digest.disclosure import KEPT, YES_OR_NO, shuffled
from coaching.team_digest.figures import SHARE_NAMES, Share
from scheduler.clock import run_job
from storage import rules, workspaces
from tests.checkins.calendar import Season, season
from tests.rules.office import admin_line, opens_form, sends, writes
from tests.stage import Person

SECRET = "a secret"
Course = tuple[bool, ...]
"""Whether the target read each version."""


def somebody(number: int, *, swapped: bool) -> str:
    """Return the id of a person whose shuffle is known: their reading counts as it is, or as its opposite."""
    order = YES_OR_NO[::-1] if swapped else YES_OR_NO
    found = (f"U{number}x{each}" for each in count())
    return next(user for user in found if shuffled(SECRET, user, READ, YES_OR_NO) == order)


OTHERS = [somebody(number, swapped=number % 5 == 4) for number in range(12)]
TARGET = {False: somebody(99, swapped=False), True: somebody(99, swapped=True)}
SHUFFLES = {False: KEPT, True: 1 - KEPT}


def beliefs(courses: Sequence[Course], crowd: Sequence[set[str]], others: Sequence[str]) -> float:
    """Return how sure somebody can be of what the target read who knows everything else.

    `crowd` are the others who read each version. Each course is as likely as any other beforehand.
    """
    chances: defaultdict[tuple[object, ...], defaultdict[Course, float]] = defaultdict(
        lambda: defaultdict(float)
    )
    for course, (swapped, chance) in product(courses, SHUFFLES.items()):
        target = TARGET[swapped]
        told = tuple(
            share_of_readers(
                SECRET, [*others, target], readers | ({target} if read else set()), minimum=3
            )
            for read, readers in zip(course, crowd, strict=True)
        )
        chances[told][course] += chance
    surest = 0.0
    for fitting in chances.values():
        total = sum(fitting.values())
        for at in range(len(crowd)):
            read = sum(chance for course, chance in fitting.items() if course[at]) / total
            known = len({course[at] for course in courses}) == 1
            surest = max(surest, 0.0 if known else max(read, 1 - read))
    return surest


def crowds(random: Random, versions: int) -> tuple[list[set[str]], list[str]]:
    others = random.sample(OTHERS, random.randint(2, len(OTHERS)))
    return [
        set(random.sample(others, random.randint(0, len(others)))) for _ in range(versions)
    ], others


ANY = [*product((True, False), repeat=3)]
MONOTONE = [(False,) * none + (True,) * (3 - none) for none in range(4)]
UNREAD_FIRST = [(False, *rest) for rest in product((True, False), repeat=2)]


def surest(courses: Sequence[Course]) -> float:
    random = Random(5)
    return max(beliefs(courses, *crowds(random, 3)) for _ in range(300))


def test_one_count_of_each_version_leaves_a_doubt_of_one_in_five() -> None:
    assert surest(ANY) == pytest.approx(KEPT)


@pytest.mark.parametrize("courses", [MONOTONE, UNREAD_FIRST], ids=["each month", "at once"])
def test_two_counts_of_a_version_or_one_right_after_saving_would_give_it_away(
    courses: Sequence[Course],
) -> None:
    assert surest(courses) == pytest.approx(1)


def test_a_share_depends_on_how_many_there_are_and_not_on_who_read() -> None:
    for size, readers in product(range(1, 8), (set(), set(OTHERS))):
        told = share_of_readers(SECRET, OTHERS[:size], readers, minimum=5)
        assert (told is None) == (size < 5)


async def counted(spring: Season) -> None:
    """Run the job that counts readers, as the clock does."""
    (job,) = (job for job in jobs_of(REGISTRY) if job.name == "rules_readers")
    await run_job(job, spring.stage.coach({}))


async def seen_by_an_admin_who_saves_every_hour(spring: Season, reads: bool) -> list[str]:
    """Return all that an admin is shown who saves a version every hour, to see whether Ada reads it."""
    admin, told = spring.stage.person("noah"), []
    await writes(admin)
    for hour in range(6):
        spring.calendar.turn(hours=1)
        if reads and hour == 2:
            await says_read(spring.stage.person("ada"))
        elif hour == 2:
            await spring.stage.person("ada").types("/rungs rules")
        await counted(spring)
        told.append(await admin_line(admin))
        await opens_form(admin)
        await sends(admin, line_1=f"Ask first, {hour}.")
        told.append(admin.reads())
    return told


async def says_read(person: Person) -> None:
    await person.types("/rungs rules")
    await person.clicks("I've read this")


async def test_versions_saved_every_hour_tell_an_admin_nothing(stage_url: str) -> None:
    seen = []
    for reads in (True, False):
        async with season(stage_url) as spring:
            seen.append(await seen_by_an_admin_who_saves_every_hour(spring, reads))
            assert all(one.readers is None for one in await versions(spring))
    # Only the numbers of the versions differ, because both worlds are in one database.
    with_reading, without = ([line.partition(".")[2] for line in lines] for lines in seen)
    assert with_reading == without
    assert not any("After 30 days" in line for line in with_reading)


async def versions(spring: Season) -> Sequence[rules.RulesVersion]:
    async with spring.stage.database.read() as session:
        return await rules.list_versions(session, spring.stage.playground.workspace.id)


async def test_after_30_days_it_is_counted_once(stage_url: str) -> None:
    async with season(stage_url) as spring:
        admin = spring.stage.person("noah")
        await writes(admin)
        crew = [one for one in spring.stage.playground.workspace.members() if not one.bot][:7]
        people = [spring.stage.person(one.handle) for one in crew]
        for person in people[:6]:
            await says_read(person)
        await people[6].types("/rungs assess engineering")
        spring.calendar.turn(days=29)
        await counted(spring)
        assert "How many read it is counted once, on Wednesday, April 1." in await admin_line(admin)
        spring.calendar.turn(days=2)
        await says_read(people[6])
        await counted(spring)
        (version,) = await versions(spring)
        async with spring.stage.database.read() as session:
            known, readers = await rules.people_and_readers(session, version)
        assert people[6].id in known
        assert set(readers) == {one.id for one in people[:6]}
        line = await admin_line(admin)
        share = SHARE_NAMES[Share(version.readers or "")]
        assert f"After 30 days, {share} of the 5–9 people who use Rungs here had" in line
        assert "mixed with chance" in line
        spring.calendar.turn(days=60)
        for person in people[:6]:
            await person.types("/rungs forget")
            await person.clicks("Erase everything")
        await counted(spring)
        assert (await versions(spring))[0] == version


async def test_a_workspace_that_took_the_app_away_is_counted_once_it_is_back(
    stage_url: str,
) -> None:
    async with season(stage_url) as spring:
        admin, here = spring.stage.person("noah"), spring.stage.playground.workspace
        await writes(admin)
        for person in [one for one in here.members() if not one.bot][:6]:
            await says_read(spring.stage.person(person.handle))
        async with spring.stage.database.write() as session:
            await workspaces.disconnect(session, here.id, reason="gone", now=spring.calendar.now)
        spring.calendar.turn(days=31)
        await counted(spring)
        assert [one.counted_at for one in await versions(spring)] == [None]
        async with spring.stage.database.write() as session:
            await workspaces.connect(session, here.id, here.name, now=spring.calendar.now)
        await counted(spring)
        assert [one.readers is None for one in await versions(spring)] == [False]


async def test_a_version_that_was_replaced_sooner_is_never_counted(stage_url: str) -> None:
    async with season(stage_url) as spring:
        admin = spring.stage.person("noah")
        await writes(admin)
        for person in [one for one in spring.stage.playground.workspace.members() if not one.bot][
            :6
        ]:
            await says_read(spring.stage.person(person.handle))
        spring.calendar.turn(days=20)
        await writes(admin, line_1="Ask first.")
        spring.calendar.turn(days=60)
        await counted(spring)
        newest, replaced = await versions(spring)
        assert newest.readers is not None
        assert replaced.readers is None


async def test_fewer_than_five_people_have_no_figure(stage_url: str) -> None:
    async with season(stage_url) as spring:
        admin = spring.stage.person("noah")
        await writes(admin)
        await says_read(admin)
        spring.calendar.turn(days=31)
        await counted(spring)
        line = await admin_line(admin)
        assert "There is no figure: after 30 days, fewer than five people used Rungs here." in line
