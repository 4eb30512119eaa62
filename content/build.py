"""From files that fit together to the values the bot works with."""

from types import MappingProxyType

from coaching.experiments import Experiment
from coaching.questionnaire import Answer, Question
from coaching.tips import TOP, Tip
from content import schema
from content.model import (
    Capstone,
    Family,
    Figure,
    Framework,
    HumanFunction,
    Lesson,
    Level,
    Library,
    Operation,
    Series,
    Skill,
    Tier,
)
from content.shelf import Shelf


def build(shelf: Shelf) -> Library:
    """The library of a shelf without problems."""
    series = (_series(parsed.content) for parsed in shelf.series)
    families = sorted(
        (parsed.content for parsed in shelf.families), key=lambda f: (f.order, f.family)
    )
    return Library(
        framework=_framework(shelf.frameworks[0].content),
        families=MappingProxyType({entry.family: _family(entry) for entry in families}),
        tips=tuple(_tips(shelf)),
        series=tuple(sorted(series, key=lambda entry: (entry.from_tier, entry.id))),
        experiments=tuple(
            _experiment(entry)
            for parsed in shelf.experiments
            for entry in parsed.content.experiments
        ),
    )


def _framework(entry: schema.FrameworkFile) -> Framework:
    return Framework(
        id=entry.framework,
        version=entry.version,
        name=entry.name,
        about=entry.about,
        none_label=entry.none_label,
        depth_note=entry.depth_note,
        tiers=tuple(Tier(tier.tier, tier.name, tier.explained) for tier in entry.tiers),
        skills=tuple(
            Skill(skill.id, skill.from_tier, skill.to_tier, skill.name, skill.explained)
            for skill in entry.skills
        ),
        functions=tuple(HumanFunction(**function.model_dump()) for function in entry.functions),
        figures=_figures(entry.figures),
    )


def _figures(entries: list[schema.FigureEntry]) -> tuple[Figure, ...]:
    return tuple(Figure(**entry.model_dump()) for entry in entries)


def _family(entry: schema.FamilyFile) -> Family:
    return Family(
        id=entry.family,
        version=entry.version,
        order=entry.order,
        name=entry.name,
        covers=entry.covers,
        pattern_name=entry.pattern.name,
        pattern_explained=entry.pattern.explained,
        depth=entry.depth,
        describes=MappingProxyType({tier.tier: tier.describes for tier in entry.tiers}),
        levels=tuple(_level(level) for level in entry.levels),
        questions=tuple(_question(question) for question in entry.questions),
    )


def _level(entry: schema.LevelEntry) -> Level:
    return Level(
        level=entry.level,
        is_=entry.is_,
        looks_like=tuple(entry.looks_like),
        shift=entry.shift,
        figures=_figures(entry.figures),
        warnings=tuple(entry.warnings),
        operation=_operation(entry.operation) if entry.operation else None,
    )


def _operation(entry: schema.OperationEntry) -> Operation:
    return Operation(
        operational_unit=entry.operational_unit,
        unit_of_work=entry.unit_of_work,
        cycle_time=entry.cycle_time,
        day_shape=entry.day_shape,
        failure_mode=entry.failure_mode,
        metrics=tuple(entry.metrics),
    )


def _question(entry: schema.QuestionEntry) -> Question:
    return Question(
        id=entry.id,
        topic=entry.topic,
        text=entry.text,
        answers=tuple(Answer(answer.level, answer.text, answer.keep) for answer in entry.answers),
    )


def _tips(shelf: Shelf) -> list[Tip]:
    """Every tip and every evidence step; inline tips and a tips file add up."""
    found: list[Tip] = []
    files: list[schema.FamilyFile | schema.TipsFile] = [p.content for p in shelf.families]
    files += [p.content for p in shelf.tips]
    for file in files:
        found.extend(_tip(tip, file.family, from_tier=tip.from_tier) for tip in file.tips)
        found.extend(_tip(step, file.family, from_tier=TOP) for step in file.evidence)
    for general in (p.content for p in shelf.any_tips):
        found.extend(_tip(tip, None, from_tier=tip.from_tier) for tip in general.tips)
        found.extend(_tip(step, None, from_tier=TOP) for step in general.evidence)
    return found


def _tip(entry: schema.Practice, family: str | None, *, from_tier: float) -> Tip:
    return Tip(
        id=entry.id,
        family=family,
        question=entry.question if isinstance(entry, schema.EvidenceEntry) else None,
        from_tier=from_tier,
        title=entry.title,
        minutes=entry.minutes,
        when=entry.when,
        why=entry.why,
        done_when=entry.done_when,
        data=entry.data,
        reviewed=entry.reviewed,
    )


def _series(entry: schema.SeriesFile) -> Series:
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


def _experiment(entry: schema.ExperimentEntry) -> Experiment:
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
