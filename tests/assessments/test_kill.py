"""Processes that are killed, stopped or cut off from the database during assessments about agents."""

import asyncio
import random
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy import text

from playground.server import Playground
from playground.server import running as playing
from storage.database.engine import Database
from tests.agents.register import CHANNEL
from tests.assessments.conversations import (
    GRADING,
    NEEDS,
    STORIES,
    Story,
    answers,
    begins,
    button,
    click,
    drawn,
    grades_of,
    newest,
    place_of,
    said,
)
from tests.assessments.test_duplicate_deliveries import is_ours, lines
from tests.eventually import until
from tests.process import rungs
from tests.remote_person import RemotePerson
from tests.scheduler.notes import Clock
from tests.scheduler.recovery import catches_up
from tests.self_check.kills import killed
from tests.slack.test_shutdown import stopped
from tests.stage import BOTH, Stage, buttons, shown, staged

KILLS = 2
PEOPLE = ("omar", "noah", "grace")
"""Who climbs the ladder, who grades, and who asks about a project."""

LONGEST = 0.12
"""Seconds from a click within which everything about it happens."""

TABLES = "member, assessment, answer, wording"
HELD = 1.0
"""Seconds for which nobody gets to these."""

IN_TIME = 3
"""Seconds that Slack waits for an acknowledgement."""


class Asker(RemotePerson):
    """A person who goes on with one assessment while the process is killed."""

    def __init__(self, slack: Playground, handle: str, story: Story) -> None:
        super().__init__(slack, handle)
        self.story = story

    @property
    def has_card(self) -> bool:
        return any(m.only_for is None for m in said(self.slack, self.id))

    @property
    def is_done(self) -> bool:
        return self.has_card and self.story.result in shown(newest(self.slack, self.id))

    async def go_on(self, choice: int) -> None:
        """Do what a person does next: answer the card, continue, or ask for the card again."""
        card = newest(self.slack, self.id) if self.has_card else None
        labels = [e["text"]["text"] for _, e in buttons(card)] if card else []
        if card and place_of(card):
            await click(self.slack, self.id, drawn(card, choice))
        elif card and "Continue" in labels:
            await click(self.slack, self.id, button(card, "Continue"))
        else:
            await self.slack.command(self.id, CHANNEL, self.story.command)

    async def finish(self) -> None:
        """Go on until the result is shown."""
        async with asyncio.timeout(20):
            while not self.is_done:
                before = self.seen()
                await self.go_on(self.story.well)
                for _ in range(50):
                    if self.seen() != before:
                        break
                    await asyncio.sleep(0.02)

    def seen(self) -> list[str]:
        return [shown(m) for m in said(self.slack, self.id)]

    async def holds_what_was_acknowledged(self, database: Database) -> None:
        """Assert that the cards before the current one are stored, and that a result stays."""
        if not self.has_card:
            return
        place = place_of(newest(self.slack, self.id)) or 1
        rows = await self.story.rows(database, self.key)
        if self.is_done:
            assert any(row.state == "completed" for row in rows)
        elif rows:
            assert await self.story.places_kept(database, self.key) >= place - 1


async def test_kills_lose_nothing_and_grade_nothing_twice(postgres_url: str) -> None:
    dice = random.Random(20261121)
    database = await Database.open(postgres_url)
    async with playing(Playground()) as slack:
        await brings_to_the_last_card(slack, postgres_url)
        people = [Asker(slack, "noah", GRADING), Asker(slack, "grace", NEEDS)]
        for _ in range(KILLS):
            async with rungs("web", slack, database_url=postgres_url) as process:
                acting = asyncio.gather(*(one.go_on(dice.choice((0, 1, 2))) for one in people))
                await asyncio.sleep(dice.random() * LONGEST)
                await killed(process)
                await acting
            for one in people:
                await one.holds_what_was_acknowledged(database)
        async with rungs("web", slack, database_url=postgres_url):
            for one in people:
                await one.finish()
        await a_clock_goes_on(slack, postgres_url)
        await every_ending_has_its_grade(people[0], database)
    await database.close()


