"""The workspaces that one process serves: what it works with in each is made when needed, and forgotten.

Nothing here grows with the number of workspaces that installed the app: at most `MOST` are remembered, the
least recently used go first. What is remembered is read again after `FRESH_SECONDS`, by one query of one row.
So a change of settings, a removal or an installation reaches every process within that time.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol
from weakref import WeakValueDictionary

from bot.contents import Content, Contents
from bot.deps import NO_SITE, Deps, Identity, PublicSite
from bot.slack.api import SlackApi
from bot.slack.reads import FREE_READS, LimitedReads, Reads
from storage.workspace_settings import (
    MIN_GROUP,
    OFF_FAMILIES,
    OFF_FRAMEWORKS,
    WorkspaceSettings,
)

if TYPE_CHECKING:
    from datetime import datetime

    from bot.registry import Registry
    from bot.slack.client import RetryPolicy, SlackClients, TokenSource
    from coaching.assessment import Words
    from coaching.members import MemberKey
    from storage.database import Session
    from storage.database.engine import Database

MOST = 200
FRESH_SECONDS = 60.0


class Coaches(Protocol):
    """The dependencies of each workspace that this process serves."""

    async def of(self, workspace_id: str, enterprise_id: str | None = None) -> Deps | None:
        """Return what to work with in this workspace; None when the app is not installed there."""

    def forget(self, workspace_id: str) -> None:
        """Read the workspace anew the next time, because something of it was changed."""


class FixedCoaches:
    """Workspaces that are given and never read again, by id."""

    def __init__(self, every: Iterable[Deps] = ()) -> None:
        self._by_id = {deps.identity.workspace_id: deps for deps in every}

    async def of(self, workspace_id: str, enterprise_id: str | None = None) -> Deps | None:  # noqa: ARG002
        return self._by_id.get(workspace_id)

    def forget(self, workspace_id: str) -> None:
        """Do nothing: what is given stays."""


NO_WORKSPACES = FixedCoaches()


@dataclass(frozen=True)
class Installed:
    """The app in one workspace, as it is stored: who it is there, its tokens, and what admins have set."""

    identity: Identity
    tokens: TokenSource
    settings: WorkspaceSettings


class Installs(Protocol):
    """Where the installations of the app are read."""

    async def read(
        self, session: Session, workspace_id: str, enterprise_id: str | None
    ) -> Installed | None:
        """Return the app in this workspace by one query of one row; None when it is not installed."""


@dataclass(frozen=True)
class Service:
    """What one process works with, the same for all workspaces; `features` are all capabilities.

    `reads_per_minute` is how often conversations of one workspace may be read; None without such a limit.
    """

    database: Database
    contents: Contents
    clients: SlackClients
    patience: RetryPolicy
    now: Callable[[], datetime]
    features: Registry
    min_group: int = 5
    reads_per_minute: float | None = None
    install_url: str = ""
    site: PublicSite = NO_SITE

    def reads(self, workspace_id: str) -> Reads:
        """Return the turns of a workspace to read a conversation."""
        if self.reads_per_minute is None:
            return FREE_READS
        return LimitedReads(self.database, workspace_id, self.now, self.reads_per_minute)


@dataclass(frozen=True)
class _Kept:
    """What is remembered of a workspace: its content with everything, and when it was read (seconds)."""

    deps: Deps
    content: Content
    read_at: float


class WorkspaceCoaches:
    """The workspaces of an installation store; several acts in one workspace share one read."""

    def __init__(
        self,
        service: Service,
        installs: Installs,
        *,
        most: int = MOST,
        fresh: float = FRESH_SECONDS,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._service = service
        self._installs = installs
        self._most = most
        self._fresh = fresh
        self._steady = steady
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._reads: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._turns: WeakValueDictionary[MemberKey, asyncio.Lock] = WeakValueDictionary()
        self._words: OrderedDict[str, Words] = OrderedDict()
        self._admins: OrderedDict[MemberKey, tuple[bool, datetime]] = OrderedDict()

    async def of(self, workspace_id: str, enterprise_id: str | None = None) -> Deps | None:
        """Return what to work with in this workspace; None when the app is not installed there."""
        if found := self._remembered(workspace_id):
            return found
        read = self._reads.get(workspace_id)
        if read is None:
            read = self._reads[workspace_id] = asyncio.Lock()
        async with read:
            return self._remembered(workspace_id) or await self._read(workspace_id, enterprise_id)

    def forget(self, workspace_id: str) -> None:
        """Read the workspace anew the next time, because something of it was changed."""
        self._kept.pop(workspace_id, None)

    def _remembered(self, workspace_id: str) -> Deps | None:
        kept = self._kept.get(workspace_id)
        if kept is None or self._steady() - kept.read_at >= self._fresh:
            return None
        self._kept.move_to_end(workspace_id)
        return kept.deps

    async def _read(self, workspace_id: str, enterprise_id: str | None) -> Deps | None:
        read_at = self._steady()
        async with self._service.database.read() as session:
            installed = await self._installs.read(session, workspace_id, enterprise_id)
        if installed is None:
            # Not remembered: another process may install the app the next moment.
            self.forget(workspace_id)
            return None
        content = await self._service.contents.of(workspace_id)
        deps = self._made(installed, content, self._kept.get(workspace_id))
        self._kept[workspace_id] = _Kept(deps, content, read_at)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return deps

    def _made(self, installed: Installed, content: Content, before: _Kept | None) -> Deps:
        """Return the dependencies; the library that was made before, when nothing of it changed."""
        service, settings = self._service, installed.settings
        if before and before.content is content and before.deps.settings == settings:
            library, features = before.deps.library, before.deps.features
        else:
            library = content.library.without(
                frameworks=settings.get(OFF_FRAMEWORKS), families=settings.get(OFF_FAMILIES)
            )
            features = service.features.within(library, settings)
        who = installed.identity
        team = who.workspace_id if who.is_org_install else None
        clients = replace(service.clients, tokens=installed.tokens, team_id=team)
        return Deps(
            database=service.database,
            library=library,
            render=content.render,
            slack=SlackApi(
                clients,
                patience=service.patience,
                reads=service.reads(installed.identity.workspace_id),
            ),
            identity=installed.identity,
            now=service.now,
            features=features,
            min_group=max(service.min_group, settings.get(MIN_GROUP)),
            least_min_group=service.min_group,
            turns=self._turns,
            words=self._words,
            admins=self._admins,
            install_url=service.install_url,
            site=service.site,
            settings=settings,
            settings_changed=partial(self.forget, installed.identity.workspace_id),
        )


@dataclass(frozen=True)
class Serving:
    """What the handlers of pages and interfaces work with, before it is known which workspace is meant."""

    service: Service
    coaches: Coaches
