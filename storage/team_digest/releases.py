"""Releases: what each digest published, so that later digests can be checked against it."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ForeignKeyConstraint, Index, Select, Text, delete, func, select
from sqlmodel import Field, col

from storage.database import Session
from storage.database.rows import Row, UtcTime, insert_into
from storage.outbox.queue import Outgoing
from storage.team_digest.teams import DIGEST, Team

NO_CONTRIBUTORS = "[]"


class OtherChannelRelease(NamedTuple):
    """The contributors of the last release to another channel, as keyed hashes with that channel's secret."""

    channel_id: str
    secret: str
    contributors: frozenset[str]


class Release(Row, table=True):
    """What a digest published: the facts as shown, and keyed hashes of the members they were computed from.

    The hashes stay when a member erases their data. Otherwise the erasure would change what the next digest
    may publish.
    """

    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "channel_id"], ["team.workspace_id", "team.channel_id"]
        ),
        Index("ix_release_of_team", "workspace_id", "channel_id", "released_at"),
    )

    id: str = Field(primary_key=True)
    channel_id: str
    period: date
    released_at: datetime = Field(sa_type=UtcTime)
    contributors: str = Field(sa_type=Text)
    facts: str = Field(sa_type=Text)


async def save(
    session: Session,
    workspace_id: str,
    channel_id: str,
    *,
    id: str,  # noqa: A002 - the id of the message that makes it known
    period: date,
    contributors: Iterable[str],
    facts: Mapping[str, Any],
    now: datetime,
) -> Release:
    """Store what the message with this id publishes, replacing what was stored for it before.

    `contributors` are keyed hashes, never user ids; `facts` must be ready for JSON.
    """
    values = {
        "period": period,
        "released_at": now,
        "contributors": json.dumps(sorted(set(contributors))),
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


async def latest(
    session: Session, workspace_id: str, channel_id: str, *, other_than: str | None = None
) -> Release | None:
    """Return the last release to the channel, not counting the one with the id `other_than`."""
    wanted = _newest_first(workspace_id, channel_id).limit(1)
    if other_than is not None:
        wanted = wanted.where(col(Release.id) != other_than)
    found: Release | None = await session.scalar(wanted.execution_options(populate_existing=True))
    return found


async def latest_of_others(
    session: Session, workspace_id: str, channel_id: str
) -> list[OtherChannelRelease]:
    """Return the last release with contributors to each other channel of the workspace."""
    rows = await session.execute(
        select(col(Team.channel_id), col(Team.secret), col(Release.contributors))
        .join(
            Team,
            (col(Team.workspace_id) == col(Release.workspace_id))
            & (col(Team.channel_id) == col(Release.channel_id)),
        )
        .where(
            col(Release.workspace_id) == workspace_id,
            col(Release.id).in_(_last_ids(workspace_id, channel_id)),
        )
        .order_by(col(Team.channel_id))
    )
    return [
        OtherChannelRelease(channel, secret, frozenset(json.loads(them)))
        for channel, secret, them in rows
    ]


def contributors_of(release: Release) -> frozenset[str]:
    """Return the keyed hashes of the members that the facts were computed from."""
    return frozenset(json.loads(release.contributors))


def facts_of(release: Release) -> dict[str, Any]:
    """Return the published facts."""
    facts: dict[str, Any] = json.loads(release.facts)
    return facts


def _newest_first(workspace_id: str, channel_id: str) -> Select[Release]:
    return (
        select(Release)
        .where(col(Release.workspace_id) == workspace_id, col(Release.channel_id) == channel_id)
        .order_by(col(Release.released_at).desc(), col(Release.id).desc())
    )


def _last_ids(workspace_id: str, channel_id: str) -> Select[str]:
    """Select the ids of the last release with contributors to each other channel."""
    newest_first = (col(Release.released_at).desc(), col(Release.id).desc())
    place = func.row_number().over(partition_by=col(Release.channel_id), order_by=newest_first)
    numbered = (
        select(col(Release.id), place.label("place"))
        .where(
            col(Release.workspace_id) == workspace_id,
            col(Release.channel_id) != channel_id,
            col(Release.contributors) != NO_CONTRIBUTORS,
        )
        .subquery()
    )
    return select(numbered.c.id).where(numbered.c.place == 1)


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
