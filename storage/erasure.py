"""Everything held about one member: to be handed over, or to be removed for good."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped
from sqlmodel import SQLModel, col

from coaching.people import MemberKey
from storage import assessments, members, steps
from storage.tables import Assessment, GivenAnswer, Member, Step, Wording


async def everything_about(session: AsyncSession, key: MemberKey) -> dict[str, Any]:
    """All that is held about the member, ready for JSON; times are ISO 8601 in UTC."""
    member = await members.get(session, key)
    return {
        "workspace": key.workspace_id,
        "user": key.user_id,
        "member": _plain(member) if member else None,
        "assessments": await _assessments(session, key),
        "steps": [
            _plain(step) | {"words": json.loads(step.words)}
            for step in await _rows(session, Step, steps.of_member(key), col(Step.id))
        ],
    }


async def erase(session: AsyncSession, key: MemberKey) -> dict[str, int]:
    """Remove all that is held about the member; returns how many rows of each table are gone.

    What Slack sent is not among it: those rows have keys without user ids.
    """
    await session.execute(select(Member).where(members.is_member(key)).with_for_update())
    words = await _lock_words(session, key)
    return {
        "step": await _remove(session, Step, steps.of_member(key)),
        "answer": await _remove(session, GivenAnswer, _answer_of(key)),
        "assessment": await _remove(session, Assessment, assessments.of_member(key)),
        "wording": await _remove(session, Wording, _unused(key.workspace_id, words)),
        "member": await _remove(session, Member, members.is_member(key)),
    }


async def _assessments(session: AsyncSession, key: MemberKey) -> list[dict[str, Any]]:
    """Each with its answers and its words; members have few, so they are read one by one."""
    rows = await _rows(session, Assessment, assessments.of_member(key), col(Assessment.id))
    return [
        _plain(row)
        | {
            "answers": [_plain(answer) for answer in await _answers(session, row)],
            "words": json.loads((await assessments.words(session, row)).to_json()),
        }
        for row in rows
    ]


async def _answers(session: AsyncSession, assessment: Assessment) -> Sequence[GivenAnswer]:
    of_workspace = col(GivenAnswer.workspace_id) == assessment.workspace_id
    of_assessment = col(GivenAnswer.assessment_id) == assessment.id
    return await _rows(session, GivenAnswer, of_workspace & of_assessment, col(GivenAnswer.place))


async def _lock_words(session: AsyncSession, key: MemberKey) -> list[str]:
    """The digests of the words that the member was shown.

    Locked, so that an assessment that starts now is either seen below or waits for us.
    """
    shown = select(col(Assessment.wording_digest)).where(assessments.of_member(key))
    digests = await session.scalars(
        select(col(Wording.digest))
        .where(col(Wording.workspace_id) == key.workspace_id, col(Wording.digest).in_(shown))
        .order_by(col(Wording.digest))
        .with_for_update()
    )
    return list(digests)


def _answer_of(key: MemberKey) -> ColumnElement[bool]:
    own = select(col(Assessment.id)).where(assessments.of_member(key))
    of_workspace = col(GivenAnswer.workspace_id) == key.workspace_id
    return of_workspace & col(GivenAnswer.assessment_id).in_(own)


def _unused(workspace_id: str, digests: list[str]) -> ColumnElement[bool]:
    """Words that nobody in the workspace has in their history any more."""
    of_workspace = col(Wording.workspace_id) == workspace_id
    shown = exists().where(
        col(Assessment.workspace_id) == col(Wording.workspace_id),
        col(Assessment.wording_digest) == col(Wording.digest),
    )
    return of_workspace & col(Wording.digest).in_(digests) & ~shown


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


def _plain(row: SQLModel) -> dict[str, Any]:
    """A row with its times as text."""
    return {
        name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for name, value in row.model_dump().items()
    }
