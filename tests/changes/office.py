"""A workspace where access is on, whose servers are told what members may do."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
from sqlalchemy import select

from app import REGISTRY, jobs_of
from bot.features.changes.views import SERVERS
from scheduler.clock import run_job
from storage import workspace_settings
from storage.access import approvals
from storage.access.facts import ACCESS, ON_PERMISSIONS
from storage.changes import backlog, receivers
from storage.changes.backlog import Waiting
from storage.changes.queue import Change
from storage.changes.receivers import Receiver
from storage.workspace_settings import CAPABILITIES, Setting
from tests.admin_forms import opens
from tests.clients.gateway import DRAFTS, NOON, PILOT, POLICY
from tests.scheduler.notes import Clock
from tests.stage import KEYS, Mode, Person, Stage, built_in, staged

JOBS = {job.name: job for job in jobs_of(REGISTRY)}

__all__ = ("DRAFTS", "PILOT", "Office", "office")


@dataclass
class Office:
    """The workspace, and a clock that the test sets."""

    stage: Stage
    clock: Clock

    @property
    def workspace_id(self) -> str:
        return self.stage.playground.workspace.id

    def person(self, handle: str) -> Person:
        return self.stage.person(handle)

    async def sets(self, setting: Setting[Any], value: Any) -> None:
        """Set something as an admin does."""
        async with self.stage.database.write() as session:
            await workspace_settings.change(
                session,
                self.workspace_id,
                setting,
                value,
                by=self.person("priya").key,
                place="test",
                now=self.clock(),
            )
        self.stage.bot.coaching.coaches.forget(self.workspace_id)

    async def adds(
        self, kind: str, url: str, groups: Mapping[str, str | None], *, token: str = ""
    ) -> str:
        """Add a receiver as the form does, and return its id."""
        now, id_ = self.clock(), f"{kind}-{len(groups)}"
        receiver = Receiver(
            workspace_id=self.workspace_id,
            id=id_,
            kind=kind,
            url=url,
            token=receivers.sealed(KEYS, self.workspace_id, id_, token) if token else None,
            made_at=now,
            open_at=now,
            look_at=now if kind == receivers.SCIM else None,
        )
        async with self.stage.database.write() as session:
            await receivers.save(session, receiver, groups)
        return id_

    async def approves(self, *people: Person, what: str = PILOT) -> None:
        """Let these people have a permission: an approver said yes."""
        by = self.person("priya").key
        async with self.stage.database.write() as session:
            for person in people:
                await approvals.give(session, person.key, what, by=by, now=self.clock())

    async def withdraws(self, *people: Person, what: str = PILOT) -> None:
        """Take it back."""
        by = self.person("priya").key
        async with self.stage.database.write() as session:
            for person in people:
                await approvals.withdraw(session, person.key, what, by=by, now=self.clock())

    async def run(self, *names: str) -> None:
        """Run these jobs until there is no more to do."""
        for name in names:
            await run_job(JOBS[name], self.stage.coach({}, at=self.clock()))

    async def passes(self, **length: float) -> None:
        """Let time pass, at whose end the jobs run."""
        self.clock.go(**length)
        await self.run("access_decisions", "changes")

    async def waits(self) -> Waiting:
        """Return what waits for the only receiver."""
        async with self.stage.database.read() as session:
            found = await backlog.waiting(session, self.workspace_id)
        return next(iter(found.values()), Waiting())

    async def rows(self) -> Sequence[Change]:
        """Return all changes that are stored."""
        async with self.stage.database.read() as session:
            return list(await session.scalars(select(Change)))

    async def problems(self) -> set[str | None]:
        """Return what the receivers' problems are."""
        async with self.stage.database.read() as session:
            found = await receivers.every(session, self.workspace_id)
        return {one.problem for one in found if one.failures}

    async def published(self) -> list[dict[str, Any]]:
        """Return the keys that are published, the newest first."""
        where = f"{self.stage.address}/access/{self.workspace_id}/jwks.json"
        async with aiohttp.ClientSession() as client, client.get(where) as answer:
            if answer.status == 404:
                return []
            keys: list[dict[str, Any]] = (await answer.json())["keys"]
            return keys

    async def window(self) -> str:
        """Return what an admin reads in the window with all servers."""
        boss = self.person("priya")
        await opens(boss, SERVERS)
        return boss.view_text


@asynccontextmanager
async def office(url: str, *, mode: Mode = "single") -> AsyncIterator[Office]:
    """Open the workspace."""
    clock = Clock(NOON)
    library = replace(built_in(), access=POLICY)
    async with staged(url, library=library, now=clock, mode=mode, is_public=True) as stage:
        made = Office(stage, clock)
        await made.sets(CAPABILITIES, (ACCESS,))
        await made.sets(ON_PERMISSIONS, (PILOT, DRAFTS))
        yield made
