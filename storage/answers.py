"""The answers of an assessment; they change only while it is open."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.guarded import bump, is_open, is_same
from storage.inserting import insert_into
from storage.tables import Assessment, GivenAnswer
from storage.times import UtcTime

FIELDS = ("workspace_id", "assessment_id", "question_id", "place", "level", "answered_at")


GIVEN = (
    select(col(GivenAnswer.question_id), col(GivenAnswer.level))
    .where(
        col(GivenAnswer.workspace_id) == bindparam("workspace"),
        col(GivenAnswer.assessment_id) == bindparam("assessment"),
    )
    .order_by(col(GivenAnswer.place))
)


async def answers(session: AsyncSession, assessment: Assessment) -> dict[str, float]:
    """Question ids and levels, in the order of the questions."""
    rows = await session.execute(
        GIVEN, {"workspace": assessment.workspace_id, "assessment": assessment.id}
    )
    return {row.question_id: row.level for row in rows}


async def answer(
    session: AsyncSession,
    assessment: Assessment,
    question_id: str,
    *,
    place: int,
    level: float,
    now: datetime,
    is_last: bool = False,
) -> bool:
    """Keep an answer; False when the question has one already, or the assessment has ended.

    It counts as a change of the assessment, except the last one: completing counts for both.
    """
    row = _if_open(
        assessment,
        select(
            col(Assessment.workspace_id),
            col(Assessment.id),
            literal(question_id),
            literal(place),
            literal(level),
            literal(now, UtcTime),
        ),
    )
    kept = await session.scalar(
        insert_into(session, GivenAnswer)
        .from_select(FIELDS, row)
        .on_conflict_do_nothing()
        .returning(col(GivenAnswer.question_id))
    )
    return kept is not None and (is_last or await bump(session, assessment))


async def take_back(session: AsyncSession, assessment: Assessment, question_id: str) -> bool:
    """Remove an answer, for "Back"; False when there is none, or the assessment has ended."""
    still_open = _if_open(assessment, select(col(Assessment.workspace_id), col(Assessment.id)))
    removed = await session.scalar(
        delete(GivenAnswer)
        .where(
            col(GivenAnswer.workspace_id) == assessment.workspace_id,
            col(GivenAnswer.assessment_id) == assessment.id,
            col(GivenAnswer.question_id) == question_id,
            tuple_(col(GivenAnswer.workspace_id), col(GivenAnswer.assessment_id)).in_(still_open),
        )
        .returning(col(GivenAnswer.question_id))
        .execution_options(synchronize_session=False)
    )
    return removed is not None and await bump(session, assessment)


def _if_open(assessment: Assessment, fields: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The fields, if the assessment is open; it then stays open until this transaction ends."""
    return fields.where(is_same(assessment), is_open()).with_for_update()
