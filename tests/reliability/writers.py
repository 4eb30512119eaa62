"""Processes that write to one SQLite database as fast as they can, with the bot's own Database."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.queues import SimpleQueue

from sqlalchemy.exc import DBAPIError

from coaching.mean_score import Questionnaire
from coaching.members import MemberKey
from content.loader import load_library
from storage import inbound, members
from storage.assessments import assessments
from storage.database.engine import Database
from tests.process import PRELOADED

ADA = MemberKey("T1", "U1")


@dataclass(frozen=True)
class Wrote:
    """What the writers did, and what is in the database afterwards."""

    writes: int
    errors: list[str]
    counted: int


async def write_at_once(database_url: str, *, writers: int, seconds: float) -> Wrote:
    """Read, add one, write, for so long; then compare with what was counted."""
    await _begin(database_url)
    told: SimpleQueue[tuple[int, list[str]]] = PRELOADED.SimpleQueue()
    processes = [
        PRELOADED.Process(target=_work, args=(database_url, n, seconds, told))
        for n in range(writers)
    ]
    for process in processes:
        process.start()
    results = [await asyncio.to_thread(told.get) for _ in processes]
    for process in processes:
        await asyncio.to_thread(process.join)
    return Wrote(
        writes=sum(writes for writes, _ in results),
        errors=[error for _, errors in results for error in errors],
        counted=await _counted(database_url),
    )


async def _begin(database_url: str) -> None:
    database = await Database.open(database_url)
    now = datetime.now(UTC)
    async with database.write() as session:
        await members.ensure(session, ADA, now=now)
        await assessments.start(session, ADA, _questions(), now=now)
    await database.close()


def _questions() -> Questionnaire:
    return load_library().questionnaire("sales")


async def _counted(database_url: str) -> int:
    database = await Database.open(database_url)
    async with database.read() as session:
        row = await assessments.get_open(session, ADA)
    await database.close()
    assert row is not None
    return row.revision


def _work(
    database_url: str, number: int, seconds: float, told: "SimpleQueue[tuple[int, list[str]]]"
) -> None:
    told.put(asyncio.run(_write(database_url, number, seconds)))


async def _write(database_url: str, number: int, seconds: float) -> tuple[int, list[str]]:
    """Write until the time is over; return the number of writes, and errors such as "database is locked"."""
    database = await Database.open(database_url)
    end, writes, errors = time.monotonic() + seconds, 0, list[str]()
    while time.monotonic() < end:
        try:
            async with database.write() as session:
                # Reads before it writes: that is where a plain BEGIN takes the lock too late.
                row = await assessments.get_open(session, ADA, lock=True)
                assert row is not None
                row.revision += 1
                await inbound.claim(session, "T1", f"{number}-{writes}", now=datetime.now(UTC))
        except DBAPIError as error:
            errors.append(str(error.orig))
        else:
            writes += 1
    await database.close()
    return writes, errors
