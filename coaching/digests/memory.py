"""What a release remembers for the next one, to and from facts that are ready for JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from coaching.digests.bands import Shares
from coaching.digests.figures import People, Share, Spread
from coaching.digests.group import Kept
from coaching.digests.rounds import Counted, Rounds


@dataclass(frozen=True)
class Memory:
    """The figures shown last, what each round showed, and who was counted when.

    Whoever left or was erased stays among `counted`, by their keyed hash: coming back changes nothing.
    """

    people: People | None = None
    spread: Spread | None = None
    rounds: Rounds = ()
    counted: Mapping[str, Counted] = field(default_factory=dict)
    practised_at: datetime | None = None

    def with_round(self, shares: Shares | None, stamps: Mapping[str, int]) -> "Memory":
        """Remember a new round of the people with these stamps."""
        place = len(self.rounds)
        new = {name: Counted(place, stamp) for name, stamp in stamps.items()}
        return replace(self, rounds=(*self.rounds, shares), counted={**self.counted, **new})

    def place_of(self, name: str) -> int | None:
        """The round that this contributor was last counted in."""
        found = self.counted.get(name)
        return found.round if found else None


def to_facts(memory: Memory) -> dict[str, Any]:
    """The memory in values that JSON knows."""
    people, spread, moment = memory.people, memory.spread, memory.practised_at
    return {
        "people": people and {"words": people.words, "on": people.on.isoformat()},
        "spread": spread and {"shares": list(spread.shares), "on": spread.on.isoformat()},
        "rounds": [shares and list(shares) for shares in memory.rounds],
        "counted": {name: [each.round, each.stamp] for name, each in memory.counted.items()},
        "practised_at": moment and moment.isoformat(),
    }


def from_kept(last: Kept | None) -> Memory:
    """What the last release remembers; nothing when there was none."""
    if last is None:
        return Memory()
    facts = last.facts
    moment = facts["practised_at"]
    return Memory(
        people=_people(facts["people"]),
        spread=_spread(facts["spread"]),
        rounds=tuple(shares and _shares(shares) for shares in facts["rounds"]),
        counted={name: Counted(*pair) for name, pair in facts["counted"].items()},
        practised_at=datetime.fromisoformat(moment) if moment else None,
    )


def _people(fact: dict[str, str] | None) -> People | None:
    return People(fact["words"], date.fromisoformat(fact["on"])) if fact else None


def _spread(fact: dict[str, Any] | None) -> Spread | None:
    return Spread(_shares(fact["shares"]), date.fromisoformat(fact["on"])) if fact else None


def _shares(words: list[str]) -> Shares:
    first, middle, top = map(Share, words)
    return first, middle, top
