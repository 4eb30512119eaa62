"""Requests for a permission that a person approves: asked by the member, decided once by an approver."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ColumnElement,
    Index,
    Select,
    literal_column,
    select,
    text,
)
from sqlmodel import Field, col

from coaching.members import MemberKey
from storage import members, workspaces
from storage.access import people
from storage.access.approvals import Approval
from storage.database import Session
from storage.database.rows import (
    NamingTable,
    OwnedTable,
    Retention,
    Row,
    UtcTime,
    delete_oldest,
    insert_new,
    new_id,
    partial_index,
    refers_to,
    update_rows,
    workspaces_with,
)

RequestState = Literal["open", "approved", "declined", "returned", "withdrawn"]
Answer = Literal["approved", "declined", "returned"]
Refusal = Literal["gone", "decided", "not_approver", "own"]
"""Why a request cannot be decided: it is not there, it is decided, or this person may not decide it."""

KEPT = timedelta(days=400)
MOST_LISTED = 100
IS_OPEN, IS_APPROVED = text("state = 'open'"), text("state = 'approved'")
REMINDS = text("remind_at IS NOT NULL")


class AccessRequest(Row, table=True):
    """A member asks for a permission: why they want it, and what an approver answered.

    `approver_id` is the policy's id of those who decide. `remind_at` is when they are reminded; None after
    that, and when it is decided. `answer` is what an approver wrote to the member.
    """

    __tablename__ = "access_request"
    __table_args__ = (
        refers_to("member", user_id="user_id"),
        CheckConstraint(
            "state IN ('open', 'approved', 'declined', 'returned', 'withdrawn')", name="state"
        ),
        partial_index(
            "ix_access_request_open",
            *("workspace_id", "user_id", "permission_id"),
            where=IS_OPEN,
            is_unique=True,
        ),
        partial_index("ix_access_request_waiting", "workspace_id", "asked_at", where=IS_OPEN),
        partial_index(
            "ix_access_request_approved", "workspace_id", "decided_at", where=IS_APPROVED
        ),
        partial_index("ix_access_request_remind", "workspace_id", "remind_at", where=REMINDS),
        Index("ix_access_request_of_member", "workspace_id", "user_id", "asked_at"),
        Index("ix_access_request_asked", "asked_at"),
    )

    id: str = Field(primary_key=True)
    user_id: str
    permission_id: str
    approver_id: str
    words: str
    state: str = "open"
    asked_at: datetime = Field(sa_type=UtcTime)
    remind_at: datetime | None = Field(default=None, sa_type=UtcTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcTime)
    decided_by: str | None = None
    answer: str = ""

    @property
    def key(self) -> MemberKey:
        """The member who asks."""
        return MemberKey(self.workspace_id, self.user_id)


PERSONAL_DATA = OwnedTable(
    AccessRequest,
    "access_requests",
    "log",
    order_by="asked_at",
    internal=("remind_at",),
    fields=(
        *("id", "permission_id", "approver_id", "words", "state", "asked_at", "remind_at"),
        *("decided_at", "answer"),
    ),
)
DECIDER_DATA = NamingTable(
    AccessRequest,
    "access_requests_decided",
    ("decided_by",),
    section="log",
    order_by="decided_at",
    fields=("permission_id", "state", "decided_at", "answer"),
)


@dataclass(frozen=True)
class NewRequest:
    """What a member asks for, of whom, and why; `remind_at` is when approvers hear of it once more."""

    permission_id: str
    approver_id: str
    words: str
    remind_at: datetime


async def open_one(
    session: Session, key: MemberKey, new: NewRequest, *, now: datetime
) -> AccessRequest | None:
    """Store a request; return None when the member has an open one for this permission."""
    await members.ensure(session, key, now=now)
    of_member = {"workspace_id": key.workspace_id, "user_id": key.user_id}
    opened = {"id": new_id(), "state": "open", "asked_at": now, "answer": ""}
    return await insert_new(session, AccessRequest, {**of_member, **asdict(new), **opened})


async def find(session: Session, workspace_id: str, request_id: str) -> AccessRequest | None:
    """Return a request of the workspace as it is stored now."""
    found: AccessRequest | None = await session.scalar(
        select(AccessRequest)
        .where(_is(workspace_id, request_id))
        .execution_options(populate_existing=True)
    )
    return found


async def of_member(session: Session, key: MemberKey, limit: int = 100) -> dict[str, AccessRequest]:
    """Return the member's latest request for each permission, by the permission's id."""
    found = await session.scalars(
        select(AccessRequest)
        .where(_is_of(key))
        .order_by(col(AccessRequest.asked_at).desc(), col(AccessRequest.id).desc())
        .limit(limit)
    )
    latest: dict[str, AccessRequest] = {}
    for one in found:
        latest.setdefault(one.permission_id, one)
    return latest


async def waiting_for(
    session: Session, key: MemberKey, *, permissions: Collection[str], now: datetime
) -> list[AccessRequest]:
    """Return open requests of others for these permissions that this person may decide, oldest first."""
    approves = await people.approves_for(session, key, now=now)
    wanted = open_for(key.workspace_id, approves)
    found = await session.scalars(_of_others(wanted, key, permissions).limit(MOST_LISTED))
    return list(found)


def open_for(workspace_id: str, approver_ids: Collection[str]) -> Select[AccessRequest]:
    """Select the open requests to these approvers, oldest first."""
    return (
        select(AccessRequest)
        .where(
            col(AccessRequest.workspace_id) == workspace_id,
            _is_open(),
            col(AccessRequest.approver_id).in_(approver_ids),
        )
        .order_by(col(AccessRequest.asked_at), col(AccessRequest.id))
    )


async def approved_by(
    session: Session,
    key: MemberKey,
    *,
    permissions: Collection[str],
    now: datetime,
    limit: int = 5,
) -> list[AccessRequest]:
    """Return the latest requests of others whose approval stands and which this person may withdraw."""
    approves = await people.approves_for(session, key, now=now)
    wanted = approved_for(key.workspace_id, approves)
    return list(await session.scalars(_of_others(wanted, key, permissions).limit(limit)))


def approved_for(workspace_id: str, approver_ids: Collection[str]) -> Select[AccessRequest]:
    """Select the requests to these approvers whose approval stands, the latest first."""
    stands = (
        (col(Approval.workspace_id) == col(AccessRequest.workspace_id))
        & (col(Approval.user_id) == col(AccessRequest.user_id))
        & (col(Approval.permission_id) == col(AccessRequest.permission_id))
        & (col(Approval.given_at) == col(AccessRequest.decided_at))
    )
    return (
        select(AccessRequest)
        .join(Approval, stands)
        .where(
            col(AccessRequest.workspace_id) == workspace_id,
            _is_in("approved"),
            col(AccessRequest.approver_id).in_(approver_ids),
        )
        .order_by(col(AccessRequest.decided_at).desc(), col(AccessRequest.id))
    )


def _of_others(
    wanted: Select[AccessRequest], key: MemberKey, permissions: Collection[str]
) -> Select[AccessRequest]:
    is_listed = col(AccessRequest.permission_id).in_(permissions)
    return wanted.where(is_listed, col(AccessRequest.user_id) != key.user_id)


async def decidable(
    session: Session, request_id: str, *, by: MemberKey, now: datetime
) -> AccessRequest | Refusal:
    """Return a request that this person may decide: an approver of it now, and nobody their own."""
    one = await find(session, by.workspace_id, request_id)
    if one is None or one.state == "withdrawn":
        return "gone"
    if one.user_id == by.user_id:
        return "own"
    if not await people.is_one(session, by, "approver", one.approver_id, now=now):
        return "not_approver"
    return one if one.state == "open" else "decided"


async def decide(
    session: Session,
    request_id: str,
    state: Answer,
    answer: str,
    *,
    by: MemberKey,
    now: datetime,
) -> AccessRequest | Refusal:
    """Decide a request, which ends it, and return it as it is then; the first decision stays."""
    one = await decidable(session, request_id, by=by, now=now)
    if isinstance(one, str):
        return one
    # The member first, as everybody who writes about them does: an erasure comes before or after.
    await members.ensure(session, one.key, now=now)
    is_first = await update_rows(
        session,
        AccessRequest,
        *(_is(by.workspace_id, request_id), _is_open()),
        state=state,
        answer=answer,
        decided_at=now,
        decided_by=by.user_id,
        remind_at=None,
    )
    if not is_first:
        found = await decidable(session, request_id, by=by, now=now)
        return found if isinstance(found, str) else "gone"
    return await find(session, by.workspace_id, request_id) or "gone"


async def withdraw(
    session: Session, key: MemberKey, permission_id: str | None = None, *, now: datetime
) -> bool:
    """End the member's open request for a permission, or all of them; return whether there was one."""
    of_one = [] if permission_id is None else [col(AccessRequest.permission_id) == permission_id]
    return await update_rows(
        session,
        AccessRequest,
        *(_is_of(key), _is_open(), *of_one),
        state="withdrawn",
        decided_at=now,
        remind_at=None,
    )


