"""Everything stored about one member: the export and the erasure.

Both are made from `CORE_DATA` and from the parts that capabilities declare for their tables. Rows that belong
to the member are removed, in the reverse order of the parts, so that a row goes before the rows it refers to.
Rows that belong to a channel stay, without the member's id. Three things stay by design: what Slack sent,
whose keys contain no user ids; the audit log, which has keyed hashes; and the keyed hashes of a digest's
contributors, because without them a member's leaving would change what the next digest may show.

The erasure first locks the member's row. Whoever adds a row about the member locks it too, so it comes before
the erasure and is removed, or comes after it and starts anew. Other transactions may lock a row about the
member before the member's own, which would deadlock with the erasure on PostgreSQL. So it waits only briefly
for a lock, then rolls back to its savepoint, which lets the other transaction finish, and tries again.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, delete, or_, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped
from sqlmodel import col

from coaching.members import MemberKey
from storage import audit, inbound, members
from storage.assessments import personal_data as assessments
from storage.database import Session
from storage.database.rows import NamingTable, OwnedTable, Retention, Row, json_values
from storage.members import Member
from storage.outbox import queue, reports, schedules

Parts = Sequence[OwnedTable | NamingTable]

CORE_DATA: Parts = (
    members.PERSONAL_DATA,
    assessments.WORDING_DATA,
    assessments.ASSESSMENT_DATA,
    assessments.ANSWER_DATA,
    queue.PERSONAL_DATA,
    schedules.PERSONAL_DATA,
    audit.PERSONAL_DATA,
)
"""The tables with personal data that belong to no single capability.

Here and in what capabilities declare, a table that refers to another comes after it.
"""

CORE_RETENTION: Sequence[Retention] = (
    queue.RETENTION,
    audit.RETENTION,
    reports.COMPLETENESS_RETENTION,
    inbound.RETENTION,
)
"""How long rows are kept that belong to no single capability, in the order of the privacy page."""

LOCK_TIMEOUT_MS = 50
"""How long an erasure waits for a lock: much less than PostgreSQL takes to end one of two who deadlock."""

ERASURE_TRIES = 200

LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED = "55P03", "40P01"
"""PostgreSQL's error codes after which an erasure tries again."""


async def everything_about(session: Session, key: MemberKey, declared: Parts) -> dict[str, Any]:
    """Return all that is stored about the member, ready for JSON; times are ISO 8601 in UTC.

    `declared` are the parts of all capabilities.
    """
    held: dict[str, Any] = {"workspace": key.workspace_id, "user": key.user_id}
    for part in (*CORE_DATA, *declared):
        if isinstance(part, NamingTable):
            held[part.export_as] = await _export_naming(session, part, key)
        elif part.export_as:
            held[part.export_as] = await _export_owned(session, part, key)
    return held


def holds_anything(held: dict[str, Any]) -> bool:
    """Return whether `everything_about` found anything that an erasure removes."""
    stays = ("workspace", "user", audit.PERSONAL_DATA.export_as)
    return any(rows for name, rows in held.items() if name not in stays)


