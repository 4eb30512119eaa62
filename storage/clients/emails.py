"""Members' confirmed email addresses as hashes, by which clients may name them where an admin allows it.

The hashes are read from Slack again and again, and count only for a while, so that an address that was given
to somebody else soon stands for nobody or for them.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Index, delete, exists, func, select
from sqlmodel import Field, col

from storage.database import Session
from storage.database.rows import (
    OwnedTable,
    Retention,
    Row,
    UtcTime,
    delete_oldest,
    in_batches,
    insert_into,
    refers_to,
)
from storage.members import Member
from storage.workspace_settings import Setting
from storage.workspaces import Workspace

EMAILS: Setting[bool] = Setting("access_emails", default=False)
"""Whether clients may name members by their email address."""

READ_EVERY = timedelta(hours=1)
COUNTS_FOR = timedelta(hours=3)
"""How often the addresses are read from Slack, and for how long what was read counts."""

KEPT = timedelta(days=1)
SOME = 200


class MemberEmail(Row, table=True):
    """The hash of a member's confirmed email address, as it was read at `read_at`."""

    __tablename__ = "access_email"
    __table_args__ = (
        refers_to("member", user_id="user_id"),
        Index("ix_access_email_digest", "workspace_id", "digest"),
    )

    user_id: str = Field(primary_key=True)
    digest: str
    read_at: datetime = Field(sa_type=UtcTime)


PERSONAL_DATA = OwnedTable(MemberEmail, "email_hash", "you", is_single=True)


async def save(
    session: Session, workspace_id: str, addresses: Mapping[str, str], *, now: datetime
) -> None:
    """Store the addresses, by user id, of those of these people whom Rungs has met."""
    for some in in_batches(addresses):
        known = await session.scalars(
            select(col(Member.user_id))
            .where(col(Member.workspace_id) == workspace_id, col(Member.user_id).in_(some))
            .order_by(col(Member.user_id))
            .with_for_update(read=True, key_share=True)
        )
        rows = [
            {
                "workspace_id": workspace_id,
                "user_id": user_id,
                "digest": _digest(workspace_id, addresses[user_id]),
                "read_at": now,
            }
            for user_id in known
        ]
        if rows:
            new = insert_into(session, MemberEmail).values(rows)
            changed = {name: new.excluded[name] for name in ("digest", "read_at")}
            keys = ["workspace_id", "user_id"]
            await session.execute(new.on_conflict_do_update(index_elements=keys, set_=changed))


async def forget(session: Session, workspace_id: str, *, before: datetime | None = None) -> None:
    """Delete the addresses of a workspace; with `before`, those that were read before that moment."""
    gone = delete(MemberEmail).where(col(MemberEmail.workspace_id) == workspace_id)
    if before is not None:
        gone = gone.where(col(MemberEmail.read_at) < before)
    await session.execute(gone.execution_options(synchronize_session=False))


async def prune(session: Session, *, before: datetime, limit: int) -> int:
    """Delete at most `limit` addresses that were read before that moment; return how many."""
    read_at = col(MemberEmail.read_at)
    return await delete_oldest(
        session, MemberEmail, read_at < before, order_by=read_at, limit=limit
    )


RETENTION = Retention(
    MemberEmail,
    "A hash of your email address, if programs may name you by it, after it was last read",
    KEPT,
    prune,
)
"""So addresses also go when access is switched off, or the app may no longer read them."""


async def users_of(
    session: Session, workspace_id: str, addresses: Collection[str], *, now: datetime
) -> dict[str, str]:
    """Return the user ids of members by these addresses; without one that several have, or nobody."""
    digests = {one: _digest(workspace_id, one) for one in addresses}
    found = await session.execute(
        select(col(MemberEmail.digest), func.min(col(MemberEmail.user_id)))
        .where(col(MemberEmail.workspace_id) == workspace_id)
        .where(col(MemberEmail.digest).in_(set(digests.values())))
        .where(col(MemberEmail.read_at) > now - COUNTS_FOR)
        .group_by(col(MemberEmail.digest))
        .having(func.count() == 1)
    )
    users = {row[0]: row[1] for row in found}
    return {one: users[digest] for one, digest in digests.items() if digest in users}


async def workspaces_due(session: Session, *, now: datetime) -> Sequence[str]:
    """Return connected workspaces that allow addresses and whose were not read lately, at most 200."""
    was_read = exists().where(
        col(MemberEmail.workspace_id) == col(Workspace.workspace_id),
        col(MemberEmail.read_at) > now - READ_EVERY,
    )
    found = (
        select(col(Workspace.workspace_id))
        .where(col(Workspace.disconnected_at).is_(None), ~was_read)
        .where(col(Workspace.settings).contains(f'"{EMAILS.name}": true'))
        .order_by(col(Workspace.workspace_id))
        .limit(SOME)
    )
    return list(await session.scalars(found))


def _digest(workspace_id: str, address: str) -> str:
    """Return the hash of an address, which differs from workspace to workspace."""
    normal = address.strip().lower()
    return sha256(f"{workspace_id}:{normal}".encode(errors="replace")).hexdigest()
