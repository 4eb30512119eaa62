"""Tips, series and experiments, from their files."""

from types import MappingProxyType

from coaching.steps import TOP_TIER, StepContent
from coaching.team_digest.experiments import Experiment
from content import schema
from content.model import Capstone, Lesson, Series


def practiced(
    entry: schema.FamilyFile | schema.TipsFile | schema.ScaleFile, owner: str
) -> list[StepContent]:
    """The tips and the evidence steps of one file, for this family or framework."""
    return [
        *(tip(one, owner, from_tier=one.from_tier) for one in entry.tips),
        *(tip(one, owner, from_tier=TOP_TIER) for one in entry.evidence),
    ]


def for_any(entry: schema.AnyTipsFile) -> list[StepContent]:
    """The tips and the evidence steps that serve every family."""
    return [
        *(tip(one, None, from_tier=one.from_tier) for one in entry.tips),
        *(tip(one, None, from_tier=TOP_TIER) for one in entry.evidence),
    ]


def tip(
    entry: schema.Practice, family: str | None, *, from_tier: float, question: str | None = None
) -> StepContent:
    """A tip of this family, None for every family; it names its question itself, or is told it."""
    return StepContent(
        id=entry.id,
        family=family,
        question=entry.question if isinstance(entry, schema.EvidenceEntry) else question,
        from_tier=from_tier,
        title=entry.title,
        minutes=entry.minutes,
        when=entry.when,
        why=entry.why,
        done_when=entry.done_when,
        data=entry.data,
        reviewed=entry.reviewed,
    )


def series(entry: schema.SeriesFile) -> Series:
    """A series with its lessons."""
    return Series(
        id=entry.series,
        version=entry.version,
        name=entry.name,
        about=entry.about,
        from_tier=entry.from_tier,
        to_tier=entry.to_tier,
        lessons=tuple(_lesson(lesson) for lesson in entry.lessons),
        capstone=Capstone(**entry.capstone.model_dump()) if entry.capstone else None,
    )


def _lesson(entry: schema.LessonEntry) -> Lesson:
    return Lesson(
        id=entry.id,
        number=entry.number,
        from_tier=entry.from_tier,
        title=entry.title,
        minutes=entry.minutes,
        when=entry.when,
        why=entry.why,
        done_when=entry.done_when,
        examples=MappingProxyType(dict(entry.examples)),
        data=entry.data,
        reviewed=entry.reviewed,
    )


def experiment(entry: schema.ExperimentEntry) -> Experiment:
    """An experiment for a team."""
    return Experiment(
        id=entry.id,
        stands=frozenset(entry.stands),
        families=frozenset(entry.families),
        title=entry.title,
        minutes=entry.minutes,
        together=entry.together,
        why=entry.why,
        done_when=entry.done_when,
    )
