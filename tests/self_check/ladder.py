"""Answering the AI-coding self-check card by card."""

from collections.abc import Sequence

from coaching.ladder_score import Ladder
from storage.assessments import assessments, given_answers
from storage.assessments.assessments import Assessment
from tests.stage import Person, built_in

FRAMEWORK = "ai-coding"
LADDER = built_in().ladders[FRAMEWORK]
WORDS: Ladder = LADDER.words
CHOICES = WORDS.choices
HELD = "2222"
"""Answers to a card on which every behavior is held."""

MIXED = "2012"
"""Answers to a card on which the second and the third behavior are not held."""

RESULT = f"Your self-check: {WORDS.title}"


def place(number: int) -> str:
    """Return the heading of a card of the ladder."""
    return f"{WORDS.title} · Card {number} of up to {len(WORDS.levels)}"


async def picks(person: Person, numbers: str) -> None:
    """Choose on the newest card, behavior by behavior: 0 not yet … 3 I teach it, "-" leaves it open."""
    for letter, number in zip("ABCDEF", numbers, strict=False):
        if number != "-":
            await person.picks(letter, int(number))


async def climbs(person: Person, *cards: str) -> None:
    """Answer these cards one after another."""
    for numbers in cards:
        await picks(person, numbers)
        await person.clicks("Next")


async def results_of(person: Person) -> Sequence[Assessment]:
    """Return the finished self-checks of the ladder, newest first."""
    async with person.stage.database.read() as session:
        return await assessments.history(session, person.key, framework=FRAMEWORK)


async def answers_kept(person: Person) -> list[str]:
    """Return the answers of every finished self-check of the ladder as numbers, newest first."""
    async with person.stage.database.read() as session:
        return [
            "".join(
                f"{level:g}"
                for level in (await given_answers.levels_by_item(session, row)).values()
            )
            for row in await assessments.history(session, person.key, framework=FRAMEWORK)
        ]
