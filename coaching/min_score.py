"""The scoring "lowest": the result is the lowest of several criteria.

"Not tried" and "tried, and less than the first level" both count as 0. They are told apart, because the first
says nothing about the criterion. In words, a grade is its level, or the level that most criteria
reach with the criteria that do not.
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
from coaching.english import joined, number_word, part_word

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


def grade_name(words: Criteria, answers: Answers) -> str:
    """Return the grade as it stands in a list or a sentence.

    It is "L2 Secure Builder", followed by "(L3 on six of seven; performance at L2)" where one criterion alone
    is below L3. Without a level it is "L2 on six of seven; testing not tried", or "No level yet; two of seven
    tried" where most were not tried.
    """
    standing = min_standing(words, answers)
    name = words.name_of(standing.level)
    if standing.partial:
        held = held_name(words, answers, standing.partial.level)
        return f"{name} ({held})" if standing.level else held
    return name if standing.level else f"{name}; {_tried(words, answers)}"


def held_name(words: Criteria, answers: Answers, level: int) -> str:
    """Return on how many criteria a level is held and which miss it, as in `grade_name`."""
    held = held_count(words, answers, level)
    on = f"{sign_of(words, level)} on {part_word(held)} of {number_word(len(words.criteria))}"
    return f"{on}; {shortfall(words, answers, level)}" if held < len(words.criteria) else on


def held_count(words: Criteria, answers: Answers, level: int) -> int:
    """Return how many criteria reach this level."""
    return sum(reached >= level for reached in reached_levels(words, answers).values())


def shortfall(words: Criteria, answers: Answers, level: int) -> str:
    """Return the criteria that miss this level: "performance and security at L2; testing not tried"."""
    topics: dict[float, list[str]] = {}
    for item, reached in reached_levels(words, answers).items():
        if reached < level:
            topics.setdefault(reached, []).append(words.topics[item])
    places = sorted(topics, reverse=True)
    return "; ".join(f"{joined(topics[at])} {_place(words, at)}" for at in places)


def answer_text(words: Criteria, criterion_id: str, level: float) -> str:
    """Return the description of a criterion at the level that it reached."""
    criterion = words.criterion(criterion_id)
    reached = criterion.at(level) if criterion else None
    if reached:
        return f"{sign_of(words, reached.level)}. {reached.describes}"
    return words.not_tried if level == NOT_TRIED else f"Tried, {_place(words, level)}"


def partial_level(words: Criteria, answers: Answers) -> PartialLevel | None:
    """Return the level that most criteria reach, where there is no grade for all of them."""
    standing = min_standing(words, answers)
    return None if standing.level else standing.partial


def sign_of(words: Criteria, level: int) -> str:
    """Return the short sign of a level ("L2"), or its number in words that do not have it."""
    found = words.level(level)
    return found.sign if found else f"level {level}"


def _tried(words: Criteria, answers: Answers) -> str:
    """Return how many criteria were tried; where all were, which of them are below the first level."""
    reached = reached_levels(words, answers)
    tried = sum(level != NOT_TRIED for level in reached.values())
    if tried == len(reached):
        return shortfall(words, answers, words.levels[0].level)
    return f"{part_word(tried)} of {number_word(len(reached))} tried"


def _place(words: Criteria, level: float) -> str:
    if level == NOT_TRIED:
        return "not tried"
    first = words.levels[0]
    return f"below {first.sign}" if level == BELOW_FIRST else f"at {sign_of(words, int(level))}"
