"""The scoring "lowest": the result is the lowest of several criteria.

"Not tried" and "tried, and less than the first level" both count as 0. They are told apart, because the first
says nothing about the criterion.
"""

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

BELOW_FIRST = 0.5
"""The number of the answer that a criterion was tried and is below the first level."""


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
        """Return the description of that level; None for the two answers below the first one."""
        return next((one for one in self.levels if one.level == level), None)


@dataclass(frozen=True)
class GradeLevel:
    """A level's number, its short sign ("L1"), its name, and its description."""

    level: int
    sign: str
    name: str
    describes: str


@dataclass(frozen=True)
class PartialLevel:
    """A level above the result that most criteria reach; `missing` are the ids of the others.

    The others were not tried, or there is one of them.
    """

    level: int
    missing: tuple[str, ...]


@dataclass(frozen=True)
class MinStanding:
    """The lowest level over all criteria, or 0; `holding` are the ids of the criteria at it.

    At the top `next_level` is None and `holding` is empty.
    """

    level: int
    next_level: int | None
    holding: tuple[str, ...]
    partial: PartialLevel | None


@dataclass(frozen=True)
class Criteria(StoredWords):
    """The words of a grading by the lowest criterion; `below_first` is empty without that answer."""

    added_later = ("below_first",)

    framework: str
    version: str
    family: str
    title: str
    about: str
    not_tried: str
    before: BelowFirst
    levels: tuple[GradeLevel, ...]
    criteria: tuple[Criterion, ...]
    below_first: str = ""

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
        below = f"Tried, below {self.levels[0].sign}" if level == BELOW_FIRST else self.not_tried
        return (
            criterion.question if criterion else item,
            described.describes if described else below,
        )

    def result_in_words(self, result: float) -> str:
        return self.name_of(int(result))

    def allows(self, item: str, level: float) -> bool:
        found = self.criterion(item)
        if level == BELOW_FIRST:
            return found is not None and bool(self.below_first)
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
            below_first=data.get("below_first", ""),
            levels=tuple(GradeLevel(**level) for level in data["levels"]),
            criteria=tuple(_criterion(criterion) for criterion in data["criteria"]),
        )


register_scoring("lowest", Criteria.from_dict)


def _criterion(data: dict[str, Any]) -> Criterion:
    return Criterion(
        **{**data, "levels": tuple(CriterionLevel(**level) for level in data["levels"])}
    )


def reached_levels(words: Criteria, answers: Answers) -> dict[str, float]:
    """Return the answer to each criterion by id; one without an answer counts as not tried."""
    return {one.id: answers.get(one.id, NOT_TRIED) for one in words.criteria}


def min_standing(words: Criteria, answers: Answers) -> MinStanding:
    """Return the lowest level of the criteria, and the level that most of them reach."""
    reached = reached_levels(words, answers)
    lowest = int(min(reached.values()))
    upcoming = next((one.level for one in words.levels if one.level > lowest), None)
    holding = tuple(item for item, level in reached.items() if int(level) == lowest)
    above = [one.level for one in reversed(words.levels) if one.level > lowest]
    partial = next(filter(None, (_partial_level(reached, level) for level in above)), None)
    return MinStanding(lowest, upcoming, holding if upcoming else (), partial)


def _partial_level(reached: dict[str, float], level: int) -> PartialLevel | None:
    """Return this level with the criteria that miss it; None when it is not held by most of them."""
    missing = tuple(item for item, at in reached.items() if at < level)
    is_held_by_most = len(missing) * 2 < len(reached)
    is_close = len(missing) == 1 or all(reached[item] == NOT_TRIED for item in missing)
    return PartialLevel(level, missing) if is_held_by_most and is_close else None
