"""What all self-checks and gradings share: cards of items, each item answered by a number.

How the answers become a result differs by scoring. Each scoring is one module (`mean_score`, `ladder_score`,
`min_score`, `required_level`) whose words class implements `Words` and registers its reader here, so that
stored words can be read back without this module knowing the scorings.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from json import dumps, loads
from typing import Any, ClassVar, Literal, Protocol

Scoring = Literal["mean", "ladder", "lowest", "needs", "sequential"]
"""How the answers become a result.

`needs` is a table that leads to the level a project requires; `sequential` is a test that ends when the
answers decide.
"""

Answers = Mapping[str, float]
"""Item ids mapped to the numbers of their answers, in the order in which the items were asked."""


@dataclass(frozen=True)
class Card:
    """One screen of an assessment: the ids of the items that are answered together."""

    id: str
    items: tuple[str, ...]

    def is_answered(self, answers: Answers) -> bool:
        """Return whether every item of the card has an answer."""
        return all(item in answers for item in self.items)


@dataclass(frozen=True)
class BelowFirst:
    """The name and description of the result below the first level, in kind words."""

    name: str
    describes: str


class Words(Protocol):
    """All texts shown in one assessment; stored with it, so that later edits do not change old results."""

    @property
    def scoring(self) -> Scoring: ...

    @property
    def framework(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def family(self) -> str:
        """The part of the framework: a role family, else the framework's own id, or `need`."""
        ...

    @property
    def title(self) -> str:
        """The name that members see, such as "Engineering" or "AI coding"."""
        ...

    @property
    def cards(self) -> tuple[Card, ...]: ...

    @property
    def topics(self) -> Mapping[str, str]:
        """Item ids mapped to short names of what they are about, in the order in which they are asked."""
        ...

    @property
    def digest(self) -> str:
        """A short hash of exactly these words."""
        ...

    def next_card(self, answers: Answers) -> Card | None:
        """Return the next card to show; None when the answers are enough for a result."""
        ...

    def allows(self, item: str, level: float) -> bool:
        """Return whether the item exists and may be answered with this number."""
        ...

    def in_words(self, item: str, level: float) -> tuple[str, str]:
        """Return the question of an item and the answer with this number, as they were shown."""
        ...

    def result_in_words(self, result: float) -> str:
        """Return a tier or a level with its name, such as "tier 2, AI-Integrated"."""
        ...

    def to_json(self) -> str:
        """Return canonical JSON: equal words give equal text."""
        ...

    def exported(self, *, is_open: bool) -> dict[str, Any]:
        """Return the words for a member's export; `is_open` says that an assessment still asks them."""
        ...


@dataclass(frozen=True)
class StoredWords:
    """Base of the words classes: writes them as canonical JSON and hashes that.

    `added_later` names fields that words stored earlier do not have. They are left out while they are empty,
    so that the digests of those words stay the same.
    """

    added_later: ClassVar[tuple[str, ...]] = ()

    @property
    def scoring(self) -> Scoring:
        raise NotImplementedError

    def to_json(self) -> str:
        """Return canonical JSON: equal words give equal text."""
        # Words stored before there was a second scoring carry no "scoring"; their digest must not change.
        scoring = {} if self.scoring == "mean" else {"scoring": self.scoring}
        fields = asdict(self)
        later = {name for name in self.added_later if not fields[name]}
        kept = {name: value for name, value in fields.items() if name not in later}
        return dumps({**scoring, **kept}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    def exported(self, *, is_open: bool) -> dict[str, Any]:  # noqa: ARG002
        """Return the words for a member's export."""
        words: dict[str, Any] = loads(self.to_json())
        return words

    @cached_property
    def digest(self) -> str:
        """A short hash of exactly these words."""
        return sha256(self.to_json().encode()).hexdigest()[:32]


WordsReader = Callable[[dict[str, Any]], Words]
_READERS: dict[str, WordsReader] = {}


def register_scoring(scoring: Scoring, reader: WordsReader) -> None:
    """Let `words_from_dict` read the words of a scoring; the module of the scoring calls it on import."""
    _READERS[scoring] = reader


def words_from_dict(data: dict[str, Any]) -> Words:
    """Return the words that `to_json` wrote, after `json.loads`; without a scoring they are of "mean".

    Raises LookupError when the module of the scoring was not imported.
    """
    scoring = data.get("scoring", "mean")
    if scoring not in _READERS:
        raise LookupError(f"Words of scoring {scoring!r}: import the module that registers it.")
    return _READERS[scoring](data)


def first_unanswered(cards: tuple[Card, ...], answers: Answers) -> Card | None:
    """Return the first card that is not fully answered; None when all are."""
    return next((card for card in cards if not card.is_answered(answers)), None)


def previous_card(words: Words, answers: Answers) -> Card | None:
    """Return the card that "Back" leads to: the last answered one before the next card; None on the first."""
    upcoming = words.next_card(answers)
    before = words.cards[: words.cards.index(upcoming)] if upcoming else words.cards
    answered = [card for card in before if card.is_answered(answers)]
    return answered[-1] if answered else None
