"""Roles: who may do what for others, as members named by admins or as user groups of Slack.

A group's people are stored as they were read from Slack last. They count for an hour after that, so that
somebody who left the group, or a group that cannot be read any more, loses the role by then at the latest.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Index, Select, delete, select
from sqlmodel import Field, col

from coaching.members import MemberKey
from storage.database import Session
from storage.database.rows import (
    OwnedTable,
    Row,
    UtcTime,
    in_batches,
    insert_into,
    refers_to,
    update_rows,
)
from storage.members import Member
from storage.workspaces import Workspace

BY_NAME = ""
"""Stands in place of a group for members whom an admin named."""

READ_EVERY = timedelta(minutes=15)
COUNTS_FOR = timedelta(hours=1)
"""How often a group is read from Slack, and for how long what was read counts."""


class RoleHolder(Row, table=True):
    """A member who has a role: named by an admin, or because they are in the group `group_id`."""

    __tablename__ = "role_holder"
    __table_args__ = (
        refers_to("member", user_id="user_id"),
        Index("ix_role_holder_of_member", "workspace_id", "user_id"),
    )

    role: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    group_id: str = Field(primary_key=True)
    since: datetime = Field(sa_type=UtcTime)


PERSONAL_DATA = OwnedTable(RoleHolder, "roles", "settings", order_by="role")


class RoleGroup(Row, table=True):
    """A user group whose people have a role; `handle` is its name in Slack without the @.

    `read_at` is when its people were read last, `problem` why they cannot be read: "gone", "scope"
    or "refused".
    """

    __tablename__ = "role_group"

    role: str = Field(primary_key=True)
    group_id: str = Field(primary_key=True)
    handle: str
    read_at: datetime | None = Field(default=None, sa_type=UtcTime)
    problem: str | None = None


class HeldRole(NamedTuple):
    """A role that a member has, and the handle of the group through which; None when named."""

    role: str
    handle: str | None


async def has_role(session: Session, key: MemberKey, role: str, *, now: datetime) -> bool:
    """Return whether the member has this role now, by one query."""
    theirs = held(key.workspace_id, now=now).where(
        col(RoleHolder.user_id) == key.user_id, col(RoleHolder.role) == role
    )
    return (await session.execute(theirs.limit(1))).first() is not None


async def holders(session: Session, workspace_id: str, role: str, *, now: datetime) -> list[str]:
    """Return the user ids of all who have this role now, in order, by one query."""
    theirs = held(workspace_id, now=now).where(col(RoleHolder.role) == role)
    return sorted({user_id for user_id, _, _ in await session.execute(theirs)})


async def roles_of(session: Session, key: MemberKey, *, now: datetime) -> list[HeldRole]:
    """Return the roles that the member has now."""
    theirs = held(key.workspace_id, now=now).where(col(RoleHolder.user_id) == key.user_id)
    return sorted(HeldRole(role, handle) for _, role, handle in await session.execute(theirs))


async def named(session: Session, workspace_id: str) -> dict[str, list[str]]:
    """Return the user ids of the active members whom admins named, by role."""
    rows = await session.execute(
        select(col(RoleHolder.role), col(RoleHolder.user_id))
        .join(Member, _is_their_member())
        .where(
            col(RoleHolder.workspace_id) == workspace_id,
            col(RoleHolder.group_id) == BY_NAME,
            col(Member.deactivated_at).is_(None),
        )
        .order_by(col(RoleHolder.since), col(RoleHolder.user_id))
    )
    found: dict[str, list[str]] = {}
    for role, user_id in rows:
        found.setdefault(role, []).append(user_id)
    return found


async def groups(session: Session, workspace_id: str) -> list[RoleGroup]:
    """Return the groups that have roles, by role and handle."""
    found = (
        select(RoleGroup)
        .where(col(RoleGroup.workspace_id) == workspace_id)
        .order_by(col(RoleGroup.role), col(RoleGroup.handle))
        .execution_options(populate_existing=True)
    )
    return list(await session.scalars(found))


async def name_members(
    session: Session, workspace_id: str, role: str, user_ids: Collection[str], *, now: datetime
) -> None:
    """Let these people, and of those named no others, have the role."""
    here = _is_of(workspace_id, role, BY_NAME)
    await session.execute(delete(RoleHolder).where(here, col(RoleHolder.user_id).not_in(user_ids)))
    await _add(session, workspace_id, role, BY_NAME, user_ids, now=now)


async def choose_groups(
    session: Session, workspace_id: str, role: str, handles: dict[str, str]
) -> None:
    """Let the people of these groups have the role, by id and handle; their people are read afterwards."""
    for table in (RoleHolder, RoleGroup):
        others = (
            (col(table.workspace_id) == workspace_id)
            & (col(table.role) == role)
            & (col(table.group_id) != BY_NAME)
            & col(table.group_id).not_in(handles)
        )
        await session.execute(delete(table).where(others))
    for group_id, handle in handles.items():
        new = insert_into(session, RoleGroup).values(
            workspace_id=workspace_id, role=role, group_id=group_id, handle=handle
        )
        await session.execute(new.on_conflict_do_nothing())


async def save_group(
    session: Session, workspace_id: str, group_id: str, user_ids: Collection[str], *, now: datetime
) -> None:
    """Store who is in this group now, for each role that it has."""
    for role in await _roles_of_group(session, workspace_id, group_id):
        here = _is_of(workspace_id, role, group_id)
        known = set(await session.scalars(select(col(RoleHolder.user_id)).where(here)))
        for some in in_batches(known - set(user_ids)):
            await session.execute(delete(RoleHolder).where(here, col(RoleHolder.user_id).in_(some)))
        await _add(session, workspace_id, role, group_id, set(user_ids) - known, now=now)
    await _note(session, workspace_id, group_id, read_at=now, problem=None)


async def close_group(
    session: Session, workspace_id: str, group_id: str, *, problem: str, now: datetime
) -> None:
    """Take the roles from the people of a group that cannot be read, and store why."""
    await session.execute(
        delete(RoleHolder).where(
            col(RoleHolder.workspace_id) == workspace_id, col(RoleHolder.group_id) == group_id
        )
    )
    await _note(session, workspace_id, group_id, read_at=now, problem=problem)


async def remove_member(session: Session, key: MemberKey) -> None:
    """Take all roles from a member who was deactivated."""
    await session.execute(
        delete(RoleHolder).where(
            col(RoleHolder.workspace_id) == key.workspace_id,
            col(RoleHolder.user_id) == key.user_id,
        )
    )


async def group_to_read(session: Session, workspace_id: str, *, now: datetime) -> str | None:
    """Return the group that was read longest ago, if that is long enough ago."""
    found: str | None = await session.scalar(
        select(col(RoleGroup.group_id))
        .where(col(RoleGroup.workspace_id) == workspace_id, _is_due(now))
        .order_by(col(RoleGroup.read_at).is_not(None), col(RoleGroup.read_at))
        .limit(1)
    )
    return found


async def workspaces_with_groups_due(session: Session, *, now: datetime) -> Sequence[str]:
    """Return the connected workspaces with a group to read, at most 200."""
    found = (
        select(col(RoleGroup.workspace_id))
        .join(Workspace, col(Workspace.workspace_id) == col(RoleGroup.workspace_id))
        .where(col(Workspace.disconnected_at).is_(None), _is_due(now))
        .distinct()
        .limit(200)
    )
    return list(await session.scalars(found))


def held(workspace_id: str, *, now: datetime) -> Select[*tuple[Any, ...]]:
    """Select (user id, role, handle) of those who have roles now."""
    of_group = (col(RoleGroup.workspace_id) == col(RoleHolder.workspace_id)) & (
        (col(RoleGroup.role) == col(RoleHolder.role))
        & (col(RoleGroup.group_id) == col(RoleHolder.group_id))
    )
    was_read = col(RoleGroup.problem).is_(None) & (col(RoleGroup.read_at) > now - COUNTS_FOR)
    return (
        select(col(RoleHolder.user_id), col(RoleHolder.role), col(RoleGroup.handle))
        .join(Member, _is_their_member())
        .outerjoin(RoleGroup, of_group)
        .where(
            col(RoleHolder.workspace_id) == workspace_id,
            col(Member.deactivated_at).is_(None),
            (col(RoleHolder.group_id) == BY_NAME) | was_read,
        )
    )


def _is_their_member() -> ColumnElement[bool]:
    return (col(Member.workspace_id) == col(RoleHolder.workspace_id)) & (
        col(Member.user_id) == col(RoleHolder.user_id)
    )


def _is_of(workspace_id: str, role: str, group_id: str) -> ColumnElement[bool]:
    return (
        (col(RoleHolder.workspace_id) == workspace_id)
        & (col(RoleHolder.role) == role)
        & (col(RoleHolder.group_id) == group_id)
    )


def _is_due(now: datetime) -> ColumnElement[bool]:
    return col(RoleGroup.read_at).is_(None) | (col(RoleGroup.read_at) <= now - READ_EVERY)


async def _roles_of_group(session: Session, workspace_id: str, group_id: str) -> list[str]:
    found = select(col(RoleGroup.role)).where(
        col(RoleGroup.workspace_id) == workspace_id, col(RoleGroup.group_id) == group_id
    )
    return list(await session.scalars(found.with_for_update()))


async def _note(
    session: Session, workspace_id: str, group_id: str, *, read_at: datetime, problem: str | None
) -> None:
    here = (col(RoleGroup.workspace_id) == workspace_id) & (col(RoleGroup.group_id) == group_id)
    await update_rows(session, RoleGroup, here, read_at=read_at, problem=problem)


async def _add(
    session: Session,
    workspace_id: str,
    role: str,
    group_id: str,
    user_ids: Collection[str],
    *,
    now: datetime,
) -> None:
    """Store these people as holders, after their rows as members, which are added if they are new."""
    for some in in_batches(user_ids):
        ids = [{"workspace_id": workspace_id, "user_id": user_id} for user_id in some]
        met = [one | {"created_at": now, "seen_at": now} for one in ids]
        held = [one | {"role": role, "group_id": group_id, "since": now} for one in ids]
        for table, rows in ((Member, met), (RoleHolder, held)):
            await session.execute(insert_into(session, table).values(rows).on_conflict_do_nothing())
