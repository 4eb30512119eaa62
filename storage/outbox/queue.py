"""The outbox table: messages that the bot sends by itself, put in once and answered once.

A message is `ready` until a sender claims it (`leased`), announces its post (`sending`) and records it
(`sent`). Other ends are `skipped`, `failed` and `unknown`. `claims` and `recovery` guard these changes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnClause,
    ColumnElement,
    Index,
    Select,
    literal_column,
    select,
    text,
    update,
)
from sqlmodel import Field, col

from coaching.members import MemberKey
from storage.database import Session
from storage.database.rows import (
    OwnedTable,
    Retention,
    Row,
    UtcTime,
    delete_oldest,
    insert_into,
    insert_new,
    partial_index,
    refers_to,
    workspaces_with,
)
from storage.workspaces import Workspace

READY_ROWS = text("state = 'ready'")

READY_FOR_CHANNELS = text("state = 'ready' AND user_id IS NULL")

HELD_ROWS = text("state IN ('leased', 'sending')")

UNKNOWN_ROWS = text("state = 'unknown'")

MAY_HAVE_ARRIVED = ("sending", "sent", "unknown")
"""The states in which a message may have reached Slack."""


class Outgoing(Row, table=True):
    """A message that the bot sends by itself, to be delivered once.

    `id` is also its key in Slack's message metadata. `subject` is a user id or a channel id; `user_id` is set
    only for the former. `form` says more than the kind, such as "ask". `about` is the id of the event that
    the message reports, if it reports one. `sent_on` is the member's local date when sending began.
    """

    __tablename__ = "message"
    __table_args__ = (
        refers_to("member", user_id="user_id"),
        CheckConstraint(
            "state IN ('ready', 'leased', 'sending', 'sent', 'failed', 'skipped', 'unknown')",
            name="state",
        ),
        Index("one_message_per_key", "workspace_id", "dedupe_key", unique=True),
        partial_index("ix_message_ready", "workspace_id", "not_before", "id", where=READY_ROWS),
        partial_index("ix_message_held", "lease_until", where=HELD_ROWS),
        partial_index("ix_message_unknown", "workspace_id", where=UNKNOWN_ROWS),
        partial_index(
            "ix_message_channel_ready", "workspace_id", "subject", where=READY_FOR_CHANNELS
        ),
        Index("ix_message_of_subject", "workspace_id", "subject", "due_at"),
        Index("ix_message_of_member", "workspace_id", "user_id"),
    )

    id: str = Field(primary_key=True)
    dedupe_key: str
    kind: str
    subject: str
    user_id: str | None = None
    channel: str | None = None
    local_date: date
    state: str = "ready"
    due_at: datetime = Field(sa_type=UtcTime)
    not_before: datetime = Field(sa_type=UtcTime)
    expires_at: datetime = Field(sa_type=UtcTime)
    owner: str | None = None
    epoch: int = 0
    lease_until: datetime | None = Field(default=None, sa_type=UtcTime)
    attempt: int = 0
    sending_at: datetime | None = Field(default=None, sa_type=UtcTime)
    sent_on: date | None = None
    sent_at: datetime | None = Field(default=None, sa_type=UtcTime)
    slack_ts: str | None = None
    reason: str | None = None
    form: str | None = None
    step_id: str | None = None
    about: str | None = None
    answer: str | None = None
    answered_at: datetime | None = Field(default=None, sa_type=UtcTime)
    changed_at: datetime = Field(sa_type=UtcTime)


PERSONAL_DATA = OwnedTable(
    Outgoing,
    "from_rungs",
    "messages",
    order_by="due_at",
    internal=(
        *("dedupe_key", "subject", "channel", "not_before", "expires_at", "owner", "epoch"),
        *("lease_until", "attempt", "sending_at", "slack_ts", "about", "changed_at"),
    ),
)

FINISHED = ("sent", "skipped", "failed")

ENDED = (*FINISHED, "unknown")
"""The states in which a message is deleted when it is old; nobody sends an old `unknown` one again."""


def is_state(*states: str) -> ColumnElement[bool]:
    """Return the condition that matches messages in one of these states.

    It has literals and not parameters: only for those do both databases use a partial index.
    """
    literals: list[ColumnClause[str]] = [literal_column(f"'{state}'") for state in states]
    state = col(Outgoing.state)
    return state.in_(literals) if len(literals) > 1 else state == literals[0]


IS_READY = is_state("ready")

IS_HELD = is_state("leased", "sending")


@dataclass(frozen=True)
class NewMessage:
    """A message to put in.

    There is at most one with the same kind, subject and local date; with `about`, at most one with the same
    kind, form, subject and event.
    """

    workspace_id: str
    kind: str
    subject: str
    user_id: str | None
    local_date: date
    due_at: datetime
    expires_at: datetime
    form: str | None = None
    about: str | None = None

    @property
    def dedupe_key(self) -> str:
        if self.about:
            return f"{self.kind}:{self.subject}:{self.form}:{self.about}"
        return f"{self.kind}:{self.subject}:{self.local_date.isoformat()}"

    @property
    def id(self) -> str:
        """The id, made from the dedupe key: after a restore, the same message has the same id in Slack."""
        made = sha256(f"{self.workspace_id}:{self.dedupe_key}".encode()).hexdigest()
        return f"{day_prefix(self.local_date)}{made[:26]}"


async def enqueue(session: Session, messages: Iterable[NewMessage], *, now: datetime) -> int:
    """Insert messages and return how many were given.

    One whose dedupe key exists changes nothing. One that is past its expiry is inserted as `skipped`.
    """
    values = [_row(message, now=now) for message in messages]
    if values:
        connection = await session.connection()
        await connection.execute(insert_into(session, Outgoing).on_conflict_do_nothing(), values)
    return len(values)


async def enqueue_leased(
    session: Session, message: NewMessage, *, owner: str, lease: timedelta, now: datetime
) -> Outgoing | None:
    """Insert a message that this owner is about to send itself; return None if its dedupe key exists.

    It looks like a claimed message: if the owner dies, recovery releases it after the lease.
    """
    held = {"state": "leased", "owner": owner, "epoch": 1, "lease_until": now + lease}
    return await insert_new(session, Outgoing, _row(message, now=now) | held)


async def get(session: Session, workspace_id: str, message_id: str) -> Outgoing | None:
    """Return the message, whatever its state."""
    found: Outgoing | None = await session.scalar(
        select(Outgoing)
        .where(is_message(workspace_id, message_id))
        .execution_options(populate_existing=True)
    )
    return found


async def record_answer(
    session: Session, key: MemberKey, message_id: str, answer: str, *, now: datetime
) -> Outgoing | None:
    """Store the answer to a message of this member and return the message; None if it has an answer."""
    found: Outgoing | None = await session.scalar(
        update(Outgoing)
        .where(
            is_message(key.workspace_id, message_id),
            col(Outgoing.user_id) == key.user_id,
            col(Outgoing.answered_at).is_(None),
        )
        .values(answer=answer, answered_at=now, changed_at=now)
        .returning(Outgoing)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return found


async def workspaces_due(
    session: Session, *, now: datetime, after: str = "", limit: int = 100
) -> list[str]:
    """Return connected workspaces with a message that is due, at most `limit`.

    They come in order, beginning after `after` and going on from the first one, so that each has its turn.
    """
    found = await _due_after(session, after, limit=limit, now=now)
    if after and len(found) < limit:
        again = await _due_after(session, "", limit=limit - len(found), now=now)
        found += [one for one in again if one <= after]
    return found


def is_connected(found: Select[Any]) -> ColumnElement[bool]:
    """Return the condition that keeps of these workspaces those in which the app is installed.

    It looks each one up by its key: a join, which EXISTS becomes, may read all workspaces.
    """
    here = col(Workspace.workspace_id) == found.selected_columns.workspace_id
    connected = select(col(Workspace.disconnected_at).is_(None)).where(here)
    return connected.scalar_subquery()


async def _due_after(session: Session, after: str, *, limit: int, now: datetime) -> list[str]:
    due = workspaces_with(Outgoing, IS_READY, col(Outgoing.not_before) <= now, after=after)
    return list(await session.scalars(due.where(is_connected(due)).limit(limit)))


async def members_waiting(
    session: Session, workspace_id: str, *, before: datetime, limit: int
) -> list[str]:
    """Return the user ids of members with a message due before that moment, the soonest first."""
    rows = await session.scalars(
        select(col(Outgoing.user_id))
        .where(
            col(Outgoing.workspace_id) == workspace_id, IS_READY, col(Outgoing.not_before) < before
        )
        .order_by(col(Outgoing.not_before))
        .limit(limit)
    )
    return [user for user in dict.fromkeys(rows) if user]


async def existing_keys(session: Session, workspace_id: str, keys: Sequence[str]) -> set[str]:
    """Return which of these dedupe keys have a message."""
    rows = await session.scalars(
        select(col(Outgoing.dedupe_key)).where(
            col(Outgoing.workspace_id) == workspace_id, col(Outgoing.dedupe_key).in_(keys)
        )
    )
    return set(rows)


async def stuck_ids(session: Session, workspace_id: str, *, before: datetime) -> list[str]:
    """Return the ids of messages that are still ready although they were due before that moment."""
    rows = await session.scalars(
        select(col(Outgoing.id)).where(
            col(Outgoing.workspace_id) == workspace_id,
            IS_READY,
            col(Outgoing.not_before) < before,
        )
    )
    return list(rows)


async def prune(session: Session, *, before: datetime, limit: int) -> int:
    """Delete at most `limit` messages of days before that moment's; return how many."""
    # Ids begin with the day, so the primary key finds the old ones of a workspace.
    is_old = (col(Outgoing.id) < day_prefix(before.date())) & col(Outgoing.state).in_(ENDED)
    here = col(Outgoing.workspace_id)
    found = list(await session.scalars(workspaces_with(Outgoing, where=is_old).limit(limit)))
    return await delete_oldest(
        session, Outgoing, here.in_(found) & is_old, order_by=here, limit=limit
    )


RETENTION = Retention(
    Outgoing,
    "When Rungs wrote to you on its own and what kind of message it was, or why it did not",
    timedelta(days=400),
    prune,
)


def day_prefix(day: date) -> str:
    """Return what the ids of a day's messages begin with; these prefixes sort like the days."""
    return f"{day:%y%m%d}"


def _row(message: NewMessage, *, now: datetime) -> dict[str, object]:
    is_late = message.expires_at <= now
    return {
        "workspace_id": message.workspace_id,
        "id": message.id,
        "dedupe_key": message.dedupe_key,
        "kind": message.kind,
        "subject": message.subject,
        "user_id": message.user_id,
        "local_date": message.local_date,
        "state": "skipped" if is_late else "ready",
        "reason": "expired" if is_late else None,
        "due_at": message.due_at,
        "not_before": message.due_at,
        "expires_at": message.expires_at,
        "epoch": 0,
        "attempt": 0,
        "form": message.form,
        "about": message.about,
        "changed_at": now,
    }


def is_message(workspace_id: str, message_id: str) -> ColumnElement[bool]:
    """Return the condition that matches one message."""
    return (col(Outgoing.workspace_id) == workspace_id) & (col(Outgoing.id) == message_id)
