"""A large workspace: as many people as a test or a benchmark needs, spread over the world."""

from random import Random

from playground.clock import Clock
from playground.service import Sample
from playground.state.people import COLORS, Person
from playground.state.workspace import Workspace

ZONES = (
    "America/Los_Angeles", "America/Denver", "America/Chicago", "America/New_York",
    "America/Sao_Paulo", "Atlantic/Reykjavik", "Europe/London", "Europe/Berlin", "Europe/Athens",
    "Africa/Lagos", "Africa/Nairobi", "Asia/Dubai", "Asia/Karachi", "Asia/Kolkata",
    "Asia/Kathmandu", "Asia/Bangkok", "Asia/Shanghai", "Asia/Tokyo", "Australia/Adelaide",
    "Australia/Sydney", "Pacific/Auckland", "Pacific/Apia",
)  # fmt: skip
EVERYBODY = "C0EVERYBODY"


def big_workspace(
    people: int, *, seed: int = 0, zones: tuple[str, ...] = ZONES, in_channel: int | None = None
) -> Sample:
    """Return a sample of so many people; the first of them share the channel #everybody.

    The same seed gives the same people. The app is in the channel.
    """

    def sample(clock: Clock) -> Workspace:
        workspace = Workspace(clock)
        chance = Random(seed)  # noqa: S311 (a made-up crowd, no secret)
        crowd = [_somebody(n, chance.choice(zones)) for n in range(1, people + 1)]
        workspace.people |= {person.id: person for person in crowd}
        members = {person.id for person in crowd[:in_channel]} | {workspace.app.user_id}
        workspace.add_channel("everybody", topic="All of us", members=members, channel_id=EVERYBODY)
        return workspace

    return sample


def crowd_id(number: int) -> str:
    """Return the id of the n-th person, counted from 1."""
    return f"U0CROWD{number:06d}"


def _somebody(number: int, zone: str) -> Person:
    return Person(
        crowd_id(number),
        f"member{number}",
        f"Member {number}",
        tz=zone,
        color=COLORS[number % len(COLORS)],
    )
