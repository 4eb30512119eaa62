"""A ladder of behaviors: a level is held when all its behaviors are, and every level below it is held."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self

from coaching.asking import Answers, Card, Kept

NOT_YET, WITH_HELP, ON_MY_OWN, TEACHING = 0.0, 1.0, 2.0, 3.0
CHOICES = (NOT_YET, WITH_HELP, ON_MY_OWN, TEACHING)
"""The four answers to a behavior, lowest first."""

HELD_FROM = ON_MY_OWN
"""A behavior answered so, or better, is held."""


@dataclass(frozen=True)
class Behavior:
    """Something a person does; `topic` names it in passing, `evidence` is what a reviewer could check."""

    id: str
    topic: str
    text: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class LadderLevel:
    """One level with its behaviors; `role` says what it means for somebody's role and career."""

    level: int
    id: str
    name: str
    objective: str
    describes: str
    role: str
    behaviors: tuple[Behavior, ...]


@dataclass(frozen=True)
class Before:
    """The place below the first level, in kind words."""

    name: str
    describes: str


@dataclass(frozen=True)
class LadderStanding:
    """What the answers say: the highest level held (0 for none), and what the next one still takes.

    `missing` are the ids of the behaviors of the next level that are not held, in their order; it is empty
    at the top, where `next_level` is None.
    """

    level: int
    next_level: int | None
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Ladder(Kept):
    """The words of a ladder of behaviors; `choices` are the labels of the four answers."""

    framework: str
    version: str
    family: str
    title: str
    about: str
    stem: str
    choices: tuple[str, ...]
    before: Before
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

    def next_card(self, answers: Answers) -> Card | None:
        """The first level that is not answered, unless one below it is not held."""
        for card in self.cards:
            if not card.is_answered(answers):
                return card
            if not all(is_held(answers, item) for item in card.items):
                return None
        return None

    def allows(self, item: str, level: float) -> bool:
        return level in CHOICES and self.behavior(item) is not None

    def level(self, level: int) -> LadderLevel | None:
        return next((one for one in self.levels if one.level == level), None)

    def level_of_card(self, card: Card) -> LadderLevel:
        return next(level for level in self.levels if level.id == card.id)

    def behavior(self, behavior_id: str) -> Behavior | None:
        every = (behavior for level in self.levels for behavior in level.behaviors)
        return next((behavior for behavior in every if behavior.id == behavior_id), None)

    def name_of(self, level: int) -> str:
        """The level's name; 0 is the place below the first."""
        found = self.level(level)
        return found.name if found else self.before.name

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """The ladder that `to_json` wrote, after `json.loads`."""
        plain = ("framework", "version", "family", "title", "about", "stem")
        return cls(
            **{key: data[key] for key in plain},
            choices=tuple(data["choices"]),
            before=Before(**data["before"]),
            levels=tuple(
                LadderLevel(
                    **{**level, "behaviors": tuple(_behavior(one) for one in level["behaviors"])}
                )
                for level in data["levels"]
            ),
        )


def _behavior(data: dict[str, Any]) -> Behavior:
    return Behavior(**{**data, "evidence": tuple(data["evidence"])})


def is_held(answers: Answers, behavior_id: str) -> bool:
    """Whether somebody does this on their own, or teaches it."""
    return answers.get(behavior_id, NOT_YET) >= HELD_FROM


def ladder_standing(words: Ladder, answers: Answers) -> LadderStanding:
    """The highest level that is held together with every level below it; nothing is averaged."""
    held = 0
    for level in words.levels:
        missing = tuple(b.id for b in level.behaviors if not is_held(answers, b.id))
        if missing:
            return LadderStanding(held, level.level, missing)
        held = level.level
    return LadderStanding(held, None, ())
