"""Messages claimed, announced and marked, as the sender does it, against the bare statements."""

import time
from datetime import timedelta
from pathlib import Path
from statistics import median

from benchmarks.bare_outbox import BareOutbox
from benchmarks.filling import WORKSPACE
from benchmarks.hours import MORNING
from benchmarks.line import Line, compared
from benchmarks.notes import People, everybody, met, put_in, shares
from benchmarks.proof import all_sent
from benchmarks.sizes import Sizes
from playground.clock import Clock
from playground.state.workspace import Workspace
from scheduler.send import POST
from scheduler.work import Timings
from storage.database.engine import Database
from storage.outbox import claims
from storage.outbox.rates import RateLimit

AIM = 0.8
TIMINGS = Timings()
LEASE = timedelta(seconds=TIMINGS.lease)
NO_LIMIT = RateLimit(POST, per_minute=60_000_000)
LATER = MORNING + timedelta(minutes=1)


async def marking(folder: Path, sizes: Sizes) -> list[Line]:
    """Messages per second through the outbox, each in the transactions that the sender needs."""
    ours, bare = folder / "ours.db", folder / "bare.db"
    people = everybody(Workspace(Clock()), sizes.messages * (sizes.rounds + 1))
    for path in (ours, bare):
        await met(path, people)
    database, statements = await Database.open(f"sqlite:///{ours}"), BareOutbox.open(bare)
    pairs = []
    for some in shares(people, sizes.messages):
        for path in (ours, bare):
            await put_in(path, some)
        pairs.append((await _ours(database, some), await _bare(statements, some)))
    await database.close()
    await statements.close()
    for path in (ours, bare):
        all_sent(path, len(people))
    return [
        compared(
            "messages per second claimed and marked, against the bare statements",
            # The first turn warms up.
            ours=median(first for first, _ in pairs[1:]),
            reference=median(second for _, second in pairs[1:]),
            aim=AIM,
            better="higher",
        )
    ]


async def _ours(database: Database, people: People) -> float:
    channels = dict(people)
    started = time.perf_counter()
    while await _batch(database, channels):
        pass
    return len(people) / (time.perf_counter() - started)


async def _batch(database: Database, channels: dict[str, str]) -> bool:
    async with database.write() as session:
        claimed = await claims.claim(
            session,
            WORKSPACE,
            owner="ours",
            lease=LEASE,
            limit=NO_LIMIT,
            batch=TIMINGS.batch,
            now=LATER,
        )
    for message in claimed.messages:
        channel = channels[message.subject]
        async with database.write() as session:
            await claims.begin(
                session, message, channel=channel, lease=LEASE, form="plain", now=LATER
            )
        async with database.write() as session:
            await claims.finish(session, message, channel=channel, ts=message.id, now=LATER)
    return bool(claimed.messages)


async def _bare(statements: BareOutbox, people: People) -> float:
    channels = dict(people)
    started = time.perf_counter()
    while rows := await statements.claim(batch=TIMINGS.batch, now=LATER):
        for row in rows:
            channel = channels[row.subject]
            await statements.begin(row, channel=channel, now=LATER)
            await statements.finish(row, channel=channel, ts=row.id, now=LATER)
    return len(people) / (time.perf_counter() - started)
