"""A full disk: what cannot be stored is not sent, and sending continues when there is room."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import text

from app import coach, work_of
from bot.slack.installation import Access
from scheduler.clock import running_clock
from tests.reliability.arena import Arena, arena
from tests.reliability.until import until, until_posted
from tests.reliability.worker import CATALOG, FAST, HURRIED, KINDS, LIBRARY, patient

MESSAGES = 400


@pytest.fixture
async def place(sqlite_url: str) -> AsyncIterator[Arena]:
    async with arena(sqlite_url, people=MESSAGES) as ready:
        await ready.plan(MESSAGES)
        yield ready


async def test_what_cannot_be_written_is_not_lost(
    place: Arena, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    access = Access(*place.access)
    async with coach(
        access, database=place.database, library=LIBRARY, messages=CATALOG, patience=patient()
    ) as made:
        work = replace(work_of(made), kinds=KINDS, timings=FAST)
        await room_for(place, more=12)
        async with running_clock(work, jobs=HURRIED):
            await until(lambda: told(caplog, times=4))
            assert len(place.ledger.posts) < MESSAGES
            await room_for(place, more=100_000)
            await until_posted(place, MESSAGES)
            await until(lambda: nothing_left(place))
    assert set(place.ledger.posts.values()) == {1}


async def told(caplog: pytest.LogCaptureFixture, *, times: int) -> bool:
    """Return whether the log named the problem so often."""
    lines = [r for r in caplog.records if r.levelno >= logging.ERROR]
    # A browser of a test before may be forgotten here, which asyncio logs.
    ours = [line for line in lines if line.name != "asyncio"]
    assert {line.message for line in ours} <= {"job_failed", "message_failed"}
    return sum("database or disk is full" in str(line.exc_text) for line in lines) >= times


async def nothing_left(place: Arena) -> bool:
    return not await place.left()


async def room_for(place: Arena, *, more: int) -> None:
    """Let the file grow by so many pages and no further."""
    async with place.database.write() as session:
        pages = int(await session.scalar(text("PRAGMA page_count")) or 0)
        await session.execute(text(f"PRAGMA max_page_count = {pages + more}"))
