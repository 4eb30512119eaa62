"""Steps that members were offered, and how they say that those went."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, text
from sqlmodel import Field

from storage.tables.row import Row
from storage.times import UtcTime

CURRENT = text("state IN ('offered', 'trying')")


class Step(Row, table=True):
    """A tip that a member was offered, in the words they saw, and what became of it."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "user_id"], ["member.workspace_id", "member.user_id"]
        ),
        ForeignKeyConstraint(
            ["workspace_id", "assessment_id"], ["assessment.workspace_id", "assessment.id"]
        ),
        CheckConstraint(
            "state IN ('offered', 'trying', 'done', 'refused', 'passed')", name="state"
        ),
        CheckConstraint("from_tier BETWEEN 0 AND 9", name="from_tier"),
        Index(
            "one_current_step",
            "workspace_id",
            "user_id",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        Index("ix_step_of_member", "workspace_id", "user_id", "created_at", "id"),
        Index("ix_step_of_assessment", "workspace_id", "assessment_id"),
    )

    id: str = Field(primary_key=True)
    user_id: str
    tip_id: str
    assessment_id: str | None = None
    family: str | None = None
    question: str | None = None
    from_tier: float
    words: str = Field(sa_type=Text)
    state: str
    created_at: datetime = Field(sa_type=UtcTime)
    changed_at: datetime = Field(sa_type=UtcTime)


class Practice(Row, table=True):
    """How a member said that a step went, when a check-in asked."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "user_id"], ["member.workspace_id", "member.user_id"]
        ),
        ForeignKeyConstraint(["workspace_id", "step_id"], ["step.workspace_id", "step.id"]),
        CheckConstraint("outcome IN ('done', 'partly', 'not_yet', 'not_for_me')", name="outcome"),
        CheckConstraint("obstacle IN ('time', 'tool', 'unclear', 'other')", name="obstacle"),
        Index("ix_practice_of_member", "workspace_id", "user_id", "said_at"),
        Index("ix_practice_of_step", "workspace_id", "step_id"),
    )

    id: str = Field(primary_key=True)
    user_id: str
    step_id: str
    tip_id: str
    family: str | None = None
    question: str | None = None
    outcome: str
    obstacle: str | None = None
    said_at: datetime = Field(sa_type=UtcTime)
