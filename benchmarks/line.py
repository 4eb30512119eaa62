"""One line of the result: two measurements of the same run, and how far apart they may be."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

HEADINGS = ("what", "ours", "reference", "ratio", "aim", "")


@dataclass(frozen=True)
class Line:
    """A measurement of ours, one of the reference, and the ratio to reach; the name says the unit."""

    name: str
    ours: float
    reference: float
    ratio: float
    aim: float
    better: Literal["lower", "higher"]

    @property
    def is_reached(self) -> bool:
        return self.ratio <= self.aim if self.better == "lower" else self.ratio >= self.aim


def compared(
    name: str, *, ours: float, reference: float, aim: float, better: Literal["lower", "higher"]
) -> Line:
    """The line for these two figures."""
    return Line(
        name,
        ours=round(ours, 3),
        reference=round(reference, 3),
        ratio=round(ours / reference, 3),
        aim=aim,
        better=better,
    )


def table(lines: Sequence[Line]) -> str:
    """The lines as a table to read."""
    rows = [HEADINGS, *(_row(line) for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return "\n".join(_aligned(row, widths) for row in rows)


def _row(line: Line) -> tuple[str, ...]:
    sign = "≤" if line.better == "lower" else "≥"
    figures = (f"{value:.2f}" for value in (line.ours, line.reference, line.ratio))
    return (line.name, *figures, f"{sign} {line.aim:g}", "" if line.is_reached else "missed")


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(row, widths, strict=True)
    cells = [first[0].ljust(first[1]), *(text.rjust(width) for text, width in others)]
    return "  ".join(cells).rstrip()


def write(lines: Sequence[Line], path: Path) -> None:
    """Write the lines where others read them."""
    path.write_text(json.dumps([asdict(line) for line in lines], indent=2) + "\n")
