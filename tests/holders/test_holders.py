"""Roles: shown while something declares them, given to members and user groups, and lost in time."""

from dataclasses import replace
from typing import Any

from bot.feature import Feature
from bot.features.holders.feature import read_due_groups
from bot.features.holders.service import STEWARD, VERIFIER, has_role, holders
from tests.checkins.calendar import Calendar
from tests.stage import Person, Stage

LEADS, DESIGN = "S0LEADS0000", "S0DESIGN000"
EVIDENCE = Feature(name="evidence", roles=(VERIFIER, STEWARD))
"""A capability to come, which has roles."""


@dataclass
class Company:
    """A workspace in which a capability has roles, with its clock."""

    stage: Stage
    calendar: Calendar

    def person(self, handle: str) -> Person:
        return self.stage.person(handle)

    @property
    def deps(self) -> Any:
        return replace(self.stage.bot.deps, now=lambda: self.calendar.now)

    async def holders(self, role: str = "verifier") -> set[str]:
        """Return the handles of those who have the role, as a later capability reads it."""
        people = self.stage.playground.workspace.people
        async with self.stage.database.read() as session:
            found = await holders(session, self.deps, role)
            for user in found:
                key = replace_user(self.person("noah"), user)
                assert await has_role(session, self.deps, key, role)
        return {people[user].handle for user in found}

    async def reads_groups(self) -> None:
        """Run the job until nothing is due."""
        while await read_due_groups(self.deps):
            pass
