"""From settings to something that answers Slack: who we are, and the parts put together."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.app import build_app
from bot.delivery import Delivery, Patience
from bot.deps import Deps, Identity
from bot.listening import InFlight
from bot.slack_client import NO_ANSWER, SlackClients, connect
from bot.slack_errors import from_slack
from content.message_catalog import MessageCatalog
from content.model import Library
from storage import schema, workspaces
from storage.database import Database

FINISH_WITHIN = 6
"""Seconds that work in flight gets at a stop; ten is what hosts allow in all."""


class CannotStart(Exception):
    """The operator must act; the message is what they read."""


@dataclass(frozen=True)
class Access:
    """What it takes to talk to one workspace; kept out of logs by having no repr of its secrets."""

    bot_token: str
    signing_secret: str
    api_url: str

    def __repr__(self) -> str:
        return f"Access(api_url={self.api_url!r}, …)"


@dataclass(frozen=True)
class Running:
    """A bot that is ready to listen."""

    app: AsyncApp
    deps: Deps
    flight: InFlight


def utc_now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)


@asynccontextmanager
async def ready_database(url: str) -> AsyncIterator[Database]:
    """The database at this address, with this version's tables in it."""
    try:
        database = await Database.open(url)
    except (ValueError, OSError) as problem:
        raise CannotStart(str(problem)) from problem
    try:
        wrong = await schema.problem(database)
        if wrong:
            raise CannotStart(wrong)
        yield database
    finally:
        await database.close()


async def who_we_are(clients: SlackClients) -> Identity:
    """What auth.test says about our token."""
    try:
        answer = await clients.repeating.auth_test()
    except SlackApiError as error:
        reason = from_slack("auth.test", error).reason
        raise CannotStart(f"Slack refused the token ({reason}). Run `rungs doctor`.") from error
    except NO_ANSWER as error:
        where = clients.once.base_url
        raise CannotStart(f"Slack does not answer at {where}. Check the network.") from error
    return Identity(
        workspace_id=str(answer["team_id"]),
        workspace_name=str(answer["team"]),
        bot_user_id=str(answer["user_id"]),
        bot_id=str(answer["bot_id"]),
    )


@asynccontextmanager
async def coach(
    access: Access,
    *,
    database: Database,
    library: Library,
    messages: MessageCatalog,
    now: Callable[[], datetime] = utc_now,
    patience: Patience = Patience(),  # noqa: B008 - frozen
    min_group: int = 5,
) -> AsyncIterator[Deps]:
    """What it takes to speak in this workspace, to listeners and jobs alike."""
    clients = connect(
        access.bot_token, base_url=access.api_url, timeout=patience.answer, pause=patience.pause
    )
    try:
        identity = await who_we_are(clients)
        async with database.write() as session:
            await workspaces.connect(
                session, identity.workspace_id, identity.workspace_name, now=now()
            )
        yield Deps(
            database=database,
            library=library,
            messages=messages,
            slack=Delivery(clients, patience=patience),
            identity=identity,
            now=now,
            min_group=min_group,
        )
    finally:
        await clients.close()


@asynccontextmanager
async def listening(deps: Deps, access: Access) -> AsyncIterator[Running]:
    """A bot for this workspace; at the end it finishes what is in flight."""
    flight = InFlight()
    app = build_app(
        deps,
        signing_secret=access.signing_secret,
        token=access.bot_token,
        base_url=access.api_url,
        flight=flight,
    )
    try:
        yield Running(app, deps, flight)
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
    patience: Patience = Patience(),  # noqa: B008 - frozen
) -> AsyncIterator[Running]:
    """A coach that listens."""
    async with (
        coach(
            access,
            database=database,
            library=library,
            messages=messages,
            now=now,
            patience=patience,
        ) as deps,
        listening(deps, access) as bot,
    ):
        yield bot
