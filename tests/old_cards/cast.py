"""The people of the recorded workspace: each stands for one kind of card, and is named after it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.features.agents import views
from bot.features.team_digest.feature import FEATURE
from bot.features.team_digest.rosters import freeze_due_roster
from playground.state.people import Person as Member
from storage.outbox import schedules
from tests.checkins.calendar import Season
from tests.old_cards.cards import CHANNEL
from tests.stage import Person

AGENT_FIELDS = {
    "name": views.AGENT_NAME,
    "tool": views.AGENT_TOOL,
    "model": views.AGENT_MODEL,
    "purpose": views.AGENT_PURPOSE,
}


@dataclass
class Cast:
    """Makes people and plays with them."""

    season: Season

    def person(self, name: str) -> Person:
        """Return the person of this name; make them the first time."""
        stage = self.season.stage
        workspace = stage.playground.workspace
        user = f"U0{name.upper().replace('_', ''):0<9}"
        if user not in workspace.people:
            workspace.add_person(Member(user, name, name.replace("_", " ").title()))
            workspace.conversations[CHANNEL].members.add(user)
        return stage.person(name)

    async def types(self, name: str, text: str, *, where: str | None = None) -> Person:
        """Let the person of this name type into their DM or the channel; return the person."""
        person = self.person(name)
        await person.types(text, where=where)
        return person

    async def submits(self, person: Person, state: dict[str, Any] | None = None) -> None:
        """Submit the open form with these values over what it holds."""
        view = person.view
        values = {**view.values, **(state or {})} or None
        await person.stage.playground.submit(person.id, view.id, values)
        await person.stage.settle()

    async def adds_agent(self, person: Person, name: str) -> None:
        """Send the open form of an agent, filled in."""
        words = {"name": name, "tool": "Pathfinder", "model": "M-1", "purpose": "Small fixes"}
        await self.submits(
            person,
            {
                AGENT_FIELDS[field]: {
                    AGENT_FIELDS[field]: {"type": "plain_text_input", "value": text}
                }
                for field, text in words.items()
            },
        )

    async def digest_comes(self) -> None:
        """Move on to the next digest of the channel, and post it."""
        stage = self.season.stage
        while await freeze_due_roster(stage.bot.deps):
            pass
        async with stage.database.read() as session:
            plan = await schedules.get(session, stage.playground.workspace.id, "digest", CHANNEL)
        assert plan is not None
        assert plan.next_due_at is not None
        self.season.calendar.now = plan.next_due_at + timedelta(seconds=1)
        await stage.run_jobs(FEATURE.kinds)
        while await freeze_due_roster(stage.bot.deps):
            pass
