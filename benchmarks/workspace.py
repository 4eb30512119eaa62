"""Slack workspaces in this process, apps under measurement in processes of their own, and parts of ours."""

import asyncio
import json
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app import coach, utc_now
from benchmarks.measurement import Broken
from bot.deps import Deps
from bot.slack.installation import Access
from content.loader import load_library
from content.message_catalog import MessageCatalog
from playground.server import Playground
from playground.server import running as playing
from storage.database import schema
from storage.database.engine import Database

ROOT = Path(__file__).parents[1]
OURS = ("cli", "web")
BARE = ("benchmarks.bare_app",)
FLOOR = ("benchmarks.floor",)
START_WITHIN = 30


@dataclass(frozen=True)
class Side:
    """One side of a comparison: a workspace, and the app that is installed there."""

    slack: Playground
    app: Process
    port: int
    url: str
    database: Path
    begun: float
    """When the app was started, by `time.perf_counter`."""

    async def listens(self) -> None:
        """Wait until the app takes connections."""
        while time.perf_counter() < self.begun + START_WITHIN and self.app.returncode is None:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                return writer.close()
            await asyncio.sleep(0.01)
        raise Broken(f"Nothing listens on port {self.port} after {START_WITHIN} seconds.")


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Database]:
    """Open this SQLite file, whose tables are there."""
    database = await Database.open(f"sqlite:///{path}")
    yield database
    await database.close()


def access_to(slack: Playground) -> Access:
    """Return what it takes to talk to this workspace."""
    return Access(slack.credentials.bot_token, slack.credentials.signing_secret, slack.api_url)


@asynccontextmanager
async def coaching(
    access: Access, path: Path, *, now: Callable[[], datetime] = utc_now
) -> AsyncIterator[Deps]:
    """Build what it takes to speak in a workspace, with this database and the built-in content."""
    library, messages = load_library(), MessageCatalog()
    async with (
        opened(path) as database,
        coach(access, database=database, library=library, messages=messages, now=now) as deps,
    ):
        yield deps


@asynccontextmanager
async def workspace() -> AsyncIterator[Playground]:
    """Run a playground that records nothing, so that it stays fast and small."""
    manifest = json.loads((ROOT / "manifest.json").read_text())
    async with playing(Playground(record=False, manifest=manifest)) as slack:
        yield slack


@asynccontextmanager
async def started(
    program: tuple[str, ...], database: Path, slack: Playground, **more: str
) -> AsyncIterator[Side]:
    """Run `python -m program` for this workspace and database; yield before it listens.

    `more` is added to its environment. Its log is written beside the database.
    """
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
    environment = {
        "PORT": str(port),
        "SLACK_BOT_TOKEN": slack.credentials.bot_token,
        "SLACK_SIGNING_SECRET": slack.credentials.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": f"sqlite:///{database}",
        "RUNGS_CONTENT": "",
        "LOG_LEVEL": "INFO",
    }
    log = database.parent / f"{program[0]}-{port}.log"
    begun = time.perf_counter()
    with log.open("wb") as errors:
        variables = os.environ | environment | more
        command = (sys.executable, "-m", *program)
        child = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env=variables, stderr=errors
        )
    url = f"http://127.0.0.1:{port}/slack/events"
    slack.deliver_over_http(url)
    try:
        yield Side(slack, child, port, url, database, begun)
        if child.returncode is not None:
            raise Broken(f"{' '.join(program)} ended by itself: {log.read_text()[-2000:]}")
    finally:
        if child.returncode is None:
            child.send_signal(signal.SIGTERM)
            await child.wait()
        await slack.service.courier.close()


@asynccontextmanager
async def installed(
    program: tuple[str, ...], database: Path, *, slack: Playground | None = None, **more: str
) -> AsyncIterator[Side]:
    """Run an app that listens, in a workspace of its own unless one is given."""
    if program == OURS:
        await schema.upgrade(f"sqlite:///{database}")
    async with (
        nullcontext(slack) if slack else workspace() as there,
        started(program, database, there, **more) as side,
    ):
        await side.listens()
        yield side
