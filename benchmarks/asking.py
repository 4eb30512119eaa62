"""The load of the acknowledgement: sends signed commands at a steady pace, in a process of its own.

Reads an `Order` from stdin and writes the seconds of each acknowledgement to stdout, both as JSON.
A command is sent when its time has come, whether or not the ones before were acknowledged, and its
seconds count from then.
"""

import asyncio
import json
import random
import sys
import time
from dataclasses import asdict, dataclass

import aiohttp

from playground.delivery.http import FORM
from playground.delivery.signing import signature

SEED = 11
OK = 200


@dataclass(frozen=True)
class Order:
    """Where the commands go, what they say, and how many come in a second."""

    url: str
    secret: str
    bodies: list[str]
    per_second: float


async def asked(order: Order) -> list[float]:
    """The seconds of each acknowledgement, asked from a process of its own."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.asking",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    answer, _ = await child.communicate(json.dumps(asdict(order)).encode())
    return [float(seconds) for seconds in json.loads(answer)]


async def ask(session: aiohttp.ClientSession, order: Order, body: bytes) -> None:
    """One command, acknowledged with 200."""
    stamp = str(int(time.time()))
    headers = {
        "Content-Type": FORM,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature(order.secret, timestamp=stamp, body=body),
    }
    async with session.post(order.url, data=body, headers=headers) as answer:
        await answer.read()
        if answer.status != OK:
            raise SystemExit(f"A command was answered with {answer.status} instead of {OK}.")


async def _ask_all(order: Order) -> list[float]:
    # People come at random; with a seed, both sides get the same people.
    chance = random.Random(SEED)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        begun = time.perf_counter()
        due, waiting = 0.0, []
        for body in order.bodies:
            waiting.append(asyncio.create_task(_timed(session, order, body, begun + due)))
            due += chance.expovariate(order.per_second)
        return await asyncio.gather(*waiting)


async def _timed(session: aiohttp.ClientSession, order: Order, body: str, due: float) -> float:
    await asyncio.sleep(due - time.perf_counter())
    await ask(session, order, body.encode())
    return time.perf_counter() - due


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_ask_all(Order(**json.load(sys.stdin))))))
