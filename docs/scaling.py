"""The arithmetic behind docs/scaling.md: rows, disk, messages and requests for some numbers of workspaces.

Each assumption and each measured figure stands here once. `MEASURED` are readings; everything else follows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil

MEMBERS = 500
"""Members in a workspace who take part; all answer everything, so these are upper bounds."""

TEAM = 10
"""Members in a team that follows the digest; every member is in one."""

CHECKINS, OFFERS, REMINDERS = 26, 4, 4
"""Messages to a member in a year: every second week, every ninety days, and one reminder each."""

CLICKS = 2 * CHECKINS + 10 * OFFERS
"""Requests of a member in a year: two for each check-in, ten for each self-check."""

WORKING = 260 * 8 * 3600
"""The seconds of a year in which messages go out to a member."""

PEAK = 5
"""How many times busier the busiest minute is than the average working minute."""


@dataclass(frozen=True)
class Measured:
    """Readings of this version; where they come from stands in docs/scaling.md."""

    plans: float = 5_100
    sends: float = 316
    requests: float = 75
    megabytes: float = 104
    connections: int = 20


MEASURED = Measured()


@dataclass(frozen=True)
class Stored:
    """Rows of a table after a year, for each member or workspace, and the bytes of one with its indexes."""

    table: str
    rows: float
    size: int
    per: int = MEMBERS


STORED = (
    Stored("member", 1, 150),
    Stored("pace", 1, 150),
    Stored("schedule", 3, 320),
    Stored("message", CHECKINS + OFFERS + REMINDERS, 500),
    Stored("assessment", OFFERS, 500),
    Stored("answer", 3 * OFFERS, 250),
    Stored("step", CHECKINS, 900),
    Stored("practice", CHECKINS, 350),
    Stored("audit_event", 2, 350),
    Stored("inbound", CLICKS * 3 / 365, 250),
    Stored("roster", 1, 250),
    Stored("release", 52 / TEAM, 900),
    Stored("completeness", 365, 95, per=1),
    Stored("rate", 2, 130, per=1),
)

SIZES = (1, 100, 20_000)


def rows_of(stored: Stored, workspaces: int) -> float:
    """Return the rows that so many workspaces have after a year."""
    return stored.rows * stored.per * workspaces


def rounded(number: float) -> str:
    """Return a number with two digits that count, such as 340 million."""
    number = float(f"{number:.2g}")
    for size, word in ((1e9, " billion"), (1e6, " million")):
        if number >= size:
            return f"{number / size:g}{word}"
    return f"{number:,.0f}" if number >= 10 else f"{number:g}"


UNITS = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1, "bytes"))


def bytes_of(number: float) -> str:
    """Return a size on disk in words."""
    size, word = next(unit for unit in UNITS if number >= unit[0])
    return f"{float(f'{number / size:.2g}'):g} {word}"


def table_rows() -> Iterator[list[str]]:
    """Yield a row for each table: its rows after a year for each number of workspaces, and bytes a row."""
    for stored in STORED:
        counts = [rounded(rows_of(stored, size)) for size in SIZES]
        yield [f"`{stored.table}`", *counts, str(stored.size)]
    totals = [sum(rows_of(one, size) * one.size for one in STORED) for size in SIZES]
    yield ["all, on disk", *map(bytes_of, totals), ""]


def posts(workspaces: int) -> float:
    """Return messages per working second on average."""
    return (CHECKINS + OFFERS + REMINDERS) * MEMBERS * workspaces / WORKING


def requests(workspaces: int) -> float:
    """Return requests per working second on average."""
    return CLICKS * MEMBERS * workspaces / WORKING


def clocks(workspaces: int) -> int:
    """Return how many clock processes the busiest minute keeps busy."""
    return ceil(PEAK * posts(workspaces) / MEASURED.sends)


def webs(workspaces: int) -> int:
    """Return how many web processes the busiest minute keeps busy."""
    return ceil(PEAK * requests(workspaces) / MEASURED.requests)


LOADS: tuple[tuple[str, Callable[[int], float]], ...] = (
    ("members", lambda n: n * MEMBERS),
    ("messages a second, average of working hours", posts),
    ("messages a second, busiest minute", lambda n: PEAK * posts(n)),
    ("plans due in one tick of 5 seconds, busiest minute", lambda n: 5 * PEAK * posts(n)),
    ("requests a second, busiest minute", lambda n: PEAK * requests(n)),
    ("clock processes for that", clocks),
    ("web processes for that", webs),
    (
        "connections to the database at most, without a pooler",
        lambda n: MEASURED.connections * (clocks(n) + webs(n)),
    ),
    ("memory of all processes, MB", lambda n: MEASURED.megabytes * (clocks(n) + webs(n))),
)


def load_rows() -> Iterator[list[str]]:
    """Yield a row for each figure of load, for each number of workspaces."""
    for name, figure in LOADS:
        yield [name, *(rounded(figure(size)) for size in SIZES)]
