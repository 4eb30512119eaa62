"""The scoring "needs": the level a project requires is the lowest one that meets every ticked need."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self

from coaching.assessment import Answers, Card, StoredWords, first_unanswered, register_scoring

TICKED, LEFT_OUT = 1.0, 0.0

FIRST_LEVEL = 1
"""The level that a project without any need requires."""

PROJECT_KIND = "need"

PROJECT_HERE = "{project}"
"""Stands for the project's name in the text of a question."""


@dataclass(frozen=True)
class ProjectSubject:
    """A project that a member asked about, as an assessment stores it; without a channel only they see it."""

    channel: str = ""
    name: str = ""

    def __str__(self) -> str:
        return f"{PROJECT_KIND}:{self.channel}" + (f":{self.name}" if self.name else "")

    @classmethod
    def parse(cls, subject: str) -> Self | None:
        """Return the project that `str` wrote; None for any other subject."""
        kind, colon, rest = subject.partition(":")
        if kind != PROJECT_KIND or not colon:
            return None
        channel, _, name = rest.partition(":")
        return cls(channel, name)


@dataclass(frozen=True)
class Need:
    """An answer to choose: the level that it requires, and why."""

    id: str
    text: str
    level: int
    because: str


@dataclass(frozen=True)
class NeedQuestion:
    """A question about the project; with `multiple`, several of its needs may be ticked."""

    id: str
    topic: str
    text: str
    multiple: bool
    needs: tuple[Need, ...]

    def text_about(self, project: str) -> str:
        """Return the question with the name of the project; `project` is empty for one without a name."""
        return self.text.replace(PROJECT_HERE, project or "this project")


@dataclass(frozen=True)
class Contradiction:
    """The ids of two needs that contradict each other, and the text shown when both are ticked."""

    needs: tuple[str, str]
    says: str


@dataclass(frozen=True)
class RequiredLevel:
    """The result: the level, why it is not a lower one, and which ticked needs contradict each other.

    `forced_by` are the ids of the needs that require this level. `without` maps each need that alone raises
    the level to the level that would be enough without it.
    """

    level: int
    forced_by: tuple[str, ...]
    without: dict[str, int]
    contradictions: tuple[Contradiction, ...]


@dataclass(frozen=True)
class AcceptanceLine:
    """A line of a level's checklist, with the ids of the needs that ask for it.

    Without `needs` it is for every project at its level or above.
    """

    level: int
    text: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checklist:
    """The lines that a project's answers ask for, and `others` of its level that no answer asks for."""

    asked: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True)
class Needs(StoredWords):
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

    @property
    def topics(self) -> dict[str, str]:
        return {need.id: question.topic for question in self.questions for need in question.needs}

    def next_card(self, answers: Answers) -> Card | None:
        return first_unanswered(self.cards, answers)

    def in_words(self, item: str, level: float) -> tuple[str, str]:
        need, answer = self.need(item), "yes" if level == TICKED else "no"
        asked = next((q.text_about("") for q in self.questions if need in q.needs), "")
        return (f"{asked} {need.text}", answer) if need else (item, answer)

    def result_in_words(self, result: float) -> str:
        return f"level {result:g}"

    def allows(self, item: str, level: float) -> bool:
        return level in (TICKED, LEFT_OUT) and self.need(item) is not None

    def question_of_card(self, card: Card) -> NeedQuestion:
        return next(question for question in self.questions if question.id == card.id)

    def need(self, need_id: str) -> Need | None:
        every = (need for question in self.questions for need in question.needs)
        return next((need for need in every if need.id == need_id), None)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Return the questions that `to_json` wrote, after `json.loads`."""
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


register_scoring("needs", Needs.from_dict)


def answers_to_question(question: NeedQuestion, chosen: set[str]) -> dict[str, float]:
    """Return the answers of a whole question as they are stored: every need of it, ticked or left out."""
    return {need.id: TICKED if need.id in chosen else LEFT_OUT for need in question.needs}


def required_level_of(words: Needs, answers: Answers) -> RequiredLevel:
    """Return the lowest level that meets every need that was ticked."""
    ticked = [need for q in words.questions for need in q.needs if answers.get(need.id) == TICKED]
    level = _level_for(ticked)
    ids = {need.id for need in ticked}
    without = {need.id: _level_for([n for n in ticked if n != need]) for need in ticked}
    return RequiredLevel(
        level=level,
        forced_by=tuple(need.id for need in ticked if need.level == level and level > FIRST_LEVEL),
        without={need_id: lower for need_id, lower in without.items() if lower < level},
        contradictions=tuple(one for one in words.contradictions if ids.issuperset(one.needs)),
    )


def checklist_of(words: Needs, answers: Answers, lines: Sequence[AcceptanceLine]) -> Checklist:
    """Return the checklist of a project; a line whose needs these words do not have is for every project."""
    level = required_level_of(words, answers).level

    def is_asked(line: AcceptanceLine) -> bool:
        needs = [need for need in line.needs if words.need(need)]
        return not needs or any(answers.get(need) == TICKED for need in needs)

    return Checklist(
        asked=tuple(line.text for line in lines if line.level <= level and is_asked(line)),
        others=tuple(line.text for line in lines if line.level == level and not is_asked(line)),
    )


def _level_for(needs: list[Need]) -> int:
    return max((need.level for need in needs), default=FIRST_LEVEL)
