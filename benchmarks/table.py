"""How much is measured, and the lines of the result: how each is declared, printed and stored."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

LATEST = Path(__file__).parent / "latest.json"
HEADINGS = ("what", "ours", "reference", "ratio", "aim", "reached")
SIGNS = {"≤": "lower", "≥": "higher"}


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
    teams: int = 50  # workspaces of one service in which something happens
    installs: int = 10_000  # workspaces of one service
    neighbors: int = 100  # workspaces with as many members each, beside one with `greedy` at once
    greedy: int = 5_000
    ledger_rows: int = 100_000
    ending: int = 5_000  # grants that end while messages to `beside` members are sent
    beside: int = 200
    questions: int = 2_000  # of a client
    minutes: int = 10  # in which the neighbors get their messages


FULL = Sizes()
_SMALL = {name: max(6, count // 50) for name, count in asdict(FULL).items() if type(count) is int}
QUICK = replace(
    FULL, **_SMALL | {"rounds": 1, "starts": 1, "of_a_kind": 2, "in_a_row": 3, "minutes": 1}
)


@dataclass(frozen=True)
class Line:
    """A measured line, as it is stored."""

    name: str
    ours: float
    reference: float
    ratio: float
    aim: float
    better: str

    def cells(self, reached: str, missed: str) -> list[str]:
        """Return what stands under each heading."""
        sign = "≤" if self.better == "lower" else "≥"
        figures = [f"{value:.2f}" for value in (self.ours, self.reference, self.ratio)]
        is_reached = self.ratio <= self.aim if sign == "≤" else self.ratio >= self.aim
        return [self.name, *figures, f"{sign} {self.aim:g}", reached if is_reached else missed]


@dataclass(frozen=True)
class Comparison:
    """The declaration of a line: its benchmark, the ratio to reach, and its name with `{sizes}`."""

    benchmark: str
    ratio: str
    name: str

    def line(self, ours: float, reference: float, *, sizes: Sizes) -> Line:
        """Return the line for these two figures, which are in the unit that the name says."""
        sign, aim = self.ratio.split()
        ours, reference, ratio = (round(one, 3) for one in (ours, reference, ours / reference))
        name = self.name.format(**asdict(sizes))
        return Line(name, ours, reference, ratio, float(aim), SIGNS[sign])


def to_text(lines: Sequence[Line]) -> str:
    """Return the lines as a table for the terminal; an aim that is missed is marked."""
    rows = [[*HEADINGS[:-1], ""], *(line.cells("", "missed") for line in lines)]
    first, *others = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join([row[0].ljust(first), *map(str.rjust, row[1:], others)]).rstrip() for row in rows
    )


def stored_rows(path: Path = LATEST) -> list[list[str]]:
    """Return the stored lines as the rows of the table in docs/benchmarks.md, below HEADINGS."""
    return [Line(**line).cells("yes", "no") for line in json.loads(path.read_text())]


def write(lines: Sequence[Line], path: Path) -> None:
    """Store the lines as a JSON list."""
    path.write_text(json.dumps([asdict(line) for line in lines], indent=2) + "\n")
