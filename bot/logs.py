"""Logging: one JSON object on each line, with the id of the interaction that is being handled.

Members read the same id when something fails, so that an operator finds the lines that belong to it.
"""

import asyncio
import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from time import monotonic
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="-")

_ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

QUIET = (
    "slack_sdk",
    "slack_bolt",
    "aiohttp",
    "aiosqlite",
    "asyncio",
    "uvicorn",
    "alembic",
    "httpx2",
)
"""Libraries that log what members wrote at DEBUG, and much that is of no use at INFO.

httpx2 logs addresses at INFO, and those of a SCIM server have people's email addresses.
"""

ERRORS_ONLY = ("apscheduler",)
"""Libraries whose warnings are left out: APScheduler warns whenever a run is skipped because the previous
one of the same job still runs, which is intended."""


class Throttle:
    """Logs a warning at most once in `every` seconds for each reason, with how many there were.

    The first one is logged at once, those of the next `every` seconds together at their end.
    """

    def __init__(self, event: str, log: logging.Logger, *, every: float = 60) -> None:
        self._event = event
        self._log = log
        self._every = every
        self._later: dict[str, tuple[int, dict[str, object]]] = {}
        """For each reason that was logged lately: how many came since, and the details of the last."""

    def report(self, reason: str, **details: object) -> None:
        """Log this or count it; the line has the details of the last one."""
        if reason in self._later:
            self._later[reason] = (self._later[reason][0] + 1, details)
        else:
            self._write(reason, 1, details)

    def _write(self, reason: str, count: int, details: dict[str, object]) -> None:
        self._log.warning(self._event, extra={"reason": reason, **details, "count": count})
        self._later[reason] = (0, details)
        asyncio.get_running_loop().call_later(self._every, self._write_later, reason)

    def _write_later(self, reason: str) -> None:
        count, details = self._later.pop(reason)
        if count:
            self._write(reason, count, details)


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        said = {k: v for k, v in vars(record).items() if k not in _ORDINARY}
        entry: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "request": request_id.get(),
            "logger": record.name,
            **said,
        }
        if problem := _why_away(record):
            # A trace would be long, and the same each time.
            entry |= {"failed": entry["event"], "problem": problem}
            entry["event"] = "database_away"
        elif record.exc_info:
            _hide_parameters(record.exc_info[1])
            entry["trace"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


def _hide_parameters(error: BaseException | None) -> None:
    """Keep the values of a statement, such as user ids and answers, out of the text of database errors."""
    while error is not None:
        if hasattr(error, "hide_parameters"):
            error.hide_parameters = True
        error = error.__cause__ or error.__context__


EVERY = 60.0
"""Seconds between two lines that say that the database is away."""


class OncePerMinute(logging.Filter):
    """Passes one record a minute with the same problem of the database, and all others.

    While the database is away every job and every interaction fails with it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._next: dict[str, float] = {}
        self._unlogged = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to log the record; `unlogged` of it says how many were left out before."""
        problem = _why_away(record)
        if problem is None:
            return True
        now = monotonic()
        if now < self._next.get(problem, 0):
            self._unlogged += 1
            return False
        self._next[problem] = now + EVERY
        record.unlogged, self._unlogged = self._unlogged, 0
        return True


def _why_away(record: logging.LogRecord) -> str | None:
    """Return why the database is away, if that is what the record tells."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return None
    # Imported here because a command that is called wrongly is answered without SQLAlchemy.
    from storage.database.errors import LOST, explain, is_away

    if is_away(error):
        return explain(error)
    return LOST if record.name.startswith("sqlalchemy.pool") else None


def configure(level: str) -> None:
    """Log to stderr at this level; the libraries in `QUIET` log nothing below WARNING."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    handler.addFilter(OncePerMinute())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    for name in ERRORS_ONLY:
        logging.getLogger(name).setLevel(logging.ERROR)
