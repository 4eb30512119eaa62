"""A simulated week of many workspaces on PostgreSQL, through PgBouncer; one of four clocks is killed.

`python -m tests.reliability.week` runs it in full; docs/benchmarks.md has its figures.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from storage.database import schema
from tests.databases import postgres_running
from tests.pooler import pooler_running
from tests.reliability.fleet import MONDAY, Fleet, Shape, fleet, zone_in_sql
from tests.reliability.loopback_slack import READ
from tests.reliability.until import until

BEGIN, END = MONDAY - timedelta(hours=2), MONDAY + timedelta(days=7)
ZONES = ("America/New_York", "Europe/Berlin", "Asia/Tokyo")
A_MINUTE = 25
"""How many members of a workspace are due in the same minute."""

SPEED = 20.0
"""How many times faster than the real clock theirs runs while there is something to send."""

LATE = 40.0
"""Seconds; a lease is a minute long."""

LONGEST = 4 * 3600
"""Seconds after which the run is given up."""

CONNECTIONS = 10
"""How many connections to PostgreSQL the pooler shares among the clocks."""


@dataclass(frozen=True)
class Week:
    """What the ledger and the database say at the end of the week."""

    due: int
    lost: int
    doubled: int
    foreign: int
    """Calls with the token of another workspace."""
    refused: int
    """Calls that Slack's limits refused."""
    reads: int
    """Messages that were looked up in Slack, because a clock was killed while it sent them."""
    states: dict[str, int]
    minutes: float
    peak_mb: float
    """The most memory that a clock needed."""

    @property
    def holds(self) -> bool:
        """Return whether every message that was due came once, and with the right token."""
        return not (self.lost or self.doubled or self.foreign) and self.states == {"sent": self.due}


def week_of(
    workspaces: int,
    members: int,
    *,
    due: int | None = None,
    days: int = 5,
    zones: Sequence[str] = ZONES,
    is_drill: bool = False,
) -> Shape:
    """Return a shape in which members of each workspace are due in one hour of one of the first days.

    That hour is theirs from nine to one o'clock. Of the members, all are due or so many.
    """
    count = members if due is None else due
    day, hour = f"w % {days}", f"9 + w / {days} % 4"
    minute = f"m / {A_MINUTE} % 60 + CASE WHEN m > {count} THEN 7 * 24 * 60 ELSE 0 END"
    local = f"make_interval(days => {day}, hours => {hour}, mins => {minute})"
    at = f"('{MONDAY:%Y-%m-%d}'::timestamp + {local}) AT TIME ZONE {zone_in_sql(zones)}"
    return Shape(
        workspaces, members, day, hour, at, tuple(zones), is_drill=is_drill, due_each=count
    )


async def week(url: str, behind: str, shape: Shape, *, speed: float = SPEED) -> Week:
    """Let the week pass, with the database at `url` that the clocks reach at `behind`."""
    async with fleet(url, behind, shape, begin=BEGIN, fastest=speed) as made:
        started, due = time.monotonic(), shape.workspaces * shape.due_each
        killing = asyncio.create_task(_kill_one(made, when=due // 2))
        await made.run(END.timestamp(), speed=speed, late=LATE)
        minutes = (time.monotonic() - started) / 60
        await killing
        slack, states = made.slack, await made.states()
        return Week(
            due=due,
            lost=due - len(slack.posts),
            doubled=slack.doubled,
            foreign=slack.foreign,
            refused=slack.limits.refused.total(),
            reads=slack.calls[READ],
            states=states,
            minutes=minutes,
            peak_mb=max(made.peaks()),
        )


async def _kill_one(made: Fleet, *, when: int) -> None:
    """Kill a clock with SIGKILL when so many messages came, and start another in its place."""

    async def is_half_done() -> bool:
        return len(made.slack.posts) >= when

    await until(is_half_done, within=LONGEST)
    await asyncio.to_thread(made.crew.kill, 0)


def main(words: Sequence[str] | None = None) -> int:
    """Run the week, print what came of it, and return 1 when anything was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability.week")
    parser.add_argument("--workspaces", type=int, default=1000)
    parser.add_argument("--members", type=int, default=1000, help="in each workspace")
    parser.add_argument("--due", type=int, help="of them with a message that week; all by default")
    parser.add_argument("--drill", action="store_true", help="short messages in place of check-ins")
    parser.add_argument("--speed", type=float, default=SPEED)
    asked = parser.parse_args(words)
    shape = week_of(asked.workspaces, asked.members, due=asked.due, is_drill=asked.drill)
    with postgres_running() as server, pooler_running(server, connections=CONNECTIONS) as behind:
        url = server.create("week")
        asyncio.run(schema.upgrade(url))
        passed = asyncio.run(week(url, behind.url_of("week"), shape, speed=asked.speed))
    print(passed)
    print("It holds." if passed.holds else "It does not hold.")
    return 0 if passed.holds else 1


if __name__ == "__main__":
    sys.exit(main())
