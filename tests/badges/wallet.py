"""A workspace in which badges are on, members with verified levels, and the badges they get."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

from bot.features.badges import operators
from bot.features.badges.verdict import Verdict
from bot.features.badges.views import HOLDER
from coaching.members import MemberKey
from storage.evidence import decisions, ladders
from tests.admin.boss import OWNER, switches
from tests.evidence.bench import CODING, decided, submitted
from tests.scheduler.notes import Clock
from tests.stage import Person, Stage, staged

MORNING = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
STEWARD = "grace"
VERIFIERS = ("noah", "mei", "kenji")
NAME = "Ada Okafor"


@dataclass
class Town:
    """The stage, its clock, and who is who in it."""

    stage: Stage
    clock: Clock

    def person(self, handle: str) -> Person:
        return self.stage.person(handle)

    def key(self, handle: str) -> MemberKey:
        return self.person(handle).key

    @property
    def workspace_id(self) -> str:
        return self.stage.playground.workspace.id

    async def verifies(self, handle: str = "ada", level: int = 1) -> None:
        """Have a member's claim of a level of the coding ladder accepted."""
        database, now = self.stage.database, self.clock()
        claim = await submitted(database, self.key(handle), level, now=now)
        for verifier in VERIFIERS:
            await decided(database, self.key(verifier), claim, now=now)
            now += timedelta(minutes=10)
            async with database.write() as session:
                done = await decisions.finish_next(session, self.workspace_id, now=now)
            if done and done.is_over:
                self.clock.at = now
                return
        raise AssertionError("The claim was not decided.")

    async def revokes(self, handle: str = "ada", level: int = 1) -> None:
        """Have the steward revoke a level."""
        async with self.stage.database.write() as session:
            await decisions.revoke(
                session,
                self.key(STEWARD),
                self.key(handle),
                CODING,
                level,
                "The work was not their own.",
                now=self.clock(),
            )

    async def issued(self, handle: str = "ada", *, name: str = NAME) -> str:
        """Ask for a badge for the first level that is shown, and return it."""
        person = self.person(handle)
        await person.types("/rungs badge")
        await person.clicks("Get a badge")
        await fills(person, name)
        return newest_file(self.stage)

    async def own(self, token: str) -> Verdict:
        """Check a badge with this installation's database."""
        return await operators.check_own(self.stage.database, token, now=self.clock())

    async def remote(self, token: str) -> Verdict:
        """Check a badge with what its issuer publishes."""
        return await operators.check_remote(token, now=self.clock())

    async def get(self, path: str) -> tuple[int, str]:
        """Fetch something of the service."""
        async with aiohttp.ClientSession() as client, client.get(self.address + path) as answer:
            return answer.status, await answer.text()

    @property
    def address(self) -> str:
        return self.stage.bot.coaching.service.site.url


async def fills(person: Person, name: str) -> None:
    """Type the name on the badge and send the form."""
    typed = {"type": "plain_text_input", "value": name}
    await person.stage.playground.submit(person.id, person.view.id, {HOLDER: {HOLDER: typed}})
    await person.stage.settle()


def newest_file(stage: Stage) -> str:
    """Return the content of the file that was uploaded last."""
    *_, newest = stage.playground.workspace.files.values()
    return (newest.content or b"").decode()


@asynccontextmanager
async def town(database_url: str, *, is_public: bool = True) -> AsyncIterator[Town]:
    """Run a workspace whose coding ladder has verifiers and a steward, and in which badges are on."""
    clock = Clock(MORNING)
    async with staged(database_url, now=clock, is_public=is_public) as stage:
        place = Town(stage, clock)
        async with stage.database.write() as session:
            users = [place.person(handle).id for handle in VERIFIERS]
            await ladders.name_verifiers(session, place.workspace_id, CODING, users, now=clock())
            await ladders.name_steward(session, place.key(STEWARD), CODING, now=clock())
        if is_public:
            await switches(stage.person(OWNER), "Evidence")
            await switches(stage.person(OWNER), "Badges")
        yield place


def parts(token: str) -> list[Any]:
    """Return the header and the claims of a token, and its signature as it stands."""
    *written, signature = token.split(".")
    return [*(json.loads(decoded(one)) for one in written), signature]


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encoded(value: Any) -> str:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(content).rstrip(b"=").decode()
