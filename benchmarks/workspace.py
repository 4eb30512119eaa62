"""Playground workspaces, apps in processes of their own, databases, and proof that the work was done."""

import asyncio
import json
import os
import socket
import sqlite3
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

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
OURS, BARE, FLOOR = ("cli", "web"), ("benchmarks.bare_app",), ("benchmarks.floor",)
START_WITHIN = 30
_NAMED = Path(__file__).with_name("statements.sql").read_text().split("-- name: ")[1:]
STATEMENTS = {name: statement for name, _, statement in (one.partition("\n") for one in _NAMED)}


def rows_of(database: Path, query: str, *values: object) -> list[Any]:
    """Return what the query of this name finds."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(STATEMENTS[query], values).fetchall()


def require(database: Path, expected: str, query: str, *values: object) -> None:
    """Raise Broken unless the query of this name answers with these words."""
    [(found,)] = rows_of(database, query, *values)
    if found != expected:
        raise Broken(f"{database.name} has {found}, not {expected}. Do not use these figures.")


@dataclass(frozen=True)
class Side:
    """One side of a comparison: a workspace, and the app that is installed there."""

    slack: Playground
    app: Process
    url: str
    database: Path
    begun: float
    """When the app was started, by `time.perf_counter`."""


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
    """Build what the bot needs in a workspace, with this database and the built-in content."""
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
        port = taken.getsockname()[1]
    environment = {
        "PORT": str(port),
        "SLACK_BOT_TOKEN": slack.credentials.bot_token,
        "SLACK_SIGNING_SECRET": slack.credentials.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": f"sqlite:///{database}",
        "RUNGS_CONTENT": "",
        "LOG_LEVEL": "INFO",
    }
    command, variables = (sys.executable, "-m", *program), os.environ | environment | more
    log, begun = database.parent / f"{program[0]}-{port}.log", time.perf_counter()
    with log.open("wb") as errors:
        child = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env=variables, stderr=errors
        )
    url = f"http://127.0.0.1:{port}/slack/events"
    slack.deliver_over_http(url)
    try:
        yield Side(slack, child, url, database, begun)
        if child.returncode is not None:
            raise Broken(f"{' '.join(program)} ended by itself: {log.read_text()[-2000:]}")
    finally:
        if child.returncode is None:
            child.terminate()
            await child.wait()
        await slack.service.courier.close()


@asynccontextmanager
async def installed(
    program: tuple[str, ...], database: Path, *, slack: Playground | None = None, **more: str
) -> AsyncIterator[Side]:
    """Run an app and wait until it listens, in a workspace of its own unless one is given."""
    if program == OURS:
        await schema.upgrade(f"sqlite:///{database}")
    async with (
        nullcontext(slack) if slack else workspace() as there,
        started(program, database, there, **more) as side,
    ):
        address, port = side.url.removeprefix("http://").split("/")[0].split(":")
        while time.perf_counter() < side.begun + START_WITHIN and side.app.returncode is None:
            with suppress(OSError):
                _, writer = await asyncio.open_connection(address, port)
                writer.close()
                break
            await asyncio.sleep(0.01)
        else:
            raise Broken(f"Nothing listens on port {port} after {START_WITHIN} seconds.")
        yield side
