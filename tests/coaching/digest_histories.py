"""Months of a team, week by week: who is on its roster and what their last self-check says."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random

from coaching.mean_score import TIERS
from coaching.team_digest.release import Standing

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
WEEKS = 24
FIRST, MIDDLE, TOP = 0.5, 1.5, 3.0


def moment(week: int) -> datetime:
    """When the digest of a week is made."""
    return START + timedelta(weeks=week)


def day(week: int) -> date:
    """The date of the digest of a week."""
    return moment(week).date()


@dataclass(frozen=True)
class History:
    """The rosters of consecutive weeks; everybody in them is somebody's target."""

    name: str
    weeks: tuple[tuple[Standing, ...], ...]


@dataclass
class Team:
    """A team that people join, leave and look at their work in; `close_week` takes its roster down."""

    now: datetime = START - timedelta(days=1)
    here: dict[str, Standing] = field(default_factory=dict)
    away: dict[str, Standing] = field(default_factory=dict)
    weeks: list[tuple[Standing, ...]] = field(default_factory=list)

    def assess(self, user: str, tier: float) -> None:
        """A member or newcomer finishes a self-check."""
        self.now += timedelta(seconds=1)
        self.here[user] = Standing(user, tier, self.now)

    def leave(self, user: str) -> None:
        self.away[user] = self.here.pop(user)

    def come_back(self, user: str) -> None:
        """With the self-check of then."""
        self.here[user] = self.away.pop(user)

    def erase(self, user: str) -> None:
        self.here.pop(user)

    def close_week(self) -> None:
        self.weeks.append(tuple(sorted(self.here.values(), key=lambda each: each.user_id)))
        self.now += timedelta(weeks=1)

    def history(self, name: str) -> History:
        return History(name, tuple(self.weeks))


def random_history(seed: int) -> History:
    """A team of 3 to 30 people that lives as `seed` says."""
    draw = Random(seed)
    team, people = Team(), draw.randint(3, 30)
    leaning = draw.choice([(1, 1, 1), (6, 1, 1), (1, 4, 1), (3, 3, 1)])
    weights = [each for each in leaning for _ in range(2)]
    restless, coming = draw.choice([0.03, 0.1, 0.4]), draw.choice([0, 0.3, 1.5])

    def tier() -> float:
        return draw.choices(TIERS, weights)[0]

    for number in range(people):
        team.assess(f"U{number}", tier())
    for week in range(WEEKS):
        team.close_week()
        for user in sorted(team.here):
            if draw.random() < restless:
                team.assess(user, tier())
        _come_and_go(team, draw, coming=coming, week=week, tier=tier)
    return team.history(f"random {seed}")


def _come_and_go(
    team: Team, draw: Random, *, coming: float, week: int, tier: Callable[[], float]
) -> None:
    for number in range(draw.choice([0, 1, 1, 5]) if draw.random() < coming else 0):
        team.assess(f"N{week}-{number}", tier())
    for user in sorted(team.here):
        if draw.random() < coming * 0.06:
            draw.choice([team.leave, team.leave, team.erase])(user)
    for user in sorted(team.away):
        if draw.random() < 0.2:
            team.come_back(user)


def unchanging(seed: int) -> History:
    """A target who stands in one band all the time, looks again every twelve weeks, in a lively crowd."""
    draw = Random(seed)
    team, others = Team(), draw.randint(5, 14)
    tier = draw.choice((FIRST, MIDDLE, TOP))
    for week in range(WEEKS):
        if week % 12 == 0:
            team.assess("T", tier)
        for number in range(others):
            if week == 0 or draw.random() < 0.7:
                team.assess(f"A{number}", draw.choice((FIRST, MIDDLE, TOP)))
        team.close_week()
    return team.history(f"unchanging {seed}")


def made_by_hand() -> Iterator[History]:
    """Histories in which everybody but one person does what an attacker wishes."""
    for others in (3, 4, 5, 7, 11, 29):
        for tier in (FIRST, MIDDLE, TOP):
            yield _steered(others, tier)
            yield _all_but_one(others, tier)
            yield _joins_with_four(others, tier)
            yield _comes_and_goes(others, tier)
            yield _erased_and_back(others, tier)


def _crowd(team: Team, people: int, tiers: Sequence[float]) -> None:
    for number in range(people):
        team.assess(f"A{number}", tiers[number % len(tiers)])


def _steered(others: int, tier: float) -> History:
    """Each week the crowd stands so that one more person in a band would make it all but one."""
    team = Team()
    team.assess("T", tier)
    for week in range(WEEKS):
        near, else_where = ((FIRST, MIDDLE), (MIDDLE, TOP), (TOP, FIRST))[week % 3]
        _crowd(team, others, [near] * (others - 1) + [else_where])
        team.close_week()
    return team.history(f"steered {others} {tier}")


def _all_but_one(others: int, tier: float) -> History:
    """The crowd is all of one mind, and changes it together."""
    team = Team()
    team.assess("T", tier)
    for week in range(WEEKS):
        _crowd(team, others, [(FIRST, MIDDLE, TOP)[week % 3]])
        if week % 8 == 7:
            team.assess("T", tier)
        team.close_week()
    return team.history(f"all but one {others} {tier}")


def _joins_with_four(others: int, tier: float) -> History:
    """The target joins a settled crowd together with four people whose answers are known."""
    team = Team()
    _crowd(team, others, [FIRST, MIDDLE, TOP])
    for week in range(WEEKS):
        team.close_week()
        if week == 3:
            team.assess("T", tier)
        if week >= 3:
            for number in range(4):
                team.assess(f"S{number}", (FIRST, FIRST, FIRST, MIDDLE)[number])
    return team.history(f"joins with four {others} {tier}")


def _comes_and_goes(others: int, tier: float) -> History:
    """The target leaves and comes back while the crowd stands still, then moves."""
    team = Team()
    team.assess("T", tier)
    _crowd(team, others, [FIRST, MIDDLE, MIDDLE])
    for week in range(WEEKS):
        team.close_week()
        (team.come_back if "T" in team.away else team.leave)("T")
        if week > WEEKS // 2:
            _crowd(team, others, [MIDDLE, TOP, TOP])
    return team.history(f"comes and goes {others} {tier}")


def _erased_and_back(others: int, tier: float) -> History:
    """The target erases everything every few weeks and starts anew."""
    team = Team()
    team.assess("T", tier)
    _crowd(team, others, [FIRST, MIDDLE, TOP])
    for week in range(WEEKS):
        team.close_week()
        if "T" in team.here and week % 4 == 1:
            team.erase("T")
        elif week % 4 == 3:
            team.assess("T", tier)
            _crowd(team, others, [FIRST, FIRST, MIDDLE])
    return team.history(f"erased and back {others} {tier}")
