"""PostgreSQL stopped, frozen and read-only while messages go out, directly and through PgBouncer."""

import asyncio
import json
import signal
from collections.abc import Iterator

import aiohttp
import pytest

from playground.server import Playground
from playground.server import running as playing
from storage.database import schema
from tests.databases import PostgresServer, postgres_running
from tests.pooler import pooler_running
from tests.process import rungs
from tests.reliability.outages import OUTAGES, endure_outages
from tests.stage import staged


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server of this file, since no other test can do without its own."""
    with postgres_running() as own:
        yield own


@pytest.mark.parametrize("name", OUTAGES)
async def test_nothing_is_lost_or_doubled_while_it_is(server: PostgresServer, name: str) -> None:
    await withstand(server, server, name)


@pytest.mark.parametrize("name", ["stopped"])
async def test_nothing_is_lost_or_doubled_behind_a_pooler(
    server: PostgresServer, name: str
) -> None:
    with pooler_running(server) as behind:
        await withstand(server, behind, f"{name} behind")


async def test_a_server_that_is_stopped_is_logged_in_a_few_lines(server: PostgresServer) -> None:
    url = await asyncio.to_thread(server.create, "outage_logged")
    await schema.upgrade(url)
    async with playing(Playground()) as slack, rungs("start", slack, database_url=url) as process:
        async with OUTAGES["stopped"](server):
            await asyncio.sleep(4)
        process.send(signal.SIGTERM)
        code, _, log = await process.ended(within=15)
    lines = [json.loads(line) for line in log.splitlines()]
    assert code == 0
    assert {line["event"] for line in lines} == {"database_away"}
    assert all(line["problem"].startswith("Cannot reach the database: ") for line in lines)
    # A line a minute for each way in which it is away: refused, stopping, cut off.
    assert len(lines) == len({line["problem"] for line in lines})
    assert len(log) < 2000


async def test_nobody_reads_a_part_of_the_address_while_it_is_away(server: PostgresServer) -> None:
    url = await asyncio.to_thread(server.create, "outage_read")
    await schema.upgrade(url)
    async with staged(f"{url}&user=postgres&password=plainpw&sslpassword=plainpw") as stage:
        async with OUTAGES["stopped"](server), aiohttp.ClientSession() as client:
            for path in ("healthz", "readyz", "metrics", "slack/events"):
                async with client.get(f"{stage.address}/{path}") as answer:
                    text = await answer.text()
                assert not any(part in text for part in ("plainpw", "postgres", "/tmp", "5432"))
                if path == "readyz":
                    assert answer.status == 503
                    assert "Cannot reach the database: " in text
        async with (
            aiohttp.ClientSession() as client,
            client.get(f"{stage.address}/readyz") as answer,
        ):
            assert answer.status == 200


async def withstand(server: PostgresServer, behind: PostgresServer, name: str) -> None:
    database = "outage_" + name.replace("-", "_").replace(" ", "_")
    await asyncio.to_thread(server.create, database)
    url = behind.url_of(database)
    await schema.upgrade(url)
    outage = OUTAGES[name.split(" ")[0]]
    verdict = await endure_outages(server, url, [outage], messages=60, lasts=2, within=0)
    assert (verdict.outages, verdict.lost, verdict.doubled) == (1, 0, 0)
    assert verdict.states == {"sent": 60}