async def brings_to_the_last_card(slack: Playground, url: str) -> None:
    """Answer up to one click before the result."""
    async with staged(url, playground=slack) as stage:
        await is_ours(stage, stage.person("noah"))
        for handle, story in (("noah", GRADING), ("grace", NEEDS)):
            card = await begins(stage.person(handle), story)
            await answers(stage.person(handle), [story.well] * (story.cards - 1), on=card)


async def a_clock_goes_on(slack: Playground, url: str) -> None:
    """Run another scheduler two minutes later."""
    clock = Clock(datetime.now(UTC))
    async with staged(url, playground=slack, now=clock) as stage:
        await catches_up(stage, clock)


async def every_ending_has_its_grade(noah: Asker, database: Database) -> None:
    """Assert one grade for each finished grading, and one line in the channel for each grade."""
    ended = [r for r in await GRADING.rows(database, noah.key) if r.state == "completed"]
    graded = await grades_of(database)
    assert len(graded) == len(ended) >= 1
    channel = noah.slack.workspace.conversations[CHANNEL]
    told = [m for m in channel.messages.values() if m.by_app and " graded " in m.text]
    assert len(told) == len(graded)


async def test_acknowledged_answers_are_kept_when_the_process_stops(
    sqlite_url: str,
) -> None:
    async with playing(Playground()) as slack:
        people = [RemotePerson(slack, handle) for handle in PEOPLE]
        async with staged(sqlite_url, playground=slack) as stage:
            await is_ours(stage, stage.person("noah"))
            for handle, story in zip(PEOPLE, STORIES, strict=True):
                card = await begins(stage.person(handle), story)
                before = story.cards - 1 if story is GRADING else 1
                await answers(stage.person(handle), [story.well] * before, on=card)
        async with rungs("web", slack, database_url=sqlite_url) as process:
            slack.faults.add("chat.update", "slow_before", times=3, seconds=1.5)
            for one, story in zip(people, STORIES, strict=True):
                card = newest(slack, one.id)
                assert (await click(slack, one.id, drawn(card, story.well))).ok
            await stopped(process)
        assert [place_of(newest(slack, one.id)) for one in people] == [3, None, 3]
        assert GRADING.result in shown(newest(slack, people[1].id))
        assert len(lines(stage, " graded ")) == 1
        database = await Database.open(sqlite_url)
        assert len(await grades_of(database)) == 1
        await database.close()


@BOTH
async def test_clicks_are_acknowledged_while_the_database_is_unreachable(
    stage: Stage, stage_url: str
) -> None:
    slack, people = stage.playground, [stage.person(one) for one in PEOPLE]
    await is_ours(stage, people[1])
    cards = [await begins(one, story) for one, story in zip(people, STORIES, strict=True)]
    clicks = [drawn(card, story.well) for card, story in zip(cards, STORIES, strict=True)]
    async with nobody_gets_to(stage_url):
        started = time.monotonic()
        for person, one in zip(people, clicks, strict=True):
            assert (await click(slack, person.id, one)).ok
        lucia = stage.person("lucia")
        assert (await slack.command(lucia.id, CHANNEL, "/rungs agent add")).ok
        assert time.monotonic() - started < IN_TIME
        assert [place_of(card) for card in cards] == [1, 1, 1]
        await until(lambda: lucia.view is not None, within=IN_TIME, what="the form")
    await stage.settle()
    assert [place_of(card) for card in cards] == [2, 2, 2]


@asynccontextmanager
async def nobody_gets_to(url: str) -> AsyncIterator[None]:
    """Hold the database locked for at least this long."""
    if url.startswith("sqlite"):
        held = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        held.execute("BEGIN EXCLUSIVE")
        yield
        await asyncio.sleep(HELD)
        held.close()
        return
    database = await Database.open(url)
    async with database.write() as session:
        await session.execute(text(f"LOCK TABLE {TABLES} IN ACCESS EXCLUSIVE MODE"))
        yield
        await asyncio.sleep(HELD)
    await database.close()
