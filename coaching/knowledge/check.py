"""Knowledge checks: the items drawn for one try, what the answers decide, and how sure somebody was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from random import Random
from typing import Any, Self

from coaching.assessment import Answers, Card, Scoring, StoredWords, register_scoring
from coaching.english import number_word
from coaching.knowledge.sequential import MOST_ITEMS, Outcome, decide

FRAMEWORK = "knowledge"
"""The framework of all checks. The skill is stored where other assessments store the family."""

SURE = ":sure"
"""Ends the id under which it is stored how sure somebody was of an item."""

SURENESS: Mapping[int, str] = {1: "Guessing", 2: "Fairly sure", 3: "Sure"}

POINTS_RIGHT: Mapping[int, int] = {1: 1, 2: 2, 3: 3}
POINTS_WRONG: Mapping[int, int] = {1: 0, 2: -2, 3: -6}
"""The points of certainty marking. They show how well somebody can tell what they know, not the outcome."""

OUTCOMES: Mapping[Outcome, int] = {"not_yet": 0, "undecided": 1, "checked": 2}
"""The outcomes of a try, and the numbers by which they are stored."""

OUTCOME_WORDS: Mapping[int, str] = {0: "not yet", 1: "not decided yet", 2: "checked"}


@dataclass(frozen=True)
class AskedOption:
    """An answer to choose from; `number` is its place in the content, which is the same for everybody."""

    text: str
    right: bool
    why: str
    number: int


@dataclass(frozen=True)
class AskedItem:
    """A case with one question; `variant` is the role family it is told in, empty for the general case."""

    id: str
    variant: str
    case: str
    question: str
    options: tuple[AskedOption, ...]

    @property
    def right(self) -> int:
        """The place of the right option, as it is shown here."""
        return next(place for place, option in enumerate(self.options) if option.right)

    @property
    def sure_id(self) -> str:
        """The id under which it is stored how sure somebody was."""
        return f"{self.id}{SURE}"

    def ordered_by(self, seed: str) -> Self:
        """Return the item with its options in an order that is always the same for a seed."""

        def lot(option: AskedOption) -> bytes:
            return sha256(f"{seed} {self.id} {option.number}".encode()).digest()

        return replace(self, options=tuple(sorted(self.options, key=lot)))

    def shuffled(self, rng: Random) -> Self:
        """Return the item with its options in another order."""
        return replace(self, options=tuple(rng.sample(self.options, len(self.options))))


@dataclass(frozen=True)
class GivenAnswer:
    """An answer to an item: the place of the chosen option, as it was shown, and how sure they were."""

    item: AskedItem
    chosen: int
    sure: int

    @property
    def is_right(self) -> bool:
        return self.chosen == self.item.right

    @property
    def points(self) -> int:
        return (POINTS_RIGHT if self.is_right else POINTS_WRONG)[self.sure]

    @property
    def is_for_practice(self) -> bool:
        """Whether the item comes back for practice: it was wrong, or a guess."""
        return not self.is_right or self.sure == min(SURENESS)


@dataclass(frozen=True)
class Calibration:
    """How well somebody could tell what they know: of the answers they were sure of, how many were right.

    `points`, of at most `most`, are those of certainty marking.
    """

    sure: int
    sure_right: int
    guessed: int
    guessed_right: int
    points: int
    most: int


@dataclass(frozen=True)
class KnowledgeCheck(StoredWords):
    """The items of one try in the order in which they are asked; the skill is its `family`."""

    version: str
    family: str
    title: str
    items: tuple[AskedItem, ...]
    framework: str = field(default=FRAMEWORK)

    @property
    def scoring(self) -> Scoring:
        return "sequential"

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        return tuple(Card(item.id, (item.id, item.sure_id)) for item in self.items)

    @property
    def topics(self) -> Mapping[str, str]:
        return {item.id: item.question for item in self.items}

    @cached_property
    def _by_id(self) -> Mapping[str, AskedItem]:
        return {item.id: item for item in self.items}

    def item(self, item_id: str) -> AskedItem:
        """Return the item with this id; KeyError when it was not drawn."""
        return self._by_id[item_id]

    def given(self, answers: Answers) -> list[GivenAnswer]:
        """Return the answers in the order in which they were given, without one that is half given."""
        return [
            GivenAnswer(item, int(answers[item.id]), int(answers[item.sure_id]))
            for item in self.items
            if item.id in answers and item.sure_id in answers
        ]

    def outcome(self, answers: Answers) -> Outcome | None:
        """Return what the answers decide; None while one more item is to be asked."""
        given = self.given(answers)
        right = sum(one.is_right for one in given)
        decided = decide(right, len(given) - right)
        return decided or ("undecided" if len(given) >= len(self.items) else None)

    def next_card(self, answers: Answers) -> Card | None:
        """Return the next item; None when the answers decide, or all items were asked."""
        if self.outcome(answers):
            return None
        return next(card for card in self.cards if not card.is_answered(answers))

    def allows(self, item: str, level: float) -> bool:
        """Return whether this is the place of an option, or a sureness."""
        if item.endswith(SURE):
            return item.removesuffix(SURE) in self._by_id and level in SURENESS
        known = self._by_id.get(item)
        return known is not None and level in range(len(known.options))

    def in_words(self, item: str, level: float) -> tuple[str, str]:
        """Return the question and the answer, or the question how sure they were."""
        if item.endswith(SURE):
            return f"{self.item(item.removesuffix(SURE)).question} How sure?", SURENESS[int(level)]
        asked = self.item(item)
        return asked.question, asked.options[int(level)].text

    def result_in_words(self, result: float) -> str:
        return OUTCOME_WORDS[int(result)]

    def exported(self, *, is_open: bool) -> dict[str, Any]:
        """Return the words for the member's export; while the try is open, without the items."""
        words = super().exported(is_open=is_open)
        if is_open:
            words["items"] = []
        return words

    def only(self, answers: Answers) -> Self:
        """Return the words without the items that were not asked."""
        return replace(self, items=tuple(one.item for one in self.given(answers)))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the words that `to_json` wrote."""
        return cls(
            version=data["version"],
            family=data["family"],
            title=data["title"],
            items=tuple(_item(item) for item in data["items"]),
        )


register_scoring("sequential", KnowledgeCheck.from_dict)


def _item(data: Mapping[str, Any]) -> AskedItem:
    options = tuple(AskedOption(**option) for option in data["options"])
    return AskedItem(**{**data, "options": options})


def drawn(items: Sequence[AskedItem], *, rng: Random) -> tuple[AskedItem, ...]:
    """Return the items of a try in random order, each with its options in random order: `MOST_ITEMS`.

    Empty when there are fewer: the published rates are those of tries that can ask so many.
    """
    if len(items) < MOST_ITEMS:
        return ()
    return tuple(item.shuffled(rng) for item in rng.sample(items, MOST_ITEMS))


def calibration(given: Sequence[GivenAnswer]) -> Calibration:
    """Return how well the certainty of these answers fits whether they were right."""
    sure = [one.is_right for one in given if one.sure == max(SURENESS)]
    guessed = [one.is_right for one in given if one.sure == min(SURENESS)]
    return Calibration(
        sure=len(sure),
        sure_right=sum(sure),
        guessed=len(guessed),
        guessed_right=sum(guessed),
        points=sum(one.points for one in given),
        most=max(POINTS_RIGHT.values()) * len(given),
    )


def count_words(count: int, what: str = "question") -> str:
    """Return such as "one question" or "12 questions"."""
    return f"{number_word(count)} {what}{'' if count == 1 else 's'}"
