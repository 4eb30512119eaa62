"""Months with two profiles: check-ins alternate, and each self-check is offered again."""

from collections.abc import AsyncIterator

import pytest

from storage.steps import steps
from tests.checkins.calendar import Season, assessed, season
from tests.self_check.ladder import (
    CHOICES,
    FRAMEWORK,
    HELD,
    LADDER,
    MIXED,
    WORDS,
    climbs,
    picks,
    place,
)
from tests.stage import Person, labels

FIRST = WORDS.levels[0].behaviors


@pytest.fixture
async def spring(sqlite_url: str) -> AsyncIterator[Season]:
    async with season(sqlite_url) as ready:
        yield ready


@pytest.fixture
async def ada(spring: Season) -> Person:
    return spring.stage.person("ada")


async def climbed(person: Person, *cards: str) -> None:
    """Finish a self-check of the ladder."""
    await person.types("/rungs assess coding")
    await climbs(person, *cards)


async def test_a_check_in_asks_about_the_practice_and_offers_the_next(
    spring: Season, ada: Person
) -> None:
    await climbed(ada, MIXED)
    await ada.clicks("I'll try it")
    said = await spring.comes(ada)
    assert said.startswith('How did "')
    assert LADDER.practices(FIRST[1].id).title in said
    await ada.clicks("Done")
    assert f"It was about {FIRST[1].topic}." in ada.reads()
    assert "tier" not in ada.reads()
    step = await current(ada)
    assert step == (FRAMEWORK, FIRST[2].id)


async def test_check_ins_take_turns_between_the_profiles(spring: Season, ada: Person) -> None:
    await assessed(ada, "AAA")
    await climbed(ada, MIXED)
    frameworks = []
    for _ in range(4):
        frameworks.append(FRAMEWORK if (await current(ada))[0] == FRAMEWORK else "role-families")
        await ada.clicks("I'll try it")
        await spring.comes(ada)
        await ada.clicks("Done")
    assert frameworks == [FRAMEWORK, "role-families"] * 2


async def test_an_offer_names_what_it_is_about(spring: Season, ada: Person) -> None:
    await climbed(ada, MIXED)
    await ada.clicks("Not for me")
    said = await spring.comes(ada)
    assert f"step about {FIRST[2].topic}." in said


async def test_a_reason_leads_to_another_step_of_the_same_profile(
    spring: Season, ada: Person
) -> None:
    await assessed(ada, "AAA")
    await climbed(ada, MIXED)
    await spring.comes(ada)
    await ada.clicks("Not for me")
    await ada.clicks("Wrong task")
    assert await current(ada) == (FRAMEWORK, FIRST[2].id)


async def test_two_refusals_offer_the_topics_of_the_ladder(spring: Season, ada: Person) -> None:
    await climbed(ada, MIXED)
    await spring.comes(ada)
    await ada.clicks("Not for me")
    await ada.clicks("Skip")
    await spring.comes(ada)
    await ada.clicks("Not for me")
    assert "Which topic would suit you better?" in ada.reads()
    topic = FIRST[3].topic
    await ada.chooses(topic[:1].upper() + topic[1:])
    assert await current(ada) == (FRAMEWORK, FIRST[3].id)


async def test_the_ladder_is_offered_again_after_ninety_days(spring: Season, ada: Person) -> None:
    await climbed(ada, HELD, MIXED)
    said = await spring.comes(ada, "reassess")
    assert said.startswith(
        "Take a new self-check: AI coding (up to four cards, about five minutes,"
    )
    assert "level" not in said
    assert labels(ada.card)[0] == ["Start: AI coding", "No, thanks", "Fewer of these"]
    await ada.clicks("Start: AI coding")
    assert place(1) in ada.reads()


async def test_one_message_offers_both_self_checks(spring: Season, ada: Person) -> None:
    await assessed(ada, "AAA")
    spring.calendar.turn(days=20)
    await climbed(ada, MIXED)
    said = await spring.comes(ada, "reassess")
    assert said.startswith(
        "Take a new self-check: Engineering (three questions, about two minutes,"
    )
    assert ", or AI coding (up to four cards" in said
    assert labels(ada.card)[0][:2] == ["Start: Engineering", "Start: AI coding"]
    await ada.clicks("Start: Engineering")
    assert "Engineering · 1 of 3" in ada.reads()


async def test_a_younger_self_check_waits_for_its_own_time(spring: Season, ada: Person) -> None:
    await assessed(ada, "AAA")
    spring.calendar.turn(days=60)
    await climbed(ada, MIXED)
    said = await spring.comes(ada, "reassess")
    assert said.startswith("Take a new self-check: three questions, about two minutes.")
    assert "AI coding" not in said
    await ada.clicks("Start the self-check")
    await ada.answers("BBB")
    said = await spring.comes(ada, "reassess")
    assert "AI coding (up to four cards" in said


async def test_an_unfinished_ladder_is_reminded_of_once(spring: Season, ada: Person) -> None:
    await ada.types("/rungs assess coding")
    await climbs(ada, HELD)
    await picks(ada, "3---")
    said = await spring.comes(ada, "reminder")
    assert said.startswith("Continue your self-check: AI coding, one of up to four cards answered.")
    await ada.clicks("Continue")
    assert place(2) in ada.reads()
    assert f"({CHOICES[3]})" in ada.card.text
    await climbs(ada, MIXED)
    assert (await spring.planned(ada, "reminder")).next_due_at is None


async def current(person: Person) -> tuple[str | None, str | None]:
    """Return the family and the question of the current step."""
    async with person.stage.database.read() as session:
        step = await steps.current(session, person.key)
    assert step is not None
    return step.family, step.question
