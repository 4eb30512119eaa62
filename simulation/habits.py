"""The habits of made-up members, drawn at random from a seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from playground.crowd import ZONES
from simulation.options import Options

DAY = 86_400
JOINING_DAYS = 14
"""Members begin within the first two weeks."""


@dataclass(frozen=True)
class Habits:
    """The habits of one member.

    `answers` is the probability that a message is answered, `within` the most hours that an answer takes.
    Days are counted from the beginning; `quiet` is Do-not-disturb as local hours.
    """

    zone: str
    family: int
    level: int
    begins: datetime
    answers: float
    within: float
    finishes: bool = True
    days_off: frozenset[int] = frozenset({5, 6})
    cadence: str | None = None
    quiet: tuple[int, int] | None = None
    rests_on: int | None = None
    moves_on: int | None = None
    moves_to: str | None = None
    leaves_on: int | None = None


def draw(options: Options, chance: Random) -> Habits:
    """Return the habits of one more member."""
    days = options.days
    begins = options.begin + timedelta(days=JOINING_DAYS * chance.random() ** 2)
    moves = chance.random() < 0.03
    return Habits(
        zone=chance.choice(ZONES),
        family=chance.randrange(5),
        level=chance.choice((0, 0, 1, 1, 1, 2, 2, 3, 4)),
        begins=begins,
        answers=_answering(options.answering, chance),
        within=chance.choice((2, 8, 30)),
        finishes=chance.random() > 0.08,
        days_off=_days_off(chance),
        cadence=options.cadence or _cadence(chance),
        quiet=chance.choices((None, (17, 10), (15, 9)), (80, 15, 5))[0],
        rests_on=_some_day(days, chance, 0.2),
        moves_on=_some_day(days, chance, 1) if moves else None,
        moves_to=chance.choice(ZONES) if moves else None,
        leaves_on=_some_day(days, chance, 0.05),
    )


def _answering(average: float, chance: Random) -> float:
    """Return the probability of answering: most people answer often or hardly ever."""
    shares = (0.02, average, min(0.95, average * 1.7))
    return chance.choices(shares, (25, 35, 40))[0]


def _cadence(chance: Random) -> str | None:
    return chance.choices((None, "weekly", "monthly", "off"), (80, 10, 8, 2))[0]


def _days_off(chance: Random) -> frozenset[int]:
    """Return days off, 0 for Monday: most have the weekend, some a fourth day, some Friday and Saturday."""
    usual: Sequence[frozenset[int]] = (
        frozenset({5, 6}),
        frozenset({4, 5, 6}),
        frozenset({4, 5}),
        frozenset({2, 5, 6}),
    )
    return chance.choices(usual, (88, 5, 4, 3))[0]


def _some_day(days: int, chance: Random, share: float) -> int | None:
    taken, day = chance.random() < share, chance.randrange(1, max(2, days))
    return day if taken else None


def quiet_hours(habits: Habits, *, begin: datetime) -> tuple[int, int] | None:
    """Return the first Do-not-disturb hours in epoch seconds; the playground repeats them every day."""
    if habits.quiet is None:
        return None
    start_hour, end_hour = habits.quiet
    local = begin.astimezone(ZoneInfo(habits.zone))
    start = local.replace(hour=start_hour, minute=0, second=0) - timedelta(days=1)
    length = (end_hour - start_hour) % 24 * 3600
    return int(start.timestamp()), int(start.timestamp()) + length
