"""The scoring "ladder": a level is held when all its behaviors and every level below it are held."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self

from coaching.assessment import Answers, BelowFirst, Card, StoredWords, register_scoring

NOT_YET, WITH_HELP, ON_MY_OWN, TEACHING = 0.0, 1.0, 2.0, 3.0
BEHAVIOR_CHOICES = (NOT_YET, WITH_HELP, ON_MY_OWN, TEACHING)
"""The four answers to a behavior, lowest first."""

HELD_FROM = ON_MY_OWN
"""A behavior with this answer or a higher one is held."""


@dataclass(frozen=True)
class Behavior:
    """Something a person does; `topic` is its short name, `evidence` what a reviewer could check."""

    id: str
    topic: str
    text: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class LadderLevel:
    """One level with its behaviors; `role` is what it means for a person's role and career."""

    level: int
    id: str
    name: str
    objective: str
    describes: str
    role: str
    behaviors: tuple[Behavior, ...]


@dataclass(frozen=True)
class LadderStanding:
    """The result of the answers: the highest level held (0 for none), and what the next level still takes.

    `missing` are the ids of the behaviors of the next level that are not held, in their order. At the top
    `next_level` is None and `missing` is empty.
    """

    level: int
    next_level: int | None
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Ladder(StoredWords):
    """The words of a ladder of behaviors; `choices` are the labels of the four answers."""

    framework: str
    version: str
    family: str
    title: str
    about: str
    stem: str
    choices: tuple[str, ...]
    before: BelowFirst
    levels: tuple[LadderLevel, ...]

    @property
    def scoring(self) -> Literal["ladder"]:
        return "ladder"

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        return tuple(
            Card(level.id, tuple(behavior.id for behavior in level.behaviors))
            for level in self.levels
        )

    @property
    def topics(self) -> dict[str, str]:
        every = (behavior for level in self.levels for behavior in level.behaviors)
        return {behavior.id: behavior.topic for behavior in every}

    def next_card(self, answers: Answers) -> Card | None:
        """Return the first level that is not answered; None once an answered level is not held."""
        for card in self.cards:
            if not card.is_answered(answers):
                return card
            if not all(is_behavior_held(answers, item) for item in card.items):
                return None
        return None

    def in_words(self, item: str, level: float) -> tuple[str, str]:
        behavior = self.behavior(item)
        return behavior.text if behavior else item, self.choices[int(level)]

    def result_in_words(self, result: float) -> str:
        return f"level {result:g}, {self.name_of(int(result))}"

    def allows(self, item: str, level: float) -> bool:
        return level in BEHAVIOR_CHOICES and self.behavior(item) is not None

    def level(self, level: int) -> LadderLevel | None:
        return next((one for one in self.levels if one.level == level), None)

    def level_of_card(self, card: Card) -> LadderLevel:
        return next(level for level in self.levels if level.id == card.id)

    def behavior(self, behavior_id: str) -> Behavior | None:
        every = (behavior for level in self.levels for behavior in level.behaviors)
        return next((behavior for behavior in every if behavior.id == behavior_id), None)

    def name_of(self, level: int) -> str:
        """Return the level's name; 0 is the result below the first level."""
        found = self.level(level)
        return found.name if found else self.before.name

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Return the ladder that `to_json` wrote, after `json.loads`."""
        plain = ("framework", "version", "family", "title", "about", "stem")
        return cls(
            **{key: data[key] for key in plain},
            choices=tuple(data["choices"]),
            before=BelowFirst(**data["before"]),
            levels=tuple(
                LadderLevel(
                    **{**level, "behaviors": tuple(_behavior(one) for one in level["behaviors"])}
                )
                for level in data["levels"]
            ),
        )


register_scoring("ladder", Ladder.from_dict)


def _behavior(data: dict[str, Any]) -> Behavior:
    return Behavior(**{**data, "evidence": tuple(data["evidence"])})


def is_behavior_held(answers: Answers, behavior_id: str) -> bool:
    """Return whether the answer to this behavior is "on my own" or "teaching"."""
    return answers.get(behavior_id, NOT_YET) >= HELD_FROM


def ladder_standing(words: Ladder, answers: Answers) -> LadderStanding:
    """Return the highest level that is held together with every level below it; nothing is averaged."""
    held = 0
    for level in words.levels:
        missing = tuple(b.id for b in level.behaviors if not is_behavior_held(answers, b.id))
        if missing:
            return LadderStanding(held, level.level, missing)
        held = level.level
    return LadderStanding(held, None, ())
