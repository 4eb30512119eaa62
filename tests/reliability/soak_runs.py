"""The long runs of `make soak`, with the time that each may take."""

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from coaching.team_digest.disclosure import KEPT
from storage.database.address import normalized
from tests.coaching.digest_attack import Beliefs, attack
from tests.coaching.digest_histories import random_history
from tests.coaching.oracle import HALF_HOURS, Findings, exhaustive
from tests.databases import PostgresServer
from tests.pooler import BINARY, MISSING, pooler_running
from tests.reliability.freezes import freeze_loop
from tests.reliability.hostile_clients import HOLDERS, SENDERS, hold_off
from tests.reliability.kills import Deaths, kill_loop
from tests.reliability.limits import rate_limits
from tests.reliability.lost_replies import WAYS, lost_replies
from tests.reliability.many_requests import IDLE, endure
from tests.reliability.outages import OUTAGES, endure_outages
from tests.reliability.receipts import Verdict
from tests.reliability.restore import restore_in_between
from tests.reliability.schedulers import SCHEDULERS, many_schedulers
from tests.reliability.state_machine import play
from tests.reliability.worker import CALM
from tests.reliability.writers import write_at_once
from tests.self_check.kills import kill_self_check
from tests.self_check.ladder_kills import kill_ladder

YEARS = range(2026, 2029)
KILLS_IN_A_ROUND = 3


@dataclass(frozen=True)
class Ground:
    """What a run gets: a folder, and functions that make databases."""

    folder: Path
    template: Path
    sqlite: Callable[[], str]
    """A new SQLite database in memory."""
    on_disk: Callable[[], str]
    """A new SQLite database on a disk."""
    postgres: Callable[[], str]
    server: PostgresServer
    """The server of these databases."""


@dataclass(frozen=True)
class Result:
    """The figures of a run in words, and whether they hold what was promised."""

    figures: str
    holds: bool


Go = Callable[[Ground, float], Coroutine[Any, Any, Result]]


@dataclass(frozen=True)
class Run:
    """One long run, what it aims at, and how many seconds it may take."""

    name: str
    aim: str
    seconds: float
    go: Go


def kills(processes: int, database: str) -> Go:
    """Return the run of kills on this database; half of the aim is for each database."""

    async def go(ground: Ground, seconds: float) -> Result:
        url = getattr(ground, database)()
        verdict = await kill_loop(
            url,
            messages=50_000,
            deaths=Deaths(1000, apart=(0.5, 1.3)),
            processes=processes,
            within=seconds,
        )
        most = CALM.lanes * verdict.kills
        said = (
            f"{_told(verdict)}; {verdict.kills} kills; {verdict.reads:,} reads (at most {most:,})"
        )
        return Result(said, _is_clean(verdict) and verdict.reads <= most)

    return go


async def self_checks(ground: Ground, seconds: float) -> Result:
    """Kill `rungs web` while somebody answers, on each database in turn."""
    end, rounds = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        for kill in (kill_self_check, kill_ladder):
            for url in (ground.sqlite(), ground.postgres()):
                await kill(url, kills=KILLS_IN_A_ROUND, seed=random.randrange(10**9))
        rounds += 1
    return Result(f"{4 * rounds * KILLS_IN_A_ROUND} kills; every answer kept", holds=True)


async def freezes(ground: Ground, seconds: float) -> Result:
    """Stop processes a hundred times, for 1.5 to 3 leases."""
    url = ground.postgres()
    verdict = await freeze_loop(url, messages=50_000, freezes=102, processes=4, within=seconds)
    said = f"{_told(verdict)}; {verdict.freezes} stops; {verdict.reads:,} reads"
    return Result(said, _is_clean(verdict))


async def replies(ground: Ground, seconds: float) -> Result:
    """Lose replies, a hundred of each kind at a time, ten times or as often as fits."""
    end, total, times = time.monotonic() + seconds, Counter[str](), 0
    while times < 1000 and time.monotonic() < end:
        verdict = await lost_replies(ground.sqlite(), times=100, within=seconds)
        total.update(messages=verdict.messages, lost=verdict.lost, doubled=verdict.doubled)
        times += 100
    said = f"{times} of each of {len(WAYS)} kinds; {_counted(total)}"
    return Result(said, not total["lost"] and not total["doubled"])


