"""`kill -9` at any moment of a ladder: completed cards are kept, and the next click works."""

import asyncio
import random
from typing import Any

from coaching.ladder_score import BEHAVIOR_CHOICES
from playground.server import Playground
from playground.server import running as playing
from storage.assessments import assessments, given_answers
from storage.database.engine import Database
from tests.process import rungs
from tests.remote_person import RemotePerson
from tests.self_check.kills import killed
from tests.self_check.ladder import FRAMEWORK, RESULT, WORDS, place
from tests.stage import buttons

LONGEST = 0.3
"""Seconds within which somebody has chosen on a whole card and gone on."""


class Climber(RemotePerson):
    """A person who answers a ladder while the process is killed, and remembers what they chose."""

    def __init__(self, slack: Playground, handle: str) -> None:
        super().__init__(slack, handle)
        self.meant: dict[str, set[float]] = {}

    @property
    def place(self) -> int | None:
        """Return the number of the newest card; None without one."""
        every = range(1, len(WORDS.levels) + 1)
        return next((number for number in every if place(number) in self.reads()), None)

    async def go_on(self, dice: random.Random) -> None:
        """Do what a person does next: answer the card, continue, or ask for the card again."""
        labels = [e["text"]["text"] for _, e in buttons(self.messages[-1])] if self.messages else []
        if self.place:
            await self.answer(dice)
        elif "Continue" in labels:
            await self.clicks("Continue")
        else:
            if RESULT in self.reads():
                self.meant.clear()
            await self.types("/rungs assess coding")

    async def answer(self, dice: random.Random) -> None:
        """Choose in every menu of the current card, then send what it holds."""
        message = self.messages[-1]
        blocks = [b for b in message.blocks if "options" in b.get("accessory", {})]
        held: dict[str, Any] = {}
        where = {"type": "message", "channel": message.channel, "ts": message.ts}
        for block in blocks:
            menu = block["accessory"]
            at = dice.choice((1, 2, 2, 2, 3, 3))
            self.meant.setdefault(block["block_id"].partition(":")[0], set()).add(
                BEHAVIOR_CHOICES[at]
            )
            choice = {"selected_option": menu["options"][at]}
            held[block["block_id"]] = {menu["action_id"]: choice}
            await self.slack.act(
                self.id, where, block["block_id"], menu["action_id"], chosen=choice, element=menu
            )
        onward = next((b, e) for b, e in buttons(message) if e["text"]["text"] == "Next")
        await self.slack.act(
            self.id, where, onward[0], onward[1]["action_id"], element=onward[1], state=held
        )


async def kill_ladder(database_url: str, *, kills: int, seed: int = 20261121) -> None:
    """Kill `rungs web` so many times while one person takes the ladder, then let them finish it.

    Raises AssertionError when a completed card was not stored as a whole.
    """
    dice = random.Random(seed)
    database = await Database.open(database_url)
    async with playing(Playground()) as slack:
        ada = Climber(slack, "ada")
        for _ in range(kills):
            async with rungs("web", slack, database_url=database_url) as process:
                acting = asyncio.create_task(ada.go_on(dice))
                await asyncio.sleep(dice.random() * LONGEST)
                await killed(process)
                await acting
            await holds_what_was_moved_on_from(ada, database)
        async with rungs("web", slack, database_url=database_url):
            await finish(ada, dice)
        await holds_what_was_moved_on_from(ada, database)
        await database.close()


async def holds_what_was_moved_on_from(ada: Climber, database: Database) -> None:
    """Assert that the cards before the current one are stored as a whole, as they were chosen."""
    async with database.read() as session:
        row = await assessments.get_open(session, ada.key, FRAMEWORK)
        if row is None and ada.meant:
            row = await assessments.latest(session, ada.key, framework=FRAMEWORK)
        kept = await given_answers.levels_by_item(session, row) if row else {}
    if not ada.meant:
        assert not kept  # A new one was asked for; the newest card may still be the last result.
        return
    whole = [card.is_answered(kept) for card in WORDS.cards]
    assert len(kept) == sum(whole) * len(WORDS.cards[0].items)
    assert sum(whole) >= (1 if RESULT in ada.reads() else (ada.place or 1) - 1)
    for item, level in kept.items():
        assert level in ada.meant[item]


async def finish(ada: Climber, dice: random.Random) -> None:
    """Go on until the result is shown."""
    async with asyncio.timeout(20):
        while RESULT not in ada.reads():
            before = ada.reads()
            await ada.go_on(dice)
            for _ in range(50):
                if ada.reads() != before:
                    break
                await asyncio.sleep(0.02)
