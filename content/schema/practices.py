"""Tips, lessons and team experiments: what somebody, or a team, can try."""

from typing import Annotated, Literal

from pydantic import Field

from content import limits
from content.schema.texts import (
    AnyTier,
    Data,
    Day,
    HalfStep,
    Headline,
    Id,
    Line,
    Minutes,
    Paragraph,
    Strict,
    Title,
    Version,
    copy,
)

Sitting = Annotated[int, Field(ge=limits.SITTING[0], le=limits.SITTING[1])]
AnyStand = Literal["any", "first", "middle", "top", "mixed"]


class Practice(Strict):
    """What tips, evidence steps and lessons have in common."""

    id: Id
    title: Title
    minutes: Minutes
    when: Line
    why: Line
    done_when: Line
    data: Data
    reviewed: Day


class EvidenceEntry(Practice):
    question: Id


class TipEntry(EvidenceEntry):
    from_tier: HalfStep = Field(alias="from")


class AnyEvidenceEntry(Practice):
    pass


class AnyTipEntry(Practice):
    from_tier: HalfStep = Field(alias="from")


class TipsFile(Strict):
    """tips/<family>.yaml"""

    family: Id
    tips: list[TipEntry]
    evidence: list[EvidenceEntry] = Field(default_factory=list)


class AnyTipsFile(Strict):
    """tips/any-family.yaml"""

    family: Literal["any"]
    tips: list[AnyTipEntry]
    evidence: list[AnyEvidenceEntry] = Field(default_factory=list)


class LessonEntry(Practice):
    number: int
    from_tier: HalfStep = Field(alias="from")
    examples: dict[str, Line]


class CapstoneEntry(Strict):
    title: Title
    explained: Paragraph
    done_when: Line


class SeriesFile(Strict):
    """tips/series/<series>.yaml"""

    series: Id
    version: Version
    name: Headline
    about: Paragraph
    from_tier: AnyTier = Field(alias="from")
    to_tier: AnyTier = Field(alias="to")
    lessons: Annotated[list[LessonEntry], Field(min_length=1)]
    capstone: CapstoneEntry | None = None


class ExperimentEntry(Strict):
    id: Id
    stands: Annotated[list[AnyStand], Field(min_length=1)]
    families: Annotated[list[Id], Field(min_length=1)]
    title: Annotated[str, copy(limits.EXPERIMENT_TITLE)]
    minutes: Sitting
    together: Line
    why: Line
    done_when: Line
    data: Data
    reviewed: Day


class ExperimentsFile(Strict):
    """teams/<name>.yaml"""

    experiments: Annotated[list[ExperimentEntry], Field(min_length=1)]
