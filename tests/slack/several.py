"""A bot that serves several workspaces of one playground, two of them in an organization."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from app import REGISTRY, Coaching, listening, utc_now
from bot.coaches import Installed, Service, WorkspaceCoaches
from bot.contents import Content, OneContent
from bot.deps import Deps, Identity
from bot.monitor import Monitor
from bot.slack.client import OneToken, SlackClients, connect
from bot.slack.http import web_app
from bot.slack.installation import SCOPES, Access
from bot.slack.server import serving_http
from playground.clock import Clock
from playground.server import Playground
from playground.server import running as playing
from storage import workspace_settings, workspaces
from storage.database import Session
from tests.databases import open_database
from tests.stage import CALM, Person, Stage, built_in, built_in_messages

LARK, LAB = "T0LARKSONS0", "T0NORTHLAB0"
NORTH, SOUTH, MILL = "T0MILLNORTH", "T0MILLSOUTH", "E0MILLGROUP"


@dataclass
class Given:
    """The installs of the tests: one for each workspace, and one for the organization."""

    of: dict[str, Installed] = field(default_factory=dict)

    async def read(
        self, session: Session, workspace_id: str, enterprise_id: str | None
    ) -> Installed | None:
        """Return the install of a workspace with its settings; for a team of an organization, that one's."""
        found = self.of.get(workspace_id)
        if found is None or enterprise_id not in (None, found.identity.enterprise_id):
            return None
        return replace(found, settings=await workspace_settings.read(session, workspace_id))


@dataclass(repr=False)
class Several:
    """The playground, the bot and its database; `at` is the stage of one workspace."""

    playground: Playground
    bot: Any
    database: Any
    clients: SlackClients
    installs: Given

    def at(self, team: str) -> Stage:
        """Return a workspace as a stage, with people who type and click."""
        place: Any = self.playground.at(team)
        return Stage(place, self.bot, self.database)

    def people(self, team: str) -> list[Person]:
        """Return the people of a workspace."""
        stage = self.at(team)
        return [Person(stage, p.id, p.name) for p in stage.playground.workspace.members()]

    async def deps(self, team: str) -> Deps:
        """Return what handlers and jobs work with in a workspace."""
        organization = MILL if team in (NORTH, SOUTH) else None
        found: Deps | None = await self.bot.coaching.coaches.of(team, organization)
        assert found is not None
        return found


@asynccontextmanager
async def several(url: str, *, now: Callable[[], datetime] = utc_now) -> AsyncIterator[Several]:
    """Run the playground with all its workspaces, in each of which the app is installed, and the bot."""
    async with AsyncExitStack() as stack:
        clock = Clock(lambda: now().timestamp())
        slack = await stack.enter_async_context(playing(Playground(many=True, clock=clock)))
        database = await open_database(url)
        stack.push_async_callback(database.close)
        clients = connect("", base_url=slack.api_url, patience=CALM)
        stack.push_async_callback(clients.close)
        installs = Given()
        for team, workspace in slack.workspaces.items():
            async with database.write() as session:
                await workspaces.connect(session, team, workspace.name, now=utc_now())
        contents = OneContent(Content(built_in(), built_in_messages().render))
        service = Service(database, contents, clients, CALM, now, REGISTRY, reads_per_minute=1)
        coaching = Coaching(service, WorkspaceCoaches(service, installs), None)
        access = Access("", slack.credentials.signing_secret, slack.api_url)
        bot = await stack.enter_async_context(listening(coaching, access))
        application = web_app(bot.app, Monitor(service), secrets=access.signing_secrets)
        port = await stack.enter_async_context(serving_http(application, port=0, host="127.0.0.1"))
        slack.deliver_over_http(f"http://127.0.0.1:{port}/slack/events")
        install_all(slack, installs)
        for team in (NORTH, SOUTH):
            await slack.at(team).lifecycle("team_access_granted")
        yield Several(slack, bot, database, clients, installs)
        await slack.quiet()
        await bot.flight.finish(within=30)


def install_all(slack: Playground, installs: Given) -> None:
    """Let the app into every workspace, and into the organization with its two teams."""
    for team, workspace in slack.workspaces.items():
        organization = workspace.organization
        holder = organization or team
        known = [one for one in installs.of.values() if one.identity.enterprise_id == MILL]
        if organization and known:
            tokens = known[0].tokens
        else:
            tokens = OneToken(
                slack.install(team, scopes=SCOPES, for_organization=organization is not None).value
            )
        who = Identity(
            team,
            workspace.name,
            workspace.app.user_id,
            workspace.app.bot_id,
            organization,
            is_org_install=holder != team,
        )
        installs.of[team] = Installed(who, tokens, workspace_settings.WorkspaceSettings())
