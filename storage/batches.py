"""Many values for one question, in as few statements as fit."""

from collections.abc import Iterable, Iterator

BATCH = 5_000
"""SQLite and PostgreSQL take 32,000 parameters in a statement; shorter ones keep others waiting less."""


def in_batches(values: Iterable[str]) -> Iterator[list[str]]:
    """The values, each once and in order, in lists for one statement each."""
    ordered = sorted(set(values))
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]
