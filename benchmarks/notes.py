"""The messages that the benchmarks of sending send: one short note to each member, and who they are."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.filling import WORKSPACE
from benchmarks.hours import MORNING
from bot.delivery import Message
from bot.deps import Deps
from bot.outgoing import FOR_MEMBERS, Composed, Kind
from bot.views.bricks import paragraph
from coaching.gate import MemberFacts
from playground.state.workspace import Workspace
from storage.database import Session, schema
from storage.database.engine import Database
from storage.outbox import queue
from storage.outbox.queue import NewMessage, Outgoing

NOTE = "note"
TEXT = "Last time: write down what you check by hand. How did it go?"
MET = """
    INSERT INTO member (workspace_id, user_id, dm_channel, zone, profile_at, created_at, seen_at)
    VALUES (?, ?, ?, 'UTC', ?, ?, ?)
"""

People = list[tuple[str, str]]
"""User ids, each with their conversation with the app."""


def note() -> Message:
    """What everybody gets."""
    return Message(TEXT, [paragraph(TEXT)])


async def _facts(_session: Session, deps: Deps, row: Outgoing) -> MemberFacts:
    return MemberFacts(
        now=deps.now(),
        due_at=row.due_at,
        expires_at=row.expires_at,
        is_installed=True,
        is_active=True,
        wants=True,
        is_paused=False,
        snoozed_until=None,
        zone="UTC",
        days_off=frozenset(),
        sent_days=(),
    )


async def _compose(_session: Session, _deps: Deps, _row: Outgoing) -> Composed:
    return Composed(note(), form="plain")


async def _sent(_session: Session, _deps: Deps, _row: Outgoing) -> None:
    return


KINDS = {NOTE: Kind(NOTE, FOR_MEMBERS, facts=_facts, compose=_compose, sent=_sent)}


def everybody(workspace: Workspace, count: int) -> People:
    """So many new people, who have talked with the app before."""
    return [(person.id, workspace.dm(person.id).id) for person in workspace.add_people(count)]


async def met(database: Path, people: People) -> None:
    """Make a database that knows these people as well as it can."""
    await schema.upgrade(f"sqlite:///{database}")
    at = f"{MORNING:%Y-%m-%d %H:%M:%S.%f}"
    with closing(sqlite3.connect(database)) as connection:
        rows = [(WORKSPACE, user, channel, at, at, at) for user, channel in people]
        connection.executemany(MET, rows)
        connection.commit()


async def put_in(database: Path, people: People, *, now: datetime = MORNING) -> list[str]:
    """A note for each of them, due now; returns the ids."""
    new = [_new(user) for user, _ in people]
    opened = await Database.open(f"sqlite:///{database}")
    async with opened.write() as session:
        await queue.enqueue(session, new, now=now)
    await opened.close()
    return [one.id for one in new]


def shares(people: People, size: int) -> Sequence[People]:
    """The people in groups of that size, one for each turn."""
    return [people[start : start + size] for start in range(0, len(people), size)]


def _new(user: str) -> NewMessage:
    return NewMessage(
        workspace_id=WORKSPACE,
        kind=NOTE,
        subject=user,
        user_id=user,
        local_date=MORNING.date(),
        due_at=MORNING,
        expires_at=MORNING + timedelta(days=3),
    )
