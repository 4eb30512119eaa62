"""`kill -9` at any moment of a self-check: acknowledged answers are kept, and the next click works."""

import asyncio
import random
import signal

from playground.server import Playground
from playground.server import running as playing
from storage.assessments import assessments, given_answers
from storage.database.engine import Database
from tests.process import Process, rungs
from tests.remote_person import RemotePerson
from tests.stage import buttons

LEVELS = {"A": 1.0, "B": 1.5, "C": 2.0, "D": 2.5, "E": 3.0}
RESULT = "Your self-check: Engineering"
LONGEST = 0.12
"""Seconds from a click within which everything about it happens."""


class Candidate(RemotePerson):
    """A person who answers while the process is killed, and remembers what they were shown."""

    def __init__(self, slack: Playground, handle: str) -> None:
        super().__init__(slack, handle)
        self.meant: dict[int, set[float]] = {}

    @property
    def place(self) -> int | None:
        """Return the number of the question on the newest card; None without one."""
        for place in (1, 2, 3):
            if f"Engineering · {place} of 3" in self.reads():
                return place
        return None

    async def go_on(self, letter: str) -> None:
        """Do what a person does next: answer, continue, or ask for the card again."""
        labels = [e["text"]["text"] for _, e in buttons(self.messages[-1])] if self.messages else []
        if self.place:
            await self.answer(letter)
        elif "Continue" in labels:
            await self.clicks("Continue")
        else:
            if RESULT in self.reads():
                self.meant.clear()
            await self.types("/rungs assess engineering")

    async def answer(self, letter: str) -> None:
        place = self.place
        assert place
        self.meant.setdefault(place, set()).add(LEVELS[letter])
        await self.clicks(letter)


async def kill_self_check(database_url: str, *, kills: int, seed: int = 20261120) -> None:
    """Kill `rungs web` so many times while one person takes a self-check, then let them finish it.

    Raises AssertionError when an acknowledged answer is missing or one was stored that was never clicked.
    """
    dice = random.Random(seed)
    database = await Database.open(database_url)
    async with playing(Playground()) as slack:
        ada = Candidate(slack, "ada")
        for _ in range(kills):
            async with rungs("web", slack, database_url=database_url) as process:
                acting = asyncio.create_task(ada.go_on(dice.choice("ABCDE")))
                await asyncio.sleep(dice.random() * LONGEST)
                await killed(process)
                await acting
            await holds_what_was_acknowledged(ada, database)
        async with rungs("web", slack, database_url=database_url):
            await finish(ada, dice)
        await holds_what_was_acknowledged(ada, database)
        await database.close()


async def killed(process: Process) -> None:
    process.send(signal.SIGKILL)
    code, _, errors = await process.ended(within=10)
    assert code == -signal.SIGKILL
    assert "Traceback" not in errors


async def holds_what_was_acknowledged(ada: Candidate, database: Database) -> None:
    """Assert that the answers before the current question are stored, each one of those clicked."""
    async with database.read() as session:
        row = await assessments.get_open(session, ada.key)
        if row is None and ada.meant:
            row = await assessments.latest(session, ada.key)
        kept = list((await given_answers.levels_by_item(session, row)).values()) if row else []
    if not ada.meant:
        assert not kept  # A new one was asked for; the newest card may still be the last result.
        return
    moved_on_to = 4 if RESULT in ada.reads() else ada.place or 1
    assert len(kept) >= moved_on_to - 1
    for place, level in enumerate(kept, start=1):
        assert level in ada.meant[place]


async def finish(ada: Candidate, dice: random.Random) -> None:
    """Go on until the result is shown."""
    async with asyncio.timeout(20):
        while RESULT not in ada.reads():
            before = ada.reads()
            await ada.go_on(dice.choice("ABCDE"))
            for _ in range(50):
                if ada.reads() != before:
                    break
                await asyncio.sleep(0.02)
