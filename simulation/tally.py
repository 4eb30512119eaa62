"""What is counted; the counts of several processes add up."""

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
    """True stands for digests with a chart."""
    breaches: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    outcomes: list[OutcomeCount] = field(default_factory=list)

    @property
    def messages(self) -> int:
        """Return how many messages went to members."""
        return self.per_member.total()


def added(tallies: Iterable[Tally]) -> Tally:
    """Return all of them as one."""
    total = Tally()
    for one in tallies:
        total.hours += one.hours
        total.per_member += one.per_member
        total.digests += one.digests
        total.breaches += one.breaches
        total.examples = one.examples | total.examples
        total.outcomes += one.outcomes
    return total
