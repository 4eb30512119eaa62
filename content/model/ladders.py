"""Frameworks beside the role families: ladders of behaviors, gradings, scales of tiers."""

from dataclasses import dataclass
from typing import Literal

from coaching.assessment import Scoring
from coaching.ladder_score import Ladder
from coaching.mean_score import Questionnaire
from coaching.min_score import Criteria
from coaching.steps import StepContent


@dataclass(frozen=True)
class Reference:
    """Where something comes from; `text` says what was taken from there."""

    text: str
    source: str
    year: int | None


@dataclass(frozen=True)
class LadderFramework:
    """A ladder of behaviors that people take; `tips` are its practices, one for each behavior."""

    id: str
    name: str
    command: str
    summary: str
    words: Ladder
    tips: tuple[StepContent, ...]
    references: tuple[Reference, ...]

    def practices(self, behavior_id: str) -> StepContent:
        """The practice of this behavior."""
        return next(tip for tip in self.tips if tip.question == behavior_id)


@dataclass(frozen=True)
class ScaleFramework:
    """Questions on the scale of tiers, beside the role families; its family is the framework itself."""

    id: str
    name: str
    command: str
    summary: str
    about: str
    words: Questionnaire
    tips: tuple[StepContent, ...]
    references: tuple[Reference, ...]


@dataclass(frozen=True)
class CanDo:
    """What somebody or something at a level can do, in one field of work."""

    group: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class LevelGuide:
    """One level of a grading in full; what its file leaves out is empty.

    `equivalent` is the experience of a person it compares to, `cannot` what stays with people, `learn`
    what leads to the next level, `acceptance` the checklist for a project at this level.
    """

    level: int
    sign: str
    name: str
    describes: str
    equivalent: str | None
    can: tuple[CanDo, ...]
    cannot: tuple[str, ...]
    projects: tuple[str, ...]
    learn: tuple[str, ...]
    acceptance: tuple[str, ...]


@dataclass(frozen=True)
class Announced:
    """A level or a track that is named already and cannot be graded yet."""

    sign: str
    name: str
    explained: str


@dataclass(frozen=True)
class GradingFramework:
    """A grading by the lowest criterion, of people (with a command) or of agents (without)."""

    id: str
    name: str
    subject: Literal["person", "agent"]
    command: str | None
    summary: str
    words: Criteria
    levels: tuple[LevelGuide, ...]
    guidelines: tuple[str, ...]
    announced: tuple[Announced, ...]
    references: tuple[Reference, ...]

    @property
    def tips(self) -> tuple[StepContent, ...]:
        """None: what to try next stands with the levels of its criteria."""
        return ()

    def level(self, level: int) -> LevelGuide | None:
        return next((guide for guide in self.levels if guide.level == level), None)


@dataclass(frozen=True)
class SelfCheck:
    """A framework that a person takes by `/rungs assess {command}`; `family` is the framework's id."""

    command: str
    framework: str
    family: str
    name: str
    summary: str
    scoring: Scoring
