"""How fast `/rungs assess` is acknowledged, under load and after a start, against the bare app."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from statistics import quantiles

from benchmarks.measurement import Answer, Broken, Figures, in_turns, summary, worker
from benchmarks.table import Sizes
from benchmarks.workspace import BARE, OURS, START_WITHIN, Side, installed, started, workspace
from playground.delivery.http import HttpTransport
from playground.delivery.parcel import Parcel
from playground.payloads.command import slash_command
from playground.state.people import Person
from storage.database import schema

COMMAND = "/rungs assess engineering"
SEED = 11
RETRY_EVERY = 0.005


async def acknowledgement(folder: Path, sizes: Sizes) -> list[Figures]:
    """Milliseconds until a command is acknowledged: the median and the 99th percentile."""

    async def measure(side: Side, send: Answer) -> Figures:
        people = side.slack.workspace.add_people(sizes.commands)
        parcels = [_command(side, person) for person in people]
        secret = side.slack.credentials.signing_secret
        spent = await send(side.url, secret, parcels, sizes.per_second)
        await side.slack.quiet()
        percent = quantiles(spent, n=100, method="inclusive")
        return (percent[49] * 1000, percent[98] * 1000)

    async with (
        installed(OURS, folder / "ours.db") as ours,
        installed(BARE, folder / "bare.db") as bare,
        worker(sender) as send,
    ):
        sides = (partial(measure, side, send) for side in (ours, bare))
        return summary(await in_turns(sizes.rounds, *sides))


def _command(side: Side, person: Person) -> Parcel:
    """Return this person's command, typed in the direct message."""
    ids = {"trigger_id": f"1.{person.id}", "response_url": f"{side.slack.address}/respond/none"}
    workspace = side.slack.workspace
    direct = workspace.dm(person.id)
    return Parcel("slash_commands", slash_command(workspace, person, direct, line=COMMAND, **ids))


@asynccontextmanager
async def sender() -> AsyncIterator[Answer]:
    """The worker that sends commands and returns the seconds of each acknowledgement.

    A command is sent when its time has come, whether or not those before were acknowledged, and its
    seconds count from then. People come at random; with a seed, both sides get them at the same moments.
    """

    async def send(url: str, secret: str, parcels: list[Parcel], per_second: float) -> list[float]:
        transport, chance = HttpTransport(url, secret=secret), random.Random(SEED)

        async def timed(parcel: Parcel, due: float) -> float:
            await asyncio.sleep(due - time.perf_counter())
            ack = await transport.send(parcel)
            if not ack.ok:
                raise Broken(f"A command was not acknowledged: {ack}")
            return time.perf_counter() - due

        due, sent = time.perf_counter(), []
        for parcel in parcels:
            sent.append(asyncio.create_task(timed(parcel, due)))
            due += chance.expovariate(per_second)
        spent = await asyncio.gather(*sent)
        await transport.close()
        return spent

    yield send


async def start(folder: Path, sizes: Sizes) -> list[Figures]:
    """Milliseconds from the start of a process to its first acknowledgement; the tables are there before."""
    async with workspace() as slack:

        async def measure(program: tuple[str, ...]) -> Figures:
            user = slack.workspace.add_people(1)[0].id
            direct = slack.workspace.dm(user).id
            database = folder / f"{user}.db"
            await schema.upgrade(f"sqlite:///{database}")
            async with started(program, database, slack) as side:
                while not (await slack.command(user, direct, COMMAND)).acked:
                    await asyncio.sleep(RETRY_EVERY)
                    if time.perf_counter() > side.begun + START_WITHIN:
                        raise Broken(f"No command was acknowledged within {START_WITHIN} seconds.")
                return ((time.perf_counter() - side.begun) * 1000,)

        return summary(await in_turns(sizes.starts, partial(measure, OURS), partial(measure, BARE)))
