"""Releases: what each digest made known, so that no later one gives anybody away."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.inserting import insert_into
from storage.tables import Release


async def keep(
    session: AsyncSession,
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
    session: AsyncSession, workspace_id: str, channel_id: str, *, other_than: str | None = None
) -> Release | None:
    """The last release to the channel; `other_than` is the id of one that does not count."""
    wanted = _newest_first(workspace_id, channel_id).limit(1)
    if other_than is not None:
        wanted = wanted.where(col(Release.id) != other_than)
    found: Release | None = await session.scalar(wanted.execution_options(populate_existing=True))
    return found


async def history(
    session: AsyncSession, workspace_id: str, channel_id: str, *, limit: int = 12
) -> list[Release]:
    """The releases to the channel, newest first."""
    return list(await session.scalars(_newest_first(workspace_id, channel_id).limit(limit)))


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
