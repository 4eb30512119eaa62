"""The role families, from their files."""

from types import MappingProxyType

from coaching.mean_score import Answer, Question
from content import schema
from content.model import Family, Figure, Framework, HumanFunction, Level, Operation, Skill, Tier


def framework(entry: schema.FrameworkFile) -> Framework:
    """What all families share."""
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


def family(entry: schema.FamilyFile) -> Family:
    """One family."""
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
        questions=tuple(question(one) for one in entry.questions),
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


def question(entry: schema.QuestionEntry) -> Question:
    """One question with its answers."""
    return Question(
        id=entry.id,
        topic=entry.topic,
        text=entry.text,
        answers=tuple(Answer(answer.level, answer.text, answer.keep) for answer in entry.answers),
    )
