"""The scored answers of finished tries: for members in their export, for authors without people."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Integer, cast, func, select
from sqlmodel import Field, col

from coaching.item_figures import ItemAnswer
from coaching.knowledge.check import GivenAnswer
from storage.assessments.assessments import Assessment
from storage.database import Session
from storage.database.rows import OwnedTable, Row, UtcTime, insert_into, refers_to


class CheckAnswer(Row, table=True):
    """An answer of a finished try.

    `chosen` is the place of the option in the content, and not the one in which it was shown. `variant` is
    the role family that the case was told in, empty for the general one.
    """

    __tablename__ = "knowledge_answer"
    __table_args__ = (
        refers_to("assessment", assessment_id="id"),
        CheckConstraint("sure BETWEEN 1 AND 3", name="sure"),
        Index("ix_knowledge_answer_of_member", "workspace_id", "user_id"),
    )

    assessment_id: str = Field(primary_key=True)
    item_id: str = Field(primary_key=True)
    user_id: str
    place: int
    variant: str
    chosen: int
    is_right: bool
    sure: int
    scored_at: datetime = Field(sa_type=UtcTime)


PERSONAL_DATA = OwnedTable(
    CheckAnswer, "knowledge_checks", "answers", order_by="scored_at", internal=("place",)
)


async def save(
    session: Session, row: Assessment, given: Sequence[GivenAnswer], *, now: datetime
) -> None:
    """Store the answers of a try that has just ended; those stored before stay."""
    values = [
        {
            "workspace_id": row.workspace_id,
            "assessment_id": row.id,
            "item_id": one.item.id,
            "user_id": row.user_id,
            "place": place,
            "variant": one.item.variant,
            "chosen": one.item.options[one.chosen].number,
            "is_right": one.is_right,
            "sure": one.sure,
            "scored_at": now,
        }
        for place, one in enumerate(given)
    ]
    if values:
        new = insert_into(session, CheckAnswer).values(values)
        await session.execute(new.on_conflict_do_nothing())


async def answers_by_item(session: Session) -> dict[str, list[ItemAnswer]]:
    """Return all answers of finished tries by item, over all workspaces, and nothing about who gave them."""
    is_right = cast(col(CheckAnswer.is_right), Integer)
    of_try = (col(CheckAnswer.workspace_id), col(CheckAnswer.assessment_id))
    rows = await session.execute(
        select(
            col(CheckAnswer.item_id),
            col(CheckAnswer.is_right),
            col(CheckAnswer.sure),
            col(CheckAnswer.chosen),
            col(CheckAnswer.variant),
            func.sum(is_right).over(partition_by=of_try),
            func.count().over(partition_by=of_try),
        ).order_by(col(CheckAnswer.item_id))
    )
    found: dict[str, list[ItemAnswer]] = defaultdict(list)
    for item_id, right, sure, chosen, variant, right_of_try, of_all in rows:
        rest = (int(right_of_try) - right, of_all - 1)
        found[item_id].append(ItemAnswer(right, sure, chosen, variant, *rest))
    return dict(found)
