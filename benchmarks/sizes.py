"""How much of everything is measured: enough to be sure, or enough to see that it works."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Counts of one run; each round measures ours and the reference once, one after the other."""

    rounds: int
    commands: int
    """Slash commands per round and side, at `per_second`."""
    per_second: float
    in_a_row: int
    """Assessments per round and side, one after another."""
    of_a_kind: int
    """Conversations of another kind per round and side, one after another."""
    in_a_crowd: int
    """Assessments per round and side, `at_once` at a time."""
    at_once: int
    few_members: int
    many_members: int
    starts: int
    warm_up: int
    long_run: int
    few_plans: int
    """Plans that are due at a wake-up of the clock, alone and among `many_plans`."""
    many_plans: int
    jobs: int
    """Plans that are APScheduler jobs on the other side, `jobs_due` of them due."""
    jobs_due: int
    messages: int
    """Messages per round and side that are claimed, sent and marked."""
    everybody: int
    """Messages that are sent at Slack's limit, in a time that runs `faster`."""
    faster: float
    small_team: int
    large_team: int


FULL = Sizes(
    rounds=4,
    commands=300,
    per_second=20,
    in_a_row=30,
    of_a_kind=8,
    in_a_crowd=150,
    at_once=50,
    few_members=1_000,
    many_members=1_000_000,
    starts=7,
    warm_up=1_000,
    long_run=10_000,
    few_plans=10_000,
    many_plans=1_000_000,
    jobs=10_000,
    jobs_due=100,
    messages=500,
    everybody=10_000,
    faster=30,
    small_team=100,
    large_team=10_000,
)
QUICK = Sizes(
    rounds=1,
    commands=20,
    per_second=20,
    in_a_row=3,
    of_a_kind=2,
    in_a_crowd=10,
    at_once=5,
    few_members=50,
    many_members=2_000,
    starts=1,
    warm_up=10,
    long_run=20,
    few_plans=300,
    many_plans=3_000,
    jobs=200,
    jobs_due=20,
    messages=40,
    everybody=300,
    faster=30,
    small_team=20,
    large_team=400,
)
