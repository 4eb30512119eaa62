"""A database that is away, full, read-only or broken: /readyz says so, and /metrics goes on."""

import asyncio
import resource
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.monitor import Monitor
from playground.server import Playground
from playground.server import running as playing
from storage.database import schema
from storage.database.errors import DAMAGED, OTHER_TABLES, READ_ONLY
from tests.databases import PostgresServer
from tests.process import rungs
from tests.stage import Stage, staged

TOKEN = "0123456789abcdef"
PAGE = 4096


async def problem(address: str | None) -> str | None:
    async with aiohttp.ClientSession() as client, client.get(f"{address}/readyz") as answer:
        said: dict[str, Any] = await answer.json()
    assert answer.status == (503 if "problem" in said else 200)
    return said.get("problem")


async def until_told(address: str | None, is_so: Callable[[str | None], bool]) -> str | None:
    async with asyncio.timeout(10):
        while True:
            said = await problem(address)
            if is_so(said):
                return said
            await asyncio.sleep(0.1)


async def figures(address: str | None, token: str = "") -> dict[str, float]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        aiohttp.ClientSession(headers=headers) as client,
        client.get(f"{address}/metrics") as answer,
    ):
        assert answer.status == 200
        families = text_string_to_metric_families(await answer.text())
        return {sample.name: sample.value for one in families for sample in one.samples}


@pytest.fixture
async def upgraded(empty_url: str) -> str:
    """A database of this test alone."""
    await schema.upgrade(empty_url)
    return empty_url


@pytest.fixture
async def stage(upgraded: str) -> AsyncIterator[Stage]:
    async with staged(upgraded) as ready:
        yield ready


def name_of(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


@pytest.mark.parametrize("engine_name", ["postgres"])
async def test_a_database_that_takes_no_writes(
    stage: Stage, upgraded: str, postgres_server: PostgresServer
) -> None:
    async def take_no_writes(*, on: bool) -> None:
        name = name_of(upgraded)
        word = "on" if on else "off"
        await asyncio.to_thread(
            postgres_server.run,
            f"ALTER ROLE postgres IN DATABASE {name} SET default_transaction_read_only = {word}",
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
        )

    assert await problem(stage.address) is None
    await take_no_writes(on=True)
    said = await until_told(stage.address, bool)
    assert said == READ_ONLY
    assert (await figures(stage.address))["rungs_database_reachable"] == 1
    await take_no_writes(on=False)
    await until_told(stage.address, lambda said: said is None)


@pytest.mark.parametrize("table", ["practice", "message"])
async def test_a_table_that_is_missing(
    stage: Stage, table: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert await problem(stage.address) is None
    async with stage.database.write() as session:
        await (await session.connection()).exec_driver_sql(f"DROP TABLE {table}")
    said = str(await problem(stage.address))
    assert said == OTHER_TABLES
    assert await problem(stage.address) == said
    (line,) = [r for r in caplog.records if r.message == "database_broken"]
    assert line.problem == said  # type: ignore[attr-defined]
    found = await figures(stage.address)
    assert found["rungs_database_reachable"] == (0 if table == "message" else 1)
    assert "rungs_loop_lag_seconds" in found


def damage(file: Path, table: str) -> None:
    """Overwrite the first page of a table."""
    with sqlite3.connect(file) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        found = opened.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,))
        (root,) = found.fetchone()
    opened.close()
    with file.open("r+b") as pages:
        pages.seek((root - 1) * PAGE)
        pages.write(b"\xff" * PAGE)


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_a_file_that_is_damaged(upgraded: str) -> None:
    damage(Path(upgraded.removeprefix("sqlite:///")), "practice")
    async with staged(upgraded) as stage:
        assert await problem(stage.address) == DAMAGED


@pytest.mark.parametrize("engine_name", ["postgres"])
async def test_a_database_that_is_away(
    stage: Stage, upgraded: str, postgres_server: PostgresServer
) -> None:
    await asyncio.to_thread(postgres_server.drop, name_of(upgraded))
    assert await problem(stage.address)
    found = await figures(stage.address)
    assert found["rungs_database_reachable"] == 0
    assert "rungs_ack_seconds_count" in found
    assert "rungs_messages" not in found
    await asyncio.to_thread(postgres_server.create, name_of(upgraded))


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_one_that_does_not_answer_is_asked_once_for_all(stage: Stage, upgraded: str) -> None:
    monitor = Monitor(stage.bot.deps, within=0.3)
    holding = sqlite3.connect(upgraded.removeprefix("sqlite:///"), isolation_level=None)
    holding.execute("BEGIN IMMEDIATE")
    said = await asyncio.gather(*(monitor.problem() for _ in range(50)))
    assert len(set(said)) == 1
    assert "did not answer within 0.3 seconds" in str(said[0])
    assert (await monitor.figures()).count(b"rungs_database_reachable 1.0") == 1
    holding.execute("ROLLBACK")
    holding.close()
    for _ in range(100):
        if await monitor.problem() is None:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("It is still said to be away.")


async def test_a_full_disk_and_a_guarded_page_of_figures(sqlite_url: str, unused_port: int) -> None:
    """A limit on the size of the process's files stands in for a full disk."""
    settings = {
        "PORT": str(unused_port),
        "RUNGS_HOST": "127.0.0.2",
        "RUNGS_METRICS_TOKEN": TOKEN,
    }
    address = f"http://127.0.0.2:{unused_port}"
    async with (
        playing(Playground()) as slack,
        rungs("start", slack, database_url=sqlite_url, settings=settings) as process,
    ):
        assert await until_told(address, lambda said: said is None) is None
        unlimited = resource.prlimit(
            process.pid, resource.RLIMIT_FSIZE, (PAGE, resource.RLIM_INFINITY)
        )
        said = await until_told(address, bool)
        assert "its disk is full" in str(said)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, unlimited)
        await until_told(address, lambda said: said is None)
        assert (await figures(address, TOKEN))["rungs_database_reachable"] == 1
        async with aiohttp.ClientSession() as client:
            for wrong in (
                "",
                f"Bearer {TOKEN}0",
                "Bearer ",
                f"Basic {TOKEN}",
                TOKEN,
                "Bearer \xe9",
            ):
                headers = {"Authorization": wrong} if wrong else {}
                async with client.get(f"{address}/metrics", headers=headers) as answer:
                    assert answer.status == 401
                    assert answer.headers["WWW-Authenticate"] == "Bearer"
            async with client.get(f"{address}/healthz") as answer:
                assert answer.status == 200
