"""A team to make digests for, and a coach that keeps the last release."""

from dataclasses import dataclass, field
from itertools import count

from coaching.team_digest.disclosure import DigestDecision, decide_digest
from coaching.team_digest.figures import Spread
from coaching.team_digest.release import Group, OtherRelease, ReleaseRecord, Tried, contributor
from tests.coaching.digest_histories import FIRST, MIDDLE, TOP, Team, day, moment

MIXED = (FIRST, MIDDLE, TOP)


@dataclass
class Coach:
    """Makes the digest of one week after another, as the bot does."""

    secret: str = "a secret"
    minimum: int = 5
    last: ReleaseRecord | None = None
    week: int = 0
    topics: tuple[str, ...] = ()
    elsewhere: tuple[OtherRelease, ...] = ()
    made: list[DigestDecision] = field(default_factory=list)

    def digest(self, team: Team, tried: tuple[Tried, ...] = ()) -> DigestDecision:
        """Return this week's digest; the next call is a week later."""
        team.close_week()
        group = Group(self.secret, team.weeks[-1], tried, self.topics, self.elsewhere)
        made = decide_digest(
            group, on=day(self.week), now=moment(self.week), last=self.last, minimum=self.minimum
        )
        self.last = made.kept or self.last
        self.week += 1
        self.made.append(made)
        return made


def team_of(people: int, tiers: tuple[float, ...] = MIXED) -> Team:
    """A team of U0, U1, … whose tiers take turns."""
    team = Team()
    for number in range(people):
        team.assess(f"U{number}", tiers[number % len(tiers)])
    return team


def coach_who_shows(team: Team, *, minimum: int = 5) -> Coach:
    """A coach whose blur lets the first spread of such a team be seen; its first digest is made."""
    for number in count():
        coach = Coach(secret=f"secret {number}", minimum=minimum)
        weeks = list(team.weeks)
        if isinstance(coach.digest(team).digest.spread, Spread):
            return coach
        team.weeks[:] = weeks
    raise AssertionError("count() never ends")


def elsewhere(user_ids: list[str], secret: str = "another secret") -> OtherRelease:
    """What another channel's release with these people left behind."""
    return OtherRelease(secret, frozenset(contributor(secret, user) for user in user_ids))
