"""The playground: one object that is the workspace, its Web API, its sockets and its page."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from playground.clock import Clock
from playground.delivery.sockets import Sockets
from playground.faults import Faults
from playground.journal import Call
from playground.limits import RateLimits
from playground.listener import Listener
from playground.persistence import Store
from playground.person.channels import join, leave
from playground.person.clicks import Click
from playground.person.elements import Element, Values
from playground.person.hands import Hands
from playground.person.lifecycle import happen, move_to_zone, set_quiet_hours
from playground.person.outcome import Outcome
from playground.play.api import PlayApi
from playground.play.guard import guarded
from playground.play.stage import StageApi
from playground.sample import sample_workspace
from playground.scripts import Script
from playground.service import Credentials, Sample, Service
from playground.state.messages import Message
from playground.state.workspace import Workspace
from playground.static_routes import Files, page_routes
from playground.travel import Moved, NextDue, Travel
from playground.troupe import Played, Troupe
from playground.web_api.endpoint import Endpoint
from playground.web_api.response_url import ResponseUrlEndpoint

__all__ = ["Credentials", "Playground", "running"]
KEPT_WITHOUT_RECORD = 20
"""Messages per conversation that stay in memory when nothing is recorded."""


class Playground:
    """A Slack workspace on localhost."""

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
        next_due: NextDue | None = None,
        moved: Moved | None = None,
        scripts: Mapping[str, Script] | None = None,
    ) -> None:
        self.credentials = credentials or Credentials()
        self.service = Service(
            sample=sample,
            clock=clock or Clock(),
            credentials=self.credentials,
            manifest=manifest,
            reasons=reasons,
            record=record,
            limits=limits,
        )
        self._store = None if data is None else Store(data, self.service)
        self.workspace.keep = keep if keep is not None or record else KEPT_WITHOUT_RECORD
        self.deliver_over_http(events_url)
        self._hands = Hands(self.service)
        self.travel = Travel(self.service, next_due=next_due, moved=moved)
        self.troupe = Troupe(self.service, self._hands, scripts or {})
        self._listener = Listener(guarded(self._app()))

    def _app(self) -> Starlette:
        service = self.service
        return Starlette(
            routes=[
                Route("/api/{method:path}", Endpoint(service).answer, methods=["GET", "POST"]),
                Route("/respond/{key}", ResponseUrlEndpoint(service).answer, methods=["POST"]),
                WebSocketRoute("/socket/{ticket}", service.courier.sockets.serve),
                *PlayApi(service, self._hands).routes(),
                *StageApi(service, self.travel, self.troupe).routes(),
                *Files(service).routes(),
                *page_routes(),
            ]
        )

    # What there is

    @property
    def workspace(self) -> Workspace:
        """Return the people, conversations, views and files."""
        return self.service.workspace

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
        self.workspace.address = await self._listener.start(port)

    async def stop(self) -> None:
        """Stop listening and delivering, and save."""
        await self.service.close()
        await self._listener.stop()
        if self._store is not None:
            self._store.close()

    def deliver_over_http(self, url: str | None) -> None:
        """Post payloads to this request URL; None goes back to Socket Mode."""
        self.service.courier.deliver_over_http(url)

    async def quiet(self) -> None:
        """Wait until every event was delivered or tried once."""
        await self.service.events.quiet()

    # What people do

    async def command(self, user: str, channel: str, text: str) -> Outcome:
        """Let a person send a slash command."""
        return await self._hands.command(user, channel, text)

    async def message(
        self, user: str, channel: str, text: str, *, thread_ts: str | None = None
    ) -> Message:
        """Let a person write a message or a reply in a thread, and wait until the app was told."""
        message = self._hands.message(user, channel, text, thread_ts)
        await self.quiet()
        return message

    async def act(
        self,
        user: str,
        container: dict[str, Any],
        block_id: str,
        action_id: str,
        *,
        chosen: dict[str, Any] | None = None,
        state: Values | None = None,
        element: Element | None = None,
    ) -> Outcome:
        """Let a person use an element of a message or a view."""
        click = Click(block_id, action_id, chosen, state, element)
        return await self._hands.act(user, container, click)

    async def submit(self, user: str, view_id: str, state: Values | None = None) -> Outcome:
        """Let a person submit a modal."""
        return await self._hands.submit(user, view_id, state)

    async def close(self, user: str, view_id: str) -> Outcome:
        """Let a person close a modal."""
        return await self._hands.close(user, view_id)

    async def play(self, script: str, *, besides: str | None = None) -> Played:
        """Let the colleagues act out a script, without the person `besides`, who looks on."""
        return await self.troupe.play(script, besides)

    async def open_home(self, user: str, tab: str = "home") -> None:
        """Let a person look at the app's Home or Messages tab, and wait until the app was told."""
        self._hands.open_home(user, tab)
        await self.quiet()

    async def lifecycle(
        self, event: str, *, user: str | None = None, channel: str | None = None
    ) -> None:
        """Let something happen to the app, a person or a channel, and wait until the app was told."""
        happen(self.service, event, user=user, channel=channel)
        await self.quiet()

    async def invite(self, user: str, channel: str, *, by: str) -> None:
        """Let a person take somebody, or the app's bot, into a channel."""
        join(self.service, channel, user=user, by=by)
        await self.quiet()

    async def remove(self, user: str, channel: str, *, by: str) -> None:
        """Let a person take somebody, or the app's bot, out of a channel."""
        leave(self.service, channel, user=user, by=by)
        await self.quiet()

    async def move_to_zone(self, user: str, tz: str | None) -> None:
        """Let a person travel to another time zone."""
        move_to_zone(self.service, user, tz)
        await self.quiet()

    async def set_quiet_hours(self, user: str, hours: tuple[int, int] | None) -> None:
        """Let a person set their Do-not-disturb hours, in epoch seconds, or end them."""
        set_quiet_hours(self.service, user, hours)
        await self.quiet()


@asynccontextmanager
async def running(playground: Playground, *, port: int = 0) -> AsyncIterator[Playground]:
    """Run a playground for as long as the block lasts."""
    await playground.start(port=port)
    try:
        yield playground
    finally:
        await playground.stop()
