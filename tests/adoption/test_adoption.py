"""How many people take part, as admins read it: counted once for a month, and about nobody."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.features.adoption.feature import ADOPTION, count_month, workspaces_to_count
from bot.features.safeguards.views import MINIMUM, SAFEGUARDS, SWITCHED
from storage import adoption
from tests.admin_forms import opens, sends
from tests.checkins.calendar import Season, assessed, season
from tests.stage import BOTH, Person

CREW = ("ada", "omar", "lucia", "tomas", "grace", "sofia")
APRIL, MAY, JUNE = (datetime(2026, month, 1, 6, tzinfo=UTC) for month in (4, 5, 6))


@pytest.fixture
async def spring(stage_url: str) -> AsyncIterator[Season]:
    async with season(stage_url) as ready:
        yield ready


async def counts(spring: Season, at: datetime) -> None:
    """Move the clock there, and run the job where it is due."""
    spring.calendar.now = at
    async with spring.stage.database.read() as session:
        due = await workspaces_to_count(session, now=at)
    deps = replace(spring.stage.bot.deps, now=lambda: at)
    if deps.identity.workspace_id in due:
        assert await count_month(deps) is False


async def crew(spring: Season, handles: tuple[str, ...] = CREW) -> list[Person]:
    """Let these people finish a self-check."""
    people = [spring.stage.person(handle) for handle in handles]
    for person in people:
        await assessed(person)
    return people


async def reads(spring: Season) -> str:
    noah = spring.stage.person("noah")
    await opens(noah, ADOPTION)
    text: str = noah.view_text
    await noah.closes()
    return text


@BOTH
async def test_a_month_is_counted_once_after_it_ends(spring: Season) -> None:
    people = await crew(spring)
    assert "There are no figures yet." in await reads(spring)
    await counts(spring, APRIL)
    assert "There are no figures yet." in await reads(spring)
    await assessed(people[0])
    await counts(spring, MAY)
    told = await reads(spring)
    assert "*April 2026:* of 5–9 people, " in told
    await people[1].types("/rungs forget")
    await people[1].clicks("Erase everything")
    await counts(spring, MAY + timedelta(days=3))
    assert await reads(spring) == told
    async with spring.stage.database.read() as session:
        months = await adoption.list_months(session, people[0].key.workspace_id, limit=9)
    assert [month.month for month, _ in months] == [4]


async def test_nobody_is_named_and_nothing_is_split(spring: Season) -> None:
    people = await crew(spring)
    await counts(spring, MAY)
    told = await reads(spring)
    assert not any(person.id in told or person.name in told for person in people)
    assert not any(word in told for word in ("Engineering", "Sales", "#growth"))


async def test_it_keeps_the_minimum_that_held_in_the_month(spring: Season) -> None:
    await crew(spring)
    noah = spring.stage.person("noah")
    await opens(noah, SAFEGUARDS)
    await sends(noah, **{MINIMUM: "10"})
    spring.calendar.now = datetime(2026, 4, 10, tzinfo=UTC)
    await opens(noah, SAFEGUARDS)
    await sends(noah, **{MINIMUM: "0"})
    await counts(spring, MAY)
    assert "*April 2026:* no figures." in await reads(spring)
    await counts(spring, JUNE)
    assert "*May 2026:* of 5–9 people" in await reads(spring)


async def test_without_figures_there_are_none_here_either(spring: Season) -> None:
    await crew(spring)
    noah = spring.stage.person("noah")
    await counts(spring, MAY)
    assert "of 5–9 people" in await reads(spring)
    await opens(noah, SAFEGUARDS)
    await sends(noah, **{SWITCHED: ["no_figures"]})
    told = await reads(spring)
    assert "Figures are switched off" in told
    assert "5–9" not in told


async def test_members_do_not_see_it(spring: Season) -> None:
    ada = spring.stage.person("ada")
    await opens(ada, ADOPTION)
    assert ada.view is None
