"""The stage for many workspaces: the playground with its consent page, the service, and browsers."""

import json
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import aiohttp
from slack_sdk.signature import SignatureVerifier

from app import Coaching, Running, coach, jobs_in, listening, work_of
from bot.deps import Deps
from bot.features.installs.service import ManyAccess
from bot.features.installs.tokens import AppCredentials
from bot.slack.installation import SCOPES, Access
from playground.clock import Clock
from playground.person.in_workspace import InWorkspace
from playground.server import Playground
from playground.server import running as playing
from process import over_http
from scheduler.clock import run_job
from storage import workspaces
from storage.database.engine import Database
from storage.installs import installs
from storage.installs.installs import Installation, NewInstall
from storage.installs.token_keys import InstallKey, TokenKeys, Tokens
from tests.databases import open_database
from tests.process import free_port
from tests.stage import CALM, Person, Stage, built_in, built_in_messages

ROOT = Path(__file__).parents[2]
KEYS = TokenKeys([TokenKeys.new()])
HARBOR, LARK, LAB = "T0HARBORPIN", "T0LARKSONS0", "T0NORTHLAB0"
NORTH, SOUTH, GROUP = "T0MILLNORTH", "T0MILLSOUTH", "E0MILLGROUP"
KEEP = timedelta(days=30)


def sign(secret: str, body: bytes) -> dict[str, str]:
    """Return the headers by which the service sees that Slack sent it."""
    stamp = str(int(time.time()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": str(signature)}


@dataclass
class Answer:
    """What a browser was shown."""

    status: int
    text: str
    headers: Any
    location: str = ""

    @property
    def title(self) -> str:
        found = re.search(r"<h1>(.*?)</h1>", self.text)
        return found[1] if found else ""


@dataclass
class Browser:
    """A browser with cookies of its own."""

    address: str
    cookies: aiohttp.CookieJar = field(default_factory=lambda: aiohttp.CookieJar(unsafe=True))

    async def get(self, path: str, **headers: str) -> Answer:
        url = path if path.startswith("http") else f"{self.address}{path}"
        async with (
            aiohttp.ClientSession(cookie_jar=self.cookies) as session,
            session.get(url, allow_redirects=False, headers=headers) as found,
        ):
            location = found.headers.get("location", "")
            return Answer(found.status, await found.text(), found.headers, location)


@dataclass(repr=False)
class Many:
    """The playground, the service and its database."""

    playground: Playground
    bot: Running
    database: Database
    address: str

    @property
    def coaching(self) -> Coaching:
        return self.bot.coaching

    def browser(self) -> Browser:
        return Browser(self.address)

    async def consents(
        self, team: str, user: str | None = None, *, browser: Browser | None = None, **other: Any
    ) -> str:
        """Begin an install, and allow it on Slack's page; return where Slack sends the browser."""
        begun = await (browser or self.browser()).get("/slack/install")
        query = parse_qs(urlsplit(begun.location).query)
        asked = other.pop("scopes", query["scope"][0].split(","))
        return self.playground.authorize(
            team,
            user or self.admin(team),
            redirect_uri=query["redirect_uri"][0],
            state=query["state"][0],
            scopes=asked,
            **other,
        )

    async def installs(self, team: str, user: str | None = None, **other: Any) -> Answer:
        """Install the app in this workspace by its pages; return the last one."""
        browser = self.browser()
        answer = await browser.get(await self.consents(team, user, browser=browser, **other))
        await self.settle()
        return answer

    async def leaves(self, team: str, event: str = "app_uninstalled") -> None:
        """Take the app away, a second after what was before: Slack dates its events by whole seconds."""
        self.moves_on(seconds=1)
        await self.at(team).lifecycle(event)
        await self.settle()

    def admin(self, team: str) -> str:
        people = self.playground.workspaces[team].members()
        return next(one.id for one in people if one.is_admin or one.org_admin)

    def member(self, team: str) -> str:
        people = self.playground.workspaces[team].members()
        return next(one.id for one in people if not (one.is_admin or one.org_admin or one.guest))

    def at(self, team: str) -> InWorkspace:
        return self.playground.at(team)

    def stage(self, team: str) -> Stage:
        """One workspace as the tests of a single one have it."""
        return Stage(cast("Playground", self.at(team)), self.bot, self.database, self.address)

    def people(self, team: str) -> list[Person]:
        stage = self.stage(team)
        return [Person(stage, one.id, one.name) for one in stage.playground.workspace.members()]

    async def deps(self, team: str) -> Deps:
        """What handlers and jobs work with in a workspace."""
        found = await self.coaching.coaches.of(team, self.playground.workspaces[team].organization)
        assert found is not None
        return found

    async def install_everywhere(self) -> None:
        """Let the app into every workspace and the organization, without their pages and messages."""
        for team, workspace in self.playground.workspaces.items():
            organization, app = workspace.organization, workspace.app
            key = InstallKey("" if organization else team, organization or "")
            async with self.database.write() as session:
                await workspaces.connect(
                    session, team, workspace.name, now=self.now(), enterprise_id=organization
                )
                if await installs.get(session, key) is None:
                    token = self.playground.install(
                        team, scopes=SCOPES, for_organization=bool(organization)
                    )
                    user, bot = app.user_id, app.bot_id
                    given = Tokens(token.value)
                    new = NewInstall(key, workspace.name, given, SCOPES, user, bot, "A0", None)
                    await installs.save(session, KEYS, new, now=self.now())
        for team, workspace in self.playground.workspaces.items():
            if workspace.organization:
                await self.at(team).lifecycle("team_access_granted")
        await self.settle()

    async def settle(self) -> None:
        for workspace in self.playground.workspaces:
            await self.playground.at(workspace).quiet()
        await self.bot.flight.finish(within=30)

    async def run_jobs(self, *names: str) -> None:
        """Run these jobs, or all, until nothing more is due."""
        work = work_of(self.coaching)
        for job in jobs_in(self.coaching):
            if not names or job.name in names:
                await run_job(job, work)
        await self.settle()

    def reads(self, team: str, user: str) -> list[str]:
        """What stands in this person's direct message with the app."""
        workspace = self.playground.workspaces[team]
        channel = workspace.dm(user)
        return [message.text for message in channel.messages.values()]

    async def row(self, team: str, enterprise: str | None = None) -> Installation | None:
        async with self.database.read() as session:
            return await installs.find(session, team, enterprise)

    async def token(self, team: str, enterprise: str | None = None) -> str | None:
        row = await self.row(team, enterprise)
        return row.tokens(KEYS).bot if row else None

    async def workspace(self, team: str) -> workspaces.Workspace | None:
        async with self.database.read() as session:
            return await workspaces.get(session, team)

    def now(self) -> datetime:
        """The time of everybody."""
        return self.coaching.service.now()

    async def delivers(self, payload: dict[str, Any]) -> int:
        """Send the service a signed event, as Slack does."""
        body = json.dumps(payload).encode()
        headers = sign(self.playground.credentials.signing_secret, body)
        headers["content-type"] = "application/json"
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.address}/slack/events", data=body, headers=headers) as found,
        ):
            status = found.status
        await self.settle()
        return status

    def moves_on(self, **by: float) -> None:
        """Move the clock of everybody."""
        self.playground.shared.clock.advance(timedelta(**by).total_seconds())


