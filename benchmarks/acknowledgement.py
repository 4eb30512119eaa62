"""How fast `/rungs assess` is acknowledged, under load and after a start, against the bare app."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from statistics import quantiles

import aiohttp

from benchmarks.measurement import Figures, in_turns, summary
from benchmarks.processes import Answer, Broken, worker
from benchmarks.sizes import Sizes
from benchmarks.workspace import BARE, OURS, START_WITHIN, Side, installed, started, workspace
from playground.delivery.http import FORM, encoded
from playground.delivery.parcel import Parcel
from playground.delivery.signing import signature
from playground.payloads.command import slash_command
from playground.state.people import Person
from storage import schema

COMMAND = "/rungs assess engineering"
SEED = 11
OK = 200
RETRY_EVERY = 0.005


async def acknowledgement(folder: Path, sizes: Sizes) -> list[Figures]:
    """Milliseconds until a command is acknowledged: the median and the 99th percentile."""

    async def measure(side: Side, send: Answer) -> Figures:
        people = side.slack.workspace.add_people(sizes.commands)
        bodies = [_body(side, person) for person in people]
        secret = side.slack.credentials.signing_secret
        spent = await send(side.url, secret, bodies, sizes.per_second)
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


def _body(side: Side, person: Person) -> bytes:
    """Return the body of this person's command, typed in the direct message."""
    payload = slash_command(
        side.slack.workspace,
        person,
        side.slack.workspace.dm(person.id),
        line=COMMAND,
        trigger_id=f"1.{person.id}",
        response_url=f"{side.slack.address}/respond/none",
    )
    return encoded(Parcel("slash_commands", payload))[0]


@asynccontextmanager
async def sender() -> AsyncIterator[Answer]:
    """The worker that sends commands and returns the seconds of each acknowledgement.

    A command is sent when its time has come, whether or not those before were acknowledged, and its
    seconds count from then. People come at random; with a seed, both sides get them at the same moments.
    """

    async def send(url: str, secret: str, bodies: list[bytes], per_second: float) -> list[float]:
        chance = random.Random(SEED)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            due, sent = time.perf_counter(), []
            for body in bodies:
                sent.append(asyncio.create_task(_send(session, url, secret, body, due=due)))
                due += chance.expovariate(per_second)
            return await asyncio.gather(*sent)

    yield send


async def _send(
    session: aiohttp.ClientSession, url: str, secret: str, body: bytes, *, due: float
) -> float:
    await asyncio.sleep(due - time.perf_counter())
    stamp = str(int(time.time()))
    headers = {
        "Content-Type": FORM,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature(secret, timestamp=stamp, body=body),
    }
    async with session.post(url, data=body, headers=headers) as answer:
        await answer.read()
        if answer.status != OK:
            raise Broken(f"A command was answered with {answer.status} instead of {OK}.")
    return time.perf_counter() - due


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
