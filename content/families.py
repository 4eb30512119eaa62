"""The role families: the framework that they share, and the map and questions of each."""

import re
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from coaching.mean_score import Questionnaire, TierWords
from content import limits
from content.fields import (
    AnyTier,
    Entry,
    Headline,
    Id,
    Line,
    Lines,
    Name,
    Number,
    Paragraph,
    Questions,
    Several,
    ShortName,
    Version,
    count,
    empty_unless_strict,
)
from content.practices import WithSteps


class Tier(Entry):
    """A step of the scale, the same for every family."""

    tier: AnyTier
    name: Name
    explained: Paragraph


class Skill(Entry):
    """A skill that leads people of every family from one tier to another."""

    id: Id
    from_tier: AnyTier = Field(alias="from")
    to_tier: AnyTier = Field(alias="to")
    name: Headline
    explained: Paragraph


class HumanFunction(Entry):
    """Something that stays with people at every tier."""

    id: Id
    name: Headline
    explained: Paragraph


class Figure(Entry):
    """A number that may be shown, with its source."""

    id: Id
    text: Line
    source: Headline
    year: Number


class Framework(Entry):
    """frameworks/role-families/framework.yaml: what all families share."""

    id: Id = Field(alias="framework")
    version: Version
    name: Name
    about: Paragraph
    none_label: Name
    depth_note: Paragraph
    tiers: Several[Tier]
    skills: Several[Skill]
    functions: Several[HumanFunction]
    figures: Several[Figure]


class Pattern(Entry):
    """How the work of a family changes with AI."""

    name: Name
    explained: Paragraph


class TierDescription(Entry):
    """What answers at this tier describe in a family."""

    tier: AnyTier
    describes: Line


class Operation(Entry):
    """How work runs at a level: its unit, its rhythm, the way it fails, what is measured."""

    operational_unit: Paragraph
    unit_of_work: Paragraph
    cycle_time: Paragraph
    day_shape: Paragraph
    failure_mode: Paragraph
    metrics: Lines


class Level(Entry):
    """One level of a family's map; `is_` says what it is, `shift` what changes on the way up."""

    level: Annotated[Literal[1, 2, 3], empty_unless_strict(0)]
    is_: Paragraph = Field(alias="is")
    looks_like: Annotated[Several[Line], count(1, limits.SIGNS)]
    shift: Paragraph
    figures: Several[Figure]
    warnings: Lines
    operation: Operation | None = None


class CountsEntry(Entry):
    """What counts as evidence for the answer to a question at a tier: something a colleague could look at."""

    question: Id
    tier: Annotated[Literal[1, 2, 3], empty_unless_strict(0)]
    text: Line


class Family(WithSteps):
    """frameworks/role-families/<family>.yaml: a role family.

    `titles` are words of job titles that suggest it, `ladders` the ladders that it is offered although they
    name other families. `counts` says what counts as evidence, for every question at tiers 1, 2 and 3.
    """

    id: Id = Field(alias="family")
    version: Version
    order: Number
    name: ShortName
    covers: Line
    titles: Annotated[Several[Name], count(0, limits.TITLES)] = ()
    ladders: Annotated[Several[Id], count(0, limits.SIGNS)] = ()
    pattern: Pattern
    depth: Annotated[Literal["deep", "floor"], empty_unless_strict("")]
    tiers: Several[TierDescription]
    levels: Several[Level]
    questions: Questions
    counts: Several[CountsEntry] = ()

    @property
    def title_words(self) -> tuple[str, ...]:
        """The words of job titles that suggest it: its name and its `titles`, in lower case."""
        return tuple(map(plain_title, (self.name, *self.titles)))

    @cached_property
    def counts_for(self) -> Mapping[tuple[str, int], tuple[str, ...]]:
        """What counts as evidence, by question and tier."""
        return MappingProxyType({(one.question, one.tier): (one.text,) for one in self.counts})

    @cached_property
    def describes(self) -> Mapping[float, str]:
        """What answers at each tier describe."""
        return MappingProxyType({one.tier: one.describes for one in self.tiers})


def plain_title(title: str) -> str:
    """Return the words of a job title in lower case, with a space between them."""
    return " ".join(re.findall(r"\w+", title.casefold()))


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
