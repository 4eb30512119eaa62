"""How fast `/rungs assess` is acknowledged, against a Bolt app that only acknowledges."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles

from benchmarks import sides
from benchmarks.asking import Order, asked
from benchmarks.courses import ENGINEERING
from benchmarks.line import Line, compared
from benchmarks.sides import Side
from benchmarks.sizes import Sizes
from playground.delivery.http import encoded
from playground.delivery.parcel import Parcel
from playground.payloads.command import slash_command
from playground.state.people import Person

AIM = 1.3


async def acknowledging(folder: Path, sizes: Sizes) -> list[Line]:
    """Median and 99th percentile of the acknowledgement, at the same load."""
    async with sides.ours(folder / "ours.db") as ours, sides.bare(folder) as bare:
        of_ours: list[list[float]] = []
        of_bare: list[list[float]] = []
        for _ in range(sizes.rounds + 1):
            of_ours.append(await _round(ours, sizes))
            of_bare.append(await _round(bare, sizes))
    return [
        compared(
            f"acknowledge /rungs assess, {name} (ms)",
            ours=_of_rounds(of_ours[1:], percent) * 1000,
            reference=_of_rounds(of_bare[1:], percent) * 1000,
            aim=AIM,
            better="lower",
        )
        for name, percent in (("p50", 50), ("p99", 99))
    ]


async def _round(side: Side, sizes: Sizes) -> list[float]:
    """One round; the first one of a side is to warm up."""
    bodies = [command(side, person) for person in side.slack.workspace.add_people(sizes.commands)]
    secret = side.slack.credentials.signing_secret
    spent = await asked(Order(side.app.url, secret, bodies, sizes.per_second))
    await side.slack.quiet()
    return spent


def command(side: Side, person: Person) -> str:
    """The body of this person's command, typed in the conversation with the app."""
    workspace = side.slack.workspace
    channel = workspace.dm(person.id)
    payload = slash_command(
        workspace,
        person,
        channel,
        line=ENGINEERING.line,
        trigger_id=f"1.{person.id}",
        response_url=f"{side.slack.address}/respond/none",
    )
    body, _ = encoded(Parcel("slash_commands", payload))
    return body.decode()


def _of_rounds(rounds: Sequence[list[float]], percent: int) -> float:
    return median(quantiles(spent, n=100, method="inclusive")[percent - 1] for spent in rounds)
