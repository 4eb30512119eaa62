"""Fixtures for a stage that all tests of a file share, each test with a member of its own."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from secrets import token_hex
from shutil import copy

import pytest
import pytest_asyncio

from bot.slack.client import RetryPolicy
from storage.database import schema
from tests.databases import PostgresServer
from tests.stage import CALM, Mode, Person, Stage, mode_of, staged


@pytest.fixture(scope="module")
def long_engine() -> str:
    """SQLite, unless a file is marked with LONG_ON_BOTH."""
    return "sqlite"


@pytest.fixture(scope="module")
def long_url(
    long_engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Return a database for all tests of a file."""
    if long_engine == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        yield f"sqlite:///{copy(template, tmp_path_factory.mktemp('long') / 'rungs.db')}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = f"long_{token_hex(4)}"
    url = server.create(name)
    asyncio.run(schema.upgrade(url))
    yield url
    server.drop(name)


@pytest.fixture(scope="module")
def long_patience() -> RetryPolicy:
    """Return the timeouts of calls to Slack; files about late answers override this with HASTE."""
    return CALM


@pytest.fixture(scope="module")
def long_mode(request: pytest.FixtureRequest) -> Mode:
    """Return the mode of the stage: about one of four files runs in "many"."""
    return mode_of(request.node.nodeid)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def long_stage(
    long_url: str, long_patience: RetryPolicy, long_mode: Mode
) -> AsyncIterator[Stage]:
    """A bot that runs for all tests of a file, which mark themselves with `loop_scope="module"`."""
    async with staged(long_url, patience=long_patience, mode=long_mode) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def newcomer(long_stage: Stage) -> AsyncIterator[Person]:
    """A new person of the shared stage; faults are cleared afterwards."""
    yield newcomer_of(long_stage)
    long_stage.playground.faults.clear()
    await long_stage.settle()


def newcomer_of(stage: Stage) -> Person:
    """Add a person to the workspace and to the channel of the others."""
    workspace = stage.playground.workspace
    (person,) = workspace.add_people(1, channel=workspace.channel("growth").id)
    return Person(stage, person.id, person.name)
