"""How late messages of many workspaces are beside one with far too much to send, and without it."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil

from storage.database import schema
from tests.databases import PostgresServer, postgres_running
from tests.reliability.fleet import Fleet, Shape, fleet
from tests.reliability.loopback_slack import team_id

TUESDAY = datetime(2026, 11, 17, 10, tzinfo=UTC)
GREEDY = team_id(1)
GRACE = timedelta(minutes=2)
"""How long is waited for the last messages of the others."""

DUE = """
SELECT id, due_at FROM message WHERE workspace_id <> $1
UNION ALL SELECT NULL, next_due_at FROM schedule WHERE workspace_id <> $1 AND next_due_at < $2
"""
"""The messages of the others, those that no clock has planned yet without an id."""


@dataclass(frozen=True)
class Load:
    """Workspaces in which `due` members each get a message at some moment of these minutes.

    With a greedy one, the first workspace has `greedy` members more, who are all due at once near the begin.
    `speed` is how many times faster than the real one the clock runs.
    """

    workspaces: int = 1000
    members: int = 1000
    due: int = 10
    greedy: int = 100_000
    minutes: int = 24
    speed: float = 4.0

    def shape(self, *, is_greedy: bool) -> Shape:
        """Return who is due when."""
        begin = f"'{TUESDAY}'::timestamptz"
        at = f"(w * 7919 + m * 104729) % {self.minutes * 60}"
        due = (
            f"{begin} + CASE WHEN m > {self.members} THEN interval '1 second' "
            f"WHEN m <= {self.due} THEN make_interval(secs => {at}) ELSE interval '7 days' END"
        )
        greedy = self.greedy if is_greedy else 0
        return Shape(
            self.workspaces,
            self.members,
            "1",
            "10",
            due,
            greedy=greedy,
            is_drill=True,
            due_each=self.due,
        )


@dataclass(frozen=True)
class Lateness:
    """How late the others' messages were, in seconds, and how many there were; what went wrong."""

    p50: float
    p99: float
    messages: int
    unsent: int
    doubled: int
    foreign: int
    of_greedy: int


async def lateness(server: PostgresServer, load: Load, *, is_greedy: bool) -> Lateness:
    """Run four clocks over these minutes."""
    name = f"fairness_{int(is_greedy)}"
    url = await asyncio.to_thread(server.create, name)
    await schema.upgrade(url)
    shape, end = load.shape(is_greedy=is_greedy), TUESDAY + timedelta(minutes=load.minutes)
    try:
        async with fleet(url, url, shape, begin=TUESDAY, fastest=load.speed) as made:
            await made.run((end + GRACE).timestamp(), speed=load.speed)
            return await _judged(made, end + GRACE)
    finally:
        await asyncio.to_thread(server.drop, name)


async def _judged(made: Fleet, end: datetime) -> Lateness:
    """Compare when each was due with when it arrived; what did not arrive is as late as the end."""
    slack, due = made.slack, await made.database.fetch(DUE, GREEDY, end)
    arrived = [slack.posts[key].at if key in slack.posts else None for key, _ in due]
    waits = sorted(
        (at or end.timestamp()) - due_at.timestamp()
        for at, (_, due_at) in zip(arrived, due, strict=True)
    )
    return Lateness(
        p50=waits[len(waits) // 2],
        p99=waits[ceil(len(waits) * 0.99) - 1],
        messages=len(waits),
        unsent=arrived.count(None),
        doubled=slack.doubled,
        foreign=slack.foreign,
        of_greedy=len(slack.posts) - len(waits) + arrived.count(None),
    )


def main(words: Sequence[str] | None = None) -> int:
    """Measure without and with the greedy one, and print both."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability.fairness")
    usual = Load()
    for name, value in vars(usual).items():
        parser.add_argument(f"--{name}", type=type(value), default=value)
    load = Load(**vars(parser.parse_args(words)))
    with postgres_running() as server:
        alone = asyncio.run(lateness(server, load, is_greedy=False))
        print("alone", alone, flush=True)
        beside = asyncio.run(lateness(server, load, is_greedy=True))
    print("beside", beside)
    print(f"p99 {beside.p99:.1f} s against {alone.p99:.1f} s: {beside.p99 / alone.p99:.2f}")
    return 0 if beside.p99 <= 2 * alone.p99 else 1


if __name__ == "__main__":
    sys.exit(main())
