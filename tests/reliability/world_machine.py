"""What the state machine does to its world and asks of it, apart from the rules themselves."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine

from bot.features.checkins import service
from bot.outgoing import planner
from bot.slack import directory
from coaching.members import MemberKey
from playground.state.people import user_object
from storage import checkins, workspaces
from storage.checkins import CHECKIN
from storage.outbox import queue
from storage.outbox.queue import NewMessage
from tests.reliability.world import PEOPLE, Proc, World
from tests.storage import lookups


class WorldMachine(RuleBasedStateMachine):
    """Set `runner` and `world` before hypothesis runs it; both outlive the examples."""

    runner: ClassVar[asyncio.Runner]
    world: ClassVar[World]
    keys: dict[str, MemberKey]
    more: int
    """How many messages were enqueued beside the planned ones in this example."""

    def do(self, work: Any) -> Any:
        return self.runner.run(work)

    @property
    def _deps(self) -> Any:
        work, base = self.world.procs[0].work, self.world.base
        return replace(base, database=work.database, now=self.world.wall)

    @property
    def _key(self) -> MemberKey:
        return self.keys[PEOPLE[0]]

    def _awake(self, place: int) -> Proc | None:
        proc = self.world.procs[place]
        return None if proc.frozen else proc

    def _person(self, who: str) -> Any:
        return self.world.slack.workspace.person(self.keys[who].user_id)

    def _tell(self, who: str) -> None:
        workspace = self.world.slack.workspace
        now = self.world.moment.timestamp()
        profile = user_object(self._person(who), team=workspace.id, now=now, with_locale=False)
        self.do(directory.profile_changed(self._deps, profile))

    def _go_to_the_next(self) -> None:
        due = self.world.rows(
            "SELECT min(next_due_at) FROM schedule UNION"
            " SELECT min(not_before) FROM message WHERE state = 'ready'"
        )
        moments = [utc(at) - self.world.skew for (at,) in due if at]
        self.world.moment = max(self.world.moment, min(moments, default=self.world.moment))

    async def _choose(self, key: MemberKey, **changes: Any) -> None:
        deps = self._deps
        async with deps.database.write() as session:
            await checkins.change_pace(session, key, now=deps.now(), **changes)
            await planner.replan(session, deps, key)

    async def _enqueue(self, key: MemberKey) -> None:
        self.more += 1
        now = self.world.wall()
        new = NewMessage(
            workspace_id=key.workspace_id,
            kind=CHECKIN,
            subject=key.user_id,
            user_id=key.user_id,
            local_date=now.date() - timedelta(days=400 + self.more),
            due_at=now,
            expires_at=now + timedelta(days=3),
        )
        async with self._deps.database.write() as session:
            await queue.enqueue(session, [new], now=now)

    async def _answer(self, key: MemberKey, said: str) -> None:
        deps = self._deps
        async with deps.database.write() as session:
            for row in await lookups.messages_of(session, key):
                if row.state == "sent" and row.kind == "checkin" and not row.answered_at:
                    await service.save_answer(session, deps, key, row.id, said)
                    return

    async def _install(self) -> None:
        self.world.slack.service.standing = "installed"
        deps = self._deps
        async with deps.database.write() as session:
            await workspaces.connect(
                session, deps.identity.workspace_id, "Harbor & Pine", now=deps.now()
            )


async def repeat(step: Any, proc: Proc) -> None:
    """Run a step until it finds nothing more to do."""
    while await step(proc.work):
        pass


def utc(stored: str) -> datetime:
    """Return the time that SQLite stored."""
    return datetime.fromisoformat(stored).replace(tzinfo=UTC)
