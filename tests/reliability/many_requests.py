"""Many requests to one real `rungs web` process: what it keeps in memory, and how many files it has open."""

import asyncio
import itertools
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from playground.crowd import EVERYBODY, big_workspace, crowd_id
from playground.delivery.signature import signature
from playground.server import Playground
from playground.server import running as playing
from tests.process import Process, rungs
from tests.remote_person import RemotePerson

AT_ONCE = 16
EVERY = 500
"""After so many light requests a member has a whole conversation."""

PEOPLE = 50
IDLE = 65
"""Seconds after which a connection on which nothing comes is closed: clients keep one for thirty to sixty."""

ANSWERS = "ABC"


@dataclass(frozen=True)
class Size:
    """The memory and open files of a process."""

    resident: int
    """In bytes."""
    files: int


@dataclass(frozen=True)
class Endured:
    """How many requests there were, and the memory and open files before and after."""

    warm_up: int
    requests: int
    refused: int
    conversations: int
    seconds: float
    before: Size
    after: Size

    @property
    def growth(self) -> float:
        """The growth of memory after the warm-up, as a share."""
        return self.after.resident / self.before.resident - 1


async def endure(
    database_url: str,
    *,
    warm_up: int,
    requests: int,
    seconds: float = 3600,
    settle: float = 1,
) -> Endured:
    """Warm up, then send so many requests or as many as fit; memory is measured after both.

    The warm-up takes at most six tenths of the time. `settle` is how many seconds the process gets before it
    is measured: closed connections are noticed within one, idle ones are gone after `IDLE`.
    """
    sample = big_workspace(PEOPLE)
    async with (
        playing(Playground(sample=sample, record=False)) as slack,
        rungs("web", slack, database_url=database_url) as process,
    ):
        crowd = Crowd(slack)
        began = time.monotonic()
        await crowd.send(warm_up, until=began + 0.6 * seconds)
        before = await size_of(process, within=settle)
        done, started = crowd.sent, time.monotonic()
        await crowd.send(requests, until=began + seconds - settle)
        return Endured(
            warm_up=done,
            requests=crowd.sent - done,
            refused=crowd.refused,
            conversations=crowd.conversations,
            seconds=time.monotonic() - started,
            before=before,
            after=await size_of(process, within=settle),
        )


class Crowd:
    """Mostly events that need nothing but an acknowledgement; now and then a whole conversation."""

    def __init__(self, slack: Playground) -> None:
        self._slack = slack
        way = slack.service.courier._http
        assert way is not None
        self.url = way.url
        self._numbers = itertools.count()
        self._people = itertools.cycle(f"member{number}" for number in range(1, PEOPLE + 1))
        self.sent = 0
        self.refused = 0
        self.conversations = 0

    async def send(self, count: int, *, until: float) -> None:
        """So many requests, or as many as fit before that moment."""
        left = iter(range(count))
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:
            await asyncio.gather(*(self._lane(session, left, until) for _ in range(AT_ONCE)))

    async def _lane(
        self, session: aiohttp.ClientSession, left: Iterator[int], until: float
    ) -> None:
        for number in left:
            if time.monotonic() > until:
                return
            if number % EVERY == EVERY - 1:
                await self._converse()
            else:
                await self.light(session)

    async def light(self, session: aiohttp.ClientSession) -> None:
        """Send an event that needs nothing but an acknowledgement."""
        body = self._event(next(self._numbers))
        stamp = str(int(time.time()))
        secret = self._slack.credentials.signing_secret
        headers = {
            "Content-Type": "application/json",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature(secret, timestamp=stamp, body=body),
        }
        async with session.post(self.url, data=body, headers=headers) as answer:
            await answer.read()
            self.refused += answer.status != 200
        self.sent += 1

    def _event(self, number: int) -> bytes:
        """Deliver a channel message, which the bot ignores."""
        event = {
            "type": "message",
            "channel": EVERYBODY,
            "channel_type": "channel",
            "user": crowd_id(1),
            "text": f"Message {number}",
            "ts": f"{time.time():.6f}",
        }
        return json.dumps(
            {
                "type": "event_callback",
                "team_id": self._slack.workspace.id,
                "event_id": f"Ev{number:010}",
                "event": event,
            }
        ).encode()

    async def _converse(self) -> None:
        """Play a self-check from the command to the result, and erase the member again."""
        person = RemotePerson(self._slack, next(self._people))
        await person.types("/rungs assess sales")
        for place, letter in enumerate(ANSWERS, start=1):
            await person.until_shows(f"{place} of {len(ANSWERS)}")
            clicked = await person.clicks(letter)
            assert clicked.ok, f"{clicked.shown} ({clicked.status}, {clicked.seconds:.1f} s)"
        await person.until_shows("Your self-check")
        self.conversations += 1
        self.sent += 1 + len(ANSWERS)


async def size_of(process: Process, *, within: float) -> Size:
    """What it takes up at the end of these seconds, with as few open files as it had in them."""
    seen, until = [_size_of(process)], time.monotonic() + within
    while time.monotonic() < until:
        await asyncio.sleep(0.1)
        seen.append(_size_of(process))
    return Size(seen[-1].resident, min(size.files for size in seen))


def _size_of(process: Process) -> Size:
    """Read the figures of a process from /proc; Linux only."""
    folder = Path(f"/proc/{process.pid}")
    line = next(
        line for line in (folder / "status").read_text().splitlines() if line.startswith("VmRSS")
    )
    return Size(int(line.split()[1]) * 1024, len(list((folder / "fd").iterdir())))
