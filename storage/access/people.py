"""Who approves permissions and who confirms trainings: people with a role, named by admins or by group.

Guests are neither, also where a user group that has the role holds one.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from sqlmodel import col

from coaching.members import MemberKey
from storage import holders
from storage.database import Session
from storage.holders import RoleHolder
from storage.members import Member

PersonRole = Literal["approver", "coordinator"]

COORDINATOR = "training_coordinator"
APPROVER_OF = "approver:"
"""What the name of an approvers' role begins with; the id of the policy's approver follows."""


def role_name(role: PersonRole, of_id: str = "") -> str:
    """Return the name under which the role is stored; `of_id` is the policy's id of an approver."""
    return COORDINATOR if role == "coordinator" else f"{APPROVER_OF}{of_id}"


async def everyone(
    session: Session, workspace_id: str, *, now: datetime
) -> Mapping[str, list[str]]:
    """Return the user ids of all approvers and coordinators by the names of their roles, by one query."""
    is_role = (col(RoleHolder.role) == COORDINATOR) | col(RoleHolder.role).startswith(APPROVER_OF)
    may = holders.held(workspace_id, now=now).where(is_role, col(Member.is_guest).is_not(True))
    found: dict[str, set[str]] = {}
    for user_id, role, _ in await session.execute(may):
        found.setdefault(role, set()).add(user_id)
    return {role: sorted(users) for role, users in found.items()}


async def named(
    session: Session, workspace_id: str, role: PersonRole, of_id: str = "", *, now: datetime
) -> list[str]:
    """Return the user ids of all who have this role now, in order."""
    every = await everyone(session, workspace_id, now=now)
    return every.get(role_name(role, of_id), [])


async def is_one(
    session: Session, key: MemberKey, role: PersonRole, of_id: str = "", *, now: datetime
) -> bool:
    """Return whether the member has this role now; never while it is not known that they are no guest."""
    return role_name(role, of_id) in await _roles_of(session, key, now=now)


async def approves_for(session: Session, key: MemberKey, *, now: datetime) -> frozenset[str]:
    """Return the policy's ids of the approvers that the member is one of now."""
    held = await _roles_of(session, key, now=now)
    return frozenset(
        role.removeprefix(APPROVER_OF) for role in held if role.startswith(APPROVER_OF)
    )


async def _roles_of(session: Session, key: MemberKey, *, now: datetime) -> set[str]:
    theirs = holders.held(key.workspace_id, now=now).where(
        col(RoleHolder.user_id) == key.user_id, col(Member.is_guest).is_(False)
    )
    return {role for _, role, _ in await session.execute(theirs)}
