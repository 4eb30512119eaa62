"""The state and the parts of Slack's side of the app: what is shared, and what each workspace has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from playground.clock import Clock
from playground.delivery.courier import Courier
from playground.delivery.event_scopes import scope_for
from playground.delivery.events import Events, subscription
from playground.errors import NotThere, SlackError
from playground.faults import Faults
from playground.journal import Journal
from playground.limits import RateLimits
from playground.manifest import Manifest
from playground.oauth.codes import Codes
from playground.oauth.tokens import Tokens
from playground.organizations import Organization
from playground.response_urls import ResponseUrls
from playground.state.workspace import Workspace
from playground.triggers import Triggers

Standing = Literal["installed", "uninstalled", "revoked"]
Sample = Callable[[Clock], Workspace]


@dataclass(frozen=True, slots=True)
class Credentials:
    """The app's tokens and secrets, the same for every playground."""

    bot_token: str = "xoxb-playground"  # noqa: S105 (public on purpose: it opens nothing else)
    app_token: str = "xapp-playground"  # noqa: S105
    signing_secret: str = "playground-secret"  # noqa: S105
    client_id: str = "1010101010.2020202020"
    client_secret: str = "playground-client-secret"  # noqa: S105


class Shared:
    """What all workspaces of one playground share: the app, its deliveries, the clock and the record."""

    def __init__(
        self,
        *,
        clock: Clock,
        credentials: Credentials,
        manifest: Mapping[str, Any] | None,
        reasons: Mapping[str, str] | None = None,
        record: bool,
        limits: RateLimits | None = None,
    ) -> None:
        self.clock = clock
        self.credentials = credentials
        self.manifest = Manifest(manifest)
        self.reasons = reasons or {}
        """Why the app asks for each scope, as the consent page says it."""
        self.address = ""
        """Where the playground listens."""
        self.keep: int | None = None
        """How many messages a conversation keeps; None keeps all."""
        self.services: dict[str, Service] = {}
        """The workspaces by their ids, in the order in which they were added."""
        self.owners: dict[str, str] = {}
        """The workspace of each id that a sample brought, once there are several workspaces."""
        self.organizations: dict[str, Organization] = {}
        self.tokens = Tokens(rotates=self.manifest.rotates_tokens)
        self.codes = Codes()
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
        self.courier.sockets.on_change = self._announce
        self.events = Events(
            courier=self.courier,
            clock=clock,
            faults=self.faults,
            subscribed=self.manifest.events,
        )

    def _announce(self) -> None:
        for service in self.services.values():
            service.workspace.announce("state")

    @property
    def first(self) -> "Service":
        """Return the workspace that was there first."""
        return next(iter(self.services.values()))

    def at(self, team: str | None) -> "Service":
        """Return the workspace with this id, or the first one; NotThere when no workspace has it."""
        if team is None:
            return self.first
        if team not in self.services:
            raise NotThere(f"There is no workspace {team}.")
        return self.services[team]

    def place_of(self, holder: str) -> "Service":
        """Return the workspace with this id, or the first one of the organization with this id."""
        organized = (s for s in self.services.values() if s.workspace.organization == holder)
        return self.services.get(holder) or next(organized)

    def listens_at(self, address: str) -> None:
        """Note where the playground listens, also for workspaces that are added later."""
        self.address = address
        for service in self.services.values():
            service.workspace.address = address

    def holder_of(self, thing: str) -> "Service | None":
        """Return the workspace in which this person, conversation, file or view is."""
        likely = self.services.get(self.owners.get(thing, ""))
        if likely is not None and likely.workspace.has(thing):
            return likely
        return next((s for s in self.services.values() if s.workspace.has(thing)), None)

    async def close(self) -> None:
        """Stop everything that runs in the background."""
        await self.events.close()
        await self.courier.close()


def joined_scopes(
    before: frozenset[str] | None, more: frozenset[str] | None
) -> frozenset[str] | None:
    """Return the scopes of a bot that is allowed more; None is all of them."""
    return None if before is None or more is None else before | more


class Service:
    """One workspace, and what connects the app to it."""

    def __init__(self, shared: Shared, sample: Sample, *, installed: bool = True) -> None:
        self._sample = sample
        self.has_fixed_token = installed
        """Whether the app is here from the start, with the token of the credentials."""
        self.shared = shared
        self.clock = shared.clock
        self.credentials = shared.credentials
        self.manifest = shared.manifest
        self.reasons = shared.reasons
        self.triggers = shared.triggers
        self.response_urls = shared.response_urls
        self.faults = shared.faults
        self.limits = shared.limits
        self.journal = shared.journal
        self.courier = shared.courier
        self.events = shared.events
        self.standing: Standing = "installed" if installed else "uninstalled"
        self.granted = self.manifest.scopes
        self.workspace = self._fresh()
        shared.services[self.workspace.id] = self

    def _fresh(self) -> Workspace:
        workspace = self._sample(self.clock)
        workspace.address = self.shared.address
        workspace.keep = self.shared.keep
        return workspace

    @property
    def address(self) -> str:
        """Return where the playground listens."""
        return self.workspace.address

    def publish(self, event: dict[str, Any]) -> None:
        """Send an event to the app in the background, if it may hear of it."""
        if self.is_in and self._granted_for(event):
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

    @property
    def organization(self) -> Organization | None:
        """Return the organization that the workspace belongs to."""
        return self.shared.organizations.get(self.workspace.organization or "")

    @property
    def holder(self) -> str:
        """Return for whom the app's tokens are here: the whole organization, or the workspace alone."""
        organization = self.workspace.organization
        return organization if organization and self.workspace.is_org_install else self.workspace.id

    def install(self) -> None:
        """Let the app in, with everything that its manifest asks for."""
        self.standing = "installed"
        self.granted = self.manifest.scopes
        self.workspace.announce("state")

    def let_in(self, scopes: frozenset[str] | None, *, for_organization: bool = False) -> None:
        """Let the app in with these scopes; those that it has here already stay."""
        self.granted = joined_scopes(self.granted, scopes) if self.is_in else scopes
        self.standing = "installed"
        self.workspace.is_org_install = for_organization
        self.workspace.announce("state")

    @property
    def is_in(self) -> bool:
        """Return whether the app is installed here."""
        return self.standing == "installed"

    def let_out(self, standing: Standing) -> None:
        """Take the app away."""
        self.standing = standing
        self.workspace.announce("state")

    def start_over(self) -> None:
        """Reset everything to the sample workspace."""
        before = self.workspace
        self.workspace = self._fresh()
        self.workspace.listeners = before.listeners
        self.workspace.keep = before.keep
        if self.has_fixed_token:
            self.standing = "installed"
            self.granted = self.manifest.scopes
        self.faults.clear()
        self.limits.clear()
        self.journal.clear()
        self.workspace.announce("state")
