"""SIGTERM while handlers run: they finish, and the process exits with 0 in time."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from playground.server import Playground
from storage.assessments import assessments, given_answers
from storage.database.engine import Database
from tests.process import Process, rungs
from tests.reliability.hostile_clients import head_of
from tests.remote_person import RemotePerson

WITHIN = 10


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


async def stopped(process: Process) -> None:
    """Ask the process to stop, and check that it exits with 0, in time and without errors."""
    started = time.monotonic()
    process.send(signal.SIGTERM)
    code, _, errors = await process.ended(within=WITHIN + 5)
    assert time.monotonic() - started < WITHIN
    assert code == 0, errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(("command", "engine_name"), [("web", "postgres"), ("start", "sqlite")])
async def test_what_was_acknowledged_is_kept_when_the_process_is_told_to_stop(
    slack: Playground, database_url: str, database: Database, command: str
) -> None:
    async with rungs(command, slack, database_url=database_url) as process:
        ada = RemotePerson(slack, "ada")
        await ada.types("/rungs assess engineering")
        await ada.until_shows("1 of 3")
        slack.faults.add("chat.update", "slow_before", seconds=1.5)
        outcome = await ada.clicks("D")
        assert outcome.ok
        await stopped(process)
    assert "2 of 3" in ada.reads()
    async with database.read() as session:
        row = await assessments.get_open(session, ada.key)
        assert row
        assert list((await given_answers.levels_by_item(session, row)).values()) == [2.5]


@pytest.mark.parametrize("command", ["web", "start"])
async def test_it_stops_in_time_though_slack_hangs(
    slack: Playground, sqlite_url: str, command: str
) -> None:
    async with rungs(command, slack, database_url=sqlite_url) as process:
        ada = RemotePerson(slack, "ada")
        slack.faults.add("*", "slow_before", times=50, seconds=60)
        assert (await ada.types("/rungs assess engineering")).ok
        half = await half_a_request(slack) if command == "web" else None
        process.send(signal.SIGTERM)
        started = time.monotonic()
        code, _, errors = await process.ended(within=WITHIN + 5)
        assert time.monotonic() - started < WITHIN
        assert code == 0, errors
        if half:
            half.close()


async def half_a_request(slack: Playground) -> asyncio.StreamWriter:
    """Open a connection that begins a request and never ends it."""
    transport = slack.service.courier._http
    assert transport
    _, writer = await asyncio.open_connection("127.0.0.1", urlsplit(transport.url).port)
    writer.write(head_of(900) + b"abc")
    await writer.drain()
    return writer
