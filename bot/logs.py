"""The id of the interaction being handled; it stands in every log line and in every apology."""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
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
)
"""Libraries that at DEBUG write down what members said, and at INFO much that nobody needs."""

HARDLY_HEARD = ("apscheduler",)
"""It warns each time that a job is still at work when its next turn comes, which is as it should be."""


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

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
        if record.exc_info:
            _hide_parameters(record.exc_info[1])
            entry["trace"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


def _hide_parameters(error: BaseException | None) -> None:
    """Errors of the database quote the values of the statement: who it was, and what they answered."""
    while error is not None:
        if hasattr(error, "hide_parameters"):
            error.hide_parameters = True
        error = error.__cause__ or error.__context__


def configure(level: str) -> None:
    """Log to stderr; libraries speak up from WARNING on, whatever our own level is."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    for name in HARDLY_HEARD:
        logging.getLogger(name).setLevel(logging.ERROR)
