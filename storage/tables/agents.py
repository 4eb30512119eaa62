"""The register of a channel: its AI engineers, their grades, and the levels its projects need.

It belongs to the channel. The user ids in it say who did what; they become nobody's when that member
erases their data, and the rest stays.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, text
from sqlmodel import Field

from storage.tables.row import Row
from storage.times import UtcTime

CURRENT = text("removed_at IS NULL")


class Agent(Row, table=True):
    """An AI engineer that a channel uses, or used until it was removed.

    `name_key` is the name as names are compared; `model_since` is when it got the model that it runs on.
    """

    __table_args__ = (
        Index(
            "one_agent_per_name",
            "workspace_id",
            "channel_id",
            "name_key",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        Index("ix_agent_of_channel", "workspace_id", "channel_id", "removed_at", "id"),
    )

    id: str = Field(primary_key=True)
    channel_id: str
    framework: str
    name: str
    name_key: str
    tool: str
    model: str
    owner: str | None = None
    purpose: str = Field(sa_type=Text)
    added_by: str | None = None
    added_at: datetime = Field(sa_type=UtcTime)
    changed_by: str | None = None
    changed_at: datetime = Field(sa_type=UtcTime)
    model_since: datetime = Field(sa_type=UtcTime)
    removed_by: str | None = None
    removed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    revision: int = 0


class AgentEvent(Row, table=True):
    """Something that happened to an entry of the register; `detail` is JSON and never holds a user id."""

    __tablename__ = "agent_event"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "agent_id"], ["agent.workspace_id", "agent.id"]),
        CheckConstraint("kind IN ('added', 'changed', 'graded', 'removed')", name="kind"),
        Index("ix_agent_event_of_agent", "workspace_id", "agent_id", "at", "id"),
    )

    id: str = Field(primary_key=True)
    agent_id: str
    kind: str
    by: str | None = None
    at: datetime = Field(sa_type=UtcTime)
    detail: str = Field(sa_type=Text)


class Grade(Row, table=True):
    """The level that an agent was graded at, with the answers, links to evidence, and its model then."""

    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "agent_id"], ["agent.workspace_id", "agent.id"]),
        ForeignKeyConstraint(
            ["workspace_id", "wording_digest"], ["wording.workspace_id", "wording.digest"]
        ),
        CheckConstraint("level BETWEEN 0 AND 9", name="level"),
        Index("ix_grade_of_agent", "workspace_id", "agent_id", "graded_at", "id"),
        Index("ix_grade_of_wording", "workspace_id", "wording_digest"),
    )

    id: str = Field(primary_key=True)
    agent_id: str
    framework: str
    version: str
    wording_digest: str
    level: int
    answers: str = Field(sa_type=Text)
    links: str = Field(sa_type=Text)
    model: str
    graded_by: str | None = None
    graded_at: datetime = Field(sa_type=UtcTime)


class Project(Row, table=True):
    """The level that a project of the channel needs, as somebody shared it; a newer one takes its place."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "wording_digest"], ["wording.workspace_id", "wording.digest"]
        ),
        CheckConstraint("level BETWEEN 0 AND 9", name="level"),
        Index(
            "one_project_per_name",
            "workspace_id",
            "channel_id",
            "name_key",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        Index("ix_project_of_wording", "workspace_id", "wording_digest"),
    )

    id: str = Field(primary_key=True)
    channel_id: str
    framework: str
    name: str
    name_key: str
    level: int
    answers: str = Field(sa_type=Text)
    wording_digest: str
    shared_by: str | None = None
    shared_at: datetime = Field(sa_type=UtcTime)
    removed_by: str | None = None
    removed_at: datetime | None = Field(default=None, sa_type=UtcTime)
