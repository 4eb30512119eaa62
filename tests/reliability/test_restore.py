"""A database that was restored from a backup, and one whose program is exchanged, with a full queue."""

import asyncio
import time
from pathlib import Path

from storage.database import schema
from tests.reliability.arena import arena, crew_of
from tests.reliability.restore import restore_in_between
from tests.reliability.until import until_posted
from tests.reliability.worker import CALM, CALM_ANSWER, HURRIED, patient

MESSAGES = 300


async def test_a_restored_database_sends_nothing_twice(sqlite_url: str, tmp_path: Path) -> None:
    verdict = await restore_in_between(sqlite_url, tmp_path, messages=MESSAGES)
    assert (verdict.lost, verdict.doubled) == (0, 0)
    assert verdict.states == {"sent": MESSAGES}
    assert MESSAGES // 3 <= verdict.held <= verdict.reads


async def test_an_upgrade_under_way_loses_nothing_and_doubles_nothing(database_url: str) -> None:
    """The release step runs beside the old processes; then they are told to stop and new ones start."""
    async with arena(database_url, people=MESSAGES) as place:
        await place.plan(MESSAGES)
        started = time.monotonic()
        order = place.order(timings=CALM, patience=patient(CALM_ANSWER), jobs=HURRIED)
        async with crew_of(order, 2) as old:
            await until_posted(place, MESSAGES // 4)
            await schema.upgrade(database_url)
            ended = await asyncio.to_thread(old.stop)
            assert ended == [0, 0]
        assert len(place.ledger.posts) < MESSAGES
        async with crew_of(order, 2) as new:
            await place.until_empty(within=60, crew=new)
        verdict = await place.verdict(started=started)
    assert (verdict.lost, verdict.doubled, verdict.reads) == (0, 0, 0)
    assert verdict.states == {"sent": MESSAGES}
