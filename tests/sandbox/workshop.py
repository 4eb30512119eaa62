"""Sandboxes in Slack: a stage where they are on, with supervisors and a lead, and what people do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from app import REGISTRY, jobs_of
from bot.features.holders.service import SUPERVISOR
from bot.features.sandbox.service import LEAD
from scheduler.clock import run_job
from storage import holders, workspace_settings
from storage.access.facts import ON_PERMISSIONS
from storage.sandbox import plan_rows
from storage.sandbox.plan_rows import Plan
from tests.admin.boss import OWNER, switches
from tests.admin_forms import sends
from tests.checkins.calendar import Season, season
from tests.stage import Person

SUPERVISORS, LEADER = ("kenji", "mei"), "grace"
EDITOR = "editor-assistant"
IDEA = {
    "try_question": "Does an agent write release notes that we'd publish?",
    "try_tool": "Pathfinder, Trail 3",
    "try_data": "internal",
    "try_affected": "My team of four. Nobody outside reads a draft.",
}
LIMITS = {
    "try_undo": "Drafts are deleted from the wiki.",
    "try_stop_when": "If a draft names a customer.",
    "try_days": "14",
}
REPORT = {
    "try_happened": "It drafted six notes, and I published four.",
    "try_numbers": "40 minutes for each before, 15 now.",
    "try_surprised": "It left out breaking changes twice.",
    "try_others": "Give it the labels of the pull requests first.",
    "try_verdict": "change",
}


@dataclass
class Workshop:
    """A stage where sandboxes and access are on."""

    season: Season

    def person(self, handle: str) -> Person:
        return self.season.stage.person(handle)

    async def plan_of(self, person: Person) -> Plan:
        """Return the person's newest plan."""
        async with self.season.stage.database.read() as session:
            return (await plan_rows.of_member(session, person.key))[0]

    async def plan_with(self, plan_id: str) -> Plan:
        """Return the plan with this id, which must be there."""
        async with self.season.stage.database.read() as session:
            found = await plan_rows.one(session, self.season.stage.playground.workspace.id, plan_id)
        assert found is not None
        return found

    async def names(self, role: str, *handles: str) -> None:
        """Name these people, and of those named no others, for a role."""
        users = [self.person(one).id for one in handles]
        workspace_id = self.season.stage.playground.workspace.id
        async with self.season.stage.database.write() as session:
            now = self.season.calendar.now
            await holders.name_members(session, workspace_id, role, users, now=now)

    async def runs(self, name: str) -> None:
        """Run a job until nothing is left to do."""
        (job,) = (one for one in jobs_of(REGISTRY) if one.name == name)
        await run_job(job, self.season.stage.coach(REGISTRY.kinds))

    async def comes(self, person: Person) -> str:
        """Move the clock six hours at a time until something came to this person; return its text."""
        before = len(person.messages())
        for _ in range(24):
            self.season.calendar.turn(hours=6)
            await self.season.stage.run_jobs(REGISTRY.kinds)
            if len(person.messages()) > before:
                break
        return "\n".join(one.text for one in person.messages()[before:])


@asynccontextmanager
async def workshop(stage_url: str) -> AsyncIterator[Workshop]:
    """A workspace where sandboxes are on, two people supervise, and one leads."""
    async with season(stage_url) as found:
        made = Workshop(found)
        await made.names(SUPERVISOR.name, *SUPERVISORS)
        await made.names(LEAD.name, LEADER)
        boss = made.person(OWNER)
        await switches(boss, "Access", "Sandbox")
        async with found.stage.database.write() as session:
            await workspace_settings.change(
                session,
                boss.key.workspace_id,
                ON_PERMISSIONS,
                (EDITOR,),
                by=boss.key,
                place="form",
                now=found.calendar.now,
            )
        found.stage.bot.deps.settings_changed()
        deps = await found.stage.bot.coaching.coaches.of(boss.key.workspace_id)
        found.stage.bot = replace(
            found.stage.bot, coaching=replace(found.stage.bot.coaching, deps=deps)
        )
        yield made


async def drafts(person: Person, supervisor: Person | None = None, **changes: Any) -> None:
    """Write a whole plan, and leave its card open."""
    await person.types("/rungs try")
    await person.clicks("Start a plan")
    await sends(person, **IDEA)
    await person.chooses("It states something false, and somebody believes it")
    await sends(person)
    await person.clicks("Write the limits")
    chosen = {"try_supervisor": supervisor.id} if supervisor else {}
    await sends(person, **{**LIMITS, **chosen, **changes})


async def asks(person: Person, supervisor: Person, **changes: Any) -> None:
    """Write a whole plan, and ask the supervisor for it."""
    await drafts(person, supervisor, **changes)
    await person.clicks("Ask for it")


async def approves(supervisor: Person, **values: Any) -> None:
    """Open the plan that waits, and approve it with what was asked for."""
    await supervisor.types("/rungs try")
    await supervisor.clicks("Open")
    await supervisor.clicks("Approve")
    await sends(supervisor, **values)


async def card_of(person: Person) -> str:
    """Open the person's newest plan, and return its card."""
    await person.types("/rungs try")
    await person.clicks("Open")
    return person.reads()
