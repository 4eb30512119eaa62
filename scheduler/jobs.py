"""The table of jobs: what runs when, and what each promises."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from scheduler.prune import prune_inbound
from storage.database import Database


@dataclass(frozen=True)
class Work:
    """What a job works with."""

    database: Database
    now: Callable[[], datetime]


@dataclass(frozen=True)
class Job:
    """One job: a step that says whether it did something, and how often it is tried."""

    name: str
    every_seconds: int
    promise: str
    step: Callable[[Work], Awaitable[bool]]


async def _prune(work: Work) -> bool:
    return await prune_inbound(work.database, now=work.now())


JOBS = (
    Job(
        name="prune",
        every_seconds=600,
        promise=(
            "Forgets what Slack sent more than three days ago, 500 rows at a time. "
            "Safe to run twice, late, or in several processes."
        ),
        step=_prune,
    ),
)
