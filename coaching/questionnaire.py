"""The words of one assessment: what was asked, and every answer that could be chosen."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self

from coaching.asking import Answers, Card, Kept, first_open
from coaching.tiers import NONE_YET


@dataclass(frozen=True)
class Answer:
    """One answer to choose: its level, its words, and the habit in it worth keeping."""

    level: float
    text: str
    keep: str


@dataclass(frozen=True)
class Question:
    """One question about one recent event; `topic` names it in passing ("starting work")."""

    id: str
    topic: str
    text: str
    answers: tuple[Answer, ...]

    def answer_at(self, level: float) -> Answer | None:
        """The answer of that level; None for "None of these yet"."""
        return next((answer for answer in self.answers if answer.level == level), None)


@dataclass(frozen=True)
class TierWords:
    """A tier's name, its explanation, and what answers at this tier describe in the family."""

    tier: float
    name: str
    explained: str
    describes: str


@dataclass(frozen=True)
class Questionnaire(Kept):
    """Everything a member is shown in one assessment, kept with it so that history stays as it was."""

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

    def next_card(self, answers: Answers) -> Card | None:
        return first_open(self.cards, answers)

    @property
    def question_ids(self) -> tuple[str, ...]:
        return tuple(question.id for question in self.questions)

    def question(self, question_id: str) -> Question | None:
        return next((q for q in self.questions if q.id == question_id), None)

    def tier(self, tier: float) -> TierWords:
        return next(words for words in self.tiers if words.tier == tier)

    def text_of(self, question_id: str, level: float) -> str:
        """The words of the answer at this level, "None of these yet" included."""
        question = self.question(question_id)
        answer = question.answer_at(level) if question else None
        return answer.text if answer else self.none_label

    def allows(self, item: str, level: float) -> bool:
        """Whether a click may carry this level."""
        question = self.question(item)
        return question is not None and (level == NONE_YET or question.answer_at(level) is not None)

    def next_question(self, answered: "set[str] | frozenset[str]") -> Question | None:
        """The first question without an answer; None when all are answered."""
        return next((q for q in self.questions if q.id not in answered), None)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """The questionnaire that `to_json` wrote, after `json.loads`."""
        return cls(
            **{
                key: data[key]
                for key in ("framework", "version", "family", "family_name", "none_label")
            },
            tiers=tuple(TierWords(**tier) for tier in data["tiers"]),
            questions=tuple(
                Question(
                    id=q["id"],
                    topic=q["topic"],
                    text=q["text"],
                    answers=tuple(Answer(**answer) for answer in q["answers"]),
                )
                for q in data["questions"]
            ),
        )
