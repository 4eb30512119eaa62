"""The two sides of a comparison: each a Slack of its own, here, with an app in a process of its own."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import processes
from benchmarks.processes import Measured, process
from benchmarks.script import Script
from playground.server import Playground
from playground.server import running as playing
from storage.database import schema

MANIFEST = processes.ROOT / "manifest.json"


@dataclass(frozen=True)
class Side:
    """A workspace and the app that is installed there."""

    slack: Playground
    app: Measured
    database: Path


@asynccontextmanager
async def workspace() -> AsyncIterator[Playground]:
    """A Slack that keeps no record, so that it stays quick and small."""
    slack = Playground(record=False, manifest=json.loads(MANIFEST.read_text()))
    async with playing(slack):
        yield slack


def access(slack: Playground, database: Path) -> dict[str, str]:
    """The environment with which an app finds this Slack and this database."""
    return {
        "SLACK_BOT_TOKEN": slack.credentials.bot_token,
        "SLACK_SIGNING_SECRET": slack.credentials.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": f"sqlite:///{database}",
        "RUNGS_CONTENT": "",
        "LOG_LEVEL": "INFO",
    }


@asynccontextmanager
async def _installed(
    module: tuple[str, ...],
    database: Path,
    *,
    slack: Playground | None = None,
    more: Mapping[str, str] | None = None,
) -> AsyncIterator[Side]:
    async with workspace() as fresh:
        there = slack or fresh
        environment = access(there, database) | dict(more or {})
        async with process(module, environment, folder=database.parent) as app:
            await processes.listens(app)
            there.deliver_over_http(app.url)
            yield Side(there, app, database)


@asynccontextmanager
async def ours(database: Path, *, slack: Playground | None = None) -> AsyncIterator[Side]:
    """`rungs web` on this database; the tables are made if they are not there."""
    await schema.upgrade(f"sqlite:///{database}")
    async with _installed(processes.OURS, database, slack=slack) as side:
        yield side


@asynccontextmanager
async def bare(folder: Path) -> AsyncIterator[Side]:
    """The Bolt app that only acknowledges."""
    async with _installed(processes.BARE, folder / "none.db") as side:
        yield side


@asynccontextmanager
async def floor(folder: Path, script: Script) -> AsyncIterator[Side]:
    """The Bolt app that does the steps of a script."""
    path = folder / "script.json"
    script.save(path)
    more = {"FLOOR_SCRIPT": str(path)}
    async with _installed(processes.FLOOR, folder / "floor.db", more=more) as side:
        yield side
