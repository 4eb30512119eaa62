"""The answers of an assessment; they change only while it is open."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Float,
    Integer,
    Select,
    Subquery,
    Text,
    bindparam,
    delete,
    literal,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.guarded import change, is_open, is_same
from storage.inserting import insert_into
from storage.tables import Assessment, GivenAnswer
from storage.times import UtcTime

FIELDS = ("workspace_id", "assessment_id", "answered_at", "question_id", "place", "level", "note")

GIVEN = (
    select(col(GivenAnswer.question_id), col(GivenAnswer.level), col(GivenAnswer.note))
    .where(
        col(GivenAnswer.workspace_id) == bindparam("workspace"),
        col(GivenAnswer.assessment_id) == bindparam("assessment"),
    )
    .order_by(col(GivenAnswer.place))
)


async def answers(session: AsyncSession, assessment: Assessment) -> dict[str, float]:
    """The ids of the items and the numbers of their answers, in the order in which they were asked."""
    return {row.question_id: row.level for row in await _given(session, assessment)}


async def notes(session: AsyncSession, assessment: Assessment) -> dict[str, str]:
    """The links to evidence that came with answers, by the ids of the items."""
    return {row.question_id: row.note for row in await _given(session, assessment) if row.note}


async def answer_card(
    session: AsyncSession,
    assessment: Assessment,
    given: Mapping[str, float],
    *,
    place: int,
    now: datetime,
    notes: Mapping[str, str] | None = None,
    is_last: bool = False,
) -> bool:
    """Keep the answers to all items of a card, or to none; `place` is how many were answered before.

    False when one of the items has an answer already, or the assessment has ended. It counts as one
    change of the assessment, except for the last card: completing counts for both.
    """
    new = await session.scalars(
        insert_into(session, GivenAnswer)
        .from_select(FIELDS, _rows(assessment, _listed(given, notes or {}, place=place), now=now))
        .on_conflict_do_nothing()
        .returning(col(GivenAnswer.question_id))
    )
    kept = new.all()
    if len(kept) < len(given):
        # Some were answered already: then this card is an old one, and none of it counts.
        await _remove(session, assessment, kept)
        return False
    return is_last or await change(
        session, assessment, is_open(), draft=None, revision=Assessment.revision + 1
    )


async def take_back_card(
    session: AsyncSession,
    assessment: Assessment,
    items: Collection[str],
    *,
    draft: str | None = None,
) -> bool:
    """Remove the answers of a card, for "Back", and keep this draft of them instead.

    False when there is none, or the assessment has ended.
    """
    return await _remove(session, assessment, items) and await change(
        session, assessment, is_open(), draft=draft, revision=Assessment.revision + 1
    )


async def keep_draft(session: AsyncSession, assessment: Assessment, draft: str) -> bool:
    """Keep what is chosen on the open card; False when the assessment has ended.

    It counts as no change: the card stays as it is.
    """
    return await change(session, assessment, is_open(), draft=draft)


async def _given(session: AsyncSession, assessment: Assessment) -> Sequence[Any]:
    rows = await session.execute(
        GIVEN, {"workspace": assessment.workspace_id, "assessment": assessment.id}
    )
    return rows.all()


def _listed(given: Mapping[str, float], notes: Mapping[str, str], *, place: int) -> Subquery:
    """The items with their places, numbers and notes, as rows to select from."""
    rows = [
        select(
            literal(item).label("item"),
            literal(number, Integer).label("place"),
            literal(float(level), Float).label("level"),
            literal(notes.get(item), Text).label("note"),
        )
        for number, (item, level) in enumerate(given.items(), place)
    ]
    return union_all(*rows).subquery("given")


def _rows(assessment: Assessment, given: Subquery, *, now: datetime) -> Select[*tuple[Any, ...]]:
    of_assessment = select(
        col(Assessment.workspace_id), col(Assessment.id), literal(now, UtcTime), *given.c
    )
    return _if_open(assessment, of_assessment.join_from(Assessment, given, true()))


async def _remove(session: AsyncSession, assessment: Assessment, items: Collection[str]) -> bool:
    still_open = _if_open(assessment, select(col(Assessment.workspace_id), col(Assessment.id)))
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


def _if_open(assessment: Assessment, fields: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The fields, if the assessment is open; it then stays open until this transaction ends."""
    return fields.where(is_same(assessment), is_open()).with_for_update(of=Assessment)


# The two names below are for a card of one item.


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
    """Keep the answer to a single question, as `answer_card` does."""
    return await answer_card(
        session, assessment, {question_id: level}, place=place, now=now, is_last=is_last
    )


async def take_back(session: AsyncSession, assessment: Assessment, question_id: str) -> bool:
    """Remove the answer to a single question, as `take_back_card` does."""
    return await take_back_card(session, assessment, [question_id])
