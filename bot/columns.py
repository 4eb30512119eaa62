"""Tables in aligned columns, as operators read them in a terminal.

A module of its own because the message log and the audit log both print them.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

NOTHING = "-"


def aligned(head: Sequence[str], rows: Sequence[Sequence[str | None]]) -> Iterator[str]:
    """Yield the lines of a table whose columns are as wide as their widest cell; "-" for None and ""."""
    lines = [head, *([cell or NOTHING for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        yield "  ".join(cells).rstrip()


def moment_utc(moment: datetime) -> str:
    """Return a moment in UTC to the minute, such as "2026-11-20 04:00Z"."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}Z"
