"""Messages sent per second, from the outbox to Slack, against the bare client with and without statements."""

import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.arriving import arrived, listening_slack
from benchmarks.line import Line, compared
from benchmarks.notes import People, everybody, met, put_in, shares
from benchmarks.partner import Partner, partner
from benchmarks.proof import all_sent, once_each
from benchmarks.sizes import Sizes
from playground.server import Playground

AIM = 0.8
UNLIMITED = 60_000_000


@dataclass(frozen=True)
class Turn:
    """Messages per second of each side."""

    ours: float
    client: float
    both: float


class Turns:
    """Ours and the bare ones, which take turns at one Slack."""

    def __init__(
        self, slack: Playground, *, ours: tuple[Path, Partner], bare: tuple[Path, Partner]
    ) -> None:
        self._slack = slack
        self._ours = ours
        self._bare = bare

    async def take(self, people: People) -> Turn:
        """Each sends the same people the same messages."""
        path, sender = self._ours
        ids = await put_in(path, people)
        ours = self._rate(await sender.ask(), ids)
        path, poster = self._bare
        ids = await put_in(path, people)
        posts = [(key, channel) for key, (_, channel) in zip(ids, people, strict=True)]
        client = self._rate(await poster.ask(posts=posts), ids)
        return Turn(ours, client, self._rate(await poster.ask(to=people), ids))

    def _rate(self, figures: dict[str, float], ids: list[str]) -> float:
        once_each(arrived(self._slack), ids)
        self._slack.service.journal.clear()
        return len(ids) / figures["seconds"]


async def sending(folder: Path, sizes: Sizes) -> list[Line]:
    """Messages per second, two posts at a time, with no limit in the way."""
    async with listening_slack() as slack:
        people = everybody(slack.workspace, sizes.messages * (sizes.rounds + 1))
        turns = await _taken(folder, slack, people, sizes)
    # The first turn warms up.
    return _lines(turns[1:])


async def _taken(folder: Path, slack: Playground, people: People, sizes: Sizes) -> list[Turn]:
    ours, bare = folder / "ours.db", folder / "bare.db"
    for path in (ours, bare):
        await met(path, people)
    there = {"api_url": slack.api_url, "token": slack.credentials.bot_token}
    hours = {"began": time.time(), "speed": 1.0, "per_minute": UNLIMITED}
    order = there | hours | {"url": f"sqlite:///{ours}"}
    async with (
        partner("benchmarks.send_part", order, folder=folder) as sender,
        partner("benchmarks.post_part", there | {"database": str(bare)}, folder=folder) as poster,
    ):
        turns = Turns(slack, ours=(ours, sender), bare=(bare, poster))
        taken = [await turns.take(some) for some in shares(people, sizes.messages)]
    for path in (ours, bare):
        all_sent(path, len(people))
    return taken


def _lines(turns: list[Turn]) -> list[Line]:
    ours = median(turn.ours for turn in turns)
    return [
        compared(
            "messages sent per second, against the bare client",
            ours=ours,
            reference=median(turn.client for turn in turns),
            aim=AIM,
            better="higher",
        ),
        compared(
            "messages sent per second, against the bare client with the bare statements",
            ours=ours,
            reference=median(turn.both for turn in turns),
            aim=AIM,
            better="higher",
        ),
    ]
