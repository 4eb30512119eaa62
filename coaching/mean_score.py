"""The scoring "mean": one answer per question on the tier scale; the tier is the mean, rounded to a half."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Any, Literal, Self

from coaching.assessment import Answers, Card, StoredWords, first_unanswered, register_scoring

NONE_YET = 0.5
"""The number of the answer "None of these yet"."""

LEVELS = (1.0, 1.5, 2.0, 2.5, 3.0)
"""The numbers of the five answers, in the order in which they are shown."""

TIERS = (NONE_YET, *LEVELS)

UNEVEN_FROM = 1.0
"""A spread of this or more is called uneven."""


@dataclass(frozen=True)
class MeanStanding:
    """The result of one finished assessment; every number is on the tier scale."""

    tier: float
    floor: float
    spread: float
    lowest_question: str
    highest_question: str

    @property
    def highest(self) -> float:
        return self.floor + self.spread

    @property
    def is_uneven(self) -> bool:
        return self.spread >= UNEVEN_FROM


@dataclass(frozen=True)
class Answer:
    """One answer to choose: its level, its text, and the habit in it that is worth keeping."""

    level: float
    text: str
    keep: str


@dataclass(frozen=True)
class Question:
    """One question about a recent event; `topic` is its short name, such as "starting work"."""

    id: str
    topic: str
    text: str
    answers: tuple[Answer, ...]

    def answer_at(self, level: float) -> Answer | None:
        """Return the answer of that level; None for "None of these yet"."""
        return next((answer for answer in self.answers if answer.level == level), None)


@dataclass(frozen=True)
class TierWords:
    """A tier's name, its explanation, and what answers at this tier describe in the family."""

    tier: float
    name: str
    explained: str
    describes: str


@dataclass(frozen=True)
class GivenWords:
    """The answer to one question in its own words, with the question's topic."""

    topic: str
    level: float
    text: str

    @property
    def heading(self) -> str:
        """The topic as the beginning of a line."""
        return self.topic[:1].upper() + self.topic[1:]


@dataclass(frozen=True)
class Questionnaire(StoredWords):
    """The words of one role family's questions."""

    framework: str
    version: str
    family: str
    family_name: str
    none_label: str
    tiers: tuple[TierWords, ...]
    questions: tuple[Question, ...]

    @property
    def scoring(self) -> Literal["mean"]:
        return "mean"

    @property
    def title(self) -> str:
        return self.family_name

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        return tuple(Card(question.id, (question.id,)) for question in self.questions)

    @property
    def topics(self) -> dict[str, str]:
        return {question.id: question.topic for question in self.questions}

    def next_card(self, answers: Answers) -> Card | None:
        return first_unanswered(self.cards, answers)

    def question(self, question_id: str) -> Question | None:
        return next((q for q in self.questions if q.id == question_id), None)

    def tier(self, tier: float) -> TierWords:
        return next(words for words in self.tiers if words.tier == tier)

    def fitting_tier(self, standing: MeanStanding) -> TierWords | None:
        """Return the tier whose description fits all answers; None for an uneven result.

        The description would contradict one of the answers then: `between` has what to say instead.
        """
        return None if standing.is_uneven else self.tier(standing.tier)

    def between(self, standing: MeanStanding) -> tuple[GivenWords, ...]:
        """Return the lowest and the highest answer of an uneven result; else nothing."""
        if not standing.is_uneven:
            return ()
        return (
            self._given(standing.lowest_question, standing.floor),
            self._given(standing.highest_question, standing.highest),
        )

    def _given(self, question_id: str, level: float) -> GivenWords:
        question = self.question(question_id)
        topic = question.topic if question else question_id
        return GivenWords(topic, level, self.text_of(question_id, level))

    def text_of(self, question_id: str, level: float) -> str:
        """Return the text of the answer at this level, "None of these yet" included."""
        question = self.question(question_id)
        answer = question.answer_at(level) if question else None
        return answer.text if answer else self.none_label

    def in_words(self, item: str, level: float) -> tuple[str, str]:
        question = self.question(item)
        return question.text if question else item, self.text_of(item, level)

    def result_in_words(self, result: float) -> str:
        return f"tier {result:g}, {self.tier(result).name}"

    def allows(self, item: str, level: float) -> bool:
        question = self.question(item)
        return question is not None and (level == NONE_YET or question.answer_at(level) is not None)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Return the questionnaire that `to_json` wrote, after `json.loads`."""
        plain = ("framework", "version", "family", "family_name", "none_label")
        return cls(
            **{key: data[key] for key in plain},
            tiers=tuple(TierWords(**tier) for tier in data["tiers"]),
            questions=tuple(_question(question) for question in data["questions"]),
        )


register_scoring("mean", Questionnaire.from_dict)


def _question(data: dict[str, Any]) -> Question:
    return Question(**{**data, "answers": tuple(Answer(**answer) for answer in data["answers"])})


def tier_of(levels: list[float]) -> float:
    """Return the mean of the levels rounded to the nearest half, ties down; ValueError for no levels."""
    if not levels:
        raise ValueError("A tier needs at least one answer.")
    mean = sum((Fraction(level) for level in levels), Fraction(0)) / len(levels)
    return ceil(mean * 2 - Fraction(1, 2)) / 2


def mean_standing(answers: Mapping[str, float]) -> MeanStanding:
    """Return the result of these answers; `answers` maps question ids, in the family's order, to levels."""
    levels = list(answers.values())
    floor, top = min(levels), max(levels)
    return MeanStanding(
        tier=tier_of(levels),
        floor=floor,
        spread=top - floor,
        lowest_question=next(q for q, level in answers.items() if level == floor),
        highest_question=next(q for q, level in answers.items() if level == top),
    )
