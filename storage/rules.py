"""Versions of how an organization uses AI, who said that they read which, and what holds now."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Text, select, text
from sqlmodel import Field, col

from coaching.members import MemberKey
from coaching.rules import COUNTED_AFTER, Contact, Rules, Tools
from storage import audit, members, workspace_settings, workspaces
from storage.access import due
from storage.database import Session
from storage.database.rows import (
    NamingTable,
    OwnedTable,
    Row,
    UtcTime,
    insert_into,
    insert_new,
    partial_index,
    refers_to,
    update_rows,
)
from storage.members import Member
from storage.workspace_settings import Setting, WorkspaceSettings

IN_FORCE: Setting[dict[str, Any]] = Setting("rules", {})
"""The number of the version in force and its tools by class of data; empty while there are no rules.

Steps and help are made from it, without a query. The texts are in the rows.
"""


class RulesVersion(Row, table=True):
    """One version of the rules. It is counted once, and its person may be erased; the rest never changes.

    `saved_by` is the admin's code in the audit log. `ask_person` and `ask_channel` are ids. `people` and
    `readers` are the figures in words, of people who use the bot and of those who read this version; None
    where none were made.
    """

    __tablename__ = "rules_version"
    __table_args__ = (
        partial_index("ix_rules_version_uncounted", "saved_at", where=text("counted_at IS NULL")),
    )

    number: int = Field(primary_key=True)
    saved_at: datetime = Field(sa_type=UtcTime)
    saved_by: str
    tools: str = Field(sa_type=Text)
    lines: str = Field(sa_type=Text)
    ask_person: str | None = None
    ask_channel: str | None = None
    ask_words: str | None = None
    counted_at: datetime | None = Field(default=None, sa_type=UtcTime)
    people: str | None = None
    readers: str | None = None


class RulesReading(Row, table=True):
    """That a member said they read a version: when they first did, and when they last did, if later."""

    __tablename__ = "rules_reading"
    __table_args__ = (
        refers_to("member", user_id="user_id"),
        refers_to("rules_version", number="number"),
    )

    user_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    read_at: datetime = Field(sa_type=UtcTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcTime)


VERSION_DATA = NamingTable(
    RulesVersion,
    "rules_that_name_you",
    columns=("ask_person",),
    section="log",
    order_by="number",
    fields=("number", "saved_at", "ask_person"),
)
READING_DATA = OwnedTable(RulesReading, "rules_read", "log", order_by="number")

SaveOutcome = Literal["saved", "same", "empty", "outdated"]


def rules_of(version: RulesVersion) -> Rules:
    """Return the rules of a version."""
    tools = {name: tuple(tools) for name, tools in json.loads(version.tools).items()}
    contact = Contact(version.ask_person or "", version.ask_channel or "", version.ask_words or "")
    return Rules(tools, tuple(json.loads(version.lines)), contact)


def number_in_force(settings: WorkspaceSettings) -> int:
    """Return the number of the version in force; 0 while there are no rules."""
    return int(settings.get(IN_FORCE).get("number", 0))


def approved_tools(settings: WorkspaceSettings) -> Tools | None:
    """Return the approved tools by class of data; None while there are no rules."""
    held = settings.get(IN_FORCE)
    return held["tools"] if held else None


async def latest(session: Session, workspace_id: str) -> RulesVersion | None:
    """Return the newest version, also one that took the rules back; None before the first."""
    found: RulesVersion | None = await session.scalar(
        select(RulesVersion)
        .where(col(RulesVersion.workspace_id) == workspace_id)
        .order_by(col(RulesVersion.number).desc())
        .limit(1)
    )
    return found


async def get(session: Session, workspace_id: str, number: int) -> RulesVersion | None:
    """Return the version with this number."""
    found: RulesVersion | None = await session.scalar(
        select(RulesVersion).where(_is(workspace_id, number))
    )
    return found


async def list_versions(session: Session, workspace_id: str) -> Sequence[RulesVersion]:
    """Return all versions, the newest first."""
    found = await session.scalars(
        select(RulesVersion)
        .where(col(RulesVersion.workspace_id) == workspace_id)
        .order_by(col(RulesVersion.number).desc())
    )
    return found.all()


async def save(
    session: Session, key: MemberKey, rules: Rules, *, based_on: int, place: str, now: datetime
) -> SaveOutcome:
    """Save the rules as the version after `based_on`, and put them in force.

    Nothing is saved when they say what the newest version says, or when that is not `based_on`. Rules of
    which nothing is written take the earlier ones back; with somebody to ask alone they are "empty".
    """
    newest = await latest(session, key.workspace_id)
    if rules.is_empty and (newest is None or rules.contact != Contact()):
        return "empty"
    if newest and rules == rules_of(newest):
        return "same"
    if based_on != (newest.number if newest else 0):
        return "outdated"
    values = await _values_of(session, key, rules, number=based_on + 1, now=now)
    if await insert_new(session, RulesVersion, values) is None:
        return "outdated"
    await _leave_uncounted(session, key.workspace_id, based_on, now=now)
    held = {} if rules.is_empty else {"number": based_on + 1, "tools": dict(rules.tools)}
    await workspace_settings.change(
        session,
        key.workspace_id,
        IN_FORCE,
        held,
        by=key,
        place=place,
        now=now,
        recorded=_recorded,
    )
    return "saved"


def _recorded(value: dict[str, Any]) -> str | None:
    """Return what the audit log keeps: the number alone, because the texts are in the versions."""
    return f"version {value['number']}" if value else None


async def _values_of(
    session: Session, key: MemberKey, rules: Rules, *, number: int, now: datetime
) -> dict[str, Any]:
    contact = rules.contact
    return {
        "workspace_id": key.workspace_id,
        "number": number,
        "saved_at": now,
        "saved_by": await audit.member(session, key),
        "tools": json.dumps(dict(rules.tools), ensure_ascii=False),
        "lines": json.dumps(rules.lines, ensure_ascii=False),
        "ask_person": contact.person or None,
        "ask_channel": contact.channel or None,
        "ask_words": contact.words or None,
        # Nobody reads rules that were taken back.
        "counted_at": now if rules.is_empty else None,
    }


async def _leave_uncounted(
    session: Session, workspace_id: str, number: int, *, now: datetime
) -> None:
    """Keep a version from being counted that stood for less time than it takes."""
    too_young = col(RulesVersion.saved_at) > now - COUNTED_AFTER
    await update_rows(
        session, RulesVersion, _is(workspace_id, number), _uncounted(), too_young, counted_at=now
    )


async def last_reading(session: Session, key: MemberKey) -> RulesReading | None:
    """Return the newest version that the member said they read; None when there is none."""
    found: RulesReading | None = await session.scalar(
        select(RulesReading)
        .where(
            col(RulesReading.workspace_id) == key.workspace_id,
            col(RulesReading.user_id) == key.user_id,
        )
        .order_by(col(RulesReading.number).desc())
        .limit(1)
    )
    return found


async def record_reading(session: Session, key: MemberKey, number: int, *, now: datetime) -> bool:
    """Record that the member read this version; return False when there is no such version.

    What is counted is when they first did. What gives access is when they last did.
    """
    await members.ensure(session, key, now=now)
    if await get(session, key.workspace_id, number) is None:
        return False
    reading = insert_into(session, RulesReading).values(
        workspace_id=key.workspace_id, user_id=key.user_id, number=number, read_at=now
    )
    columns = ["workspace_id", "user_id", "number"]
    await session.execute(
        reading.on_conflict_do_update(index_elements=columns, set_={"confirmed_at": now})
    )
    await due.mark(session, key, now=now)
    return True


async def workspaces_to_count(session: Session, *, now: datetime) -> Sequence[str]:
    """Return the connected workspaces with a version whose readers are to be counted, at most 200."""
    here = col(RulesVersion.workspace_id)
    found = await session.scalars(
        select(here).where(_uncounted(), _is_due(now), workspaces.is_connected(here)).limit(200)
    )
    return [*dict.fromkeys(found)]


async def next_to_count(
    session: Session, workspace_id: str, *, now: datetime
) -> RulesVersion | None:
    """Return a version whose readers are to be counted."""
    here = col(RulesVersion.workspace_id) == workspace_id
    found: RulesVersion | None = await session.scalar(
        select(RulesVersion).where(here, _uncounted(), _is_due(now)).limit(1)
    )
    return found


async def people_and_readers(
    session: Session, version: RulesVersion
) -> tuple[list[str], frozenset[str]]:
    """Return who used the bot by the end of the version's time, and who of them had read it by then."""
    workspace_id, end = version.workspace_id, version.saved_at + COUNTED_AFTER
    people = await session.scalars(
        select(col(Member.user_id)).where(
            col(Member.workspace_id) == workspace_id,
            col(Member.created_at) < end,
            col(Member.deactivated_at).is_(None),
        )
    )
    readers = await session.scalars(
        select(col(RulesReading.user_id)).where(
            col(RulesReading.workspace_id) == workspace_id,
            col(RulesReading.number) == version.number,
            col(RulesReading.read_at) < end,
        )
    )
    return list(people), frozenset(readers)


async def save_count(
    session: Session,
    version: RulesVersion,
    *,
    people: str | None,
    readers: str | None,
    now: datetime,
) -> bool:
    """Keep the figures of a version in words; return False when it was counted before."""
    this = _is(version.workspace_id, version.number)
    return await update_rows(
        session,
        RulesVersion,
        this,
        _uncounted(),
        counted_at=now,
        people=people,
        readers=readers,
    )


def _is(workspace_id: str, number: int) -> ColumnElement[bool]:
    here = col(RulesVersion.workspace_id) == workspace_id
    return here & (col(RulesVersion.number) == number)


def _uncounted() -> ColumnElement[bool]:
    return col(RulesVersion.counted_at).is_(None)


def _is_due(now: datetime) -> ColumnElement[bool]:
    return col(RulesVersion.saved_at) <= now - COUNTED_AFTER
