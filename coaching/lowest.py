"""The lowest of several criteria: nothing is better than what holds it back, and "not tried" is nothing."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self

from coaching.asking import Answers, Card, Kept, first_open
from coaching.ladder import Before

NOT_TRIED = 0.0
"""What "not tried" counts as."""


@dataclass(frozen=True)
class CriterionLevel:
    """What a criterion looks like at a level, and what to try in order to get there."""

    level: int
    describes: str
    to_try: str


@dataclass(frozen=True)
class Criterion:
    """One thing that is looked at by itself; `topic` names it in passing."""

    id: str
    name: str
    topic: str
    question: str
    levels: tuple[CriterionLevel, ...]

    def at(self, level: float) -> CriterionLevel | None:
        """The description of that level; None for "not tried"."""
        return next((one for one in self.levels if one.level == level), None)


@dataclass(frozen=True)
class GradeLevel:
    """A level's number, its short sign ("L1"), its name, and what somebody or something at it is like."""

    level: int
    sign: str
    name: str
    describes: str


@dataclass(frozen=True)
class LowestStanding:
    """The lowest level over all criteria (0 for none); `holding` are the ids of the criteria at it."""

    level: int
    next_level: int | None
    holding: tuple[str, ...]


@dataclass(frozen=True)
class Criteria(Kept):
    """The words of a grading by the lowest criterion."""

    framework: str
    version: str
    family: str
    title: str
    about: str
    not_tried: str
    before: Before
    levels: tuple[GradeLevel, ...]
    criteria: tuple[Criterion, ...]

    @property
    def scoring(self) -> Literal["lowest"]:
        return "lowest"

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        return tuple(Card(criterion.id, (criterion.id,)) for criterion in self.criteria)

    def next_card(self, answers: Answers) -> Card | None:
        return first_open(self.cards, answers)

    def allows(self, item: str, level: float) -> bool:
        found = self.criterion(item)
        return found is not None and (level == NOT_TRIED or found.at(level) is not None)

    def criterion(self, criterion_id: str) -> Criterion | None:
        return next((one for one in self.criteria if one.id == criterion_id), None)

    def level(self, level: int) -> GradeLevel | None:
        return next((one for one in self.levels if one.level == level), None)

    def name_of(self, level: int) -> str:
        """Sign and name of the level ("L2 Secure Builder"); 0 is the place below the first."""
        found = self.level(level)
        return f"{found.sign} {found.name}" if found else self.before.name

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """The criteria that `to_json` wrote, after `json.loads`."""
        plain = ("framework", "version", "family", "title", "about", "not_tried")
        return cls(
            **{key: data[key] for key in plain},
            before=Before(**data["before"]),
            levels=tuple(GradeLevel(**level) for level in data["levels"]),
            criteria=tuple(_criterion(criterion) for criterion in data["criteria"]),
        )


def _criterion(data: dict[str, Any]) -> Criterion:
    return Criterion(
        **{**data, "levels": tuple(CriterionLevel(**level) for level in data["levels"])}
    )


def lowest_standing(words: Criteria, answers: Answers) -> LowestStanding:
    """The lowest of the criteria; one without an answer counts as not tried."""
    reached = {one.id: answers.get(one.id, NOT_TRIED) for one in words.criteria}
    lowest = min(reached.values())
    upcoming = next((one.level for one in words.levels if one.level > lowest), None)
    holding = tuple(item for item, level in reached.items() if level == lowest)
    return LowestStanding(int(lowest), upcoming, holding if upcoming else ())
