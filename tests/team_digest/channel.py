"""The stage of tests about digests: the members of #growth, their self-checks, and the digest."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from sqlalchemy import update

from bot.features.team_digest.feature import FEATURE, freeze_due_roster
from coaching.team_digest.disclosure import BAND, PRACTICE, YES_OR_NO, shuffled
from coaching.team_digest.figures import BANDS
from playground.state.messages import Message
from storage.team_digest import teams
from storage.team_digest.teams import Team
from storage.workspaces import Workspace
from tests.scheduler.notes import Clock, delivering
from tests.stage import Person, Stage
from tests.storage.cast import finished

GROWTH = "C0GROWTH000"
CREW = ("lucia", "noah", "priya", "tomas", "grace", "omar", "sofia")
WEDNESDAY = datetime(2037, 11, 18, 12, 0, tzinfo=UTC)
"""When the channel begins to follow; its first digest comes on the Monday after.

It is in the future, because Slack's history is searched by real time."""

WEEK = timedelta(weeks=1)
MONDAY = datetime(2037, 11, 23, 12, 0, tzinfo=UTC)


SIX = (1, 1, 2, 2, 2, 3)
SIX_LATER = (3, 3, 3, 3, 3, 3)
LATER = 800
"""What six people answered first, what they answer later, and how many minutes later."""


@cache
def telling(people: tuple[str, ...]) -> str:
    """A secret of a workspace with which the six count as they are."""
    return next(
        secret
        for secret in map(str, count())
        if all(shuffled(secret, user, BAND, BANDS) == BANDS for user in people)
        and all(shuffled(secret, user, PRACTICE, YES_OR_NO) == YES_OR_NO for user in people)
    )


@dataclass
class Growth:
    """The channel with its people."""

    stage: Stage
    clock: Clock

    def person(self, handle: str) -> Person:
        return self.stage.person(handle)

    @property
    def people(self) -> list[str]:
        """Return the user ids of the channel's people."""
        return [self.person(handle).id for handle in CREW]

    @property
    def noah(self) -> Person:
        """Return the person who sets the digest up."""
        return self.person("noah")

    async def assessed(self, levels: Sequence[float], *, number: int = 0) -> None:
        """Let as many people as there are levels finish a self-check with these answers."""
        for handle, level in zip(CREW, levels, strict=False):
            await finished(self.stage.database, self.person(handle).key, level, number=number)

    async def follows(self, by: str = "noah", **chosen: object) -> Any:
        """Set the digest up through the form, at its usual hour unless something else is chosen."""
        person = self.person(by)
        await person.types("/rungs team follow", where=GROWTH)
        outcome = await self.sends_form(person, **chosen)
        async with self.stage.database.write() as session:
            # Shuffles come from it: a test that reads figures wants the same each time.
            await session.execute(
                update(Workspace).values(digest_secret=telling(tuple(self.people)))
            )
        return outcome

    async def sends_form(self, person: Person, **chosen: object) -> Any:
        """Send the form that is open, with these values in place of those that it offers."""
        view = person.view
        state = {
            f"team_{name}": {f"team_{name}": selected(view.blocks, f"team_{name}", value)}
            for name, value in chosen.items()
        }
        outcome = await self.stage.playground.submit(person.id, view.id, state or None)
        await self.stage.settle()
        return outcome

    async def digest(self, at: datetime) -> Message | None:
        """Read due rosters and run what is due at this moment; return the digest if one was posted."""
        before = len(self.posts())
        self.clock.at = at
        while await freeze_due_roster(self.stage.bot.deps):
            pass
        await self.stage.run_jobs(FEATURE.kinds)
        return self.posts()[before] if len(self.posts()) > before else None

    def posts(self) -> list[Message]:
        """Return the bot's messages that the whole channel sees."""
        channel = self.stage.playground.workspace.conversations[GROWTH]
        return [m for m in channel.messages.values() if m.by_app and m.only_for is None]

    async def team(self) -> Team | None:
        async with self.stage.database.read() as session:
            return await teams.get(session, self.stage.playground.workspace.id, GROWTH)


@asynccontextmanager
async def growing(database_url: str) -> AsyncIterator[Growth]:
    """The channel on a Wednesday, with a clock that the test moves."""
    clock = Clock(WEDNESDAY)
    async with delivering(database_url, clock) as stage:
        yield Growth(stage, clock)


def selected(blocks: list[dict[str, Any]], name: str, value: object) -> dict[str, Any]:
    """The state of a menu in which this value is chosen."""
    element = next(block["element"] for block in blocks if block.get("block_id") == name)
    option = next(o for o in element["options"] if o["value"] == str(value))
    return {"type": "static_select", "selected_option": option}


def chart_of(message: Message) -> dict[str, Any] | None:
    """The chart in a message, if there is one."""
    return next((b for b in message.blocks if b["type"] == "data_visualization"), None)
