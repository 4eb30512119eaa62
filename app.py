"""The composition root: puts settings, content, database, capabilities, Slack and the clock together."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from logging import getLogger
from pathlib import Path
from typing import TYPE_CHECKING

from slack_bolt.async_app import AsyncApp

from bot.coaches import Coaches, Service, WorkspaceCoaches
from bot.contents import Content, Contents, OneContent, WorkspaceContents
from bot.deps import NO_SITE, Deps, PublicSite
from bot.features import FEATURES
from bot.features.installs.events import listeners
from bot.features.installs.flow import INSTALL_PATH
from bot.features.installs.jobs import INSTALL_JOBS
from bot.features.installs.service import InstallService, ManyAccess, StoredInstalls
from bot.features.installs.tokens import TokenStore
from bot.features.installs.web import InstallPages
from bot.operators import record_min_group
from bot.registry import Registry
from bot.slack.client import RetryPolicy, connect
from bot.slack.installation import Access, CannotStart, SingleInstall, who_we_are
from bot.slack.middleware import InFlight, refuse_organizations
from bot.slack.router import build_app
from coaching.safe_text import Render
from content.library import Library, MessageCatalog
from storage import workspaces
from storage.audit import INSTALLATION
from storage.database import schema
from storage.database.engine import Database

if TYPE_CHECKING:
    from scheduler.context import Job, SchedulerContext

FINISH_WITHIN = 6
"""Seconds that a stop waits for work in progress; hosts allow ten in all."""

REGISTRY = Registry(FEATURES)
"""All capabilities, and the tables made from their declarations."""


@dataclass(frozen=True)
class Coaching:
    """What one process works with: in general, in each workspace, and in the only one if there is one.

    `pages` are for installing, where it serves every workspace that installs the app.
    """

    service: Service
    coaches: Coaches
    deps: Deps | None
    pages: InstallPages | None = None

    @property
    def only(self) -> Deps:
        """What it works with in its only workspace; LookupError when it serves many."""
        if self.deps is None:
            raise LookupError("This process serves many workspaces.")
        return self.deps


@dataclass(frozen=True)
class Running:
    """A bot that can take payloads: the Bolt app, what it works with, and the work in progress."""

    app: AsyncApp
    coaching: Coaching
    flight: InFlight

    @property
    def deps(self) -> Deps:
        """What it works with in its only workspace; LookupError when it serves many."""
        return self.coaching.only


def jobs_of(features: Registry) -> "tuple[Job, ...]":
    """Return the core jobs and those of the capabilities; ValueError when two have the same name."""
    from scheduler.clock import job_of, jobs_with

    return jobs_with(job_of(declared) for declared in features.jobs)


def jobs_in(coaching: Coaching) -> "tuple[Job, ...]":
    """Return the jobs of a process, with those about installs where it serves many workspaces."""
    from scheduler.context import Job

    jobs = jobs_of(coaching.service.features)
    if coaching.pages is None:
        return jobs
    service = coaching.pages.service
    of_installs = (
        Job(j.name, j.seconds, j.promise, partial(j.step, service)) for j in INSTALL_JOBS
    )
    return (*jobs, *of_installs)


def utc_now() -> datetime:
    """Return the current time, aware and in UTC."""
    return datetime.now(UTC)


@asynccontextmanager
async def ready_database(url: str, *, makes_tables: bool = False) -> AsyncIterator[Database]:
    """Open the database at this address; CannotStart when it lacks this version's tables.

    With `makes_tables`, those of an empty database are created first.
    """
    try:
        database = await Database.open(url)
    except (ValueError, OSError) as problem:
        raise CannotStart(str(problem)) from problem
    try:
        if makes_tables and await schema.is_empty(database) and await schema.make_tables(url):
            log.info("tables_made", extra={"version": schema.revisions()[-1]})
        wrong = await schema.problem(database)
        if wrong:
            raise CannotStart(wrong)
        yield database
    finally:
        await database.close()


def contents_of(library: Library, messages: MessageCatalog, folder: Path | None) -> Contents:
    """Return the content of each workspace: this, with its own folder below `folder` laid over it."""
    general = Content(library, messages.render)
    if folder is None:
        return OneContent(general)
    return WorkspaceContents(folder, general, REGISTRY.command_words)


@asynccontextmanager
async def coach(
    access: Access,
    *,
    database: Database,
    library: Library,
    messages: MessageCatalog,
    now: Callable[[], datetime] = utc_now,
    patience: RetryPolicy = RetryPolicy(),  # noqa: B008 - frozen
    min_group: int = 5,
    features: Registry = REGISTRY,
    folder: Path | None = None,
    site: PublicSite = NO_SITE,
    many: ManyAccess | None = None,
) -> AsyncIterator[Coaching]:
    """Connect to the workspace of this token, and yield what handlers and jobs work with.

    With `many`, that is for every workspace that installs the app. `folder` is that of the organization's
    content, where each workspace may have a folder of its own. `site` is where the internet reaches it.
    """
    contents = contents_of(library, messages, folder)
    library.phrasebook.prepare()  # otherwise the first message would, while others wait
    clients = connect(
        access.bot_token, base_url=access.api_url, proxies=access.proxies, patience=patience
    )
    service = Service(database, contents, clients, patience, now, features, min_group, site=site)
    try:
        if many:
            yield await _for_many(service, many, messages.render, api_url=access.api_url)
        else:
            yield await _for_one(service)
    finally:
        await clients.close()


async def _for_one(service: Service) -> Coaching:
    """Return what to work with in the workspace whose token the clients have."""
    identity, now = await who_we_are(service.clients), service.now()
    async with service.database.write() as session:
        await workspaces.connect(session, identity.workspace_id, identity.workspace_name, now=now)
        await record_min_group(session, identity.workspace_id, service.min_group, now=now)
    coaches = WorkspaceCoaches(service, SingleInstall(identity, service.clients.tokens))
    deps = await coaches.of(identity.workspace_id)
    if deps is None:
        raise LookupError(f"The workspace {identity.workspace_id} is not in the database.")
    return Coaching(service, coaches, deps)


async def _for_many(
    service: Service, many: ManyAccess, render: Render, *, api_url: str
) -> Coaching:
    """Return what to work with in every workspace that installs the app.

    Apps that are distributed outside Slack's Marketplace may read one page of a conversation a minute.
    """
    service = replace(service, reads_per_minute=1, install_url=f"{many.public_url}{INSTALL_PATH}")
    database, now = service.database, service.now
    async with database.write() as session:
        await record_min_group(session, INSTALLATION, service.min_group, now=now())
    client, late = service.clients.once, service.patience.hung
    store = TokenStore(database, many.keys, many.app, client, now, late)
    coaches = WorkspaceCoaches(service, StoredInstalls(store))
    installs = InstallService(store, coaches, many.keep)
    return Coaching(
        service, coaches, None, InstallPages(installs, render, many.public_url, api_url)
    )


@asynccontextmanager
async def listening(coaching: Coaching, access: Access) -> AsyncIterator[Running]:
    """Yield a bot that takes payloads; at the end, wait for the work in progress."""
    flight = InFlight()
    only = coaching.deps
    app = build_app(
        coaching.coaches,
        coaching.service.features,
        base_url=access.api_url,
        flight=flight,
        proxies=access.proxies,
        before=partial(refuse_organizations, deps=only, flight=flight) if only else None,
        about_installs=listeners(coaching.pages.service) if coaching.pages else None,
    )
    try:
        yield Running(app, coaching, flight)
    finally:
        await flight.finish(within=FINISH_WITHIN)


@asynccontextmanager
async def running(
    access: Access,
    *,
    database: Database,
    library: Library,
    messages: MessageCatalog,
    now: Callable[[], datetime] = utc_now,
    patience: RetryPolicy = RetryPolicy(),  # noqa: B008 - frozen
    site: PublicSite = NO_SITE,
    many: ManyAccess | None = None,
    features: Registry = REGISTRY,
) -> AsyncIterator[Running]:
    """Yield a bot made from scratch: `coach` and `listening` together."""
    async with (
        coach(
            access,
            database=database,
            library=library,
            messages=messages,
            now=now,
            patience=patience,
            site=site,
            many=many,
            features=features,
        ) as coaching,
        listening(coaching, access) as bot,
    ):
        yield bot


log = getLogger("rungs")


def work_of(coaching: Coaching) -> "SchedulerContext":
    """Return what the jobs of a process work with."""
    from scheduler.context import SchedulerContext

    service = coaching.service
    return SchedulerContext(
        service.database,
        service.now,
        coaches=coaching.coaches,
        kinds=service.features.kinds,
        retention=service.features.retention,
    )
