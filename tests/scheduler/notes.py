"""A kind of message for the tests of delivery: a note to a member or a channel, with a list of those sent."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_sdk.models.blocks import SectionBlock

from bot.deps import Deps
from bot.outgoing.kinds import FOR_MEMBERS, Composed, Kind
from bot.slack.api import Message
from bot.slack.reader import EVENT_TYPE
from coaching.members import MemberKey
from coaching.send_policy import ChannelFacts, MemberFacts, SendFacts, Skip
from playground.clock import Clock as SlackClock
from playground.server import Playground
from playground.server import running as playing
from scheduler.batch import send_due
from scheduler.context import SchedulerContext
from storage import checkins, members, workspaces
from storage.database import Session
from storage.outbox import queue, schedules
from storage.outbox.queue import NewMessage, Outgoing
from storage.team_digest import teams
from tests.stage import Stage, staged

MORNING = datetime(2026, 11, 17, 10, 30, tzinfo=UTC)
"""A Tuesday, within working hours from Lagos to Cairo."""

TUESDAY = MORNING.date()

EUROPE = ("ada", "lucia", "noah", "omar", "sofia")


@dataclass
class Clock:
    """The time of a test."""

    at: datetime = MORNING

    def __call__(self) -> datetime:
        return self.at

    def go(self, **length: float) -> None:
        self.at += timedelta(**length)


@dataclass
class Notes:
    """The kind, with a list of the notes that its `sent` was called with."""

    told: list[str] = field(default_factory=list)
    composed: list[str] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def kinds(self) -> dict[str, Kind]:
        return {"note": Kind("note", FOR_MEMBERS, self.facts, self.compose, self.sent)}

    def kind_with(self, **other: Any) -> Kind:
        """Return the kind, with another function in place of one of its own."""
        return replace(self.kinds["note"], **other)

    @staticmethod
    def message(text: str) -> Message:
        return Message(text, [SectionBlock(text=text)])

    async def facts(self, session: Session, deps: Deps, row: Outgoing) -> SendFacts:
        installed = await workspaces.get(session, row.workspace_id)
        is_installed = installed is not None and installed.disconnected_at is None
        if row.user_id is None:
            team = await teams.get(session, row.workspace_id, row.subject)
            followed = team is not None and team.unfollowed_at is None
            return ChannelFacts(deps.now(), row.due_at, row.expires_at, is_installed, followed)
        key = MemberKey(row.workspace_id, row.user_id)
        member, pace = await members.get(session, key), await checkins.get_pace(session, key)
        assert member is not None
        return MemberFacts(
            now=deps.now(),
            due_at=row.due_at,
            expires_at=row.expires_at,
            is_installed=is_installed,
            is_active=member.deactivated_at is None,
            wants=pace is None or pace.cadence != "off",
            is_paused=False,
            snoozed_until=None,
            zone=member.zone,
            days_off=frozenset({5, 6}),
            sent_days=await checkins.sent_days(
                session, key, since=deps.now().date() - timedelta(days=7)
            ),
        )

    async def compose(self, _session: Session, _deps: Deps, row: Outgoing) -> Composed | Skip:
        self.composed.append(row.id)
        return Composed(self.message(f"A note for {row.local_date}."), form="plain")

    async def sent(self, _session: Session, _deps: Deps, row: Outgoing) -> None:
        self.told.append(row.id)
        self.came.set()


def note_to(
    stage: Stage, subject: str, *, at: datetime = MORNING, user: bool = True, days: float = 3
) -> NewMessage:
    return NewMessage(
        workspace_id=stage.bot.deps.identity.workspace_id,
        kind="note",
        subject=subject,
        user_id=subject if user else None,
        local_date=at.date(),
        due_at=at,
        expires_at=at + timedelta(days=days),
    )


async def plan_notes(
    stage: Stage, handle: str, *, at: datetime = MORNING, rule: str = "weekly", **more: Any
) -> None:
    """Notes for a member, the first of them due at this moment; `more` is what `schedules.plan` takes."""
    person = stage.person(handle)
    plan: dict[str, Any] = {"zone": "UTC", "now": MORNING - timedelta(days=1)} | more
    async with stage.database.write() as session:
        await members.ensure(session, person.key, now=plan["now"])
        await schedules.plan(
            session,
            person.key.workspace_id,
            "note",
            person.id,
            user_id=person.id,
            rule=rule,
            next_due_at=at,
            next_on=at.date(),
            **plan,
        )


async def put_in(stage: Stage, notes: Iterable[NewMessage]) -> list[str]:
    """Store messages, and their members where they are not stored yet; return the ids."""
    notes = list(notes)
    async with stage.database.write() as session:
        for note in notes:
            if note.user_id:
                key = MemberKey(note.workspace_id, note.user_id)
                await members.ensure(session, key, now=note.due_at)
        await queue.enqueue(session, notes, now=note.due_at)
    return [note.id for note in notes]


async def row_of(stage: Stage, message_id: str) -> Outgoing:
    async with stage.database.read() as session:
        found = await queue.get(session, stage.bot.deps.identity.workspace_id, message_id)
    assert found is not None
    return found


def arrived(slack: Playground) -> list[str]:
    """The keys of the posts that took effect, as the playground recorded them."""
    return [
        str(key)
        for call in slack.calls_of("chat.postMessage")
        if call.took_effect and (key := key_of(call.arguments))
    ]


def key_of(arguments: Any) -> str | None:
    metadata = arguments.get("metadata") or {}
    if isinstance(metadata, str):
        metadata = json.loads(metadata)
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    return str(metadata["event_payload"]["key"])


@asynccontextmanager
async def delivering(
    database_url: str, clock: Clock, *, slack: Playground | None = None
) -> AsyncIterator[Stage]:
    """A stage whose bot and playground show the test's time."""

    def slacks_time() -> float:
        return clock.at.timestamp()

    async with (
        playing(slack or Playground(clock=SlackClock(slacks_time))) as playground,
        staged(database_url, playground=playground, now=clock) as stage,
    ):
        yield stage


async def one_batch(work: SchedulerContext) -> None:
    """Send what is due, once, and wait for the end of it however long this machine takes."""
    await send_due(work)
    while work.state.batches:
        await send_due(work)


async def all_sent(work: SchedulerContext) -> None:
    """Send until there is nothing more to send now."""
    while await send_due(work):
        pass


async def plan_tuesdays(stage: Stage, *handles: str, rule: str = "weekly") -> None:
    """Weekly notes on Tuesdays at ten in UTC, whose first is due today."""
    for handle in handles:
        await plan_notes(stage, handle, rule=rule, weekday=1, hour=10)
