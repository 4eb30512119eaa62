"""Polling: wait for a condition, and answer a card again when a fault of Slack swallowed the click."""

import asyncio
import time
from collections.abc import Callable

from storage.assessments import assessments, given_answers
from tests.stage import Person

RESULT = "Your self-check"


async def until(is_so: Callable[[], bool], *, within: float = 20, what: str = "it") -> None:
    """Poll until the condition is true; fails after `within` seconds."""
    deadline = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < deadline, f"Waited {within} s for {what} in vain."
        await asyncio.sleep(0.02)


async def answer_patiently(person: Person, letters: str, *, family: str = "Engineering") -> None:
    """Answer question by question; repeat a click only while the card still shows the same question."""
    total = len(letters)
    for place, letter in enumerate(letters, start=1):
        asked = f"{family} · {place} of {total}"
        await until(lambda a=asked: any_shows(person, a), what=asked)  # type: ignore[misc]
        for _ in range(10):
            if not any_shows(person, asked):
                break
            await person.clicks("None of these yet" if letter == "-" else letter)
    await until(lambda: any_shows(person, RESULT), what="the result")


def any_shows(person: Person, words: str) -> bool:
    """Return whether the newest message contains these words."""
    return bool(person.messages()) and words in person.reads()


async def levels_kept(person: Person) -> list[list[float]]:
    """Return the answers of every finished self-check, newest first."""
    database = person.stage.database
    async with database.read() as session:
        return [
            list((await given_answers.levels_by_item(session, row)).values())
            for row in await assessments.history(session, person.key)
        ]
