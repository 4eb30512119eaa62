"""Playground workspaces, apps in processes of their own, databases, and proof that the work was done."""

import asyncio
import json
import sqlite3
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app import coach, ready_database, utc_now
from benchmarks.measurement import Broken
from bot.deps import Deps
from bot.slack.installation import Access
from content.loader import load_content
from playground.server import Playground
from playground.server import running as playing
from storage.database import schema
from storage.database.engine import Database
from tests.process import ROOT, environment, free_port, until_listening

OURS, REFERENCE = ("cli", "web"), ("benchmarks.reference",)
_NAMED = Path(__file__).with_name("statements.sql").read_text().split("-- name: ")[1:]
_TABLES: list[bytes] = []
STATEMENTS = {name: statement for name, _, statement in (one.partition("\n") for one in _NAMED)}


def rows_of(database: Path, query: str, *values: object) -> list[Any]:
    """Return what the query finds."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query, values).fetchall()


def forget_limits(database: Path) -> None:
    """Forget what counts toward limits, which hold up one channel that a whole benchmark grades in."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM allowance")


def require(database: Path, expected: str, query: str, *values: object) -> None:
    """Raise Broken unless the query answers with these words."""
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


async def make_tables(database: Path) -> None:
    """Make the tables in this SQLite file, if it is new; later files of a process are copies of the first."""
    if not _is_there(database):
        await schema.upgrade(f"sqlite:///{database}")
        _TABLES.append(await asyncio.to_thread(database.read_bytes))


def _is_there(database: Path) -> bool:
    """Return whether the file is there, or could be copied."""
    if not database.exists() and _TABLES:
        database.write_bytes(_TABLES[0])
    return database.exists()


def opened(path: Path) -> AbstractAsyncContextManager[Database]:
    """Open this SQLite file, whose tables are there."""
    return ready_database(f"sqlite:///{path}")


def access_to(slack: Playground) -> Access:
    """Return what it takes to talk to this workspace."""
    return Access(slack.credentials.bot_token, slack.credentials.signing_secret, slack.api_url)


@asynccontextmanager
async def coaching(
    access: Access, path: Path, *, now: Callable[[], datetime] = utc_now
) -> AsyncIterator[Deps]:
    """Build what the bot needs in a workspace, with this database and the built-in content."""
    library, messages = load_content()
    async with (
        opened(path) as database,
        coach(access, database=database, library=library, messages=messages, now=now) as made,
    ):
        yield made.only


def workspace(**parts: Any) -> AbstractAsyncContextManager[Playground]:
    """Run a playground that records nothing, so that it stays fast and small, unless parts say so."""
    manifest = json.loads((ROOT / "manifest.json").read_text())
    return playing(Playground(**{"record": False, "manifest": manifest} | parts))


@asynccontextmanager
async def installed(
    program: tuple[str, ...],
    database: Path,
    *,
    slack: Playground | None = None,
    is_awaited: bool = True,
    **more: str,
) -> AsyncIterator[Side]:
    """Run `python -m program` in a workspace of its own, unless one is given; yield once it listens.

    Unless `is_awaited`, yield before it listens. `more` is added to its environment. Its log is beside the
    database.
    """
    if program == OURS:
        await make_tables(database)
    port, log = free_port(), database.with_suffix(".log")
    async with nullcontext(slack) if slack else workspace() as there:
        own = environment(there, database_url=f"sqlite:///{database}", port=port, by_socket=False)
        command, begun = (sys.executable, "-m", *program), time.perf_counter()
        with log.open("wb") as errors:
            child = await asyncio.create_subprocess_exec(
                *command, cwd=ROOT, env=own | {"LOG_LEVEL": "INFO"} | more, stderr=errors
            )
        url = f"http://127.0.0.1:{port}/slack/events"
        there.deliver_over_http(url)
        try:
            if is_awaited:
                await _until_it_listens(port)
            yield Side(there, child, url, database, begun)
            if child.returncode is not None:
                raise Broken(f"{' '.join(program)} ended by itself: {log.read_text()[-2000:]}")
        finally:
            if child.returncode is None:
                child.terminate()
                await child.wait()
            await there.service.courier.close()


async def _until_it_listens(port: int) -> None:
    try:
        await until_listening(port)
    except TimeoutError:
        raise Broken(f"Nothing listens on port {port} after 30 seconds.") from None
