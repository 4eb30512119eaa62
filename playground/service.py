"""The state and the parts of Slack's side of the app."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from playground.clock import Clock
from playground.delivery.courier import Courier
from playground.delivery.event_scopes import scope_for
from playground.delivery.events import Events, subscription
from playground.errors import SlackError
from playground.faults import Faults
from playground.journal import Journal
from playground.limits import RateLimits
from playground.manifest import Manifest
from playground.response_urls import ResponseUrls
from playground.state.workspace import Workspace
from playground.triggers import Triggers

Standing = Literal["installed", "uninstalled", "revoked"]
Sample = Callable[[Clock], Workspace]


@dataclass(frozen=True, slots=True)
class Credentials:
    """The app's tokens and secret, the same for every playground."""

    bot_token: str = "xoxb-playground"  # noqa: S105 (public on purpose: it opens nothing else)
    app_token: str = "xapp-playground"  # noqa: S105
    signing_secret: str = "playground-secret"  # noqa: S105


class Service:
    """The workspace, and what connects the app to it."""

    def __init__(
        self,
        *,
        sample: Sample,
        clock: Clock,
        credentials: Credentials,
        manifest: Mapping[str, Any] | None,
        reasons: Mapping[str, str] | None = None,
        record: bool,
        limits: RateLimits | None = None,
    ) -> None:
        self._sample = sample
        self.clock = clock
        self.credentials = credentials
        self.manifest = Manifest(manifest)
        self.reasons = reasons or {}
        """Why the app asks for each scope, as the consent page says it."""
        self.standing: Standing = "installed"
        self.granted = self.manifest.scopes
        self.workspace = sample(clock)
        self.triggers = Triggers()
        self.response_urls = ResponseUrls()
        self.faults = Faults()
        self.limits = limits or RateLimits()
        self.journal = Journal(record=record)
        self.courier = Courier(
            secret=credentials.signing_secret,
            clock=clock,
            faults=self.faults,
            journal=self.journal,
        )
        self.courier.sockets.on_change = lambda: self.workspace.announce("state")
        self.events = Events(
            courier=self.courier,
            clock=clock,
            faults=self.faults,
            subscribed=self.manifest.events,
        )

    @property
    def address(self) -> str:
        """Return where the playground listens."""
        return self.workspace.address

    def publish(self, event: dict[str, Any]) -> None:
        """Send an event to the app in the background, if it may hear of it."""
        if self.standing == "installed" and self._granted_for(event):
            self.events.publish(self.workspace, event)

    def _granted_for(self, event: dict[str, Any]) -> bool:
        scope = scope_for(subscription(event), event)
        return self.granted is None or scope is None or scope in self.granted

    def need_scope(self, *any_of: str) -> None:
        """Refuse unless the app was granted one of these."""
        if self.granted is None or not any_of or self.granted.intersection(any_of):
            return
        provided = ",".join(sorted(self.granted))
        raise SlackError("missing_scope", needed=any_of[0], provided=provided)

    def install(self) -> None:
        """Let the app in, with everything that its manifest asks for."""
        self.standing = "installed"
        self.granted = self.manifest.scopes
        self.workspace.announce("state")

    def start_over(self) -> None:
        """Reset everything to the sample workspace."""
        before = self.workspace
        self.workspace = self._sample(self.clock)
        self.workspace.address = before.address
        self.workspace.listeners = before.listeners
        self.workspace.keep = before.keep
        self.standing = "installed"
        self.granted = self.manifest.scopes
        self.faults.clear()
        self.limits.clear()
        self.journal.clear()
        self.workspace.announce("state")

    async def close(self) -> None:
        """Stop everything that runs in the background."""
        await self.events.close()
        await self.courier.close()
