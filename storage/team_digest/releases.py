"""Releases: the figures of digests that had new ones, for previews, histories and the next digest."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Text, delete, select
from sqlmodel import Field, col

from storage.database import Session
from storage.database.rows import Row, UtcTime, insert_into, refers_to
from storage.outbox.queue import Outgoing
from storage.team_digest.teams import DIGEST


class Release(Row, table=True):
    """The figures that a digest published, as they were shown; nothing in them is about one member."""

    __table_args__ = (
        refers_to("team", channel_id="channel_id"),
        Index("ix_release_of_team", "workspace_id", "channel_id", "released_at"),
    )

    id: str = Field(primary_key=True)
    channel_id: str
    period: date
    released_at: datetime = Field(sa_type=UtcTime)
    facts: str = Field(sa_type=Text)


async def save(
    session: Session,
    workspace_id: str,
    channel_id: str,
    *,
    id: str,  # noqa: A002 - the id of the message that makes it known
    period: date,
    facts: Mapping[str, Any],
    now: datetime,
) -> Release:
    """Store the facts, ready for JSON, that the message with this id publishes, in place of earlier ones."""
    values = {
        "period": period,
        "released_at": now,
        "facts": json.dumps(facts, ensure_ascii=False, sort_keys=True),
    }
    written = (
        insert_into(session, Release)
        .values(workspace_id=workspace_id, id=id, channel_id=channel_id, **values)
        .on_conflict_do_update(index_elements=["workspace_id", "id"], set_=values)
        .returning(Release)
    )
    release = await session.scalar(written.execution_options(populate_existing=True))
    if release is None:
        raise LookupError(f"The release of {channel_id} could not be written down.")
    return release


def facts_of(release: Release) -> dict[str, Any]:
    """Return the published facts."""
    facts: dict[str, Any] = json.loads(release.facts)
    return facts


MAY_HAVE_ARRIVED = ("sending", "sent", "unknown")
"""The states in which a message may have reached the channel."""


async def earlier_digests(
    session: Session, workspace_id: str, channel_id: str, *, other_than: str | None = None
) -> list[Outgoing]:
    """Return the digests that may have reached the channel, the oldest first."""
    rows = await session.scalars(
        select(Outgoing)
        .where(
            col(Outgoing.workspace_id) == workspace_id,
            col(Outgoing.subject) == channel_id,
            col(Outgoing.kind) == DIGEST,
            col(Outgoing.state).in_(MAY_HAVE_ARRIVED),
        )
        .order_by(col(Outgoing.due_at), col(Outgoing.id))
    )
    return [row for row in rows if row.id != other_than]


async def list_delivered(
    session: Session, workspace_id: str, channel_id: str, *, limit: int
) -> list[Release]:
    """Return the releases whose digest was sent, newest first."""
    rows = await session.scalars(
        select(Release)
        .join(
            Outgoing,
            (col(Outgoing.workspace_id) == col(Release.workspace_id))
            & (col(Outgoing.id) == col(Release.id)),
        )
        .where(
            col(Release.workspace_id) == workspace_id,
            col(Release.channel_id) == channel_id,
            col(Outgoing.state) == "sent",
        )
        .order_by(col(Release.released_at).desc(), col(Release.id).desc())
        .limit(limit)
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def withdraw(session: Session, workspace_id: str, message_id: str) -> None:
    """Delete the release of a message that publishes nothing after all."""
    await session.execute(
        delete(Release)
        .where(col(Release.workspace_id) == workspace_id, col(Release.id) == message_id)
        .execution_options(synchronize_session=False)
    )
