"""Deciding anew about members who are due, and storing what changes for them.

A batch of members is one transaction: their facts are read by one statement, and grants, what they have, the
changes for receivers, the ledger and the next moment are stored together. Members whom another process works
on are left out, so nobody waits for them, and nothing is stored twice.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_
from sqlmodel import col

from coaching.access.facts import Facts
from coaching.access.policy import Policy
from coaching.access.settlement import Held, Move, Settled, settle
from coaching.members import MemberKey
from storage import members
from storage.access import due
from storage.access.facts import facts_of_members
from storage.access.grants import BY_POLICY, AccessGrant, AccessHeld, held_by, of_members
from storage.changes import queue
from storage.database import Session
from storage.database.rows import insert_into
from storage.ledger import ledger
from storage.ledger.ledger import Entry

BATCH = 5
"""How many members are decided about in one transaction: few, so that no other writer waits long."""

UNREAD_AGAIN = timedelta(minutes=10)
"""When to decide again about somebody whose profile Slack did not show."""


@dataclass(frozen=True)
class Decided:
    """What changed for one member: the moves, and the permissions that end soon."""

    key: MemberKey
    moves: tuple[Move, ...]
    ending: tuple[str, ...]


@dataclass(frozen=True)
class Batch:
    """What changed for the members of a batch, and whether there may be more to decide about at once."""

    decided: tuple[Decided, ...] = ()
    has_more: bool = False


async def decide_next(
    session: Session, workspace_id: str, policy: Policy, *, now: datetime, limit: int = BATCH
) -> Batch:
    """Decide about the members of a workspace who are due, at most `limit`, and store what changes.

    The caller tells the members in the same transaction.
    """
    generation = await due.look(session, workspace_id, policy.version, now=now)
    waiting = await due.members_due(
        session, workspace_id, generation=generation, now=now, limit=limit
    )
    free = await members.lock_free(session, workspace_id, waiting) if waiting else []
    taken = await due.take(session, workspace_id, free, generation=generation, now=now)
    if not waiting:
        await due.finish(session, workspace_id, generation=generation)
    if not taken:
        return Batch()
    facts = await facts_of_members(session, workspace_id, taken)
    held: dict[str, dict[str, Held]] = defaultdict(dict)
    for row in await held_by(session, workspace_id, taken):
        held[row.user_id][row.permission_id] = row.value
    settled = {one: settle(policy, facts[one], held[one], now) for one in taken}
    changes = _Changes(session, workspace_id)
    for grant in await of_members(session, workspace_id, taken):
        changes.end(grant, settled[grant.user_id])
    for user_id, after in settled.items():
        changes.add(user_id, facts[user_id], held[user_id], after)
    await changes.store()
    next_due = {user_id: after.next_at for user_id, after in settled.items()}
    strangers = [user_id for user_id in taken if not facts[user_id].is_member]
    if strangers:
        unread = await members.without_profile(session, workspace_id, strangers)
        next_due |= dict.fromkeys(unread, now + UNREAD_AGAIN)
    await due.plan(session, workspace_id, next_due, generation=generation)
    decided = [
        Decided(MemberKey(workspace_id, user_id), after.moves, after.ending)
        for user_id, after in settled.items()
        if after.moves or after.ending
    ]
    await _tell_others(session, decided, now=now)
    return Batch(tuple(decided), has_more=len(waiting) == limit)


async def unread(session: Session, workspace_id: str, *, now: datetime) -> list[str]:
    """Return those of the members who come next whose profile was never read, so that they may be guests."""
    generation = await due.generation_of(session, workspace_id)
    waiting = await due.members_due(
        session, workspace_id, generation=generation, now=now, limit=BATCH
    )
    return await members.without_profile(session, workspace_id, waiting) if waiting else []


async def end_all(session: Session, key: MemberKey, *, now: datetime) -> None:
    """Tell receivers that everything ended which the member has; their rows are about to be erased."""
    await members.lock(session, key, is_alone=True)
    for row in await held_by(session, key.workspace_id, [key.user_id]):
        await queue.append(
            session,
            key,
            row.permission_id,
            "ended",
            until=None,
            via=row.value.via,
            reason="erased",
            policy_version=row.policy_version,
            now=now,
        )


class _Changes:
    """The rows of a batch that change, stored by a few statements for all members."""

    def __init__(self, session: Session, workspace_id: str) -> None:
        self._session, self._workspace_id = session, workspace_id
        self._grants: list[dict[str, Any]] = []
        self._held: list[dict[str, Any]] = []
        self._over: list[ColumnElement[bool]] = []
        self._lost: list[ColumnElement[bool]] = []

    def end(self, grant: AccessGrant, after: Settled) -> None:
        """Add that a grant ends, unless it goes on."""
        by_plans = {(one.permission, one.plan_id) for one in after.sandbox}
        if grant.plan_id == BY_POLICY:
            goes_on = grant.permission_id in after.grants
        else:
            goes_on = (grant.permission_id, grant.plan_id) in by_plans
        if not goes_on:
            self._over.append(
                and_(
                    col(AccessGrant.user_id) == grant.user_id,
                    col(AccessGrant.permission_id) == grant.permission_id,
                    col(AccessGrant.plan_id) == grant.plan_id,
                )
            )

    def add(self, user_id: str, facts: Facts, held: Mapping[str, Held], after: Settled) -> None:
        """Add what differs between a member's rows and what holds from now on."""
        here = {"workspace_id": self._workspace_id, "user_id": user_id}
        for name, grant in after.grants.items():
            if facts.grants.get(name) != grant:
                times = {"since": grant.since, "until": grant.until}
                self._grants.append(here | {"permission_id": name, "plan_id": BY_POLICY} | times)
        for name, one in after.held.items():
            if held.get(name) != one:
                self._held.append(
                    here
                    | {"permission_id": name, "since": one.since, "until": one.until}
                    | {"via": one.via, "policy_version": one.version, "told_until": one.told_until}
                )
        for name in held.keys() - after.held.keys():
            self._lost.append(
                and_(col(AccessHeld.user_id) == user_id, col(AccessHeld.permission_id) == name)
            )

    async def store(self) -> None:
        """Store them."""
        for table, gone in ((AccessGrant, self._over), (AccessHeld, self._lost)):
            if gone:
                here = col(table.workspace_id) == self._workspace_id
                await self._session.execute(
                    delete(table)
                    .where(here, or_(*gone))
                    .execution_options(synchronize_session=False)
                )
        key = ["workspace_id", "user_id", "permission_id"]
        for table, rows, columns in (
            (AccessGrant, self._grants, [*key, "plan_id"]),
            (AccessHeld, self._held, key),
        ):
            if rows:
                new = insert_into(self._session, table).values(rows)
                values = {name: new.excluded[name] for name in rows[0] if name not in columns}
                await self._session.execute(
                    new.on_conflict_do_update(index_elements=columns, set_=values)
                )


async def _tell_others(session: Session, decided: Sequence[Decided], *, now: datetime) -> None:
    """Store the changes for receivers, and at the end of the transaction the rows of the ledger."""
    for one in decided:
        for move in one.moves:
            await queue.append(
                session,
                one.key,
                move.permission,
                move.change,
                until=move.until,
                via=move.via,
                reason=move.reason,
                policy_version=move.version,
                now=now,
            )

    entries = [
        Entry(
            one.key,
            f"access_{move.change}",
            move.permission,
            {"via": move.via, "reason": move.reason, "policy": move.version},
        )
        for one in decided
        for move in one.moves
        if move.change != "changed"
    ]

    async def append() -> None:
        await ledger.append_all(session, entries, now=now)

    if entries:
        session.before_commit(f"{ledger.CHAIN} {entries[0].key.workspace_id}", append)
