"""A service of many workspaces on PostgreSQL: its rows, its clock processes, and the time that they share."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg  # type: ignore[import-untyped]

from benchmarks.measurement import memory_mb
from storage.checkins import CHECKIN
from storage.installs.token_keys import BOT, InstallKey, TokenKeys
from tests.reliability.arena import Crew
from tests.reliability.fleet_clock import FleetOrder, SharedClock, main
from tests.reliability.loopback_slack import LoopbackSlack, answering, team_id, token_of
from tests.reliability.worker import DRILL, LIBRARY

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
SEED = Path(__file__).with_name("fleet.sql").read_text()
CLOCKS = 4
MOVE_EVERY, LOOK_EVERY = 0.005, 0.05
HELD_UP = 0.05
"""Of a longer time in which this process was held up, only so many seconds count."""


@dataclass(frozen=True)
class Shape:
    """How many workspaces of how many members, the first with `greedy` more, and when each is due.

    `weekday`, `hour` and `due` are SQL on the number `w` of a workspace and `m` of a member; `due_each` is
    how many members of a workspace are due while the clocks run.
    """

    workspaces: int
    members: int
    weekday: str
    hour: str
    due: str
    zones: tuple[str, ...] = ("UTC",)
    greedy: int = 0
    is_drill: bool = False
    due_each: int = 0

    def members_of(self, workspace: int) -> int:
        """Return how many members a workspace has."""
        return self.members + (self.greedy if workspace == 1 else 0)

    def zone_of(self, workspace: int) -> str:
        """Return where the members of a workspace are."""
        return self.zones[workspace % len(self.zones)]


def zone_in_sql(zones: Sequence[str]) -> str:
    """Return the SQL for the zone of a workspace: the workspaces are in these in turn."""
    names = ", ".join(f"'{zone}'" for zone in zones)
    return f"(ARRAY[{names}])[1 + w % {len(zones)}]"


async def _save_installs(
    connection: asyncpg.Connection, workspaces: int, key: str, *, at: datetime
) -> None:
    keys, teams = TokenKeys([key]), map(team_id, range(1, workspaces + 1))
    encrypted = {team: keys.encrypt(InstallKey(team), BOT, token_of(team)) for team in teams}
    about = {"enterprise_id": "", "revision": 1, "scopes": "", "installed_at": at}
    about |= {"bot_user_id": "U0RUNGS", "bot_id": "B0RUNGS", "app_id": "A0RUNGS"}
    rows = [(team, team, token, *about.values()) for team, token in encrypted.items()]
    columns = ("workspace_id", "name", "bot_token", *about)
    await connection.copy_records_to_table("installation", records=rows, columns=columns)


async def seed(url: str, shape: Shape, *, key: str, begin: datetime) -> None:
    """Fill a database that has all tables, in one statement for each table."""
    tip = LIBRARY.steps_for("engineering")[0]
    statements = SEED.format(
        zone=zone_in_sql(shape.zones),
        weekday=shape.weekday,
        hour=shape.hour,
        due=shape.due,
        workspaces=shape.workspaces,
        members_of=f"{shape.members} + CASE w WHEN 1 THEN {shape.greedy} ELSE 0 END",
        begin=begin,
        earlier=begin - timedelta(days=7),
        tip=tip.id,
        words=json.dumps(asdict(tip), sort_keys=True).replace("'", "''"),
        kind=DRILL if shape.is_drill else CHECKIN,
    )
    connection = await asyncpg.connect(url)
    try:
        await _save_installs(connection, shape.workspaces, key, at=begin)
        # As a replica: the keys that rows refer to need not be looked up, as all are there.
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(statements)
    finally:
        await connection.close()


OLDEST = """
SELECT least(
    (SELECT min(next_due_at) FROM schedule WHERE next_due_at IS NOT NULL),
    (SELECT min(not_before) FROM message WHERE state = 'ready'),
    (SELECT min(lease_until) FROM message WHERE state IN ('leased', 'sending')) - interval '1 minute'
)"""
"""Since when, or from when, something is due or under way; a lease is a minute long."""


@dataclass
class Fleet:
    """The clock processes of many workspaces, what they talk to, and the clock that is moved here."""

    slack: LoopbackSlack
    crew: Crew
    clock: SharedClock
    database: asyncpg.Connection

    async def oldest(self) -> float | None:
        """Return since when, or from when, something is due or under way."""
        found = await self.database.fetchval(OLDEST)
        return found.timestamp() if found else None

    async def run(self, until: float, *, speed: float, late: float = inf) -> None:
        """Let time pass until this moment, or until nothing is due before it.

        The clock runs so many times faster than the real one while something is due or under way, and leaps
        to the next moment at which something is due. When something is `late` by so many seconds, it runs ten
        times slower: on a slow machine leases would end while their messages are sent.
        """
        before = look_at = time.monotonic()
        pace = speed
        while (now := self.clock.seconds()) < until:
            await asyncio.sleep(MOVE_EVERY)
            at = time.monotonic()
            moved, before = now + min(at - before, HELD_UP) * pace, at
            if at >= look_at:
                oldest = await self.oldest()
                took = time.monotonic() - at
                look_at = at + max(LOOK_EVERY, 20 * took)
                if oldest is None or oldest >= until:
                    return
                pace = speed / 10 if now - oldest > late else speed
                moved = max(moved, oldest)
                self._all_live()
            self.clock.move_to(moved)

    async def states(self) -> dict[str, int]:
        """Return how many messages are in each state."""
        rows = await self.database.fetch("SELECT state, count(*) FROM message GROUP BY state")
        return {str(state): int(count) for state, count in rows}

    def _all_live(self) -> None:
        assert all(p.is_alive() for p in self.crew.processes), "A clock process ended by itself."

    def peaks(self) -> list[float]:
        """Return the most memory that each clock process ever had, in MB."""
        return [
            memory_mb("VmHWM", process=int(process.pid or 0)) for process in self.crew.processes
        ]


@asynccontextmanager
async def fleet(
    url: str, behind: str, shape: Shape, *, begin: datetime, fastest: float, clocks: int = CLOCKS
) -> AsyncIterator[Fleet]:
    """Fill the database at `url`, and run clock processes that reach it at `behind`."""
    key = TokenKeys.new()
    await seed(url, shape, key=key, begin=begin)
    with TemporaryDirectory(prefix="rungs-fleet-") as folder:
        file = Path(folder) / "clock"
        clock = SharedClock.new(file, begin)
        slack = LoopbackSlack(
            clock.seconds,
            workspaces=shape.workspaces,
            members=shape.members_of,
            zone=shape.zone_of,
        )
        async with answering(slack):
            order = FleetOrder(behind, slack.api_url, file, fastest, key, is_drill=shape.is_drill)
            crew = Crew(order, target=main)
            crew.start(clocks)
            database = await asyncpg.connect(url)
            try:
                yield Fleet(slack, crew, clock, database)
            finally:
                await database.close()
                crew.stop()
