"""The report of a simulation, as text for an operator."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean

from simulation.crowd import crowd_ids
from simulation.ledger import PER_WEEK, WORKING_HOURS, Tally
from simulation.options import Options
from storage.outbox.reports import OutcomeCount

BAR = 40
DIGEST, FIGURES = "digest", "figures"
"""The kind and the form, in the outbox, of a digest that shows figures."""
BREACHES = (
    "sent twice",
    "outside working hours",
    "on a day off",
    "inside Do-not-disturb",
    "two on one day",
    "three within a week",
    "to somebody who left",
)


@dataclass(frozen=True)
class Result:
    """The result of a simulation."""

    options: Options
    tally: Tally
    seconds: float

    @property
    def breaches(self) -> dict[str, int]:
        """Return how often each promise was broken, those never broken included."""
        return {what: self.tally.breaches[what] for what in BREACHES}

    @property
    def is_clean(self) -> bool:
        """Return whether every promise was kept."""
        return not any(self.breaches.values())

    def __str__(self) -> str:
        """Return the whole report."""
        parts = (
            _heading(self),
            _per_member(self),
            _hours(self.tally),
            _by_kind(self.tally.outcomes),
            _skipped(self.tally.outcomes),
            _digests(self.tally),
            _promises(self),
        )
        return "\n\n".join("\n".join(part) for part in parts)


def _heading(result: Result) -> list[str]:
    options = result.options
    said = (
        f"{options.members:,} members, {options.days} days, seed {options.seed}: "
        f"{result.tally.messages:,} messages to members, "
        f"{sum(result.tally.digests.values()):,} digests. "
        f"It took {result.seconds:.0f} seconds."
    )
    return [said]


def _per_member(result: Result) -> list[str]:
    weeks, counts = result.options.weeks, result.tally.per_member
    per_week = sorted(counts[user] / weeks for user in crowd_ids(result.options.members))
    spread = (
        f"  average {mean(per_week):.2f}, half of the members up to {_at(per_week, 0.5):.2f}, "
        f"nine in ten up to {_at(per_week, 0.9):.2f}, most {per_week[-1]:.2f}"
    )
    return [
        f"Messages per member and week (at most {PER_WEEK})",
        spread,
        f"  members who never got one: {sum(count == 0 for count in per_week):,}",
    ]


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def _hours(tally: Tally) -> list[str]:
    hours = sorted({*tally.hours, *WORKING_HOURS})
    most = max(tally.hours.values(), default=1)
    return [
        "Messages by the member's local hour",
        *(
            f"  {hour:02}:00 {tally.hours[hour]:>8,} {_bar(tally.hours[hour] / most)}".rstrip()
            for hour in hours
        ),
    ]


def _bar(share: float) -> str:
    return "█" * round(BAR * share)


def _by_kind(outcomes: Iterable[OutcomeCount]) -> list[str]:
    counted: Counter[tuple[str, str, str]] = Counter()
    for one in outcomes:
        if one.state == "sent":
            counted[one.kind, one.state, one.form or ""] += one.count
        elif one.state != "skipped":
            counted[one.kind, one.state, one.reason or ""] += one.count
    return ["Messages by kind", *_table(counted)]


def _skipped(outcomes: Iterable[OutcomeCount]) -> list[str]:
    counted: Counter[tuple[str, str, str]] = Counter()
    for one in outcomes:
        if one.state == "skipped":
            counted[one.kind, "skipped", one.reason or ""] += one.count
    return ["Not sent, and why", *(_table(counted) or ["  none"])]


def _table(counted: Counter[tuple[str, str, str]]) -> list[str]:
    return [
        f"  {kind:<10} {state:<8} {detail:<18} {count:>8,}"
        for (kind, state, detail), count in sorted(counted.items())
    ]


def _digests(tally: Tally) -> list[str]:
    sent = [one for one in tally.outcomes if one.kind == DIGEST and one.state == "sent"]
    figures = sum(one.count for one in sent if one.form == FIGURES)
    return [
        "Digests",
        f"  with figures    {figures:>8,}   of these with a chart {tally.digests[True]:,}",
        f"  without figures {sum(one.count for one in sent) - figures:>8,}",
    ]


def _promises(result: Result) -> list[str]:
    return [
        "Promises, counted from Slack's side",
        *(
            f"  {what:<22} {count:>6,}{_example(result.tally, what)}"
            for what, count in result.breaches.items()
        ),
    ]


def _example(tally: Tally, what: str) -> str:
    found = tally.examples.get(what)
    return f"   such as {found}" if found else ""
