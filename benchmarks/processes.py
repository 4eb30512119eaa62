"""Processes under measurement: started like in earnest, looked at from outside, stopped at the end."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
START_WITHIN = 30
OURS = ("cli", "web")
BARE = ("benchmarks.bare",)
FLOOR = ("benchmarks.floor",)


class Broken(Exception):
    """Something under measurement did not do its work, so there is no figure to trust."""


@dataclass(frozen=True)
class Measured:
    """A process that listens for Slack."""

    process: Process
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/slack/events"

    @property
    def resident_mb(self) -> float:
        """Resident memory in MB; read from /proc, so only on Linux."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@asynccontextmanager
async def process(
    module: tuple[str, ...], environment: Mapping[str, str], *, folder: Path
) -> AsyncIterator[Measured]:
    """Run `python -m module …`; yields at once, its log is in the folder."""
    port = free_port()
    log = folder / f"{module[0]}-{port}.log"
    with log.open("wb") as errors:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            *module,
            cwd=ROOT,
            env={**os.environ, **environment, "PORT": str(port)},
            stderr=errors,
        )
    try:
        yield Measured(child, port)
        if child.returncode is not None:
            raise Broken(f"{' '.join(module)} ended by itself: {log.read_text()[-2000:]}")
    finally:
        if child.returncode is None:
            child.send_signal(signal.SIGTERM)
            await child.wait()


async def listens(measured: Measured) -> None:
    """Wait until the process takes connections."""
    for _ in range(START_WITHIN * 100):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", measured.port)
        except OSError:
            if measured.process.returncode is not None:
                raise Broken("A process under measurement ended before it listened.") from None
            await asyncio.sleep(0.01)
        else:
            writer.close()
            return
    raise Broken(f"Nothing listens on port {measured.port} after {START_WITHIN} seconds.")
