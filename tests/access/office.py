"""A workspace with a policy of its own, in which people approve and confirm, and members ask."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from app import REGISTRY, jobs_of
from coaching.access.policy import (
    All,
    AnyOf,
    Approval,
    Approver,
    Permission,
    Policy,
    Requirement,
    RulesRead,
    Training,
    TrainingDone,
    VerifiedLevel,
)
from coaching.evidence import LadderKey
from scheduler.clock import run_job
from storage import holders, workspace_settings
from storage.access import people, requests, trainings
from storage.access.facts import ACCESS, ON_PERMISSIONS, facts_of
from storage.access.requests import AccessRequest
from storage.workspace_settings import CAPABILITIES, Setting
from tests.admin.boss import ADMIN
from tests.checkins.calendar import Calendar, working_year
from tests.stage import Mode, Person, Stage, built_in, elements_of, shown, staged

APPROVERS, COORDINATOR = ("kenji", "mei"), "sofia"
SECURITY, SAFETY, BASICS = "security", "safety", "basics"
JOBS = ("access_reminders", "access_decisions", "tick", "send")

DONE = TrainingDone(SAFETY, 365)


def permission(name: str, title: str, requires: Requirement, **more: Any) -> Permission:
    """Return a permission of the policy."""
    made = {
        "lets": f"You can do what {title} needs.",
        "tools": ("Pathfinder", "Tom & Co <AI>"),
        "data": ("public", "internal"),
        "risk": "low",
        "valid_for": timedelta(days=90),
        "grace": timedelta(days=14),
        "on_expiry": "renew",
        **more,
    }
    return Permission(id=name, title=title, requires=requires, **made)


POLICY = Policy(
    {
        one.id: one
        for one in (
            permission("chat", "Chat & more", DONE, sandbox=True),
            permission(
                "agents", "Agents", All((DONE, Approval())), approver=SECURITY, on_expiry="ask"
            ),
            permission("pilot", "The pilot", Approval(), approver="nobody"),
            permission(
                "code",
                "Code",
                All(
                    (RulesRead(365), AnyOf((VerifiedLevel(LadderKey("ai-coding"), 2), Approval())))
                ),
                approver=SECURITY,
                grace=timedelta(0),
            ),
            permission("off", "Switched off", DONE),
            permission("levels", "Levels", All((DONE, VerifiedLevel(LadderKey("ai-coding"), 2)))),
        )
    },
    trainings={
        SAFETY: Training(SAFETY, "Safety <first>", "What to keep in mind."),
        BASICS: Training(BASICS, "Basics", "What there is."),
    },
    approvers={
        SECURITY: Approver(SECURITY, "Security & privacy"),
        "nobody": Approver("nobody", "The board"),
    },
)
ON = ("chat", "agents", "pilot", "code")


@dataclass
class Office:
    """The workspace with its clock."""

    stage: Stage
    calendar: Calendar

    def person(self, handle: str) -> Person:
        return self.stage.person(handle)

    async def sets(self, setting: Setting[Any], value: Any) -> None:
        """An admin sets this."""
        admin = self.person(ADMIN).key
        async with self.stage.database.write() as session:
            await workspace_settings.change(
                session,
                admin.workspace_id,
                setting,
                value,
                by=admin,
                place="form",
                now=self.calendar.now,
            )
        self.stage.bot.deps.settings_changed()

    async def names(self, role: str, *handles: str) -> None:
        """An admin gives a role to these people alone."""
        workspace_id = self.stage.playground.workspace.id
        users = [self.person(handle).id for handle in handles]
        async with self.stage.database.write() as session:
            await holders.name_members(session, workspace_id, role, users, now=self.calendar.now)

    async def trains(self, person: Person, training: str = SAFETY) -> None:
        """A coordinator has confirmed that this person completed a training today."""
        by, now = self.person(COORDINATOR).key, self.calendar.now
        async with self.stage.database.write() as session:
            assert await trainings.confirm(
                session, person.key, training, on=now.date(), by=by, now=now
            )

    async def asks(self, person: Person, words: str = "To try <it>.") -> AccessRequest:
        """This person, who completed the training, asks to use agents."""
        await self.trains(person)
        await person.types("/rungs access agents")
        await person.clicks("Ask for approval")
        await writes(person, words)
        return await self.request(person)

    async def request(self, person: Person, permission_id: str = "agents") -> AccessRequest:
        """Their latest request for a permission."""
        async with self.stage.database.read() as session:
            return (await requests.of_member(session, person.key))[permission_id]

    async def approved(self, person: Person) -> set[str]:
        """The permissions for which an approval of theirs is stored."""
        async with self.stage.database.read() as session:
            return set((await facts_of(session, person.key)).approvals)

    async def completed(self, person: Person) -> dict[str, date]:
        """The trainings that are confirmed for them."""
        async with self.stage.database.read() as session:
            return await trainings.of_member(session, person.key)

    async def runs(self, **later: float) -> None:
        """Move the clock, and run the jobs until nothing is due."""
        self.calendar.now += timedelta(**later)
        jobs = {job.name: job for job in jobs_of(REGISTRY)}
        kinds = self.stage.bot.deps.features.kinds
        work = replace(self.stage.coach(kinds), coaches=self.stage.bot.coaching.coaches)
        for name in JOBS:
            await run_job(jobs[name], work)
        await self.stage.settle()

    async def passes(self, *, days: int) -> None:
        """Days pass, in steps that come to everybody's working hours."""
        for _ in range(4 * days):
            await self.runs(hours=6)

    def told(self, person: Person, words: str) -> int:
        """How many messages to this person have these words."""
        return sum(words in shown(message) for message in person.messages())


async def writes(person: Person, words: str, field: str = "access_words") -> None:
    """Send the open form with these words."""
    state = {field: {field: {"type": "plain_text_input", "value": words}}}
    await person.stage.playground.submit(person.id, person.view.id, state)
    await person.stage.settle()


async def presses(person: Person, action: str, value: str = "") -> None:
    """Click a button with this id and value, whether or not any card of theirs shows it."""
    await person.types("/rungs help")
    element = {
        "type": "button",
        "text": {"type": "plain_text", "text": "Press"},
        "action_id": action,
        "value": value,
    }
    await person.clicks_element(person.card, "forged", element)
    await person.stage.settle()


def labels_of(person: Person) -> list[str]:
    """The labels of all buttons on the newest card."""
    return [
        element["text"]["text"]
        for block in person.card.blocks
        for element in elements_of(block)
        if element["type"] == "button"
    ]


def _tick(calendar: Calendar) -> datetime:
    """Return the time as a real clock does: later each time, so that no two moments are the same."""
    calendar.now += timedelta(microseconds=1)
    return calendar.now


@asynccontextmanager
async def office_of(
    url: str, *, mode: Mode = "single", is_public: bool = False
) -> AsyncIterator[Office]:
    """A workspace in which access is on with four permissions, two approvers and a coordinator."""
    async with (
        working_year() as (slack, calendar),
        staged(
            url,
            playground=slack,
            now=partial(_tick, calendar),
            mode=mode,
            is_public=is_public,
            library=replace(built_in(), access=POLICY),
        ) as stage,
    ):
        office = Office(stage, calendar)
        await office.sets(CAPABILITIES, (ACCESS,))
        await office.sets(ON_PERMISSIONS, ON)
        await office.names(people.role_name("approver", SECURITY), *APPROVERS)
        await office.names(people.role_name("coordinator"), COORDINATOR)
        yield office
