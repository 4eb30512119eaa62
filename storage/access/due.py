"""Whom to decide anew about: a moment for each member, and a count of changes for each workspace.

Whatever changes a fact about a member stores in its own transaction that they are due. What changes for all
members of a workspace at once, such as a setting, adds one to the workspace's count instead, and every member
with a lower count is due. So no change has to touch a row of each member.

The row of a member is there from their first fact on, whether access is switched on or off: once it is on,
everybody who may get something is known.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Index, case, exists, or_, select, text, update
from sqlmodel import Field, col

from coaching.members import MemberKey
from storage import workspaces
from storage.database import Session
from storage.database.rows import (
    OwnedTable,
    Row,
    UtcTime,
    insert_into,
    partial_index,
    refers_to,
    update_rows,
    workspaces_with,
)

LOOKED_EVERY = timedelta(minutes=10)
"""How often the job looks whether the policy of a workspace is another one, also when nothing is due."""

NEVER = datetime.fromtimestamp(0, UTC)

IS_PLANNED, IS_BEHIND = text("due_at IS NOT NULL"), text("is_behind")


class AccessMember(Row, table=True):
    """A member about whom there is a fact, and when to decide anew about them; None for never.

    `generation` is the workspace's count of changes as of the last decision.
    """

    __tablename__ = "access_member"
    __table_args__ = (
        refers_to("member", user_id="user_id"),
        partial_index("ix_access_member_due", "workspace_id", "due_at", where=IS_PLANNED),
        Index("ix_access_member_generation", "workspace_id", "generation"),
    )

    user_id: str = Field(primary_key=True)
    due_at: datetime | None = Field(default=None, sa_type=UtcTime)
    generation: int = 0


class AccessWorkspace(Row, table=True):
    """How often something changed for all members of a workspace.

    `is_behind` while there may be members about whom nobody decided since then. `policy_version` is that of
    the policy by which the job decides, as it was read from the content at `looked_at`.
    """

    __tablename__ = "access_workspace"
    __table_args__ = (
        partial_index("ix_access_workspace_behind", "workspace_id", where=IS_BEHIND),
        Index("ix_access_workspace_looked", "looked_at"),
    )

    generation: int
    is_behind: bool
    policy_version: str
    looked_at: datetime = Field(sa_type=UtcTime)


PERSONAL_DATA = OwnedTable(AccessMember, "access_due", "internals", is_single=True)


async def mark(session: Session, key: MemberKey, *, now: datetime) -> None:
    """Store that a fact about this member changed, so that the job decides anew. Their row is there."""
    new = insert_into(session, AccessMember).values(
        workspace_id=key.workspace_id, user_id=key.user_id, due_at=now, generation=0
    )
    columns = ["workspace_id", "user_id"]
    await session.execute(new.on_conflict_do_update(index_elements=columns, set_={"due_at": now}))


async def mark_again(session: Session, key: MemberKey, *, now: datetime) -> None:
    """Store the same where there is any fact about the member; for changes that alone give nothing."""
    await update_rows(session, AccessMember, is_of(key), due_at=now)


async def mark_workspace(session: Session, workspace_id: str) -> None:
    """Store that something changed for all members of a workspace, so that the job decides anew."""
    new = insert_into(session, AccessWorkspace).values(
        workspace_id=workspace_id,
        generation=1,
        is_behind=True,
        policy_version="",
        looked_at=NEVER,
    )
    counted = {"generation": col(AccessWorkspace.generation) + 1, "is_behind": True}
    await session.execute(new.on_conflict_do_update(index_elements=["workspace_id"], set_=counted))


async def look(session: Session, workspace_id: str, policy_version: str, *, now: datetime) -> int:
    """Return the workspace's count of changes, which another version of the policy adds one to.

    The version is stored, and from time to time when it was looked at.
    """
    here = col(AccessWorkspace.workspace_id) == workspace_id
    row = (
        await session.execute(
            select(
                col(AccessWorkspace.generation),
                col(AccessWorkspace.policy_version),
                col(AccessWorkspace.looked_at),
            ).where(here)
        )
    ).one_or_none()
    if row is None:
        return 0
    if row.policy_version != policy_version:
        is_other = col(AccessWorkspace.policy_version) != policy_version
        if await update_rows(
            session, AccessWorkspace, here, is_other, policy_version=policy_version, looked_at=now
        ):
            await mark_workspace(session, workspace_id)
            return int(row.generation) + 1
    elif row.looked_at <= now - LOOKED_EVERY:
        await update_rows(session, AccessWorkspace, here, looked_at=now)
    return int(row.generation)


async def workspaces_due(session: Session, *, now: datetime) -> Sequence[str]:
    """Return the connected workspaces with members to decide about, or whose policy is to be looked at."""
    planned = workspaces_with(
        AccessMember, col(AccessMember.due_at).is_not(None), col(AccessMember.due_at) <= now
    )
    here = select(col(AccessWorkspace.workspace_id))
    # The first condition makes SQLite search the index.
    behind = here.where(col(AccessWorkspace.workspace_id) > "", IS_BEHIND)
    unseen = here.where(col(AccessWorkspace.looked_at) <= now - LOOKED_EVERY)
    found: list[str] = []
    for some in (planned, behind, unseen):
        connected = workspaces.is_connected(some.selected_columns.workspace_id)
        found += await session.scalars(some.where(connected).limit(200))
    return list(dict.fromkeys(found))


async def generation_of(session: Session, workspace_id: str) -> int:
    """Return the workspace's count of changes; 0 before the first."""
    here = col(AccessWorkspace.workspace_id) == workspace_id
    return await session.scalar(select(col(AccessWorkspace.generation)).where(here)) or 0


