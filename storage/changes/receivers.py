"""Receivers: the servers of an organization that are told when a permission begins or ends, and what of.

A webhook is told of every change. A SCIM server has a group for each permission, which is kept in step. The
token that opens a SCIM server stands in the database only encrypted, bound to its row.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Index, delete, select, text, update
from sqlmodel import Field, col

from storage import workspaces
from storage.database import Session
from storage.database.rows import (
    OwnedTable,
    Row,
    UtcTime,
    partial_index,
    refers_to,
    update_rows,
)
from storage.installs.token_keys import InstallKey, TokenKeys

ReceiverKind = Literal["webhook", "scim"]
WEBHOOK, SCIM = "webhook", "scim"

MOST = 10
"""Receivers that a workspace can have."""


class Receiver(Row, table=True):
    """A server that is told of changes; `token` is encrypted, and only SCIM servers have one.

    `open_at` is the moment from which the next request may go out: later than now after a failure, whose
    reason is `problem`. `failures` counts those since the last success. `look_at` is when the groups of a
    SCIM server are compared next, `looked_at` when they were last, and `look` what was found, as JSON.
    """

    __tablename__ = "receiver"
    __table_args__ = (
        partial_index("ix_receiver_look", "look_at", where=text("look_at IS NOT NULL")),
    )

    id: str = Field(primary_key=True)
    kind: str
    url: str
    token: str | None = None
    made_at: datetime = Field(sa_type=UtcTime)
    open_at: datetime = Field(sa_type=UtcTime)
    failures: int = 0
    problem: str | None = None
    look_at: datetime | None = Field(default=None, sa_type=UtcTime)
    looked_at: datetime | None = Field(default=None, sa_type=UtcTime)
    look: str | None = None

    def __repr__(self) -> str:
        return f"Receiver({self.kind}, {self.id})"

    @property
    def last_look(self) -> "Look | None":
        """What differed when its groups were compared last."""
        return Look(**json.loads(self.look)) if self.look else None

    def opened(self, keys: TokenKeys) -> str:
        """Return the token; CannotDecrypt without its key."""
        return keys.decrypt(InstallKey(self.workspace_id), _place(self.id), self.token or "")


def sealed(keys: TokenKeys, workspace_id: str, receiver_id: str, token: str) -> str:
    """Return the token of a receiver as it is stored."""
    return keys.encrypt(InstallKey(workspace_id), _place(receiver_id), token)


def _place(receiver_id: str) -> str:
    return f"receiver:{receiver_id}"


class Followed(Row, table=True):
    """A permission that a receiver is told of; `group_name` and `group_id` are those of a SCIM server."""

    __tablename__ = "receiver_permission"
    __table_args__ = (
        refers_to("receiver", receiver_id="id"),
        Index("ix_receiver_permission", "workspace_id", "permission", "receiver_id"),
    )

    receiver_id: str = Field(primary_key=True)
    permission: str = Field(primary_key=True)
    group_name: str | None = None
    group_id: str | None = None


class ReceiverPerson(Row, table=True):
    """Who a member is at a SCIM server; without `scim_id`, why they could not be found is in `problem`."""

    __tablename__ = "receiver_person"
    __table_args__ = (
        refers_to("member", user_id="user_id"),
        refers_to("receiver", receiver_id="id"),
        Index("ix_receiver_person_of_member", "workspace_id", "user_id"),
    )

    receiver_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    scim_id: str | None = None
    problem: str | None = None
    at: datetime = Field(sa_type=UtcTime)


PEOPLE_DATA = OwnedTable(ReceiverPerson, "in_groups", "log", order_by="receiver_id")


async def every(session: Session, workspace_id: str) -> Sequence[Receiver]:
    """Return the receivers of a workspace, the oldest first."""
    rows = await session.scalars(
        select(Receiver)
        .where(col(Receiver.workspace_id) == workspace_id)
        .order_by(col(Receiver.made_at), col(Receiver.id))
    )
    return list(rows)


async def get(session: Session, workspace_id: str, receiver_id: str) -> Receiver | None:
    """Return a receiver of this workspace."""
    found: Receiver | None = await session.scalar(
        select(Receiver).where(_is_receiver(workspace_id, receiver_id))
    )
    return found


async def followed(session: Session, workspace_id: str, receiver_id: str) -> Sequence[Followed]:
    """Return the permissions that a receiver is told of."""
    rows = await session.scalars(
        select(Followed)
        .where(col(Followed.workspace_id) == workspace_id, col(Followed.receiver_id) == receiver_id)
        .order_by(col(Followed.permission))
    )
    return list(rows)


async def all_followed(session: Session, workspace_id: str) -> dict[str, list[Followed]]:
    """Return the permissions that each receiver of a workspace is told of, by its id."""
    rows = await session.scalars(
        select(Followed)
        .where(col(Followed.workspace_id) == workspace_id)
        .order_by(col(Followed.receiver_id), col(Followed.permission))
    )
    found: dict[str, list[Followed]] = {}
    for row in rows:
        found.setdefault(row.receiver_id, []).append(row)
    return found


async def save(session: Session, receiver: Receiver, groups: Mapping[str, str | None]) -> None:
    """Store a receiver, new or changed, with what it follows: permissions, each with its group if any.

    Changes for a permission that it no longer follows stay: that it ended is still told.
    """
    workspace_id = receiver.workspace_id
    before = {one.permission: one for one in await followed(session, workspace_id, receiver.id)}
    session.add(receiver)
    await session.flush()
    for permission, one in before.items():
        if permission not in groups:
            await session.delete(one)
    for permission, name in groups.items():
        one = before.get(permission) or Followed(
            workspace_id=workspace_id, receiver_id=receiver.id, permission=permission
        )
        if one.group_name != name:
            one.group_name, one.group_id = name, None
        session.add(one)
    await session.flush()


async def forget_ids(session: Session, receiver: Receiver) -> None:
    """Forget the ids of people and groups, because those of another server are other people and groups."""
    of_receiver = (
        col(ReceiverPerson.workspace_id) == receiver.workspace_id,
        col(ReceiverPerson.receiver_id) == receiver.id,
    )
    await session.execute(
        delete(ReceiverPerson).where(*of_receiver).execution_options(synchronize_session=False)
    )
    for one in await followed(session, receiver.workspace_id, receiver.id):
        one.group_id = None
    await session.flush()


def _is_receiver(workspace_id: str, receiver_id: str) -> ColumnElement[bool]:
    return (col(Receiver.workspace_id) == workspace_id) & (col(Receiver.id) == receiver_id)


async def save_group(session: Session, group: Followed, group_id: str | None) -> None:
    """Remember the id of a permission's group, or forget it, unless it has another name by now."""
    await update_rows(
        session,
        Followed,
        col(Followed.workspace_id) == group.workspace_id,
        col(Followed.receiver_id) == group.receiver_id,
        col(Followed.permission) == group.permission,
        col(Followed.group_name) == group.group_name,
        group_id=group_id,
    )


