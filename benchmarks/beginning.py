"""From the start of the process to the first command that is acknowledged."""

import asyncio
import time
from pathlib import Path
from statistics import median

import aiohttp

from benchmarks import processes, sides
from benchmarks.acknowledging import command
from benchmarks.asking import Order, ask
from benchmarks.line import Line, compared
from benchmarks.processes import Measured, process
from benchmarks.sides import Side
from benchmarks.sizes import Sizes
from playground.server import Playground
from storage.database import schema

AIM = 2.0
PAUSE = 0.005


async def beginning(folder: Path, sizes: Sizes) -> list[Line]:
    """`rungs web` on a fresh database against a Bolt app that only acknowledges."""
    async with sides.workspace() as slack:
        of_ours: list[float] = []
        of_bare: list[float] = []
        # The first start of each fills the caches of the machine.
        for number in range(sizes.starts + 1):
            database = folder / f"start-{number}.db"
            await schema.upgrade(f"sqlite:///{database}")
            of_ours.append(await _first_ack(slack, processes.OURS, database))
            of_bare.append(await _first_ack(slack, processes.BARE, database))
    return [
        compared(
            "start to first acknowledged command (ms)",
            ours=median(of_ours[1:]) * 1000,
            reference=median(of_bare[1:]) * 1000,
            aim=AIM,
            better="lower",
        )
    ]


async def _first_ack(slack: Playground, module: tuple[str, ...], database: Path) -> float:
    person = slack.workspace.add_people(1)[0]
    started = time.perf_counter()
    async with process(module, sides.access(slack, database), folder=database.parent) as app:
        body = command(Side(slack, app, database), person)
        await _acknowledged(slack, app, body)
        return time.perf_counter() - started


async def _acknowledged(slack: Playground, app: Measured, body: str) -> None:
    """Send the command again and again until somebody takes it."""
    order = Order(app.url, slack.credentials.signing_secret, [body], 1)
    deadline = time.monotonic() + processes.START_WITHIN
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                return await ask(session, order, body.encode())
            except aiohttp.ClientConnectorError:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(PAUSE)
