"""What the jobs work with, and what one process remembers while it works."""

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex

from bot.deps import Deps
from bot.outgoing import Kinds
from storage.database.engine import Database


@dataclass(frozen=True)
class Timings:
    """How long things take; in seconds where nothing else is said.

    A post goes out within its `lease` or not at all. `quarantine` is how long it may take effect after
    that: the time that an answer is waited for, and thirty seconds more. `lanes` is how many posts are under
    way at once in one workspace, `batch` how many messages are claimed together, `ahead` how far ahead
    of their time. A profile older than `profile_age` is asked for before a message goes out: Slack tells of
    changes as they happen, and this is for those that were missed.
    """

    lease: float = 60
    quarantine: float = 40
    lanes: int = 2
    batch: int = 25
    posts_per_minute: float = 300
    ahead: float = 6
    profile_age: timedelta = timedelta(hours=2)
    reads_tried: int = 5
    finish_within: float = 3


def new_owner() -> str:
    """A name for this process that no other has, now or later."""
    return f"{socket.gethostname()}:{os.getpid()}:{token_hex(4)}"


class Shift:
    """From the start of the clock to its end, in one process."""

    def __init__(self) -> None:
        self.is_ending = False
        self.batches: dict[str, asyncio.Task[bool]] = {}
        """What is being sent, by workspace; a batch may outlast the step that began it."""
        self.first_seen: dict[tuple[str, str, int], float] = {}
        """When each (workspace, message, epoch) that is being sent was first seen, by the steady clock."""
        self.unread: dict[tuple[str, str], int] = {}
        """How often a message could not be looked up in Slack."""


@dataclass(frozen=True)
class Work:
    """What a job works with; `coaches` are the workspaces that this process can speak to."""

    database: Database
    now: Callable[[], datetime]
    coaches: Mapping[str, Deps] = field(default_factory=dict)
    kinds: Kinds = field(default_factory=dict)
    owner: str = field(default_factory=new_owner)
    timings: Timings = field(default_factory=Timings)
    steady: Callable[[], float] = time.monotonic
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep
    shift: Shift = field(default_factory=Shift)

    @property
    def lease(self) -> timedelta:
        """How long a claim or an announced post holds."""
        return timedelta(seconds=self.timings.lease)


@dataclass(frozen=True)
class Job:
    """One job: a step that says whether it did something, and how often it is tried."""

    name: str
    every_seconds: int
    promise: str
    step: Callable[[Work], Awaitable[bool]]

    @property
    def every(self) -> str:
        """How often, in words."""
        for seconds, unit in ((3600, "hour"), (60, "minute"), (1, "second")):
            count, rest = divmod(self.every_seconds, seconds)
            if count and not rest:
                return f"{count} {unit}{'' if count == 1 else 's'}"
        return f"{self.every_seconds} seconds"
