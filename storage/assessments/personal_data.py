"""The part of assessments, their answers and their words in a member's export and erasure."""

import json
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlmodel import col

from coaching.members import MemberKey
from storage.assessments import wordings
from storage.assessments.assessments import Assessment, is_assessment_of
from storage.assessments.given_answers import GivenAnswer
from storage.assessments.wordings import Wording
from storage.database import Session
from storage.database.rows import METADATA, OwnedTable, json_values


async def _export_assessments(session: Session, key: MemberKey) -> list[dict[str, Any]]:
    """Return each assessment with its answers and words; members have few, so one by one."""
    rows = await session.scalars(
        select(Assessment).where(is_assessment_of(key)).order_by(col(Assessment.id))
    )
    return [
        json_values(row)
        | {
            "draft": json.loads(row.draft) if row.draft else None,
            "answers": await _export_answers(session, row),
            "words": json.loads((await wordings.words_of(session, row)).to_json()),
        }
        for row in rows.all()
    ]


async def _export_answers(session: Session, assessment: Assessment) -> list[dict[str, Any]]:
    rows = await session.scalars(
        select(GivenAnswer)
        .where(
            col(GivenAnswer.workspace_id) == assessment.workspace_id,
            col(GivenAnswer.assessment_id) == assessment.id,
        )
        .order_by(col(GivenAnswer.place))
    )
    return [json_values(row) for row in rows]


async def _answers_of(_session: Session, key: MemberKey) -> ColumnElement[bool]:
    own = select(col(Assessment.id)).where(is_assessment_of(key))
    of_workspace = col(GivenAnswer.workspace_id) == key.workspace_id
    return of_workspace & col(GivenAnswer.assessment_id).in_(own)


async def _unused_words(session: Session, key: MemberKey) -> ColumnElement[bool]:
    """Lock the member's assessments and their words; return the condition that no row uses such words.

    The erasure applies it after it removed the member's assessments. The rows that use words then are
    other members' assessments, and the grades and projects of channels.
    """
    own = select(col(Assessment.wording_digest)).where(is_assessment_of(key))
    shown = set(await session.scalars(own.with_for_update()))
    locked = await session.scalars(
        select(col(Wording.digest))
        .where(col(Wording.workspace_id) == key.workspace_id, col(Wording.digest).in_(shown))
        .order_by(col(Wording.digest))
        .with_for_update()
    )
    unused = (col(Wording.workspace_id) == key.workspace_id) & col(Wording.digest).in_(list(locked))
    for table in METADATA.tables.values():
        if "wording_digest" in table.columns:
            unused &= ~exists().where(
                table.c.workspace_id == col(Wording.workspace_id),
                table.c.wording_digest == col(Wording.digest),
            )
    return unused


WORDING_DATA = OwnedTable(Wording, rows_of=_unused_words)
ASSESSMENT_DATA = OwnedTable(Assessment, "assessments", export=_export_assessments)
ANSWER_DATA = OwnedTable(GivenAnswer, rows_of=_answers_of)
