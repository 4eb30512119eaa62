"""How much of everything is measured: enough to be sure, or enough to see that it works."""

from dataclasses import asdict, dataclass, replace


@dataclass(frozen=True)
class Sizes:
    """The counts of one run; in a round each side does as many things, one side after the other."""

    rounds: int = 4
    commands: int = 300  # in a round, at `per_second`
    per_second: float = 20
    in_a_row: int = 30  # assessments in a round, one after another
    of_a_kind: int = 8  # other conversations in a round, one after another
    in_a_crowd: int = 150  # assessments in a round, `at_once` at a time
    at_once: int = 50
    few_members: int = 1_000
    many_members: int = 1_000_000
    starts: int = 7
    warm_up: int = 1_000
    long_run: int = 10_000
    few_plans: int = 10_000  # due at a tick, alone and among `many_plans`
    many_plans: int = 1_000_000
    jobs: int = 10_000  # plans that are APScheduler jobs on the other side, `jobs_due` of them due
    jobs_due: int = 100
    messages: int = 500  # in a round
    everybody: int = 10_000  # messages at Slack's limit, in a time that runs `faster`
    faster: float = 30
    small_team: int = 100
    large_team: int = 10_000


FULL = Sizes()
_SMALL = {name: max(6, count // 50) for name, count in asdict(FULL).items() if type(count) is int}
QUICK = replace(FULL, **_SMALL | {"rounds": 1, "starts": 1, "of_a_kind": 2, "in_a_row": 3})
