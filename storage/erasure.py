"""Everything held about one member: to be handed over, or to be removed for good."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped
from sqlmodel import col

from coaching.members import MemberKey
from storage import assessments, attributions, members, steps
from storage.plain import plain
from storage.tables import (
    Assessment,
    GivenAnswer,
    Grade,
    Member,
    Outgoing,
    Pace,
    Practice,
    Project,
    RosterEntry,
    Schedule,
    Step,
    Wording,
)

ORDER = (
    "schedule",
    "message",
    "roster",
    "practice",
    "pace",
    "step",
    "answer",
    "assessment",
    "wording",
    "member",
)
"""The tables that an erasure removes rows from; what refers to another comes before it."""

PATIENCE_MS = 200
"""How long an erasure waits for others; less than PostgreSQL takes to notice that two wait for each other."""

TRIES = 50

IN_THE_WAY = ("55P03", "40P01")
"""PostgreSQL's codes for a lock that was not to be had in time, and for two who waited for each other."""


async def everything_about(session: AsyncSession, key: MemberKey) -> dict[str, Any]:
    """All that is held about the member, ready for JSON; times are ISO 8601 in UTC."""
    member = await members.get(session, key)
    return {
        "workspace": key.workspace_id,
        "user": key.user_id,
        "member": plain(member) if member else None,
        "assessments": await _assessments(session, key),
        "steps": [
            plain(step) | {"words": json.loads(step.words)}
            for step in await _rows(session, Step, steps.of_member(key), col(Step.id))
        ],
        "pace": next(iter(await _own(session, Pace, key, col(Pace.user_id))), None),
        "practice": await _own(session, Practice, key, col(Practice.said_at)),
        "planned_messages": await _own(session, Schedule, key, col(Schedule.kind)),
        "messages": await _own(session, Outgoing, key, col(Outgoing.due_at)),
        "counted_in_teams": await _own(session, RosterEntry, key, col(RosterEntry.period)),
    } | await attributions.named_in(session, key)


def holds_anything(held: dict[str, Any]) -> bool:
    """Whether there is anything in what `everything_about` found."""
    return any(rows for name, rows in held.items() if name not in ("workspace", "user"))


async def erase(session: AsyncSession, key: MemberKey) -> dict[str, int]:
    """Remove all that is held about the member; returns how many rows of each table are gone.

    What belongs to a channel stays, without their name. What Slack sent is not among it: those rows have
    keys without user ids. What a digest made known stays with its keyed hashes: without them, leaving
    would change what the next one may show.
    """
    if session.get_bind().dialect.name == "sqlite":
        return await _erase(session, key)
    for _ in range(TRIES - 1):
        # Others lock the member and the rows about them in whatever order suits them. Who waits long for
        # them holds what they wait for, perhaps: that is let go, and they come first.
        try:
            async with session.begin_nested():
                await session.execute(text(f"SET LOCAL lock_timeout = {PATIENCE_MS}"))
                removed = await _erase(session, key)
                await session.execute(text("SET LOCAL lock_timeout = DEFAULT"))
                return removed
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in IN_THE_WAY:
                raise
    return await _erase(session, key)


async def _erase(session: AsyncSession, key: MemberKey) -> dict[str, int]:
    is_member = await _lock_member(session, key)
    # Anybody can be named as the owner of an agent, also who was never met.
    await attributions.become_nobodys(session, key)
    if not is_member:
        # Every other row refers to the member's, so there is none.
        return dict.fromkeys(ORDER, 0)
    words = await _lock_words(session, key)
    doomed: dict[type[Any], ColumnElement[bool]] = {
        Schedule: _is_of(Schedule, key),
        Outgoing: _is_of(Outgoing, key),
        RosterEntry: _is_of(RosterEntry, key),
        Practice: _is_of(Practice, key),
        Pace: _is_of(Pace, key),
        Step: steps.of_member(key),
        GivenAnswer: _answer_of(key),
        Assessment: assessments.of_member(key),
        Wording: _unused(key.workspace_id, words),
        Member: members.is_member(key),
    }
    return {
        name: await _remove(session, table, condition)
        for name, (table, condition) in zip(ORDER, doomed.items(), strict=True)
    }