async def erase(session: Session, key: MemberKey, declared: Parts) -> dict[str, int]:
    """Remove all that is stored about the member; return how many rows of each table were removed.

    `declared` are the parts of all capabilities.
    """
    parts = (*CORE_DATA, *declared)
    if session.get_bind().dialect.name == "sqlite":
        return await _erase(session, key, parts)
    for _ in range(ERASURE_TRIES - 1):
        try:
            async with session.begin_nested():
                await session.execute(text(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}"))
                removed = await _erase(session, key, parts)
                await session.execute(text("SET LOCAL lock_timeout = DEFAULT"))
                return removed
        except DBAPIError as error:
            code = getattr(error.orig, "sqlstate", None)
            if code not in (LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED):
                raise
    return await _erase(session, key, parts)


async def anonymize(session: Session, key: MemberKey, part: NamingTable) -> None:
    """Set the columns of a channel's table that hold the member's id to NULL."""
    changes: dict[str, Any] = {
        name: case((_holds_id(part, name, key), None), else_=_column(part.table, name))
        for name in part.columns
    }
    if part.has_revision:
        changes["revision"] = _column(part.table, "revision") + 1
    await session.execute(
        update(part.table)
        .where(_names_member(part, key))
        .values(changes)
        .execution_options(synchronize_session=False)
    )


async def _erase(session: Session, key: MemberKey, parts: Parts) -> dict[str, int]:
    is_known = await _lock_member(session, key)
    # Also for people whom the bot never met: anybody can be named as the owner of an agent.
    for part in parts:
        if isinstance(part, NamingTable):
            await anonymize(session, key, part)
    owned = [
        part for part in parts if isinstance(part, OwnedTable) and not part.stays_after_erasure
    ]
    if not is_known:
        # Every other row refers to the member's row, so there is none.
        return dict.fromkeys([_name(part) for part in reversed(owned)], 0)
    conditions = {_name(part): await _owned_by(session, part, key) for part in owned}
    return {
        _name(part): await _remove(session, part.table, conditions[_name(part)])
        for part in reversed(owned)
    }


async def _lock_member(session: Session, key: MemberKey) -> bool:
    """Lock the member's row; return False if there is none."""
    wanted = select(col(Member.user_id)).where(members.is_member(key))
    return await session.scalar(wanted.with_for_update()) is not None


async def _owned_by(session: Session, part: OwnedTable, key: MemberKey) -> ColumnElement[bool]:
    if part.rows_of:
        return await part.rows_of(session, key)
    return _in_workspace(part.table, key) & (_column(part.table, "user_id") == key.user_id)


async def _remove(session: Session, table: type[Row], condition: ColumnElement[bool]) -> int:
    removed = await session.execute(
        delete(table)
        .where(condition)
        .returning(col(table.workspace_id))
        .execution_options(synchronize_session="fetch")
    )
    return len(removed.all())


async def _export_owned(session: Session, part: OwnedTable, key: MemberKey) -> Any:
    if part.export:
        return await part.export(session, key)
    condition = await _owned_by(session, part, key)
    rows = [_parsed(row, part) for row in await _rows(session, part, condition)]
    return next(iter(rows), None) if part.is_single else rows


async def _export_naming(
    session: Session, part: NamingTable, key: MemberKey
) -> list[dict[str, Any]]:
    """Return the rows that name the member, without the ids of other people."""
    rows = await _rows(session, part, _names_member(part, key))
    return [
        {
            name: value
            for name, value in _parsed(row, part).items()
            if (name not in part.columns or value == key.user_id)
            and (not part.fields or name in part.fields)
        }
        for row in rows
    ]


async def _rows(
    session: Session, part: OwnedTable | NamingTable, condition: ColumnElement[bool]
) -> Sequence[Row]:
    order = _column(part.table, part.order_by)
    return (await session.scalars(select(part.table).where(condition).order_by(order))).all()


def _parsed(row: Row, part: OwnedTable | NamingTable) -> dict[str, Any]:
    return json_values(row) | {name: json.loads(getattr(row, name)) for name in part.json_columns}


def _names_member(part: NamingTable, key: MemberKey) -> ColumnElement[bool]:
    return or_(*(_holds_id(part, name, key) for name in part.columns))


def _holds_id(part: NamingTable, name: str, key: MemberKey) -> ColumnElement[bool]:
    return _in_workspace(part.table, key) & (_column(part.table, name) == key.user_id)


def _in_workspace(table: type[Row], key: MemberKey) -> ColumnElement[bool]:
    return col(table.workspace_id) == key.workspace_id


def _column(table: type[Row], name: str) -> Mapped[Any]:
    return col(getattr(table, name))


def _name(part: OwnedTable) -> str:
    return str(part.table.__tablename__)
