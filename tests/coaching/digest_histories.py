"""Digests of a workspace in which everybody but one person, the target, does what an attacker wishes.

A history is a series of digests, each of one channel at one moment. The bands of the target are labels: which
band a label stands for is what the attacker wants to know.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""A Monday."""

TARGET = "T"
TIERS = (0.5, 1.5, 3.0)
"""One tier of each band."""


@dataclass(frozen=True)
class Answered:
    """Somebody's last self-check: its band, or the target's label; when, and when their first one was."""

    place: int
    at: datetime
    since: datetime


@dataclass(frozen=True)
class Moment:
    """One digest of one channel: who is in the channel, what all of them said, who practiced last week."""

    at: datetime
    channel: str
    people: frozenset[str]
    answered: Mapping[str, Answered]
    practiced: frozenset[str]


@dataclass(frozen=True)
class History:
    """The digests that somebody saw, in the order in which they came."""

    name: str
    minimum: int
    digests: tuple[Moment, ...]


@dataclass
class Workspace:
    """A workspace in which people answer, erase, join, leave and practice; digests are taken down."""

    minimum: int = 5
    now: datetime = START
    channels: dict[str, set[str]] = field(default_factory=dict)
    answered: dict[str, Answered] = field(default_factory=dict)
    practiced: frozenset[str] = frozenset()
    practicing: set[str] = field(default_factory=set)
    digests: list[Moment] = field(default_factory=list)

    def assess(self, user: str, place: int) -> None:
        """Somebody finishes a self-check."""
        self.now += timedelta(seconds=1)
        before = self.answered.get(user)
        self.answered[user] = Answered(place, self.now, before.since if before else self.now)

    def erase(self, user: str) -> None:
        """Somebody erases everything."""
        self.answered.pop(user, None)
        self.practicing.discard(user)
        self.practiced -= {user}

    def digest(self, channel: str) -> None:
        """A digest is posted; what everybody said by then is taken down."""
        self.now += timedelta(hours=1)
        people = frozenset(self.channels[channel])
        self.digests.append(
            Moment(self.now, channel, people, dict(self.answered), self.practiced & people)
        )

    def next_week(self) -> None:
        """It is the next Monday at nine; what was practiced is known from now on."""
        self.now = START + ((self.now - START) // timedelta(weeks=1) + 1) * timedelta(weeks=1)
        self.practiced, self.practicing = frozenset(self.practicing), set()

    def history(self, name: str) -> History:
        return History(name, self.minimum, tuple(self.digests))


def one_channel_per_band(
    colluders: int, channels: int, minimum: int, *, others: int = 5
) -> History:
    """Colluders answer anew for each channel: all but one are in the same band, and so may be the target."""
    here, dice = Workspace(minimum), Random(f"{colluders} {channels} {minimum}")
    crew = [f"A{number}" for number in range(colluders)]
    here.assess(TARGET, 0)
    for number in range(channels):
        chosen = dice.sample(crew, min(others, colluders))
        here.channels[f"C{number}"] = {TARGET, *chosen}
        band = number % 3
        for place, user in enumerate(chosen):
            here.assess(user, (band + 1) % 3 if place == 0 else band)
        here.digest(f"C{number}")
        if number % 7 == 6:
            here.next_week()
    return here.history(f"{colluders} colluders, {channels} channels, minimum {minimum}")


def random_history(seed: int) -> History:
    """A target who does anything, among colluders who answer anew and open channels, for some weeks."""
    dice = Random(seed)
    minimum = dice.randint(3, 10)
    here, crew = Workspace(minimum), [f"A{n}" for n in range(dice.randint(minimum - 1, 16))]
    restless = dice.choice((0.0, 0.2, 0.6))
    label = 0
    for user in (TARGET, *crew):
        here.assess(user, 0 if user == TARGET else dice.randrange(3))
    for number in range(dice.randint(1, 6)):
        some = dice.sample(crew, dice.randint(minimum - 1, len(crew)))
        here.channels[f"C{number}"] = {TARGET, *some}
    for _ in range(dice.randint(2, 5)):
        here.practicing.update(user for user in (TARGET, *crew) if dice.random() < 0.5)
        here.next_week()
        if dice.random() < restless:
            label = dice.randrange(3)
        _target_acts(here, dice, label)
        for channel in sorted(here.channels):
            _colluders_act(here, dice, crew, channel)
            here.digest(channel)
    return here.history(f"random {seed}")


def _target_acts(here: Workspace, dice: Random, label: int) -> None:
    """The target answers anew, maybe after erasing everything, or leaves or joins a channel."""
    if dice.random() < 0.3:
        here.erase(TARGET)
    if TARGET not in here.answered or here.answered[TARGET].place != label or dice.random() < 0.3:
        here.assess(TARGET, label)
    for people in here.channels.values():
        if dice.random() < 0.2:
            people ^= {TARGET}


def _colluders_act(here: Workspace, dice: Random, crew: list[str], channel: str) -> None:
    """Those of a channel stand all but one in a band, or as they like; some leave, erase or come back."""
    band = dice.choice((None, 0, 1, 2))
    for place, user in enumerate(sorted(here.channels[channel] - {TARGET})):
        if dice.random() < 0.1:
            here.erase(user)
        if band is not None:
            here.assess(user, (band + 1) % 3 if place == 0 else band)
        elif dice.random() < 0.5:
            here.assess(user, dice.randrange(3))
    if dice.random() < 0.3:
        here.channels[channel] ^= {dice.choice(crew)}


def made_by_hand() -> Iterator[History]:
    """The attacks that found people out under earlier rules, and what follows from a changed answer."""
    for colluders, channels in ((5, 3), (10, 3), (12, 6), (14, 12), (16, 20)):
        for minimum in (3, 5, 6):
            yield one_channel_per_band(colluders, channels, minimum)
    for minimum in range(3, 11):
        yield _changing(minimum)


def _changing(minimum: int) -> History:
    """The target visits all three bands, erases everything between, and comes back to the first."""
    here = Workspace(minimum)
    crew = [f"A{number}" for number in range(minimum)]
    here.channels["C0"] = {TARGET, *crew}
    for number, user in enumerate(crew):
        here.assess(user, number % 3)
    for label in (0, 1, 2, 0, 0):
        here.erase(TARGET)
        here.assess(TARGET, label)
        here.practicing |= {TARGET, *crew[::2]} if label else set(crew[::2])
        here.next_week()
        here.digest("C0")
    return here.history(f"changing, minimum {minimum}")
