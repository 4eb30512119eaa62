"""The made-up workspace: members with their habits, and teams of several sizes."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from playground.clock import Clock
from playground.crowd import crowd_id
from playground.service import Sample
from playground.state.people import Person
from playground.state.workspace import Workspace
from simulation.habits import Habits, draw, quiet_hours
from simulation.options import Options

TEAM_SIZES = (4, 6, 9, 15, 30, 60)
"""The first size is always under the threshold for digests."""


@dataclass(frozen=True)
class Crowd:
    """Habits by user id, and user ids by channel; the first member of each channel leads the team."""

    people: Mapping[str, Habits]
    teams: Mapping[str, list[str]]


@dataclass(frozen=True)
class Part:
    """Which part of the crowd this process simulates: whole teams, about as many people in each part."""

    number: int = 0
    of: int = 1


def crowd_ids(members: int) -> list[str]:
    """Return the ids of this many members."""
    return [crowd_id(number) for number in range(1, members + 1)]


def crowd_of(options: Options, part: Part = Part()) -> Crowd:
    """Return the crowd of these options, or a part of it; the same options give the same crowd."""
    chance = Random(options.seed)  # noqa: S311 (made-up members, no secret)
    everybody = {user: draw(options, chance) for user in crowd_ids(options.members)}
    teams = _teams_of_part(_teams(list(everybody)), part)
    here = [user for users in teams.values() for user in users]
    return Crowd({user: everybody[user] for user in here}, teams)


def _teams(users: list[str]) -> dict[str, list[str]]:
    teams: dict[str, list[str]] = {}
    start = 0
    while start < len(users):
        size = TEAM_SIZES[len(teams) % len(TEAM_SIZES)]
        teams[f"C0TEAM{len(teams):05d}"] = users[start : start + size]
        start += size
    return teams


def _teams_of_part(teams: dict[str, list[str]], part: Part) -> dict[str, list[str]]:
    """Return the teams of one part: the largest first, each to the part with the fewest people."""
    sizes = [0] * part.of
    here: dict[str, list[str]] = {}
    for channel, users in sorted(teams.items(), key=lambda one: -len(one[1])):
        number = sizes.index(min(sizes))
        sizes[number] += len(users)
        if number == part.number:
            here[channel] = users
    return here


def workspace_of(crowd: Crowd, options: Options) -> Sample:
    """Return the workspace that the playground starts with."""

    def sample(clock: Clock) -> Workspace:
        workspace = Workspace(clock)
        for number, (user, habits) in enumerate(crowd.people.items(), start=1):
            quiet = quiet_hours(habits, begin=options.begin)
            name = f"Member {number}"
            workspace.people[user] = Person(
                user, f"member{number}", name, tz=habits.zone, dnd=quiet
            )
        for channel, users in crowd.teams.items():
            members = {*users, workspace.app.user_id}
            name = channel.lower()
            workspace.add_channel(name, topic="", members=members, channel_id=channel)
        return workspace

    return sample
