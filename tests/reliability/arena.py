"""What long runs run on: a playground with a ledger, a full outbox, and scheduler processes."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from app import utc_now
from coaching.members import MemberKey
from playground.crowd import big_workspace, crowd_id
from playground.faults import Faults
from playground.server import Playground
from playground.server import running as playing
from storage import workspaces
from storage.database import Session
from storage.database.engine import Database
from storage.database.rows import insert_into
from storage.members import Member
from storage.outbox import queue
from storage.outbox.queue import NewMessage, Outgoing
from storage.outbox.schedules import Schedule
from tests.message_states import count_by_state
from tests.process import PRELOADED
from tests.reliability.receipts import READ, Ledger, Verdict
from tests.reliability.worker import DRILL, Order, main

AT_ONCE = 500
AT_LEAST = 240.0
ENDED = ("sent", "failed", "skipped", "unknown")


@dataclass
class Crew:
    """The scheduler processes of a run; one that is killed is replaced."""

    order: object
    processes: list[BaseProcess] = field(default_factory=list)
    target: Callable[[Any], None] = main

    def start(self, count: int) -> None:
        for _ in range(count):
            self.processes.append(self._one())

    def _one(self) -> BaseProcess:
        process = PRELOADED.Process(target=self.target, args=(self.order,), daemon=True)
        process.start()
        return process

    def kill(self, place: int) -> None:
        """Kill a process with SIGKILL and start a new one in its place at once."""
        victim = self.processes.pop(place)
        os.kill(int(victim.pid or 0), signal.SIGKILL)
        victim.join()
        self.processes.insert(place, self._one())

    def freeze(self, place: int) -> None:
        os.kill(int(self.processes[place].pid or 0), signal.SIGSTOP)

    def thaw(self, place: int) -> None:
        os.kill(int(self.processes[place].pid or 0), signal.SIGCONT)

    def stop(self) -> list[int | None]:
        """Send SIGTERM to all processes, and return their exit codes."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.join(10)
            if process.is_alive():
                process.kill()
                process.join()
        return [process.exitcode for process in self.processes]


@dataclass
class Arena:
    """A workspace with an outbox to empty."""

    slack: Playground
    ledger: Ledger
    database: Database
    database_url: str
    messages: int = 0
    now: Callable[[], datetime] = utc_now

    @property
    def access(self) -> tuple[str, str, str]:
        known = self.slack.credentials
        return known.bot_token, known.signing_secret, self.slack.api_url

    def order(self, **changes: object) -> Order:
        return Order(self.database_url, [self.access], **changes)  # type: ignore[arg-type]

    async def fill(self, people: int) -> None:
        """People with an open conversation each, and a message due for each of them."""
        now = self.now()
        for part in self._parts(people):
            async with self.database.write() as session:
                await self._meet(session, part, now=now)
                new = [_message(self.slack.workspace.id, user, now) for user in part]
                await queue.enqueue(session, new, now=now)
        self.messages += people

    async def plan(self, people: int) -> None:
        """People with an open conversation each, and a plan for each of them that is due now."""
        now = self.now()
        for part in self._parts(people):
            async with self.database.write() as session:
                await self._meet(session, part, now=now)
                rows = [_plan(MemberKey(self.slack.workspace.id, user), now) for user in part]
                connection = await session.connection()
                await connection.execute(insert_into(session, Schedule), rows)
        self.messages += people

    def _parts(self, people: int) -> Iterator[list[str]]:
        for start in range(self.messages, self.messages + people, AT_ONCE):
            end = min(start + AT_ONCE, self.messages + people)
            yield [crowd_id(number) for number in range(start + 1, end + 1)]

    async def _meet(self, session: Session, users: list[str], *, now: datetime) -> None:
        workspace = self.slack.workspace
        await workspaces.connect(session, workspace.id, workspace.name, now=now)
        rows = [member_row(MemberKey(workspace.id, u), workspace.dm(u).id, now) for u in users]
        connection = await session.connection()
        await connection.execute(insert_into(session, Member), rows)

    async def left(self) -> int:
        """Return how many messages are not sent yet, or planned and due."""
        due = select(func.count()).where(col(Schedule.next_due_at) <= self.now())
        async with self.database.read() as session:
            states = await count_by_state(session)
            planned = int(await session.scalar(due) or 0)
        return planned + sum(count for state, count in states.items() if state not in ENDED)

    async def is_posting(self, pid: int) -> bool:
        """Return whether this process has a post under way."""
        posting = select(func.count()).where(
            col(Outgoing.state) == "sending", col(Outgoing.owner).contains(f":{pid}:")
        )
        async with self.database.read() as session:
            return bool(await session.scalar(posting))

    async def until_empty(self, *, within: float, crew: Crew) -> None:
        """Wait until no message is left to send, for a few minutes at least."""
        within = max(within, AT_LEAST)
        deadline = time.monotonic() + within
        while await self.left():
            if time.monotonic() > deadline:
                async with self.database.read() as session:
                    states = await count_by_state(session)
                raise AssertionError(f"After {within} s the outbox holds {states}.")
            assert all(p.is_alive() for p in crew.processes), "A clock process ended by itself."
            await asyncio.sleep(0.1)

    async def verdict(self, *, started: float, **counts: int) -> Verdict:
        """Return what the ledger says about every message that was to be sent."""
        posts = self.ledger.posts
        async with self.database.read() as session:
            states = await count_by_state(session)
        return Verdict(
            messages=self.messages,
            lost=self.messages - len(posts),
            doubled=sum(count - 1 for count in posts.values()),
            reads=self.ledger.calls_of[READ],
            seconds=time.monotonic() - started,
            states=states,
            **counts,
        )


def member_row(key: MemberKey, channel: str, now: datetime) -> dict[str, object]:
    """A member whose conversation is open."""
    return {
        "workspace_id": key.workspace_id,
        "user_id": key.user_id,
        "dm_channel": channel,
        "zone": "UTC",
        "profile_at": now,
        "created_at": now,
        "seen_at": now,
    }


def _message(workspace_id: str, user: str, now: datetime) -> NewMessage:
    return NewMessage(
        workspace_id=workspace_id,
        kind=DRILL,
        subject=user,
        user_id=user,
        local_date=now.date(),
        due_at=now,
        expires_at=now + timedelta(days=3),
    )


def _plan(key: MemberKey, now: datetime) -> dict[str, object]:
    return {
        "workspace_id": key.workspace_id,
        "kind": DRILL,
        "subject": key.user_id,
        "user_id": key.user_id,
        "zone": "UTC",
        "rule": "once",
        "next_due_at": now,
        "next_on": now.date(),
        "generation": 0,
        "planned_at": now,
    }


@asynccontextmanager
async def arena(
    database_url: str, *, people: int, faults: Faults | None = None
) -> AsyncIterator[Arena]:
    """A playground with so many people, and nothing in the outbox yet."""
    slack = Playground(sample=big_workspace(people, in_channel=1), record=False)
    slack.service.faults = faults or slack.service.faults
    ledger = Ledger()
    slack.service.journal = ledger
    async with playing(slack):
        database = await Database.open(database_url)
        try:
            yield Arena(slack, ledger, database, database_url)
        finally:
            await database.close()


@asynccontextmanager
async def crew_of(order: Order, count: int) -> AsyncIterator[Crew]:
    """Run so many clock processes; kill them at the end."""
    crew = Crew(order)
    crew.start(count)
    try:
        yield crew
    finally:
        crew.stop()