def manifest(address: str) -> dict[str, Any]:
    """The manifest for many workspaces, with this address."""
    text = (ROOT / "manifest.many.json").read_text()
    made: dict[str, Any] = json.loads(text.replace("https://rungs.example.org", address))
    return made


@asynccontextmanager
async def many_running(
    url: str,
    *,
    playground: Playground | None = None,
    keep: timedelta = KEEP,
    now: Callable[[], datetime] | None = None,
) -> AsyncIterator[Many]:
    """Run the playground and the service; the same database may be used by a later one.

    `now` is a clock that the test moves, in place of the computer's.
    """
    port = free_port()
    address = f"http://localhost:{port}"
    async with AsyncExitStack() as stack:
        clock = Clock(lambda: now().timestamp()) if now else Clock()
        made = playing(Playground(manifest=manifest(address), many=True, clock=clock))
        slack = playground if playground else await stack.enter_async_context(made)
        database = await open_database(url)
        stack.push_async_callback(database.close)
        bot = await stack.enter_async_context(_service(slack, database, address, keep))
        await stack.enter_async_context(
            over_http(bot, secrets=[slack.credentials.signing_secret], port=port, host="127.0.0.1")
        )
        slack.deliver_over_http(f"{address}/slack/events")
        many = Many(slack, bot, database, address)
        yield many
        await many.settle()


@asynccontextmanager
async def _service(
    slack: Playground, database: Database, address: str, keep: timedelta
) -> AsyncIterator[Running]:
    known = slack.credentials
    access = Access("", known.signing_secret, slack.api_url)
    app = AppCredentials(known.client_id, known.client_secret)
    async with (
        coach(
            access,
            many=ManyAccess(app, KEYS, address, keep),
            database=database,
            library=built_in(),
            messages=built_in_messages(),
            now=clock_of(slack.shared.clock),
            patience=CALM,
        ) as coaching,
        listening(coaching, access) as bot,
    ):
        yield bot


def clock_of(clock: Clock) -> Callable[[], datetime]:
    return lambda: datetime.fromtimestamp(clock.now(), UTC)
