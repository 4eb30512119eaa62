"""The playground by itself: its command line, its memory, starting and stopping."""

import asyncio
import signal
import socket
import sys
import time
from pathlib import Path

import aiohttp

from playground.server import KEPT_WITHOUT_RECORD, Playground, running
from tests.playground.people import ADA, client_of

ROOT = Path(__file__).parents[2]


async def run_alone(*arguments: str) -> asyncio.subprocess.Process:
    """Start the playground as a process of its own."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "playground",
        *arguments,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_it_says_where_it_is_and_leaves_when_asked(tmp_path: Path) -> None:
    process = await run_alone("--port", "0", "--data", str(tmp_path))
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
    address = line.rsplit(" ", 1)[1].strip()
    async with aiohttp.ClientSession() as session, session.get(f"{address}/play/state") as answer:
        assert (await answer.json())["workspace"]["name"] == "Harbor & Pine"
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 10) == 0
    assert (tmp_path / "workspace.json").exists()


async def test_a_taken_port_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = await run_alone("--port", str(port))
        _, complaint = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 1
    assert complaint.decode().startswith(f"Port {port} cannot be used")
    assert complaint.decode().count("\n") == 1


async def test_without_a_record_memory_stays_small() -> None:
    async with running(Playground(record=False)) as playground:
        slack = client_of(playground)
        stamps = [(await slack.chat_postMessage(channel=ADA, text="x"))["ts"] for _ in range(30)]
        kept = playground.workspace.dm(ADA).messages
        assert list(kept) == stamps[-KEPT_WITHOUT_RECORD:]
        assert playground.calls == []
        assert playground.service.journal.since(0) == []


async def test_it_starts_and_stops_at_once() -> None:
    started = time.monotonic()
    for _ in range(20):
        async with running(Playground()) as playground:
            assert (await client_of(playground).auth_test())["ok"]
    # Hundreds of tests start one each; uvicorn's own server would take 0.3 s to stop.
    assert time.monotonic() - started < 20 * 0.3
