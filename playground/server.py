"""The playground: one object that is the workspaces, their Web API, its sockets and its page."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from playground.clock import Clock
from playground.companies import add_companies
from playground.delivery.sockets import Sockets
from playground.faults import Faults
from playground.joined import add_workspace
from playground.journal import Call
from playground.limits import RateLimits
from playground.listener import Listener
from playground.oauth.authorize import allowed, read_ask
from playground.oauth.installation import install
from playground.oauth.page import ConsentPage
from playground.oauth.tokens import Token, Tokens
from playground.organizations import Organization
from playground.persistence import Store
from playground.person.in_workspace import InWorkspace
from playground.play.api import PlayApi
from playground.play.guard import guarded
from playground.play.stage import StageApi
from playground.sample import sample_workspace
from playground.scripts import Script
from playground.service import Credentials, Sample, Service, Shared
from playground.state.workspace import Workspace
from playground.static_routes import Files, page_routes
from playground.travel import Moved, NextDue, Travel
from playground.troupe import Played, Troupe
from playground.web_api.endpoint import Endpoint
from playground.web_api.registry import ALL_SCOPES
from playground.web_api.response_url import ResponseUrlEndpoint

__all__ = ["Credentials", "Playground", "running"]
KEPT_WITHOUT_RECORD = 20
"""Messages per conversation that stay in memory when nothing is recorded."""


class Playground(InWorkspace):
    """Slack on localhost: one workspace or several; what people do here happens in the first."""

    def __init__(
        self,
        *,
        sample: Sample = sample_workspace,
        credentials: Credentials | None = None,
        events_url: str | None = None,
        data: Path | None = None,
        clock: Clock | None = None,
        record: bool = True,
        manifest: Mapping[str, Any] | None = None,
        reasons: Mapping[str, str] | None = None,
        limits: RateLimits | None = None,
        keep: int | None = None,
        installed: bool | None = None,
        many: bool = False,
        next_due: NextDue | None = None,
        moved: Moved | None = None,
        scripts: Mapping[str, Script] | None = None,
    ) -> None:
        """With `many` there are four more workspaces, two of them in an organization.

        `installed` says whether the app is in the first workspace from the start, with the fixed token of
        the credentials. It is, unless there are many.
        """
        self.credentials = credentials or Credentials()
        self.shared = Shared(
            clock=clock or Clock(),
            credentials=self.credentials,
            manifest=manifest,
            reasons=reasons,
            record=record,
            limits=limits,
        )
        self.shared.keep = keep if keep is not None or record else KEPT_WITHOUT_RECORD
        super().__init__(
            Service(self.shared, sample, installed=not many if installed is None else installed)
        )
        self._store = None if data is None else Store(data, self.shared)
        if many:
            add_companies(self.add_workspace, self.add_organization)
        self.deliver_over_http(events_url)
        self.travel = Travel(self.service, next_due=next_due, moved=moved)
        self.troupe = Troupe(self.service, self._hands, scripts or {})
        self._listener = Listener(guarded(self._app()))

    def _app(self) -> Starlette:
        shared = self.shared
        return Starlette(
            routes=[
                Route("/api/{method:path}", Endpoint(shared).answer, methods=["GET", "POST"]),
                Route("/respond/{key}", ResponseUrlEndpoint(shared).answer, methods=["POST"]),
                WebSocketRoute("/socket/{ticket}", shared.courier.sockets.serve),
                *PlayApi(shared).routes(),
                *StageApi(shared, self.travel, self.troupe).routes(),
                *ConsentPage(shared).routes(),
                *Files(shared).routes(),
                *page_routes(),
            ]
        )

    # What there is

    @property
    def workspaces(self) -> dict[str, Workspace]:
        """Return the workspaces by their ids, in the order in which they were added."""
        return {team: service.workspace for team, service in self.shared.services.items()}

    def at(self, team_id: str) -> InWorkspace:
        """Return a workspace with what its people do; NotThere when there is none of this id."""
        return InWorkspace(self.shared.at(team_id))

    def holder_of(self, thing: str) -> str | None:
        """Return the id of the workspace in which a person, conversation, file or view of this id is."""
        service = self.shared.holder_of(thing)
        return None if service is None else service.workspace.id

    def add_workspace(
        self,
        team_id: str,
        name: str,
        *,
        sample: Sample = sample_workspace,
        organization: str | None = None,
    ) -> Workspace:
        """Take in another workspace, into which the app is not let yet.

        Its people and channels get ids of their own where the sample's are in use already. Those of an
        organization begin with W.
        """
        service = add_workspace(
            self.shared, team_id, name, sample=sample, organization=organization
        )
        if self._store is not None:
            self._store.take_in(service)
        return service.workspace

    @property
    def clock(self) -> Clock:
        """Return the playground's own clock."""
        return self.service.clock

    @property
    def faults(self) -> Faults:
        """Return what can be made to go wrong."""
        return self.service.faults

    @property
    def limits(self) -> RateLimits:
        """Return the rate limits; set `on` to enforce them."""
        return self.service.limits

    @property
    def sockets(self) -> Sockets:
        """Return the app's Socket Mode connections."""
        return self.service.courier.sockets

    @property
    def calls(self) -> list[Call]:
        """Return every Web API call so far."""
        return self.service.journal.calls

    def calls_of(self, method: str) -> list[Call]:
        """Return the calls of one method."""
        return [call for call in self.calls if call.method == method]

    @property
    def address(self) -> str:
        """Return where the playground listens."""
        return self.service.address

    @property
    def api_url(self) -> str:
        """Return the base URL for a Slack client."""
        return f"{self.address}/api/"

    # Running

    async def start(self, *, port: int = 0) -> None:
        """Listen on loopback; port 0 takes any free one."""
        self.shared.listens_at(await self._listener.start(port))

    async def stop(self) -> None:
        """Stop listening and delivering, and save."""
        await self.shared.close()
        await self._listener.stop()
        if self._store is not None:
            self._store.close()

    def deliver_over_http(self, url: str | None) -> None:
        """Post payloads to this request URL; None goes back to Socket Mode."""
        self.service.courier.deliver_over_http(url)

    # Letting the app in

    @property
    def tokens(self) -> Tokens:
        """Return the tokens that OAuth handed out; set `rotates` and `lifetime` for those to come."""
        return self.shared.tokens

    def add_organization(self, organization: str, name: str) -> None:
        """Name an organization, before its workspaces are added."""
        known = self.shared.organizations.setdefault(organization, Organization(organization))
        known.name = name

    def authorize(
        self,
        team_id: str,
        user_id: str,
        *,
        redirect_uri: str,
        state: str,
        scopes: Iterable[str] | None = None,
        for_organization: bool = False,
    ) -> str:
        """Let a person allow the app on the consent page; return where their browser is sent.

        The scopes are those of the manifest unless others are given. Refused says what the page would say.
        """
        asked = ",".join(self._asked(scopes))
        query = {"client_id": self.credentials.client_id, "scope": asked, "state": state}
        ask = read_ask(self.shared, query | {"redirect_uri": redirect_uri})
        return allowed(
            self.shared, ask, team=team_id, user=user_id, for_organization=for_organization
        )

    def install(
        self, team_id: str, *, scopes: Iterable[str] | None = None, for_organization: bool = False
    ) -> Token:
        """Let the app into a workspace, or its organization, and return the token, without page and code."""
        organization = self.shared.at(team_id).workspace.organization
        holder = organization if for_organization and organization is not None else team_id
        return install(self.shared, holder, frozenset(self._asked(scopes)))

    def _asked(self, scopes: Iterable[str] | None) -> list[str]:
        known = self.shared.manifest.scopes
        return sorted(scopes or (ALL_SCOPES if known is None else known))

    async def play(self, script: str, *, besides: str | None = None) -> Played:
        """Let the colleagues act out a script, without the person `besides`, who looks on."""
        return await self.troupe.play(script, besides)


@asynccontextmanager
async def running(playground: Playground, *, port: int = 0) -> AsyncIterator[Playground]:
    """Run a playground for as long as the block lasts."""
    await playground.start(port=port)
    try:
        yield playground
    finally:
        await playground.stop()
