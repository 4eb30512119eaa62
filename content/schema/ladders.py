"""Frameworks beside the role families, of three kinds: ladders, gradings, scales of tiers."""

from typing import Annotated, Literal

from pydantic import Field

from content import limits
from content.schema.families import QuestionEntry, TierEntry
from content.schema.practices import EvidenceEntry, Practice, TipEntry
from content.schema.texts import (
    Answered,
    Asked,
    Id,
    LevelName,
    Line,
    Lines,
    Name,
    Paragraph,
    ShortName,
    Sign,
    Strict,
    Summary,
    Topic,
    Version,
    exactly,
)

Subject = Literal["person", "agent"]


class Head(Strict, extra="ignore"):
    """What every framework file says of itself; its kind tells which schema is its own."""

    kind: Literal["ladder", "lowest", "mean"]


class BeforeEntry(Strict):
    name: LevelName
    describes: Line


class ReferenceEntry(Strict):
    text: Line
    source: Line
    year: int | None = None


class BehaviorEntry(Strict):
    id: Id
    topic: Topic
    text: Answered
    evidence: Annotated[
        list[Line], Field(min_length=limits.EVIDENCE[0], max_length=limits.EVIDENCE[1])
    ]
    practice: Practice


class LadderLevelEntry(Strict):
    level: int
    id: Id
    name: LevelName
    objective: Line
    describes: Line
    role: Paragraph
    behaviors: Annotated[
        list[BehaviorEntry], Field(min_length=limits.BEHAVIORS[0], max_length=limits.BEHAVIORS[1])
    ]


class AnyFrameworkFile(Strict):
    """What the files of all three kinds have in common."""

    framework: Id
    version: Version
    subject: Subject = "person"
    name: ShortName
    summary: Summary
    about: Paragraph
    references: list[ReferenceEntry] = Field(default_factory=list)


class LadderFile(AnyFrameworkFile):
    """frameworks/<id>/framework.yaml with `kind: ladder`"""

    kind: Literal["ladder"]
    command: Id
    stem: Asked
    choices: Annotated[list[Name], exactly(limits.CHOICES)]
    before: BeforeEntry
    levels: Annotated[
        list[LadderLevelEntry],
        Field(min_length=limits.LADDER_LEVELS[0], max_length=limits.LADDER_LEVELS[1]),
    ]


class GroupEntry(Strict):
    group: Name
    items: Annotated[Lines, Field(min_length=1)]


class GradeLevelEntry(Strict):
    level: int
    sign: Sign
    name: LevelName
    equivalent: Line | None = None
    describes: Line
    can: list[GroupEntry] = Field(default_factory=list)
    cannot: Lines = Field(default_factory=list)
    projects: Lines = Field(default_factory=list)
    learn: Lines = Field(default_factory=list)
    acceptance: Lines = Field(default_factory=list)


class CriterionLevelEntry(Strict):
    level: int
    describes: Answered
    to_try: Line = Field(alias="try")


class CriterionEntry(Strict):
    id: Id
    name: LevelName
    topic: Topic
    question: Asked
    levels: list[CriterionLevelEntry]


class AnnouncedEntry(Strict):
    sign: Sign
    name: LevelName
    explained: Paragraph


class GradingFile(AnyFrameworkFile):
    """frameworks/<id>/framework.yaml with `kind: lowest`"""

    kind: Literal["lowest"]
    command: Id | None = None
    not_tried: Name
    before: BeforeEntry
    levels: Annotated[
        list[GradeLevelEntry],
        Field(min_length=limits.LADDER_LEVELS[0], max_length=limits.LADDER_LEVELS[1]),
    ]
    criteria: Annotated[
        list[CriterionEntry], Field(min_length=limits.CRITERIA[0], max_length=limits.CRITERIA[1])
    ]
    guidelines: Lines = Field(default_factory=list)
    announced: list[AnnouncedEntry] = Field(default_factory=list)


class ScaleTierEntry(TierEntry):
    describes: Line


class ScaleFile(AnyFrameworkFile):
    """frameworks/<id>/framework.yaml with `kind: mean`"""

    kind: Literal["mean"]
    command: Id
    none_label: Name
    tiers: list[ScaleTierEntry]
    questions: Annotated[
        list[QuestionEntry], Field(min_length=limits.QUESTIONS[0], max_length=limits.QUESTIONS[1])
    ]
    tips: list[TipEntry] = Field(default_factory=list)
    evidence: list[EvidenceEntry] = Field(default_factory=list)


FRAMEWORK_FILES: dict[str, type[AnyFrameworkFile]] = {
    "ladder": LadderFile,
    "lowest": GradingFile,
    "mean": ScaleFile,
}
"""Kind to schema."""
