"""Releases: what each digest made known, so that no later one gives anybody away."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ForeignKeyConstraint, Index, Select, Text, delete, func, select
from sqlmodel import Field, col

from storage.database.engine import Session
from storage.database.rows import Row, UtcTime, insert_into
from storage.outbox.queue import Outgoing
from storage.team_digest.teams import DIGEST, Team

NO_CONTRIBUTORS = "[]"


class OtherRelease(NamedTuple):
    """Whose answers the last release to another channel rests on, in that channel's keyed hashes."""

    channel_id: str
    secret: str
    contributors: frozenset[str]


class Release(Row, table=True):
    """What a digest made known: the facts as shown, and keyed hashes of whose answers they rest on.

    The hashes stay when a member erases their data: without them, leaving would change what is released.
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
    """Keep what the message with this id makes known; kept again, it replaces what was kept before.

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
    """The last release to the channel; `other_than` is the id of one that does not count."""
    wanted = _newest_first(workspace_id, channel_id).limit(1)
    if other_than is not None:
        wanted = wanted.where(col(Release.id) != other_than)
    found: Release | None = await session.scalar(wanted.execution_options(populate_existing=True))
    return found


async def latest_of_others(
    session: Session, workspace_id: str, channel_id: str
) -> list[OtherRelease]:
    """The last release to each other channel of the workspace that rests on anybody's answers."""
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
        OtherRelease(channel, secret, frozenset(json.loads(them))) for channel, secret, them in rows
    ]


def contributors_of(release: Release) -> frozenset[str]:
    """The keyed hashes of those whose answers it rests on."""
    return frozenset(json.loads(release.contributors))


def facts_of(release: Release) -> dict[str, Any]:
    """What was made known, as it was kept."""
    facts: dict[str, Any] = json.loads(release.facts)
    return facts


def _newest_first(workspace_id: str, channel_id: str) -> Select[Release]:
    return (
        select(Release)
        .where(col(Release.workspace_id) == workspace_id, col(Release.channel_id) == channel_id)
        .order_by(col(Release.released_at).desc(), col(Release.id).desc())
    )


def _last_ids(workspace_id: str, channel_id: str) -> Select[str]:
    """The ids of the last release with contributors to each channel but this one."""
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
"""States of messages that the channel has seen, or may have seen."""


async def earlier_digests(
    session: Session, workspace_id: str, channel_id: str, *, other_than: str | None = None
) -> list[Outgoing]:
    """The digests that went to the channel, or may have, the oldest first."""
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
    """The releases whose digest stands in the channel, newest first."""
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
    """Forget the release of a message that makes nothing new known after all."""
    await session.execute(
        delete(Release)
        .where(col(Release.workspace_id) == workspace_id, col(Release.id) == message_id)
        .execution_options(synchronize_session=False)
    )
