"""The Procfile, run as a host runs it: real processes on PostgreSQL, and a message that comes once."""

import asyncio
import os
import re
import signal
import sys
from asyncio import create_subprocess_exec, subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from app import utc_now
from playground.server import Playground
from playground.server import running as playing
from storage.database.engine import Database
from storage.outbox import schedules
from storage.team_digest import teams

ROOT = Path(__file__).parents[2]
GROWTH = "C0GROWTH000"
GRACE = "U0GRACELEE0"
TERMINATED = 143
"""What honcho itself answers to SIGTERM; its processes have codes of their own."""


def surroundings(slack: Playground, database_url: str) -> dict[str, str]:
    ours = ("SLACK_", "RUNGS_", "DATABASE_URL", "PORT", "LOG_LEVEL")
    bare = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return bare | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "SLACK_BOT_TOKEN": slack.credentials.bot_token,
        "SLACK_SIGNING_SECRET": slack.credentials.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": database_url,
    }


@asynccontextmanager
async def honcho(
    *words: str, environment: dict[str, str], port: int
) -> AsyncIterator[subprocess.Process]:
    command = ("-m", "honcho", "start", "--no-colour", "--port", str(port), *words)
    process = await create_subprocess_exec(
        *(sys.executable, *command),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            await process.communicate()


async def plan_digest(database_url: str, workspace: str) -> None:
    """A channel that follows the digest, and a digest that is due since a minute."""
    database = await Database.open(database_url)
    now = utc_now()
    due = now - timedelta(minutes=1)
    async with database.write() as session:
        await teams.follow(
            session, workspace, GROWTH, set_by=GRACE, zone="UTC", weekday=0, hour=9, now=now
        )
        await schedules.plan(
            session,
            workspace,
            "digest",
            GROWTH,
            user_id=None,
            zone="UTC",
            weekday=due.weekday(),
            hour=due.hour,
            rule="weekly",
            next_due_at=due,
            next_on=due.date(),
            now=now,
        )
    await database.close()


async def until_ready(address: str) -> None:
    async with asyncio.timeout(60), aiohttp.ClientSession() as client:
        while True:
            try:
                async with client.get(f"{address}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)


def digests(slack: Playground) -> list[str]:
    posts = slack.calls_of("chat.postMessage")
    return [call.arguments["text"] for call in posts if call.arguments["channel"] == GROWTH]


@pytest.mark.parametrize("engine_name", ["postgres"])
async def test_web_two_clocks_and_release(empty_url: str, unused_port: int) -> None:
    async with playing(Playground()) as slack:
        environment = surroundings(slack, empty_url)
        async with honcho("release", environment=environment, port=unused_port) as release:
            out, _ = await release.communicate()
            assert release.returncode == 0, out.decode()
        await plan_digest(empty_url, slack.workspace.id)
        address = f"http://127.0.0.1:{unused_port}"
        slack.deliver_over_http(f"{address}/slack/events")
        several = ("--concurrency", "clock=2", "web", "clock")
        async with honcho(*several, environment=environment, port=unused_port) as processes:
            await until_ready(address)
            async with asyncio.timeout(60):
                while True:
                    await asyncio.sleep(0.1)
                    if digests(slack):
                        break
            outcome = await slack.command(GRACE, GROWTH, "/rungs help")
            assert outcome.acked
            processes.send_signal(signal.SIGTERM)
            out, _ = await asyncio.wait_for(processes.communicate(), 30)
        assert len(digests(slack)) == 1
    text = out.decode()
    ended = dict(re.findall(r"system +\| +(\S+) stopped \(rc=(-?\d+)\)", text))
    assert ended == {"web.1": "0", "clock.1": "0", "clock.2": "0"}, text
    assert processes.returncode == TERMINATED
