"""The scoring "lowest": the result is the lowest of several criteria; "not tried" counts as 0."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self

from coaching.assessment import (
    Answers,
    BelowFirst,
    Card,
    StoredWords,
    first_unanswered,
    register_scoring,
)

NOT_TRIED = 0.0
"""The number of the answer "not tried"."""


@dataclass(frozen=True)
class CriterionLevel:
    """The description of a criterion at one level, and what to try in order to reach it."""

    level: int
    describes: str
    to_try: str


@dataclass(frozen=True)
class Criterion:
    """One criterion, rated by itself; `topic` is its short name."""

    id: str
    name: str
    topic: str
    question: str
    levels: tuple[CriterionLevel, ...]

    def at(self, level: float) -> CriterionLevel | None:
        """Return the description of that level; None for "not tried"."""
        return next((one for one in self.levels if one.level == level), None)


@dataclass(frozen=True)
class GradeLevel:
    """A level's number, its short sign ("L1"), its name, and its description."""

    level: int
    sign: str
    name: str
    describes: str


@dataclass(frozen=True)
class MinStanding:
    """The lowest level over all criteria (0 for "not tried"); `holding` are the ids of the criteria at it.

    At the top `next_level` is None and `holding` is empty.
    """

    level: int
    next_level: int | None
    holding: tuple[str, ...]


@dataclass(frozen=True)
class Criteria(StoredWords):
    """The words of a grading by the lowest criterion."""

    framework: str
    version: str
    family: str
    title: str
    about: str
    not_tried: str
    before: BelowFirst
    levels: tuple[GradeLevel, ...]
    criteria: tuple[Criterion, ...]

    @property
    def scoring(self) -> Literal["lowest"]:
        return "lowest"

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        return tuple(Card(criterion.id, (criterion.id,)) for criterion in self.criteria)

    @property
    def topics(self) -> dict[str, str]:
        return {criterion.id: criterion.topic for criterion in self.criteria}

    def next_card(self, answers: Answers) -> Card | None:
        return first_unanswered(self.cards, answers)

    def in_words(self, item: str, level: float) -> tuple[str, str]:
        criterion = self.criterion(item)
        described = criterion.at(level) if criterion else None
        return (
            criterion.question if criterion else item,
            described.describes if described else self.not_tried,
        )

    def result_in_words(self, result: float) -> str:
        return self.name_of(int(result))

    def allows(self, item: str, level: float) -> bool:
        found = self.criterion(item)
        return found is not None and (level == NOT_TRIED or found.at(level) is not None)

    def criterion(self, criterion_id: str) -> Criterion | None:
        return next((one for one in self.criteria if one.id == criterion_id), None)

    def level(self, level: int) -> GradeLevel | None:
        return next((one for one in self.levels if one.level == level), None)

    def name_of(self, level: int) -> str:
        """Return sign and name of the level ("L2 Secure Builder"); 0 is the result below the first level."""
        found = self.level(level)
        return f"{found.sign} {found.name}" if found else self.before.name

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Return the criteria that `to_json` wrote, after `json.loads`."""
        plain = ("framework", "version", "family", "title", "about", "not_tried")
        return cls(
            **{key: data[key] for key in plain},
            before=BelowFirst(**data["before"]),
            levels=tuple(GradeLevel(**level) for level in data["levels"]),
            criteria=tuple(_criterion(criterion) for criterion in data["criteria"]),
        )


register_scoring("lowest", Criteria.from_dict)


def _criterion(data: dict[str, Any]) -> Criterion:
    return Criterion(
        **{**data, "levels": tuple(CriterionLevel(**level) for level in data["levels"])}
    )


def min_standing(words: Criteria, answers: Answers) -> MinStanding:
    """Return the lowest level of the criteria; one without an answer counts as not tried."""
    reached = {one.id: answers.get(one.id, NOT_TRIED) for one in words.criteria}
    lowest = min(reached.values())
    upcoming = next((one.level for one in words.levels if one.level > lowest), None)
    holding = tuple(item for item, level in reached.items() if level == lowest)
    return MinStanding(int(lowest), upcoming, holding if upcoming else ())
