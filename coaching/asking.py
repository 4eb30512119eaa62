"""What every self-check and every grading has in common: cards of items, each item answered by a number."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from json import dumps
from typing import Literal, Protocol

Scoring = Literal["mean", "ladder", "lowest", "needs"]
"""How the answers become a result; `needs` is a table that leads to the level a project needs."""

Answers = Mapping[str, float]
"""Item ids and the numbers of their answers, in the order in which they were asked."""


@dataclass(frozen=True)
class Card:
    """What is asked at once: the ids of its items, which are answered together."""

    id: str
    items: tuple[str, ...]

    def is_answered(self, answers: Answers) -> bool:
        return all(item in answers for item in self.items)


class Words(Protocol):
    """Everything that was shown in one conversation, kept with it so that history stays as it was."""

    @property
    def scoring(self) -> Scoring: ...

    @property
    def framework(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def family(self) -> str:
        """What of the framework is asked: a role family, else the framework's own id, or `need`."""
        ...

    @property
    def title(self) -> str:
        """How people know it: "Engineering", "AI coding"."""
        ...

    @property
    def cards(self) -> tuple[Card, ...]: ...

    @property
    def digest(self) -> str:
        """A short name for exactly these words."""
        ...

    def next_card(self, answers: Answers) -> Card | None:
        """The card that comes next; None when the answers are enough for a result."""
        ...

    def allows(self, item: str, level: float) -> bool:
        """Whether this item may be answered so."""
        ...

    def to_json(self) -> str:
        """Canonical JSON: equal words give equal text."""
        ...


def first_open(cards: tuple[Card, ...], answers: Answers) -> Card | None:
    """The first card that is not answered yet."""
    return next((card for card in cards if not card.is_answered(answers)), None)


def last_answered(words: Words, answers: Answers) -> Card | None:
    """The card that "Back" leads to: the last one with answers before the next one; None on the first."""
    upcoming = words.next_card(answers)
    before = words.cards[: words.cards.index(upcoming)] if upcoming else words.cards
    answered = [card for card in before if card.is_answered(answers)]
    return answered[-1] if answered else None


@dataclass(frozen=True)
class Kept:
    """Words that can be kept as text and found again by their digest."""

    @property
    def scoring(self) -> Scoring:
        raise NotImplementedError

    def to_json(self) -> str:
        """Canonical JSON: equal words give equal text."""
        # The oldest words were kept before there was more than one way of scoring.
        says = {} if self.scoring == "mean" else {"scoring": self.scoring}
        return dumps(
            {**says, **asdict(self)}, sort_keys=True, ensure_ascii=False, separators=(",", ":")
        )

    @cached_property
    def digest(self) -> str:
        """A short name for exactly these words."""
        return sha256(self.to_json().encode()).hexdigest()[:32]
