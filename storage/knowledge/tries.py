"""Tries of knowledge checks: assessments whose subject is a skill."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from coaching.knowledge.check import FRAMEWORK
from coaching.members import MemberKey
from storage.assessments.assessments import Assessment, is_assessment_of
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

    @property
    def last_at(self) -> datetime:
        """When it ended; of an open one, when it began."""
        return self.ended_at or self.began_at


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


def _is_try_of(key: MemberKey) -> ColumnElement[bool]:
    return is_assessment_of(key) & (col(Assessment.framework) == FRAMEWORK)