async def next_reminder(
    session: Session, workspace_id: str, *, now: datetime
) -> AccessRequest | None:
    """Return an open request whose approvers are to be reminded now; each is returned once."""
    due = (
        select(AccessRequest)
        .where(
            col(AccessRequest.workspace_id) == workspace_id,
            col(AccessRequest.remind_at) <= now,
        )
        .order_by(col(AccessRequest.remind_at))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found: AccessRequest | None = await session.scalar(due)
    if found is None:
        return None
    here = _is(workspace_id, found.id)
    is_first = await update_rows(
        session, AccessRequest, here, col(AccessRequest.remind_at).is_not(None), remind_at=None
    )
    return found if is_first else None


async def workspaces_to_remind(session: Session, *, now: datetime) -> Sequence[str]:
    """Return the connected workspaces with a request whose approvers are to be reminded, at most 200."""
    at = col(AccessRequest.remind_at)
    found = workspaces_with(AccessRequest, at.is_not(None), at <= now)
    connected = workspaces.is_connected(found.selected_columns.workspace_id)
    return list(await session.scalars(found.where(connected).limit(200)))


async def prune(session: Session, *, before: datetime, limit: int) -> int:
    """Delete at most `limit` requests that were made before that moment; return how many."""
    at = col(AccessRequest.asked_at)
    return await delete_oldest(session, AccessRequest, at < before, order_by=at, limit=limit)


RETENTION = Retention(
    AccessRequest, "What you asked an approver for, why, and what they answered", KEPT, prune
)


def _is(workspace_id: str, request_id: str) -> ColumnElement[bool]:
    return (col(AccessRequest.workspace_id) == workspace_id) & (col(AccessRequest.id) == request_id)


def _is_of(key: MemberKey) -> ColumnElement[bool]:
    return (col(AccessRequest.workspace_id) == key.workspace_id) & (
        col(AccessRequest.user_id) == key.user_id
    )


def _is_open() -> ColumnElement[bool]:
    return _is_in("open")


def _is_in(state: RequestState) -> ColumnElement[bool]:
    """Return the condition as the partial indexes have it: they are only found by their own words."""
    return literal_column(f"access_request.state = '{state}'", Boolean)