def schedulers(database: str) -> Go:
    """Return the run of several schedulers with ten thousand due messages."""

    async def go(ground: Ground, seconds: float) -> Result:
        verdict = await many_schedulers(
            getattr(ground, database)(), due=10_000, within=max(seconds, 300)
        )
        said = f"{SCHEDULERS} schedulers; {_told(verdict)}; {verdict.seconds:.0f} s"
        return Result(said, _is_clean(verdict))

    return go


async def outages(ground: Ground, seconds: float) -> Result:
    """Stop and freeze PostgreSQL and make it read-only in turn, while messages go out."""
    return await _outages(ground.server, ground.postgres(), seconds)


async def outages_behind_pooler(ground: Ground, seconds: float) -> Result:
    """Do the same while the clocks reach PostgreSQL through PgBouncer in transaction mode."""
    if BINARY is None:
        return Result(MISSING, holds=False)
    name = str(normalized(ground.postgres()).database)
    with pooler_running(ground.server) as behind:
        return await _outages(ground.server, behind.url_of(name), seconds)


async def _outages(server: PostgresServer, url: str, seconds: float) -> Result:
    verdict = await endure_outages(
        server, url, tuple(OUTAGES.values()), messages=500, lasts=6, within=seconds
    )
    return Result(f"{_told(verdict)}; {verdict.outages} outages of 6 s", _is_clean(verdict))


async def limits(ground: Ground, seconds: float) -> Result:
    """Measure the other workspaces with and without one that has too much to send."""
    half = max(10.0, (seconds - 20) / 2)
    alone = await rate_limits(ground.sqlite(), count=50, seconds=half, saturated=False)
    beside = await rate_limits(ground.sqlite(), count=50, seconds=half, saturated=True)
    said = (
        f"50 workspaces; 429 on {beside.refused} of {beside.calls:,} calls; {beside.early} too early; "
        f"the others' p99 {beside.others_p99:.2f} s, without the full one {alone.others_p99:.2f} s; "
        f"the full one {beside.per_minute:.0f} a minute"
    )
    holds = (
        beside.refused <= 0.01 * beside.calls
        and (beside.early, beside.doubled, beside.missing) == (0, 0, 0)
        and beside.others_p99 <= 2 * alone.others_p99
    )
    return Result(said, holds)


async def writers(ground: Ground, seconds: float) -> Result:
    """Write with four processes to one SQLite file on a disk."""
    wrote = await write_at_once(ground.on_disk(), writers=4, seconds=seconds)
    said = (
        f"{wrote.writes:,} writes; {len(wrote.errors)} errors; {wrote.writes - wrote.counted} lost"
    )
    return Result(said, not wrote.errors and wrote.writes == wrote.counted)


async def states(ground: Ground, seconds: float) -> Result:
    """Play examples of a hundred random steps with the state machine."""
    end, seen = time.monotonic() + seconds, Counter[str]()
    while time.monotonic() < end:
        # It has a loop of its own.
        seen += await asyncio.to_thread(
            play, 20, 100, folder=ground.folder, template=ground.template, is_random=True
        )
    said = (
        f"{seen['examples']:,} examples of 100 steps; {seen['posts']:,} posts, {seen['deaths']:,} deaths, "
        f"{seen['freezes']:,} freezes; 0 violations"
    )
    return Result(said, holds=True)


async def restore(ground: Ground, _: float) -> Result:
    """Restore a backup that was made while two thousand messages were sent."""
    verdict = await restore_in_between(ground.sqlite(), ground.folder, messages=2000)
    return Result(f"{_told(verdict)}; {verdict.held:,} looked up first", _is_clean(verdict))


async def requests(ground: Ground, seconds: float) -> Result:
    """Send a million requests; the first 200,000, whose signatures are remembered, are the warm-up."""
    endured = await endure(
        ground.on_disk(), warm_up=200_000, requests=800_000, seconds=seconds, settle=IDLE
    )
    before, after = endured.before, endured.after
    said = (
        f"{endured.requests:,} requests after a warm-up of {endured.warm_up:,}, "
        f"{endured.conversations:,} conversations; {endured.refused} refused; "
        f"memory {before.resident / 2**20:.1f} MB, then {after.resident / 2**20:.1f} MB "
        f"({endured.growth:+.1%}); open files {before.files}, then {after.files}"
    )
    is_level = after.files - before.files <= 3
    return Result(said, endured.requests > 0 and endured.growth < 0.05 and is_level)