@dataclass(frozen=True)
class Look:
    """What differed when the groups of a SCIM server were compared: people who were added and removed.

    `unknown` counts those who have a permission and could not be found there. `problem` is why the groups
    could not be compared since, in a word.
    """

    added: int = 0
    removed: int = 0
    unknown: int = 0
    problem: str | None = None


async def workspaces_to_look_at(session: Session, *, now: datetime) -> Sequence[str]:
    """Return the connected workspaces with a SCIM server whose groups are to be compared, a few hundred."""
    rows = await session.scalars(
        select(col(Receiver.workspace_id))
        .where(
            col(Receiver.look_at).is_not(None),
            col(Receiver.look_at) <= now,
            workspaces.is_connected(col(Receiver.workspace_id)),
        )
        .order_by(col(Receiver.look_at))
        .limit(300)
    )
    return list(dict.fromkeys(rows))


async def claim_look(
    session: Session, workspace_id: str, *, until: datetime, now: datetime
) -> Receiver | None:
    """Return a receiver whose groups are to be compared; until that moment no other process gets it."""
    is_due = (col(Receiver.workspace_id) == workspace_id) & (col(Receiver.look_at) <= now)
    first = select(col(Receiver.id)).where(is_due).order_by(col(Receiver.id)).limit(1)
    found: Receiver | None = await session.scalar(
        update(Receiver)
        .where(is_due, col(Receiver.id) == first.scalar_subquery())
        .values(look_at=until)
        .returning(Receiver)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return found


async def looked(
    session: Session, receiver: Receiver, look: Look, *, again_at: datetime, now: datetime
) -> None:
    """Store what differed, or what the problem was, and when to compare again."""
    values: dict[str, Any] = {"look_at": again_at}
    if look.problem is None:
        values |= {"looked_at": now}
    else:
        look = replace(receiver.last_look or Look(), problem=look.problem)
    await update_rows(session, Receiver, _is(receiver), look=json.dumps(asdict(look)), **values)


async def succeeded(session: Session, receiver: Receiver) -> None:
    """Note that a receiver answers again."""
    await update_rows(session, Receiver, _is(receiver), failures=0, problem=None)


async def failed(session: Session, receiver: Receiver, problem: str, *, open_at: datetime) -> None:
    """Send nothing to a receiver until that moment, because of this problem."""
    failures = col(Receiver.failures) + 1
    await update_rows(
        session, Receiver, _is(receiver), failures=failures, problem=problem, open_at=open_at
    )


def _is(receiver: Receiver) -> ColumnElement[bool]:
    return _is_receiver(receiver.workspace_id, receiver.id)


async def remove(session: Session, receiver: Receiver) -> None:
    """Delete a receiver with what waits for it; its groups stay as they are."""
    # Whoever stores something for it meanwhile waits, and then finds it gone.
    await session.execute(select(col(Receiver.id)).where(_is(receiver)).with_for_update())
    # Here, because the queue has foreign keys to receivers and not the other way round.
    from storage.changes.queue import Change

    for table in (Change, ReceiverPerson, Followed):
        await session.execute(
            delete(table)
            .where(
                col(table.workspace_id) == receiver.workspace_id,
                col(table.receiver_id) == receiver.id,
            )
            .execution_options(synchronize_session=False)
        )
    await session.delete(receiver)
    await session.flush()


async def with_token(session: Session) -> Sequence[Receiver]:
    """Return all receivers with a token, of every workspace."""
    rows = await session.scalars(
        select(Receiver)
        .where(col(Receiver.token).is_not(None))
        .order_by(col(Receiver.workspace_id), col(Receiver.id))
    )
    return list(rows)


async def encrypt_again(session: Session, keys: TokenKeys, row: Receiver) -> bool:
    """Encrypt the token by the first key; return False when the row changed meanwhile."""
    again = sealed(keys, row.workspace_id, row.id, row.opened(keys))
    return await update_rows(
        session, Receiver, _is(row), col(Receiver.token) == row.token, token=again
    )
