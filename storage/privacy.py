"""Everything stored about one member: the export and the erasure.

Both are made from `CORE_DATA` and from the parts that capabilities declare for their tables. Rows that belong
to the member are removed, in the reverse order of the parts, so that a row goes before the rows it refers to.
Rows that belong to a channel stay, without the member's id, and so do plans of sandboxes where admins set
that. Three things stay by design: what Slack sent,
whose keys contain no user ids; the audit log, which has keyed hashes; and the keyed hashes of a digest's
contributors, because without them a member's leaving would change what the next digest may show.

The erasure first locks the member's row. Whoever adds a row about the member locks it too, so it comes before
the erasure and is removed, or comes after it and starts anew. Other transactions may lock a row about the
member before the member's own, which would deadlock with the erasure on PostgreSQL. So it waits only briefly
for a lock, then rolls back to its savepoint, which lets the other transaction finish, and tries again.
"""

import json
from collections.abc import Sequence
from typing import Any, get_args

from sqlalchemy import ColumnElement, case, delete, or_, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped
from sqlmodel import col

from coaching.members import MemberKey
from storage import audit, inbound, members
from storage.assessments import personal_data as assessments
from storage.assessments.assessments import Assessment
from storage.database import Session
from storage.database.rows import (
    NamingTable,
    OwnedTable,
    Part,
    Retention,
    Row,
    Section,
    fields_of,
    json_values,
    key_of,
)
from storage.members import Member
from storage.outbox import queue, reports, schedules
from storage.outbox.queue import Outgoing

Parts = Sequence[Part]

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

INTERNALS: Section = "internals"

LOCK_TIMEOUT_MS = 50
"""How long an erasure waits for a lock: much less than PostgreSQL takes to end one of two who deadlock."""

ERASURE_TRIES = 200

LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED = "55P03", "40P01"
"""PostgreSQL's error codes after which an erasure tries again."""


async def posts_to(session: Session, key: MemberKey, channel: str) -> list[str]:
    """Return the ts of the messages in a member's conversation that are known without reading it."""
    sent = select(col(Outgoing.slack_ts)).where(
        col(Outgoing.workspace_id) == key.workspace_id,
        col(Outgoing.user_id) == key.user_id,
        col(Outgoing.channel) == channel,
        col(Outgoing.slack_ts).is_not(None),
    )
    shown = select(col(Assessment.card_ts)).where(
        col(Assessment.workspace_id) == key.workspace_id,
        col(Assessment.user_id) == key.user_id,
        col(Assessment.card_channel) == channel,
        col(Assessment.card_ts).is_not(None),
    )
    return [str(ts) for ts in await session.scalars(sent.union(shown))]


async def everything_about(session: Session, key: MemberKey, declared: Parts) -> dict[str, Any]:
    """Return all that is stored about the member by section and part, ready for JSON.

    Times are ISO 8601 in UTC. `declared` are the parts of all capabilities. A part with internal fields
    stands in the section "internals" too, with the same key.
    """
    held: dict[str, Any] = {"workspace": key.workspace_id, "user": key.user_id}
    held |= {section: {} for section in _sections(declared)}
    for part in _exported(declared):
        rows = await _export(session, part, key)
        shown = [{name: row[name] for name in row if name not in part.internal} for row in rows]
        held[part.section][part.export_as] = _single(part, shown)
        if part.internal:
            inner = [{name: row[name] for name in _inner(part) if name in row} for row in rows]
            held[INTERNALS][part.export_as] = _single(part, inner)
    return held


def export_fields(declared: Parts) -> list[str]:
    """Return every field that an export may have, as "section.part.field", in the order of the export."""
    shown: list[str] = []
    internal: list[str] = []
    for part in _exported(declared):
        names = [name for name in fields_of(part) if name not in part.internal]
        (internal if part.section == INTERNALS else shown).extend(_paths(part.section, part, names))
        if part.internal:
            internal += _paths(INTERNALS, part, _inner(part))
    order = get_args(Section)
    return [*sorted(shown, key=lambda path: order.index(path.split(".")[0])), *internal]


def _paths(section: str, part: Part, names: Sequence[str]) -> list[str]:
    return [f"{section}.{part.export_as}.{name}" for name in names]


def _inner(part: Part) -> list[str]:
    """Return the fields of a part in the section "internals": its key, then those that stand there alone."""
    return list(dict.fromkeys((*key_of(part), *part.internal)))


def _exported(declared: Parts) -> list[Part]:
    return [part for part in (*CORE_DATA, *declared) if part.export_as]


def _sections(declared: Parts) -> list[str]:
    used = {part.section for part in _exported(declared)} | {INTERNALS}
    return [section for section in get_args(Section) if section in used]


def _single(part: Part, rows: list[dict[str, Any]]) -> Any:
    return next(iter(rows), None) if part.is_single else rows


def holds_anything(held: dict[str, Any]) -> bool:
    """Return whether `everything_about` found anything that an erasure removes."""
    return any(
        rows
        for section, parts in held.items()
        if section in get_args(Section) and section != INTERNALS
        for name, rows in parts.items()
        if name != audit.PERSONAL_DATA.export_as
    )


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


async def _export(session: Session, part: Part, key: MemberKey) -> list[dict[str, Any]]:
    """Return the rows of the member, or those that name them without the ids of other people."""
    if isinstance(part, NamingTable):
        rows = await _rows(session, part, _names_member(part, key))
        return [_own_values(_parsed(row, part), part, key) for row in rows]
    if part.export:
        return await part.export(session, key)
    rows = await _rows(session, part, await _owned_by(session, part, key))
    return [_parsed(row, part) for row in rows]


def _own_values(values: dict[str, Any], part: NamingTable, key: MemberKey) -> dict[str, Any]:
    return {
        name: value
        for name, value in values.items()
        if name not in part.columns or value == key.user_id
    }


async def _rows(session: Session, part: Part, condition: ColumnElement[bool]) -> Sequence[Row]:
    order = _column(part.table, part.order_by)
    return (await session.scalars(select(part.table).where(condition).order_by(order))).all()


def _parsed(row: Row, part: Part) -> dict[str, Any]:
    values = json_values(row)
    values |= {name: json.loads(values[name]) for name in part.json_columns}
    return {name: values[name] for name in fields_of(part)}


def _names_member(part: NamingTable, key: MemberKey) -> ColumnElement[bool]:
    return or_(*(_holds_id(part, name, key) for name in part.columns))


def _holds_id(part: NamingTable, name: str, key: MemberKey) -> ColumnElement[bool]:
    here = _in_workspace(part.table, key)
    if part.is_org_wide:
        here |= col(part.table.workspace_id) == ""
    return here & (_column(part.table, name) == key.user_id)


def _in_workspace(table: type[Row], key: MemberKey) -> ColumnElement[bool]:
    return col(table.workspace_id) == key.workspace_id


def _column(table: type[Row], name: str) -> Mapped[Any]:
    return col(getattr(table, name))


def _name(part: OwnedTable) -> str:
    return str(part.table.__tablename__)
