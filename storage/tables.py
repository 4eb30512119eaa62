"""The tables; every key begins with the workspace, so that no query can cross it by accident."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, text
from sqlmodel import Field, SQLModel

from storage.times import UtcTime

METADATA = SQLModel.metadata

# Named constraints can be changed by a later migration on every database.
METADATA.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

OPEN = text("state = 'open'")
CURRENT = text("state IN ('offered', 'trying')")


class Workspace(SQLModel, table=True):
    """A Slack workspace that installed the bot, or had it once."""

    workspace_id: str = Field(primary_key=True)
    name: str
    connected_at: datetime = Field(sa_type=UtcTime)
    disconnected_at: datetime | None = Field(default=None, sa_type=UtcTime)
    disconnect_reason: str | None = None


class Member(SQLModel, table=True):
    """A person in one workspace.

    No foreign key to the workspace: a person may write before its name is known.
    """

    workspace_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    family: str | None = None
    dm_channel: str | None = None
    greeted_at: datetime | None = Field(default=None, sa_type=UtcTime)
    deactivated_at: datetime | None = Field(default=None, sa_type=UtcTime)
    created_at: datetime = Field(sa_type=UtcTime)
    seen_at: datetime = Field(sa_type=UtcTime)


class Wording(SQLModel, table=True):
    """The words of a questionnaire as they were shown, kept once for all who saw them."""

    workspace_id: str = Field(primary_key=True)
    digest: str = Field(primary_key=True)
    framework: str
    version: str
    family: str
    words: str = Field(sa_type=Text)


class Assessment(SQLModel, table=True):
    """One run through a family's questions: open, then completed or abandoned."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "user_id"], ["member.workspace_id", "member.user_id"]
        ),
        ForeignKeyConstraint(
            ["workspace_id", "wording_digest"], ["wording.workspace_id", "wording.digest"]
        ),
        CheckConstraint("state IN ('open', 'completed', 'abandoned')", name="state"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(state = 'completed') = (tier IS NOT NULL)", name="completed"),
        CheckConstraint("tier BETWEEN 0.5 AND 3", name="tier"),
        CheckConstraint("floor BETWEEN 0.5 AND 3", name="floor"),
        CheckConstraint("spread BETWEEN 0 AND 2.5", name="spread"),
        Index(
            "one_open_assessment",
            "workspace_id",
            "user_id",
            "framework",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index("ix_assessment_of_member", "workspace_id", "user_id", "ended_at", "id"),
        Index("ix_assessment_of_wording", "workspace_id", "wording_digest"),
    )

    workspace_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    user_id: str
    framework: str
    family: str
    version: str
    wording_digest: str
    state: str
    started_at: datetime = Field(sa_type=UtcTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcTime)
    tier: float | None = None
    floor: float | None = None
    spread: float | None = None
    card_channel: str | None = None
    card_ts: str | None = None
    card_key: str | None = None
    revision: int = 0


class GivenAnswer(SQLModel, table=True):
    """The answer that a member gave to one question of one assessment."""

    __tablename__ = "answer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "assessment_id"], ["assessment.workspace_id", "assessment.id"]
        ),
        CheckConstraint("level BETWEEN 0.5 AND 3", name="level"),
    )

    workspace_id: str = Field(primary_key=True)
    assessment_id: str = Field(primary_key=True)
    question_id: str = Field(primary_key=True)
    place: int
    level: float
    answered_at: datetime = Field(sa_type=UtcTime)


class Step(SQLModel, table=True):
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
        CheckConstraint("from_tier BETWEEN 0.5 AND 3", name="from_tier"),
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

    workspace_id: str = Field(primary_key=True)
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


class Inbound(SQLModel, table=True):
    """Something from Slack that was taken up; its key never holds a user id."""

    __table_args__ = (Index("ix_inbound_seen_at", "seen_at"),)

    workspace_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    seen_at: datetime = Field(sa_type=UtcTime)
