"""A backup made while messages go out, more sent after it, and the backup put back in its place."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from shutil import move

from storage.database.address import normalized
from storage.database.backup import backup
from storage.database.engine import Database
from storage.outbox import recovery
from tests.reliability.arena import Arena, Crew, arena, crew_of
from tests.reliability.receipts import Verdict
from tests.reliability.until import until, until_posted
from tests.reliability.worker import CALM, CALM_ANSWER, Order, patient

PROCESSES = 2


async def restore_in_between(
    database_url: str, folder: Path, *, messages: int, within: float = 120
) -> Verdict:
    """Back up after a third, let another third go out, kill everything, restore, and go on.

    Half of the messages are plans that were not due yet when the backup was made.
    """
    async with arena(database_url, people=messages) as place:
        await place.fill(messages // 2)
        started = time.monotonic()
        order = place.order(timings=CALM, patience=patient(CALM_ANSWER))
        async with crew_of(order, PROCESSES) as crew:
            await until_posted(place, messages // 3)
            await place.plan(messages - messages // 2)
            since = datetime.now(UTC)
            copy = await asyncio.to_thread(backup, database_url, folder / "backup.db")
            await until_posted(place, 2 * messages // 3)
            _kill_all(crew)
        await place.database.close()
        _put_in_place(copy, database_url)
        place.database = await Database.open(database_url)
        held = await _go_on(place, order, since=since, within=within)
        return await place.verdict(started=started, held=held)


def _kill_all(crew: Crew) -> None:
    for process in crew.processes:
        process.kill()
        process.join()


def _put_in_place(copy: Path, database_url: str) -> None:
    """Restore as an operator does: remove the old file with its write-ahead log, rename the copy."""
    file = Path(str(normalized(database_url).database))
    for old in file.parent.glob(f"{file.name}*"):
        old.unlink()
    move(copy, file)


async def _go_on(place: Arena, order: Order, *, since: datetime, within: float) -> int:
    """Start with `--reconcile-since`; returns how many messages were held back."""
    first = place.order(timings=order.timings, patience=order.patience, since=since)
    async with crew_of(first, 1) as crew:
        held = await _held_back(place)
        crew.order = order
        crew.start(PROCESSES - 1)
        await place.until_empty(within=within, crew=crew)
    return held


async def _held_back(place: Arena) -> int:
    """Wait until everything that is left is held back: no other process may start before."""

    async def is_so() -> bool:
        async with place.database.read() as session:
            held = len(await recovery.list_sending(session))
        return held == await place.left()

    await until(is_so)
    return await place.left()
