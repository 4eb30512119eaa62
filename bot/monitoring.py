"""What a host and an operator may ask a process: whether it can work, and how it fares."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.deps import Deps
from bot.metrics import ProcessFigures, exposition
from storage.database import schema
from storage.outbox import reports

LATE = timedelta(minutes=5)
PACED = timedelta(minutes=1)


class Monitor:
    """Answers for one process; `socket_problem` is asked when it holds a Socket Mode connection."""

    def __init__(
        self, deps: Deps, *, socket_problem: Callable[[], str | None] = lambda: None
    ) -> None:
        self._deps = deps
        self._socket_problem = socket_problem
        self._figures = ProcessFigures()

    def listen_to(self, socket_problem: Callable[[], str | None]) -> None:
        """From now on a deaf socket is a problem too."""
        self._socket_problem = socket_problem

    def acknowledged(self, seconds: float) -> None:
        """Slack was acknowledged after that long."""
        self._figures.acknowledged(seconds)

    async def problem(self) -> str | None:
        """Why this process, or the clock, cannot do its work; None when all is well."""
        database = await schema.problem(self._deps.database)
        return database or self._socket_problem() or await self._late_clock()

    async def figures(self) -> bytes:
        """What `/metrics` answers."""
        deps = self._deps
        where = deps.identity.workspace_id
        return await exposition(self._figures, deps.database, where, now=deps.now())

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Measure the event loop for as long as the block lasts."""
        async with self._figures.lag.watched():
            yield

    async def _late_clock(self) -> str | None:
        now = self._deps.now()
        async with self._deps.database.read() as session:
            since = await reports.late_since(
                session,
                self._deps.identity.workspace_id,
                before=now - LATE,
                paced_since=now - PACED,
            )
        if since is None:
            return None
        minutes = int((now - since).total_seconds() // 60)
        return (
            f"The clock is late: something is due for {minutes} minutes and was not taken up. "
            "Check that `rungs clock` or `rungs start` runs, and read its log."
        )
