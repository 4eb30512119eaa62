"""Grants: which permission a member has from when until when, by the policy or by the plan of a sandbox.

A grant is not yet a yes: `coaching.access.decide` also reads the facts, each time. `AccessHeld` has what the
organization's systems were told.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Index, delete, select
from sqlmodel import Field, col

from coaching.access.settlement import Held, Source
from coaching.members import MemberKey
from storage import members
from storage.access import due
from storage.database import Session
from storage.database.rows import OwnedTable, Row, UtcTime, insert_into, refers_to

BY_POLICY = ""
"""Stands in place of a plan for grants by the policy."""


class AccessGrant(Row, table=True):
    """A permission of a member, from `since` to just before `until`. It is deleted when it ends.

    `plan_id` is the plan of a sandbox that granted it, or `BY_POLICY`.
    """

    __tablename__ = "access_grant"
    __table_args__ = (refers_to("member", user_id="user_id"),)

    user_id: str = Field(primary_key=True)
    permission_id: str = Field(primary_key=True)
    plan_id: str = Field(primary_key=True)
    since: datetime = Field(sa_type=UtcTime)
    until: datetime = Field(sa_type=UtcTime)


class AccessHeld(Row, table=True):
    """A permission that a member has, as receivers of changes and the member were told.

    There is a row from the change "granted" to the change "ended". `told_until` is the end of which the
    member was told before it comes.
    """

    __tablename__ = "access_held"
    __table_args__ = (
        refers_to("member", user_id="user_id"),
        Index("ix_access_held_of_permission", "workspace_id", "permission_id", "user_id"),
    )

    user_id: str = Field(primary_key=True)
    permission_id: str = Field(primary_key=True)
    since: datetime = Field(sa_type=UtcTime)
    until: datetime = Field(sa_type=UtcTime)
    via: str
    policy_version: str
    told_until: datetime | None = Field(default=None, sa_type=UtcTime)

    @property
    def value(self) -> Held:
        """The same as a value for the rules."""
        via: Source = "sandbox" if self.via == "sandbox" else "policy"
        return Held(
            self.permission_id, self.since, self.until, via, self.policy_version, self.told_until
        )


GRANT_DATA = OwnedTable(AccessGrant, "access_grants", "results", order_by="since")
HELD_DATA = OwnedTable(
    AccessHeld, "access_held", "results", order_by="since", internal=("told_until",)
)


async def of_members(
    session: Session, workspace_id: str, user_ids: Collection[str]
) -> Sequence[AccessGrant]:
    """Return the grants of these members, by member, permission and plan."""
    found = await session.scalars(
        select(AccessGrant)
        .where(
            col(AccessGrant.workspace_id) == workspace_id, col(AccessGrant.user_id).in_(user_ids)
        )
        .order_by(
            col(AccessGrant.user_id), col(AccessGrant.permission_id), col(AccessGrant.plan_id)
        )
        .execution_options(populate_existing=True)
    )
    return found.all()


async def held_by(
    session: Session, workspace_id: str, user_ids: Collection[str]
) -> Sequence[AccessHeld]:
    """Return what these members have, by member and permission."""
    found = await session.scalars(
        select(AccessHeld)
        .where(col(AccessHeld.workspace_id) == workspace_id, col(AccessHeld.user_id).in_(user_ids))
        .order_by(col(AccessHeld.user_id), col(AccessHeld.permission_id))
        .execution_options(populate_existing=True)
    )
    return found.all()


async def holders(session: Session, workspace_id: str, permission_id: str) -> dict[str, datetime]:
    """Return the members who have this permission as receivers were told, and until when.

    The end may be over for the seconds until the job ends the grant.
    """
    found = await session.execute(
        select(col(AccessHeld.user_id), col(AccessHeld.until)).where(
            col(AccessHeld.workspace_id) == workspace_id,
            col(AccessHeld.permission_id) == permission_id,
        )
    )
    return dict(list(found))


async def grant_for_sandbox(
    session: Session,
    key: MemberKey,
    permission_id: str,
    plan_id: str,
    *,
    until: datetime,
    now: datetime,
) -> None:
    """Grant a permission for the plan of a sandbox; a second time changes when it ends.

    It counts at once. The job tells receivers and the member within seconds.
    """
    await members.ensure(session, key, now=now)
    new = insert_into(session, AccessGrant).values(
        workspace_id=key.workspace_id,
        user_id=key.user_id,
        permission_id=permission_id,
        plan_id=plan_id,
        since=now,
        until=until,
    )
    columns = ["workspace_id", "user_id", "permission_id", "plan_id"]
    await session.execute(new.on_conflict_do_update(index_elements=columns, set_={"until": until}))
    await due.mark(session, key, now=now)


async def end_for_sandbox(session: Session, key: MemberKey, plan_id: str, *, now: datetime) -> None:
    """End all grants for the plan of a sandbox; none of them counts from this transaction on."""
    if plan_id == BY_POLICY:
        raise ValueError("A plan has an id.")
    await session.execute(
        delete(AccessGrant)
        .where(is_of(key), col(AccessGrant.plan_id) == plan_id)
        .execution_options(synchronize_session=False)
    )
    await due.mark_again(session, key, now=now)


def is_of(key: MemberKey) -> ColumnElement[bool]:
    """Return the condition that matches the member's grants."""
    return (col(AccessGrant.workspace_id) == key.workspace_id) & (
        col(AccessGrant.user_id) == key.user_id
    )
