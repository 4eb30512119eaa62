"""Self-checks and other conversations: the words that were shown, the state, the answers."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, text
from sqlmodel import Field

from storage.tables.row import Row
from storage.times import UtcTime

OPEN = text("state = 'open'")


class Wording(Row, table=True):
    """The words of a conversation as they were shown, kept once for all who saw them."""

    digest: str = Field(primary_key=True)
    framework: str
    version: str
    family: str
    words: str = Field(sa_type=Text)


class Assessment(Row, table=True):
    """One run through the cards of a framework: open, then completed or abandoned.

    `subject` is whom or what it is about: empty for the member themself, else an agent's id, or `need:`
    and a channel for a project. `draft` is what is chosen on the open card and not answered yet.
    """

    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "user_id"], ["member.workspace_id", "member.user_id"]
        ),
        ForeignKeyConstraint(
            ["workspace_id", "wording_digest"], ["wording.workspace_id", "wording.digest"]
        ),
        CheckConstraint("state IN ('open', 'completed', 'abandoned')", name="state"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        CheckConstraint(
            "(state = 'completed') = (tier IS NOT NULL OR level IS NOT NULL)", name="completed"
        ),
        CheckConstraint("tier BETWEEN 0.5 AND 3", name="tier"),
        CheckConstraint("floor BETWEEN 0.5 AND 3", name="floor"),
        CheckConstraint("spread BETWEEN 0 AND 2.5", name="spread"),
        CheckConstraint("level BETWEEN 0 AND 9", name="level"),
        Index(
            "one_open_assessment",
            "workspace_id",
            "user_id",
            "framework",
            "subject",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index("ix_assessment_of_member", "workspace_id", "user_id", "ended_at", "id"),
        Index("ix_assessment_of_wording", "workspace_id", "wording_digest"),
    )

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
    subject: str = Field(default="", sa_column_kwargs={"server_default": ""})
    level: int | None = None
    draft: str | None = Field(default=None, sa_type=Text)


class GivenAnswer(Row, table=True):
    """The answer that a member gave to one item of one assessment; `note` is a link to evidence."""

    __tablename__ = "answer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "assessment_id"], ["assessment.workspace_id", "assessment.id"]
        ),
        CheckConstraint("level BETWEEN 0 AND 9", name="level"),
    )

    assessment_id: str = Field(primary_key=True)
    question_id: str = Field(primary_key=True)
    place: int
    level: float
    answered_at: datetime = Field(sa_type=UtcTime)
    note: str | None = Field(default=None, sa_type=Text)