async def connections(ground: Ground, seconds: float) -> Result:
    """Hold five thousand connections without a whole request on them."""
    held = await hold_off(
        ground.on_disk(), HOLDERS, count=5000, seconds=max(5, seconds - 24), pause=20
    )
    return Result(str(held), held.holds())


async def refused_bodies(ground: Ground, seconds: float) -> Result:
    """Send bodies that are forged, too large, or never finished."""
    held = await hold_off(
        ground.on_disk(), SENDERS, count=300, seconds=max(5, seconds - 8), pause=4
    )
    return Result(str(held), held.holds())


async def zones(_: Ground, seconds: float) -> Result:
    """Plan at every half hour of three years, in as many random zones as fit."""
    every = sorted(available_timezones())
    random.Random().shuffle(every)
    end, loop, found = time.monotonic() + seconds, asyncio.get_running_loop(), list[Findings]()

    async def lane(pool: ProcessPoolExecutor) -> None:
        while every and time.monotonic() < end:
            zone = every.pop()
            found.append(await loop.run_in_executor(pool, exhaustive, [zone], HALF_HOURS, YEARS))

    count, lanes = len(every), os.cpu_count() or 1
    with ProcessPoolExecutor(lanes, mp_context=get_context("forkserver")) as pool:
        await asyncio.gather(*(lane(pool) for _ in range(lanes)))
    dates, faults = sum(one.checked for one in found), sum(one.faults.total() for one in found)
    said = f"{len(found)} of {count} zones; {dates:,} local dates; {faults} faults"
    return Result(said, not faults)


async def digests(_: Ground, seconds: float) -> Result:
    """Attack digests of workspaces with colluders, knowing all but one person's answers and shuffle."""
    end, seed, found = time.monotonic() + seconds, random.randrange(10**9), Beliefs()
    while time.monotonic() < end:
        some = await asyncio.to_thread(attack, [random_history(seed + n) for n in range(10)])
        found, seed = found.with_those_of(some), seed + 10
    is_held = max(found.band, found.practice) <= KEPT + 1e-9
    said = f"{found.histories:,} histories; largest belief {found.band:.3f} (before: 0.333)"
    return Result(f"{said}; {found.certain} certain", is_held and not found.certain)


def _is_clean(verdict: Verdict) -> bool:
    is_over = set(verdict.states) == {"sent"}
    return (verdict.lost, verdict.doubled) == (0, 0) and is_over


def _told(verdict: Verdict) -> str:
    return f"{verdict.messages:,} messages; {verdict.lost} lost, {verdict.doubled} doubled"


def _counted(total: Counter[str]) -> str:
    return f"{total['messages']:,} messages; {total['lost']} lost, {total['doubled']} doubled"


RUNS = (
    Run("kills, SQLite, 2 processes", "50,000 messages, 250 kills", 170, kills(2, "sqlite")),
    Run("kills, PostgreSQL, 4 processes", "50,000 messages, 250 kills", 170, kills(4, "postgres")),
    Run("kills of self-checks", "30 kills", 60, self_checks),
    Run("freezes", "100 stops of 1.5 to 3 leases", 110, freezes),
    Run("lost replies", "1,000 of each kind", 130, replies),
    Run("schedulers, SQLite", "10,000 due", 60, schedulers("sqlite")),
    Run("schedulers, PostgreSQL", "10,000 due", 60, schedulers("postgres")),
    Run("limits", "50 workspaces, one of them full", 125, limits),
    Run("outages", "stopped, frozen and read-only", 60, outages),
    Run("outages, PgBouncer", "the same behind a pooler", 60, outages_behind_pooler),
    Run("writers", "4 processes that write for minutes", 60, writers),
    Run("states", "5,000 examples of 100 steps", 115, states),
    Run("restore", "2,000 messages in the queue", 30, restore),
    Run("requests", "1,000,000 requests", 405, requests),
    Run("connections", "5,000 slow and idle ones, p99 of others 500 ms", 38, connections),
    Run("refused bodies", "300 senders, p99 of others 500 ms", 22, refused_bodies),
    Run("zones", "every zone, every half hour, three years", 40, zones),
    Run("digests", "any channels and colluders, all known but one person", 20, digests),
)
"""Together they take less than half an hour."""
