"""Start, stop and kill a real `rungs` process that talks to a playground in the test."""

import asyncio
import multiprocessing
import os
import resource
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, chdir
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn, Self

import cli

if TYPE_CHECKING:
    from playground.server import Playground

ROOT = Path(__file__).parents[1]
CERTIFICATES = "SSL_CERT_FILE"
PRELOADED = multiprocessing.get_context("forkserver")
"""Starts processes from one that has loaded the program."""
FRESH = multiprocessing.get_context("spawn")
"""Starts processes that have loaded nothing."""
PRELOADED.set_forkserver_preload(["app", "demo", "doctor", "tests.reliability.worker"])


def free_port() -> int:
    """Return a port that nothing uses on any address; `rungs` listens on all of them."""
    is_dual = socket.has_dualstack_ipv6()
    with socket.socket(socket.AF_INET6 if is_dual else socket.AF_INET) as probe:
        if is_dual:
            probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        probe.bind(("", 0))
        return int(probe.getsockname()[1])


class Process:
    """A process that runs `cli.main`, with what it writes to stdout and stderr as streams.

    It is forked from a process that has loaded the program, because loading it takes longer than most tests.
    What `python cli.py` does before `main` is tested by those who start it themselves.
    """

    stdout: asyncio.StreamReader
    stderr: asyncio.StreamReader

    def __init__(self, process: BaseProcess) -> None:
        self._process = process

    @classmethod
    async def start(
        cls, *words: str, cwd: Path, settings: Mapping[str, str], files: int | None = None
    ) -> Self:
        """Run a command in this folder, with these environment variables and no others.

        `files` is how many files it may have open; None means as many as this process.
        """
        # aiohttp reads this when it is loaded, which the process that is forked did with the value here.
        here = os.environ.get(CERTIFICATES)
        context = PRELOADED if settings.get(CERTIFICATES, here) == here else FRESH
        pipes = [context.Pipe(duplex=False) for _ in range(2)]
        writers = tuple(writer for _, writer in pipes)
        target = context.Process(
            target=run_command, args=(words, cwd, dict(settings), files, *writers), daemon=True
        )
        with chdir(ROOT):  # where the process that is forked finds the program
            target.start()
        for writer in writers:
            writer.close()
        process = cls(target)
        process.stdout, process.stderr = [await stream(reader) for reader, _ in pipes]
        return process

    def send(self, what: signal.Signals) -> None:
        os.kill(self.pid, what)

    def terminate(self) -> None:
        self.send(signal.SIGTERM)

    async def wait(self, *, within: float = 30) -> int:
        """Wait for the end; return the exit code, which is negative for a signal."""
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._process.sentinel, ended.set)
        try:
            await asyncio.wait_for(ended.wait(), within)
        finally:
            loop.remove_reader(self._process.sentinel)
        self._process.join()
        return int(self._process.exitcode or 0)

    async def ended(self, *, within: float) -> tuple[int, str, str]:
        """Wait for the end; return the exit code and what was written to stdout and stderr."""
        async with asyncio.timeout(within):
            out, err = await asyncio.gather(self.stdout.read(), self.stderr.read())
            return await self.wait(), out.decode(), err.decode()

    async def kill(self) -> None:
        """End the process if it still runs."""
        if self.is_running:
            self._process.kill()
            await self.wait()

    @property
    def pid(self) -> int:
        return int(self._process.pid or 0)

    @property
    def is_running(self) -> bool:
        return self._process.is_alive()


async def stream(reader: Connection) -> asyncio.StreamReader:
    """Return what comes out of a pipe."""
    made = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(made), os.fdopen(os.dup(reader.fileno()), "rb", 0)
    )
    reader.close()
    return made


def run_command(
    words: Sequence[str],
    cwd: Path,
    settings: dict[str, str],
    files: int | None,
    out: Connection,
    err: Connection,
) -> NoReturn:
    """Become this command: its folder, its environment, its limit, its output; then run it."""
    if files is not None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(settings)
    for name, number, pipe in (("stdout", 1, out), ("stderr", 2, err)):
        os.dup2(pipe.fileno(), number)
        pipe.close()
        setattr(sys, name, open(number, "w", encoding="utf-8", closefd=False))  # noqa: SIM115
    sys.exit(cli.main(words))


@asynccontextmanager
async def rungs(
    command: str,
    slack: "Playground",
    *,
    database_url: str,
    content: Path | None = None,
    settings: Mapping[str, str] = MappingProxyType({}),
    files: int | None = None,
) -> AsyncIterator[Process]:
    """Start a process and wait until Slack can reach it; kill it at the end if it still runs."""
    own = {**settings, **({"RUNGS_CONTENT": str(content)} if content else {})}
    port = free_port()
    by_socket = command == "start"
    known = environment(slack, database_url=database_url, port=port, by_socket=by_socket)
    started = await Process.start(command, cwd=ROOT, settings=known | own, files=files)
    try:
        if by_socket:
            slack.deliver_over_http(None)
            await slack.sockets.until_connected(30)
        else:
            await until_listening(port, process=started)
            slack.deliver_over_http(f"http://127.0.0.1:{port}/slack/events")
        yield started
    finally:
        await started.kill()


def environment(
    slack: "Playground", *, database_url: str, port: int, by_socket: bool
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


async def until_listening(port: int, *, process: Process | None = None) -> None:
    """Wait until something listens there; fail with what this process said when it ended instead."""
    async with asyncio.timeout(30):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                if process and not process.is_running:
                    raise AssertionError(await process.ended(within=5)) from None
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
