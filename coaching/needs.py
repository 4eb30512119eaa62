"""Which level a project needs: the simplest one that meets every need, by a table."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self

from coaching.asking import Answers, Card, Kept, first_open

TICKED, LEFT_OUT = 1.0, 0.0

LEAST = 1
"""Without any need, the first level does."""


@dataclass(frozen=True)
class Need:
    """An answer to choose: the level it takes, and why that one."""

    id: str
    text: str
    level: int
    because: str


@dataclass(frozen=True)
class NeedQuestion:
    """A question about the project; with `multiple`, several of its needs may be true at once."""

    id: str
    topic: str
    text: str
    multiple: bool
    needs: tuple[Need, ...]


@dataclass(frozen=True)
class Contradiction:
    """Two needs (by their ids) that do not fit together, and what to say of them."""

    needs: tuple[str, str]
    says: str


@dataclass(frozen=True)
class NeededLevel:
    """The answer; `forced_by` are the needs at that level, `without` maps each need whose absence alone
    would lower the level to the level that would then do."""

    level: int
    forced_by: tuple[str, ...]
    without: dict[str, int]
    contradictions: tuple[Contradiction, ...]


@dataclass(frozen=True)
class Needs(Kept):
    """The words of the questions about a project; the ids of needs are unique over all questions."""

    framework: str
    version: str
    family: str
    title: str
    about: str
    none_label: str
    questions: tuple[NeedQuestion, ...]
    contradictions: tuple[Contradiction, ...]

    @property
    def scoring(self) -> Literal["needs"]:
        return "needs"

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        return tuple(
            Card(question.id, tuple(need.id for need in question.needs))
            for question in self.questions
        )

    def next_card(self, answers: Answers) -> Card | None:
        return first_open(self.cards, answers)

    def allows(self, item: str, level: float) -> bool:
        return level in (TICKED, LEFT_OUT) and self.need(item) is not None

    def question_of_card(self, card: Card) -> NeedQuestion:
        return next(question for question in self.questions if question.id == card.id)

    def need(self, need_id: str) -> Need | None:
        every = (need for question in self.questions for need in question.needs)
        return next((need for need in every if need.id == need_id), None)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """The questions that `to_json` wrote, after `json.loads`."""
        plain = ("framework", "version", "family", "title", "about", "none_label")
        return cls(
            **{key: data[key] for key in plain},
            questions=tuple(
                NeedQuestion(**{**one, "needs": tuple(Need(**need) for need in one["needs"])})
                for one in data["questions"]
            ),
            contradictions=tuple(
                Contradiction((one["needs"][0], one["needs"][1]), one["says"])
                for one in data["contradictions"]
            ),
        )


def picked(question: NeedQuestion, chosen: set[str]) -> dict[str, float]:
    """The answers of a whole question, as kept: every need of it, ticked or left out."""
    return {need.id: TICKED if need.id in chosen else LEFT_OUT for need in question.needs}


def needed_level(words: Needs, answers: Answers) -> NeededLevel:
    """The lowest level that meets every need that was ticked."""
    ticked = [need for q in words.questions for need in q.needs if answers.get(need.id) == TICKED]
    level = _enough(ticked)
    ids = {need.id for need in ticked}
    without = {need.id: _enough([n for n in ticked if n != need]) for need in ticked}
    return NeededLevel(
        level=level,
        forced_by=tuple(need.id for need in ticked if need.level == level and level > LEAST),
        without={need_id: lower for need_id, lower in without.items() if lower < level},
        contradictions=tuple(one for one in words.contradictions if ids.issuperset(one.needs)),
    )


def _enough(needs: list[Need]) -> int:
    return max((need.level for need in needs), default=LEAST)