async def _assessments(session: AsyncSession, key: MemberKey) -> list[dict[str, Any]]:
    """Each with its answers and its words; members have few, so they are read one by one."""
    rows = await _rows(session, Assessment, assessments.of_member(key), col(Assessment.id))
    return [
        plain(row)
        | {
            "draft": json.loads(row.draft) if row.draft else None,
            "answers": [plain(answer) for answer in await _answers(session, row)],
            "words": json.loads((await assessments.words(session, row)).to_json()),
        }
        for row in rows
    ]


async def _answers(session: AsyncSession, assessment: Assessment) -> Sequence[GivenAnswer]:
    of_workspace = col(GivenAnswer.workspace_id) == assessment.workspace_id
    of_assessment = col(GivenAnswer.assessment_id) == assessment.id
    return await _rows(session, GivenAnswer, of_workspace & of_assessment, col(GivenAnswer.place))


async def _lock_member(session: AsyncSession, key: MemberKey) -> bool:
    """Whoever adds a row about the member at the same time is waited for, or waits."""
    wanted = select(col(Member.user_id)).where(members.is_member(key))
    return await session.scalar(wanted.with_for_update()) is not None


async def _lock_words(session: AsyncSession, key: MemberKey) -> list[str]:
    """Keep others from the assessments and their words; returns the digests of the words."""
    own = select(col(Assessment.wording_digest)).where(assessments.of_member(key))
    shown = set(await session.scalars(own.with_for_update()))
    kept = await session.scalars(
        select(col(Wording.digest))
        .where(col(Wording.workspace_id) == key.workspace_id, col(Wording.digest).in_(shown))
        .order_by(col(Wording.digest))
        .with_for_update()
    )
    return list(kept)


def _is_of(table: type[Any], key: MemberKey) -> ColumnElement[bool]:
    """The condition that finds the member's rows in a table with user ids."""
    of_workspace: ColumnElement[bool] = col(table.workspace_id) == key.workspace_id
    return of_workspace & (col(table.user_id) == key.user_id)


def _answer_of(key: MemberKey) -> ColumnElement[bool]:
    own = select(col(Assessment.id)).where(assessments.of_member(key))
    of_workspace = col(GivenAnswer.workspace_id) == key.workspace_id
    return of_workspace & col(GivenAnswer.assessment_id).in_(own)


def _unused(workspace_id: str, digests: list[str]) -> ColumnElement[bool]:
    """Words that nobody in the workspace has in their history any more, and no channel in its register."""
    unused = (col(Wording.workspace_id) == workspace_id) & col(Wording.digest).in_(digests)
    for table in (Assessment, Grade, Project):
        unused &= ~exists().where(
            col(table.workspace_id) == col(Wording.workspace_id),
            col(table.wording_digest) == col(Wording.digest),
        )
    return unused


async def _remove(session: AsyncSession, table: type[Any], condition: ColumnElement[bool]) -> int:
    removed = await session.execute(
        delete(table)
        .where(condition)
        .returning(table.workspace_id)
        .execution_options(synchronize_session="fetch")
    )
    return len(removed.all())


async def _rows(
    session: AsyncSession,
    table: type[Any],
    condition: ColumnElement[bool],
    order: Mapped[Any],
) -> Sequence[Any]:
    return (await session.scalars(select(table).where(condition).order_by(order))).all()


async def _own(
    session: AsyncSession, table: type[Any], key: MemberKey, order: Mapped[Any]
) -> list[dict[str, Any]]:
    return [plain(row) for row in await _rows(session, table, _is_of(table, key), order)]
