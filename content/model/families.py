"""The role families: what they share, and each of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from coaching.mean_score import Question, Questionnaire, TierWords


@dataclass(frozen=True)
class Figure:
    """A number that may be shown, with where it comes from."""

    id: str
    text: str
    source: str
    year: int


@dataclass(frozen=True)
class Operation:
    """How work runs at a level: its unit, its rhythm, the way it fails, what is measured."""

    operational_unit: str
    unit_of_work: str
    cycle_time: str
    day_shape: str
    failure_mode: str
    metrics: tuple[str, ...]


@dataclass(frozen=True)
class Level:
    """One level of a family's map; `is_` says what it is, `shift` what changes on the way up."""

    level: int
    is_: str
    looks_like: tuple[str, ...]
    shift: str
    figures: tuple[Figure, ...]
    warnings: tuple[str, ...]
    operation: Operation | None


@dataclass(frozen=True)
class Skill:
    """A skill that carries people of every family from one tier to another."""

    id: str
    from_tier: float
    to_tier: float
    name: str
    explained: str


@dataclass(frozen=True)
class HumanFunction:
    """Something that stays with people at every tier."""

    id: str
    name: str
    explained: str


@dataclass(frozen=True)
class Tier:
    """A step of the scale, the same for every family."""

    tier: float
    name: str
    explained: str


@dataclass(frozen=True)
class Framework:
    """What all families share."""

    id: str
    version: str
    name: str
    about: str
    none_label: str
    depth_note: str
    tiers: tuple[Tier, ...]
    skills: tuple[Skill, ...]
    functions: tuple[HumanFunction, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Family:
    """A role family; `describes` says, for each tier, what answers at that tier describe."""

    id: str
    version: str
    order: int
    name: str
    covers: str
    pattern_name: str
    pattern_explained: str
    depth: str
    describes: Mapping[float, str]
    levels: tuple[Level, ...]
    questions: tuple[Question, ...]


def questionnaire(framework: Framework, family: Family) -> Questionnaire:
    """The words of an assessment in this family."""
    return Questionnaire(
        framework=framework.id,
        version=f"{framework.version}.{family.version}",
        family=family.id,
        family_name=family.name,
        none_label=framework.none_label,
        tiers=tuple(
            TierWords(
                tier=tier.tier,
                name=tier.name,
                explained=tier.explained,
                describes=family.describes[tier.tier],
            )
            for tier in framework.tiers
        ),
        questions=family.questions,
    )
