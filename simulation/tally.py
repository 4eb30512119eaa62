"""The counts of a simulation; the counts of several processes can be added."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from storage.outbox.reports import OutcomeCount


@dataclass
class Tally:
    """Counts of messages, digests and broken promises."""

    hours: Counter[int] = field(default_factory=Counter)
    """Messages to members by their local hour."""
    per_member: Counter[str] = field(default_factory=Counter)
    digests: Counter[bool] = field(default_factory=Counter)
    """Digests by whether they have a chart."""
    breaches: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    outcomes: list[OutcomeCount] = field(default_factory=list)

    @property
    def messages(self) -> int:
        """Return how many messages went to members."""
        return self.per_member.total()


def sum_of(tallies: Iterable[Tally]) -> Tally:
    """Return one tally with the sums of all."""
    total = Tally()
    for one in tallies:
        total.hours += one.hours
        total.per_member += one.per_member
        total.digests += one.digests
        total.breaches += one.breaches
        total.examples = one.examples | total.examples
        total.outcomes += one.outcomes
    return total
