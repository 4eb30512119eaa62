"""Whether this process can work, and its figures, for `/readyz` and `/metrics`."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from logging import getLogger
from time import monotonic
from typing import Any, Generic, Protocol, TypeVar

from prometheus_client.metrics_core import Metric

from bot.figures import ProcessFigures, exposition, read_figures
from storage.database import schema
from storage.database.engine import Database
from storage.database.health import DATABASE_ERRORS, problem_of, read_every_table, write_probe
from storage.outbox import reports

log = getLogger(__name__)

T = TypeVar("T")


class SharedAnswer(Generic[T]):
    """Runs one query of the database at a time; callers that come meanwhile share its answer.

    So no number of requests to `/readyz` and `/metrics` uses up the connections that members need.
    """

    def __init__(self, ask: Callable[[], Coroutine[Any, Any, T]], *, within: float) -> None:
        self._ask = ask
        self._within = within
        self._asking: asyncio.Task[T] | None = None

    async def get(self) -> T:
        """Return the answer; raise TimeoutError after `within` seconds, while the query goes on."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
            # An error that comes after everybody stopped waiting is read here, or asyncio would log it.
            self._asking.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        asking = self._asking
        done, _ = await asyncio.wait([asking], timeout=self._within)
        if not done:
            raise TimeoutError
        return asking.result()

    async def end(self) -> None:
        """Cancel the query that is running, if one is."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait([self._asking], timeout=1)


LATE_AFTER = timedelta(minutes=5)
PACED = timedelta(minutes=1)
ANSWER_WITHIN = 5.0
WRITE_EVERY = 1.0
"""Seconds: how long the database may take, and how often a write to it is tried at most."""

LOOK_AT_IT = "Check the database and its disk; `rungs doctor` and the log tell you more."


PROBE = "monitor"
"""Stands in place of a workspace in the row that shows that the database takes writes."""


class Monitored(Protocol):
    """What a monitor needs of its process."""

    @property
    def database(self) -> Database:
        """The database."""

    @property
    def now(self) -> Callable[[], datetime]:
        """The clock."""


class Monitor:
    """Readiness and figures of a process."""

    def __init__(self, process: Monitored, *, within: float = ANSWER_WITHIN) -> None:
        self._process = process
        self._within = within
        self._socket_problem: Callable[[], str | None] = lambda: None
        self._figures = ProcessFigures()
        self.acknowledged = self._figures.acknowledged
        """Records how many seconds an acknowledgement took."""
        self._readiness = SharedAnswer(self._find_problem, within=within)
        self._found = SharedAnswer(self._read_figures, within=within)
        self._wrote_at = -WRITE_EVERY
        self._broken: str | None = None

    def listen_to(self, socket_problem: Callable[[], str | None]) -> None:
        """Count a problem of the socket as a problem of the process from now on."""
        self._socket_problem = socket_problem

    async def problem(self) -> str | None:
        """Return why this process or the clock cannot work; None when both can."""
        try:
            return await self._readiness.get()
        except TimeoutError:
            return f"The database did not answer within {self._within:g} seconds. {LOOK_AT_IT}"

    async def figures(self) -> bytes:
        """Return the body of `/metrics`; without the database, that of this process alone."""
        try:
            found = await self._found.get()
        except DATABASE_ERRORS:
            found = None
        return exposition(self._figures, found)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Measure the event loop while the block runs."""
        async with self._figures.lag.watched():
            try:
                yield
            finally:
                await self._readiness.end()
                await self._found.end()

    async def _read_figures(self) -> list[Metric]:
        return await read_figures(self._process.database, now=self._process.now())

    async def _find_problem(self) -> str | None:
        try:
            problem = await schema.problem(self._process.database)
            if problem is None:
                await read_every_table(self._process.database)
                await self._write()
                problem = self._socket_problem() or await self._late_clock()
        except DATABASE_ERRORS as error:
            return self._broken_by(error)
        self._broken = None
        return problem

    async def _write(self) -> None:
        """Write to the database, but not at every request."""
        if monotonic() - self._wrote_at >= WRITE_EVERY:
            await write_probe(self._process.database, PROBE, now=self._process.now())
            self._wrote_at = monotonic()

    def _broken_by(self, error: Exception) -> str:
        """Return what is wrong with the database, and log the error when it is another one than before."""
        problem = problem_of(error)
        if problem != self._broken:
            log.error("database_broken", extra={"problem": problem})
        self._broken = problem
        return problem

    async def _late_clock(self) -> str | None:
        now = self._process.now()
        async with self._process.database.read() as session:
            since = await reports.late_since(
                session,
                before=now - LATE_AFTER,
                paced_since=now - PACED,
            )
        if since is None:
            return None
        minutes = int((now - since).total_seconds() // 60)
        return (
            f"The clock is late: something has been due for {minutes} minutes and was not picked up. "
            "Check that `rungs clock` or `rungs start` is running, and read its log."
        )
