"""Where the card of an assessment is: the key of its newest post, then that post's channel and time."""

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from coaching.members import MemberKey
from storage.assessments.assessments import Assessment, is_assessment_of, update_if
from storage.database import Session


async def announce(session: Session, assessment: Assessment, key: str) -> bool:
    """Store the key of the post that will show the card next, and clear the place of the last one.

    Return False if another post was announced since the assessment was read.
    """
    return await update_if(
        session, assessment, _same_card(assessment), card_key=key, card_channel=None, card_ts=None
    )


async def save(session: Session, assessment: Assessment, *, channel: str, ts: str) -> bool:
    """Store where the announced card was posted; return False if another was announced meanwhile."""
    return await update_if(
        session, assessment, _same_card(assessment), card_channel=channel, card_ts=ts
    )


async def latest_assessment(session: Session, row: Assessment) -> Assessment | None:
    """Return the newest assessment on the same card: whoever starts over continues in the same message."""
    wanted = (
        select(Assessment)
        .where(
            is_assessment_of(MemberKey(row.workspace_id, row.user_id)),
            col(Assessment.card_channel) == row.card_channel,
            col(Assessment.card_ts) == row.card_ts,
            col(Assessment.state) != "abandoned",
        )
        .order_by(col(Assessment.started_at).desc(), col(Assessment.id).desc())
        .limit(1)
    )
    found: Assessment | None = await session.scalar(
        wanted.execution_options(populate_existing=True)
    )
    return found


def _same_card(assessment: Assessment) -> ColumnElement[bool]:
    return col(Assessment.card_key).is_not_distinct_from(assessment.card_key)