async def members_due(
    session: Session, workspace_id: str, *, generation: int, now: datetime, limit: int
) -> list[str]:
    """Return the user ids of members about whom to decide, first those who are due for the longest time."""
    here, due_at = col(AccessMember.workspace_id) == workspace_id, col(AccessMember.due_at)
    user_id = col(AccessMember.user_id)
    planned = select(user_id).where(here, due_at.is_not(None), due_at <= now)
    found = list(await session.scalars(planned.order_by(due_at, user_id).limit(limit)))
    if len(found) < limit:
        behind = select(user_id).where(here, col(AccessMember.generation) < generation)
        found += await session.scalars(behind.order_by(user_id).limit(limit))
    return list(dict.fromkeys(found))[:limit]


async def take(
    session: Session,
    workspace_id: str,
    user_ids: Collection[str],
    *,
    generation: int,
    now: datetime,
) -> list[str]:
    """Lock the rows of those members who are still due, and return their ids.

    The caller has locked the members themselves. Rows that somebody else changes now are left out, so nobody
    waits for them; whoever changes one stores that the member is due.
    """
    is_due = or_(col(AccessMember.due_at) <= now, col(AccessMember.generation) < generation)
    wanted = (
        select(col(AccessMember.user_id))
        .where(
            col(AccessMember.workspace_id) == workspace_id,
            col(AccessMember.user_id).in_(user_ids),
            is_due,
        )
        .order_by(col(AccessMember.user_id))
        .with_for_update(skip_locked=True)
    )
    return list(await session.scalars(wanted))


async def plan(
    session: Session,
    workspace_id: str,
    next_due: Mapping[str, datetime | None],
    *,
    generation: int,
) -> None:
    """Store when to decide next about these members, whose rows the caller took."""
    times = [(user_id, at) for user_id, at in next_due.items() if at is not None]
    user_id = col(AccessMember.user_id)
    due_at = case(dict(times), value=user_id) if times else None
    await session.execute(
        update(AccessMember)
        .where(col(AccessMember.workspace_id) == workspace_id, user_id.in_(next_due))
        .values(due_at=due_at, generation=generation)
        .execution_options(synchronize_session=False)
    )


async def finish(session: Session, workspace_id: str, *, generation: int) -> None:
    """Store that the job has decided about all members as of this count, if that is so."""
    lagging = exists().where(
        col(AccessMember.workspace_id) == workspace_id,
        col(AccessMember.generation) < generation,
    )
    await update_rows(
        session,
        AccessWorkspace,
        col(AccessWorkspace.workspace_id) == workspace_id,
        col(AccessWorkspace.generation) == generation,
        ~lagging,
        is_behind=False,
    )


def is_of(key: MemberKey) -> ColumnElement[bool]:
    """Return the condition that matches the member's row."""
    return (col(AccessMember.workspace_id) == key.workspace_id) & (
        col(AccessMember.user_id) == key.user_id
    )
