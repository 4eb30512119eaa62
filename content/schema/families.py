"""The role families: what they share, and each of them."""

from typing import Annotated, Literal

from pydantic import Field

from content import limits
from content.schema.practices import EvidenceEntry, TipEntry
from content.schema.texts import (
    Answered,
    AnswerLevel,
    AnyTier,
    Asked,
    Headline,
    Id,
    Line,
    Lines,
    Name,
    Paragraph,
    ShortName,
    Strict,
    Topic,
    Version,
    copy,
)


class TierEntry(Strict):
    tier: AnyTier
    name: Name
    explained: Paragraph


class SkillEntry(Strict):
    id: Id
    from_tier: AnyTier = Field(alias="from")
    to_tier: AnyTier = Field(alias="to")
    name: Headline
    explained: Paragraph


class FunctionEntry(Strict):
    id: Id
    name: Headline
    explained: Paragraph


class FigureEntry(Strict):
    id: Id
    text: Line
    source: Headline
    year: int


class FrameworkFile(Strict):
    """frameworks/role-families/framework.yaml"""

    framework: Id
    version: Version
    name: Name
    about: Paragraph
    none_label: Name
    depth_note: Paragraph
    tiers: list[TierEntry]
    skills: list[SkillEntry]
    functions: list[FunctionEntry]
    figures: list[FigureEntry]


class Pattern(Strict):
    name: Name
    explained: Paragraph


class Described(Strict):
    tier: AnyTier
    describes: Line


class OperationEntry(Strict):
    operational_unit: Paragraph
    unit_of_work: Paragraph
    cycle_time: Paragraph
    day_shape: Paragraph
    failure_mode: Paragraph
    metrics: Lines


class LevelEntry(Strict):
    level: Literal[1, 2, 3]
    is_: Paragraph = Field(alias="is")
    looks_like: Annotated[Lines, Field(min_length=1)]
    shift: Paragraph
    figures: list[FigureEntry]
    warnings: Lines
    operation: OperationEntry | None = None


class AnswerEntry(Strict):
    level: AnswerLevel
    text: Answered
    keep: Annotated[str, copy(limits.KEEP)]


class QuestionEntry(Strict):
    id: Id
    topic: Topic
    text: Asked
    answers: list[AnswerEntry]


class FamilyFile(Strict):
    """frameworks/role-families/<family>.yaml"""

    family: Id
    version: Version
    order: int
    name: ShortName
    covers: Line
    pattern: Pattern
    depth: Literal["deep", "floor"]
    tiers: list[Described]
    levels: list[LevelEntry]
    questions: Annotated[
        list[QuestionEntry], Field(min_length=limits.QUESTIONS[0], max_length=limits.QUESTIONS[1])
    ]
    tips: list[TipEntry] = Field(default_factory=list)
    evidence: list[EvidenceEntry] = Field(default_factory=list)
