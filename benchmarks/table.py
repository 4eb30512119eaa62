"""The lines of the result: how each is declared, and the ways they are printed and stored."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.sizes import Sizes

LATEST = Path(__file__).parent / "latest.json"
HEADINGS = ("what", "ours", "reference", "ratio", "aim", "reached")
SIGNS = {"≤": "lower", "≥": "higher"}


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
    """The declaration of a line: the benchmark that measures it, its name, and the ratio to reach.

    `{sizes.…}` in the name is filled in from the sizes of the run. The ratio is such as "≤ 1.3".
    """

    benchmark: str
    name: str
    ratio: str

    def line(self, ours: float, reference: float, *, sizes: Sizes) -> Line:
        """Return the line for these two figures, which are in the unit that the name says."""
        sign, aim = self.ratio.split()
        ours, reference, ratio = (round(one, 3) for one in (ours, reference, ours / reference))
        return Line(self.name.format(sizes=sizes), ours, reference, ratio, float(aim), SIGNS[sign])


def to_text(lines: Sequence[Line]) -> str:
    """Return the lines as a table for the terminal; an aim that is missed is marked."""
    rows = [[*HEADINGS[:-1], ""], *(line.cells("", "missed") for line in lines)]
    first, *others = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join([row[0].ljust(first), *map(str.rjust, row[1:], others)]).rstrip() for row in rows
    )


def to_markdown(path: Path = LATEST) -> str:
    """Return the stored lines as the table of docs/benchmarks.md."""
    rows = [Line(**line).cells("yes", "no") for line in json.loads(path.read_text())]
    head, *body = (f"| {' | '.join(row)} |" for row in [HEADINGS, *rows])
    return "\n".join([head, "|---" * len(HEADINGS) + "|", *body])


def write(lines: Sequence[Line], path: Path) -> None:
    """Store the lines as a JSON list."""
    path.write_text(json.dumps([asdict(line) for line in lines], indent=2) + "\n")
