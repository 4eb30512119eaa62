"""Tries of knowledge checks: assessments whose subject is a skill."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from coaching.knowledge.check import FRAMEWORK, SURE
from coaching.members import MemberKey
from storage.assessments.assessments import Assessment, is_assessment_of
from storage.assessments.given_answers import GivenAnswer
from storage.database import Session

SUBJECT = "check:"
"""Begins the subject of a try; the skill follows."""


def subject_of(skill: str) -> str:
    """Return the subject of a try at this skill."""
    return f"{SUBJECT}{skill}"


@dataclass(frozen=True)
class Try:
    """A try at a skill; `outcome` is one of the numbers in `OUTCOMES`, None for an open or a closed one."""

    id: str
    skill: str
    state: str
    began_at: datetime
    ended_at: datetime | None
    outcome: int | None


async def tries_of(session: Session, key: MemberKey) -> list[Try]:
    """Return all tries of a member, newest first."""
    rows = await session.execute(
        select(
            col(Assessment.id),
            col(Assessment.family),
            col(Assessment.state),
            col(Assessment.started_at),
            col(Assessment.ended_at),
            col(Assessment.level),
        )
        .where(_is_try_of(key))
        .order_by(col(Assessment.started_at).desc(), col(Assessment.id).desc())
    )
    return [Try(*row) for row in rows]


def latest_by_skill(tries: Sequence[Try]) -> dict[str, Try]:
    """Return the newest of these tries at each skill."""
    return {one.skill: one for one in reversed(tries)}


async def asked_since(
    session: Session, key: MemberKey, skill: str, since: datetime
) -> frozenset[str]:
    """Return the ids of the items that a member answered in tries at a skill since then."""
    rows = await session.scalars(
        select(col(GivenAnswer.question_id))
        .join(
            Assessment,
            (col(Assessment.workspace_id) == col(GivenAnswer.workspace_id))
            & (col(Assessment.id) == col(GivenAnswer.assessment_id)),
        )
        .where(
            _is_try_of(key),
            col(Assessment.subject) == subject_of(skill),
            col(GivenAnswer.answered_at) > since,
        )
    )
    return frozenset(item for item in rows if not item.endswith(SURE))


def _is_try_of(key: MemberKey) -> ColumnElement[bool]:
    return is_assessment_of(key) & (col(Assessment.framework) == FRAMEWORK)
