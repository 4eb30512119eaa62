"""What each kind of content file may hold. Rules that need more than one value are in `rules`."""

import re
from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from coaching.tiers import LEVELS, TIERS
from content import limits
from content.problems import shown

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DAY = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")


def _checked(check: Callable[[str], list[str]]) -> AfterValidator:
    """A validator that raises everything `check` found, a line each."""

    def validate(text: str) -> str:
        found = check(text)
        if found:
            raise ValueError("\n".join(found))
        return text

    return AfterValidator(validate)


def _copy(limit: int) -> AfterValidator:
    """Words that members read: one paragraph, not too long, in a calm voice."""

    def check(text: str) -> list[str]:
        found = []
        if not text.strip():
            found.append("is empty. Write the text, or delete the line.")
        elif text != text.strip():
            found.append("starts or ends with a space. Delete it.")
        if _CONTROL.search(text):
            found.append(
                "has a line break or a tab in it. Write one paragraph; '>-' folds long lines."
            )
        if "!" in text:
            found.append("has an exclamation mark. End the sentence with a period.")
        units = limits.length(text)
        if units > limit:
            found.append(f"has {units} characters. Use at most {limit}.")
        return found

    return _checked(check)


def _one_of(numbers: tuple[float, ...]) -> AfterValidator:
    """A validator that accepts these numbers of the tier scale."""

    def validate(number: float) -> float:
        if number not in numbers:
            choices = ", ".join(f"{choice:g}" for choice in numbers)
            raise ValueError(f"is {number:g}. Choose one of {choices}.")
        return number

    return AfterValidator(validate)


def _kebab(text: str) -> list[str]:
    if KEBAB.fullmatch(text) and len(text) <= limits.HEADLINE:
        return []
    return [
        f"is {shown(text)}. Use small letters, digits and single hyphens, such as 'first-draft'."
    ]


def _version(text: str) -> list[str]:
    if re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z.-]{0,19}", text):
        return []
    return [f"is {shown(text)}. Write a short version in quotes, such as '2'."]


def _day(text: str) -> list[str]:
    if _DAY.fullmatch(text):
        return []
    return [f"is {shown(text)}. Write the day of the last review as '2026-11-20', in quotes."]


Id = Annotated[str, _checked(_kebab)]
Version = Annotated[str, _checked(_version)]
Day = Annotated[str, _checked(_day)]
Name = Annotated[str, _copy(limits.BUTTON)]
Headline = Annotated[str, _copy(limits.HEADLINE)]
Line = Annotated[str, _copy(limits.LINE)]
Paragraph = Annotated[str, _copy(limits.PARAGRAPH)]
Title = Annotated[str, _copy(limits.TITLE)]
Minutes = Annotated[int, Field(ge=limits.MINUTES[0], le=limits.MINUTES[1])]
Lines = Annotated[list[Line], Field(max_length=limits.SIGNS)]

AnyTier = Annotated[float, _one_of(TIERS)]
AnswerLevel = Annotated[float, _one_of(LEVELS)]
HalfStep = Annotated[float, _one_of(TIERS[:-1])]
Data = Literal["none", "public", "internal"]
Sitting = Annotated[int, Field(ge=limits.SITTING[0], le=limits.SITTING[1])]
AnyStand = Literal["any", "first", "middle", "top", "mixed"]


class Strict(BaseModel):
    """Every key is known, every value has its type."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


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
    text: Annotated[str, _copy(limits.ANSWER)]
    keep: Annotated[str, _copy(limits.KEEP)]


class QuestionEntry(Strict):
    id: Id
    topic: Annotated[str, _copy(limits.TOPIC)]
    text: Annotated[str, _copy(limits.QUESTION)]
    answers: list[AnswerEntry]


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


class FamilyFile(Strict):
    """frameworks/role-families/<family>.yaml"""

    family: Id
    version: Version
    order: int
    name: Annotated[str, _copy(limits.FAMILY_NAME)]
    covers: Line
    pattern: Pattern
    depth: Literal["deep", "floor"]
    tiers: list[Described]
    levels: list[LevelEntry]
    questions: Annotated[
        list[QuestionEntry], Field(min_length=limits.QUESTIONS[0], max_length=limits.QUESTIONS[1])
    ]
    tips: list[TipEntry] = []
    evidence: list[EvidenceEntry] = []


class TipsFile(Strict):
    """tips/<family>.yaml"""

    family: Id
    tips: list[TipEntry]
    evidence: list[EvidenceEntry] = []


class AnyTipsFile(Strict):
    """tips/any-family.yaml"""

    family: Literal["any"]
    tips: list[AnyTipEntry]
    evidence: list[AnyEvidenceEntry] = []


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
    title: Annotated[str, _copy(limits.EXPERIMENT_TITLE)]
    minutes: Sitting
    together: Line
    why: Line
    done_when: Line
    data: Data
    reviewed: Day


class ExperimentsFile(Strict):
    """teams/<name>.yaml"""

    experiments: Annotated[list[ExperimentEntry], Field(min_length=1)]
