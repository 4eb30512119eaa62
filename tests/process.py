"""Start, stop and kill a real `rungs` process that talks to a playground in the test."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from playground.server import Playground

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


class Process:
    """One `rungs web` or `rungs start` process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def send(self, what: signal.Signals) -> None:
        self._process.send_signal(what)

    async def ended(self, *, within: float) -> tuple[int, str]:
        """Wait for the end; return the exit code and what was written to stderr."""
        _, errors = await asyncio.wait_for(self._process.communicate(), within)
        return int(self._process.returncode or 0), errors.decode()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.returncode is None


@asynccontextmanager
async def rungs(
    command: str,
    slack: Playground,
    *,
    database_url: str,
    content: Path | None = None,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> AsyncIterator[Process]:
    """Start a process and wait until Slack can reach it; kill it at the end if it still runs."""
    own = {**settings, **({"RUNGS_CONTENT": str(content)} if content else {})}
    port = free_port()
    by_socket = command == "start"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "cli",
        command,
        cwd=ROOT,
        env=environment(slack, database_url=database_url, port=port, by_socket=by_socket) | own,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    started = Process(process)
    try:
        if by_socket:
            slack.deliver_over_http(None)
            await slack.sockets.until_connected(30)
        else:
            await until_listening(port)
            slack.deliver_over_http(f"http://127.0.0.1:{port}/slack/events")
        yield started
    finally:
        if started.is_running:
            process.kill()
            await process.communicate()


def environment(
    slack: Playground, *, database_url: str, port: int, by_socket: bool
) -> dict[str, Any]:
    credentials = slack.credentials
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "RUNGS_"))}
    return inherited | {
        "SLACK_BOT_TOKEN": credentials.bot_token,
        "SLACK_SIGNING_SECRET": credentials.signing_secret,
        "SLACK_APP_TOKEN": credentials.app_token if by_socket else "",
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": database_url,
        "PORT": str(port),
        "LOG_LEVEL": "WARNING",
    }


async def until_listening(port: int) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
