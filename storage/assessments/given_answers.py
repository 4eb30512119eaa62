"""The answers given in an assessment. They change only while the assessment is open."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Float,
    Integer,
    Select,
    String,
    Subquery,
    Text,
    bindparam,
    delete,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import Field, col

from storage.assessments.assessments import Assessment, is_open, is_same, update_if
from storage.database import Session
from storage.database.rows import Row, UtcTime, insert_of, refers_to


class GivenAnswer(Row, table=True):
    """The answer to one item of an assessment; `note` is a link to evidence."""

    __tablename__ = "answer"
    __table_args__ = (
        refers_to("assessment", assessment_id="id"),
        CheckConstraint("level BETWEEN 0 AND 9", name="level"),
    )

    assessment_id: str = Field(primary_key=True)
    question_id: str = Field(primary_key=True)
    place: int
    level: float
    answered_at: datetime = Field(sa_type=UtcTime)
    note: str | None = Field(default=None, sa_type=Text)


ANSWER_TABLE = GivenAnswer.metadata.tables["answer"]

ANSWER_COLUMNS = (
    "workspace_id",
    "assessment_id",
    "answered_at",
    "question_id",
    "place",
    "level",
    "note",
)

SELECT_GIVEN = (
    select(col(GivenAnswer.question_id), col(GivenAnswer.level), col(GivenAnswer.note))
    .where(
        col(GivenAnswer.workspace_id) == bindparam("workspace"),
        col(GivenAnswer.assessment_id) == bindparam("assessment"),
    )
    .order_by(col(GivenAnswer.place))
)


async def levels_by_item(session: Session, assessment: Assessment) -> dict[str, float]:
    """Return the answered levels by item id, in the order in which the items were asked."""
    return {row.question_id: row.level for row in await _rows(session, assessment)}


async def levels_of_each(
    session: Session, assessments: Sequence[Assessment]
) -> dict[str, dict[str, float]]:
    """Return the levels by item id of each of one member's assessments, with one query."""
    found: dict[str, dict[str, float]] = {row.id: {} for row in assessments}
    rows = await session.execute(
        select(col(GivenAnswer.assessment_id), col(GivenAnswer.question_id), col(GivenAnswer.level))
        .where(
            col(GivenAnswer.workspace_id).in_({row.workspace_id for row in assessments}),
            col(GivenAnswer.assessment_id).in_(found),
        )
        .order_by(col(GivenAnswer.place))
    )
    for row in rows:
        found[row.assessment_id][row.question_id] = row.level
    return found


async def links_by_item(session: Session, assessment: Assessment) -> dict[str, str]:
    """Return the links to evidence by item id."""
    return {row.question_id: row.note for row in await _rows(session, assessment) if row.note}


async def save_card(
    session: Session,
    assessment: Assessment,
    given: Mapping[str, float],
    *,
    place: int,
    now: datetime,
    notes: Mapping[str, str] | None = None,
    is_last: bool = False,
) -> bool:
    """Store the answers to all items of a card, or to none; `place` is how many items were answered before.

    Return False if an item has an answer already, or the assessment has ended. The assessment's revision goes
    up by one, except for the last card: completing the assessment does that.
    """
    if not given:
        return False
    statement = _insert_statement(session.get_bind().dialect.name, len(given))
    of_card = {"the_workspace": assessment.workspace_id, "the_id": assessment.id, "now": now}
    new = await session.scalars(statement, of_card | _values(given, notes or {}, place=place))
    kept = new.all()
    if len(kept) < len(given):
        # An item was answered before, so the card is an old one: remove what was just stored.
        await _remove(session, assessment, kept)
        return False
    return is_last or await update_if(
        session, assessment, is_open(), draft=None, revision=Assessment.revision + 1
    )


async def remove_card(
    session: Session,
    assessment: Assessment,
    items: Collection[str],
    *,
    draft: str | None = None,
) -> bool:
    """Remove the answers of a card, for "Back", and store this draft of them instead.

    Return False if there are none, or the assessment has ended.
    """
    return await _remove(session, assessment, items) and await update_if(
        session, assessment, is_open(), draft=draft, revision=Assessment.revision + 1
    )


async def save_draft(session: Session, assessment: Assessment, draft: str) -> bool:
    """Store what is chosen on the open card; return False if the assessment has ended.

    The revision stays, because the card looks the same afterwards.
    """
    return await update_if(session, assessment, is_open(), draft=draft)


async def _rows(session: Session, assessment: Assessment) -> Sequence[Any]:
    rows = await session.execute(
        SELECT_GIVEN, {"workspace": assessment.workspace_id, "assessment": assessment.id}
    )
    return rows.all()


def _values(
    given: Mapping[str, float], notes: Mapping[str, str], *, place: int
) -> dict[str, str | float | None]:
    """Return the parameters of `_insert_statement` for each item."""
    values: dict[str, str | float | None] = {}
    for number, (item, level) in enumerate(given.items()):
        values |= {f"item_{number}": item, f"place_{number}": place + number}
        values |= {f"level_{number}": float(level), f"note_{number}": notes.get(item)}
    return values


@cache
def _insert_statement(dialect: str, count: int) -> ReturningInsert[Any]:
    """Build the INSERT of so many answers of an open assessment; cached, because every click runs it."""
    given = _given_items(count)
    rows = select(
        col(Assessment.workspace_id), col(Assessment.id), bindparam("now", type_=UtcTime), *given.c
    ).join_from(Assessment, given, true())
    is_the_one = (col(Assessment.workspace_id) == bindparam("the_workspace")) & (
        col(Assessment.id) == bindparam("the_id")
    )
    return (
        insert_of(dialect, ANSWER_TABLE)
        .from_select(ANSWER_COLUMNS, _locked(rows.where(is_the_one, is_open())))
        .on_conflict_do_nothing()
        .returning(ANSWER_TABLE.c.question_id)
    )


def _given_items(count: int) -> Subquery:
    """Return the parameters of the items as rows to select from."""
    rows = [
        select(
            bindparam(f"item_{number}", type_=String).label("item"),
            bindparam(f"place_{number}", type_=Integer).label("place"),
            bindparam(f"level_{number}", type_=Float).label("level"),
            bindparam(f"note_{number}", type_=Text).label("note"),
        )
        for number in range(count)
    ]
    return union_all(*rows).subquery("given")


async def _remove(session: Session, assessment: Assessment, items: Collection[str]) -> bool:
    still_open = _locked(
        select(col(Assessment.workspace_id), col(Assessment.id)).where(
            is_same(assessment), is_open()
        )
    )
    removed = await session.scalars(
        delete(GivenAnswer)
        .where(
            col(GivenAnswer.workspace_id) == assessment.workspace_id,
            col(GivenAnswer.assessment_id) == assessment.id,
            col(GivenAnswer.question_id).in_(items),
            tuple_(col(GivenAnswer.workspace_id), col(GivenAnswer.assessment_id)).in_(still_open),
        )
        .returning(col(GivenAnswer.question_id))
        .execution_options(synchronize_session=False)
    )
    return bool(removed.all())


def _locked(fields: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Lock the selected assessment, so that it stays open until this transaction ends."""
    return fields.with_for_update(of=Assessment)
