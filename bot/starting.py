"""From settings to something that answers Slack: who we are, and the parts put together."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from slack_bolt.async_app import AsyncApp

from bot.app import build_app
from bot.delivery import Delivery, Patience
from bot.deps import Deps, Identity
from bot.listening import InFlight
from bot.slack_client import SlackClients, connect
from content.model import Library
from content.wording import Wording
from storage import workspaces
from storage.database import Database

FINISH_WITHIN = 6
"""Seconds that work in flight gets at a stop; ten is what hosts allow in all."""


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


async def who_we_are(clients: SlackClients) -> Identity:
    """What auth.test says about our token."""
    answer = await clients.repeating.auth_test()
    return Identity(
        workspace_id=str(answer["team_id"]),
        workspace_name=str(answer["team"]),
        bot_user_id=str(answer["user_id"]),
        bot_id=str(answer["bot_id"]),
    )


@asynccontextmanager
async def running(
    access: Access,
    *,
    database: Database,
    library: Library,
    wording: Wording,
    now: Callable[[], datetime] = utc_now,
    patience: Patience = Patience(),  # noqa: B008 - frozen
) -> AsyncIterator[Running]:
    """A bot for this workspace; at the end it finishes what is in flight."""
    clients = connect(
        access.bot_token, base_url=access.api_url, timeout=patience.answer, pause=patience.pause
    )
    try:
        identity = await who_we_are(clients)
        async with database.write() as session:
            await workspaces.connect(
                session, identity.workspace_id, identity.workspace_name, now=now()
            )
        deps = Deps(
            database=database,
            library=library,
            wording=wording,
            slack=Delivery(clients, patience=patience),
            identity=identity,
            now=now,
        )
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
    finally:
        await clients.close()
