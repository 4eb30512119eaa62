"""What a job is, what jobs work with, and what one process remembers between their steps."""

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex

from bot.coaches import NO_WORKSPACES, Coaches
from bot.outgoing.kinds import Kinds
from storage.database.engine import Database
from storage.database.rows import Retention


@dataclass(frozen=True)
class Timings:
    """Durations and sizes; durations are seconds unless they are a timedelta.

    - `lease`: how long a claim holds. A post goes out within the lease or not at all.
    - `quarantine`: how long after its lease a post may still take effect: the time that an answer is waited
      for, and thirty seconds more.
    - `workspaces_at_once`: to how many workspaces this process sends at once. Others wait for their turn.
    - `lanes`: how many posts run at once in one workspace.
    - `batch`: how many messages are claimed together.
    - `ahead`: how long before their time in the rate limit messages are claimed.
    - `profile_age`: an older profile is read again before a message goes out. Slack reports changes as they
      happen; this catches those that were missed.
    - `reads_tried`: how often a message is looked up in Slack before an operator has to decide.
    - `read_within`: how long a message waits for its workspace's turn to be looked up, where Slack limits
      reading, before an operator has to decide.
    - `finish_within`: how long a stop waits for what is under way.
    """

    lease: float = 60
    quarantine: float = 40
    workspaces_at_once: int = 50
    lanes: int = 2
    batch: int = 25
    posts_per_minute: float = 300
    ahead: float = 6
    profile_age: timedelta = timedelta(hours=2)
    reads_tried: int = 5
    read_within: float = 1800
    finish_within: float = 3


def new_owner() -> str:
    """Return a name for this process that no other process has or will have."""
    return f"{socket.gethostname()}:{os.getpid()}:{token_hex(4)}"


@dataclass(frozen=True)
class Unread:
    """How often a message was looked up in Slack, and where the next time reads on."""

    tries: int = 0
    cursor: str | None = None


class ProcessState:
    """What one process remembers from the start of its clock to its end."""

    def __init__(self) -> None:
        self.is_ending = False
        self.batches: dict[str, asyncio.Task[bool]] = {}
        """The running batch of each workspace; it may outlast the step that started it."""
        self.served_last = ""
        """The workspace whose batch was started last; the next one in order has the next turn."""
        self.turn_after: str | None = None
        """While the planner gives each workspace a turn: the one that had its turn last."""
        self.first_seen: dict[tuple[str, str, int], float] = {}
        """When each (workspace, message, epoch) in state `sending` was first seen, by the monotonic clock."""
        self.unread: dict[tuple[str, str], Unread] = {}
        """What came of looking up each (workspace, message) in Slack that is not settled."""


@dataclass(frozen=True)
class SchedulerContext:
    """What a job works with.

    `coaches` has the dependencies of the workspaces that this process can post to. `kinds` and `retention`
    are those of all capabilities. `now` is the wall clock,
    `steady` the monotonic one, `pause` sleeps for some seconds.
    """

    database: Database
    now: Callable[[], datetime]
    coaches: Coaches = NO_WORKSPACES
    kinds: Kinds = field(default_factory=dict)
    retention: Sequence[Retention] = ()
    owner: str = field(default_factory=new_owner)
    timings: Timings = field(default_factory=Timings)
    steady: Callable[[], float] = time.monotonic
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep
    state: ProcessState = field(default_factory=ProcessState)

    @property
    def lease(self) -> timedelta:
        """How long a claim holds, and within which time a post goes out or not at all."""
        return timedelta(seconds=self.timings.lease)


@dataclass(frozen=True)
class Job:
    """One job: its step, how often the step is tried, and what it promises to operators.

    `step` does one small piece of work and returns True when there may be more to do at once.
    """

    name: str
    every_seconds: int
    promise: str
    step: Callable[[SchedulerContext], Awaitable[bool]]

    @property
    def every(self) -> str:
        """The interval in words, such as "10 seconds" or "1 hour"."""
        for seconds, unit in ((3600, "hour"), (60, "minute"), (1, "second")):
            count, rest = divmod(self.every_seconds, seconds)
            if count and not rest:
                return f"{count} {unit}{'' if count == 1 else 's'}"
        return f"{self.every_seconds} seconds"
