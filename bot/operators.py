"""Operators: what they do is recorded in the audit log, and what they read in a terminal is a table."""

import os
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from getpass import getuser
from logging import getLogger

from storage import audit
from storage.audit import INSTALLATION, AuditEvent
from storage.database import Session
from storage.database.engine import Database

log = getLogger(__name__)

HEAD = ("when", "workspace", "who", "act", "about", "from")


async def record_operator(
    session: Session,
    act: str,
    *,
    now: datetime,
    about: str | None = None,
    workspace_id: str = INSTALLATION,
) -> None:
    """Record what the account that runs this process did, in the transaction in which it is done."""
    await audit.append(
        session,
        workspace_id,
        act,
        who=audit.operator(_account()),
        about=about,
        place=f"host:{socket.gethostname()}",
        now=now,
    )


def _account() -> str:
    """Return the account of this process; by its number where it has no name, as in some containers."""
    try:
        from pwd import getpwuid

        return getpwuid(os.getuid()).pw_name
    except ImportError:  # Windows
        return getuser()
    except KeyError:
        return f"uid-{os.getuid()}"


async def record_min_group(
    session: Session, workspace_id: str, min_group: int, *, now: datetime
) -> None:
    """Record the least number of people in an aggregate, if it differs from what was recorded last."""
    if await audit.latest_about(session, workspace_id, "min_group") != str(min_group):
        await record_operator(
            session, "min_group", about=str(min_group), workspace_id=workspace_id, now=now
        )


async def record_command(url: str, act: str, *, about: str | None, now: datetime) -> None:
    """Record a finished command of the database; log `not_audited` where the database cannot take it."""
    problem = await audit.write_at(url, lambda s: record_operator(s, act, about=about, now=now))
    if problem:
        log.warning("not_audited", extra={"act": act, "reason": problem})


@dataclass(frozen=True)
class AuditFilter:
    """Which entries the operator wants to see; None for any."""

    user_id: str | None = None
    since: datetime | None = None
    workspace_id: str | None = None
    limit: int = 50


async def audit_table(database: Database, asked: AuditFilter) -> str:
    """Return the newest entries that fit, one a line."""
    async with database.read() as session:
        found = await audit.list_events(
            session,
            user_id=asked.user_id,
            since=asked.since,
            workspace_id=asked.workspace_id,
            limit=asked.limit,
        )
    if not found:
        return "The audit log has no such entries."
    return "\n".join(aligned(HEAD, [_row(event) for event in found]))


def _row(event: AuditEvent) -> tuple[str | None, ...]:
    where = event.workspace_id
    return (moment_utc(event.at), where, event.who, event.act, event.about, event.place)


NOTHING = "-"


def aligned(head: Sequence[str], rows: Sequence[Sequence[str | None]]) -> Iterator[str]:
    """Yield the lines of a table whose columns are as wide as their widest cell; "-" for None and ""."""
    lines = [head, *([cell or NOTHING for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        yield "  ".join(cells).rstrip()


def moment_utc(moment: datetime) -> str:
    """Return a moment in UTC to the minute, such as "2026-11-20 04:00Z"."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}Z"
