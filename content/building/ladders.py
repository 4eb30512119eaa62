"""Ladders, gradings and scales, from their files."""

from collections.abc import Iterable

from coaching.assessment import BelowFirst
from coaching.ladder_score import Behavior, Ladder, LadderLevel
from coaching.mean_score import Questionnaire, TierWords
from coaching.min_score import Criteria, Criterion, CriterionLevel, GradeLevel
from coaching.steps import StepContent
from content import schema
from content.building.families import question
from content.building.practices import practiced, tip
from content.model import (
    Announced,
    CanDo,
    GradingFramework,
    LadderFramework,
    LevelGuide,
    Reference,
    ScaleFramework,
)


def ladder(entry: schema.LadderFile) -> LadderFramework:
    """A ladder with its practices, each from the level of its behavior."""
    return LadderFramework(
        id=entry.framework,
        name=entry.name,
        command=entry.command,
        summary=entry.summary,
        words=Ladder(
            framework=entry.framework,
            version=entry.version,
            family=entry.framework,
            title=entry.name,
            about=entry.about,
            stem=entry.stem,
            choices=tuple(entry.choices),
            before=BelowFirst(entry.before.name, entry.before.describes),
            levels=tuple(_level(level) for level in entry.levels),
        ),
        tips=tuple(
            tip(one.practice, entry.framework, question=one.id, from_tier=float(level.level))
            for level in entry.levels
            for one in level.behaviors
        ),
        references=_references(entry),
    )


def _level(entry: schema.LadderLevelEntry) -> LadderLevel:
    return LadderLevel(
        level=entry.level,
        id=entry.id,
        name=entry.name,
        objective=entry.objective,
        describes=entry.describes,
        role=entry.role,
        behaviors=tuple(
            Behavior(one.id, one.topic, one.text, tuple(one.evidence)) for one in entry.behaviors
        ),
    )


def grading(entry: schema.GradingFile) -> GradingFramework:
    """A grading with everything its levels say."""
    return GradingFramework(
        id=entry.framework,
        name=entry.name,
        subject=entry.subject,
        command=entry.command,
        summary=entry.summary,
        words=_criteria(entry),
        levels=tuple(_guide(level) for level in entry.levels),
        guidelines=tuple(entry.guidelines),
        announced=tuple(Announced(one.sign, one.name, one.explained) for one in entry.announced),
        references=_references(entry),
    )


def _criteria(entry: schema.GradingFile) -> Criteria:
    return Criteria(
        framework=entry.framework,
        version=entry.version,
        family=entry.framework,
        title=entry.name,
        about=entry.about,
        not_tried=entry.not_tried,
        before=BelowFirst(entry.before.name, entry.before.describes),
        levels=tuple(
            GradeLevel(one.level, one.sign, one.name, one.describes) for one in entry.levels
        ),
        criteria=tuple(_criterion(one) for one in entry.criteria),
    )


def _criterion(entry: schema.CriterionEntry) -> Criterion:
    return Criterion(
        id=entry.id,
        name=entry.name,
        topic=entry.topic,
        question=entry.question,
        levels=tuple(CriterionLevel(one.level, one.describes, one.to_try) for one in entry.levels),
    )


def _guide(entry: schema.GradeLevelEntry) -> LevelGuide:
    return LevelGuide(
        level=entry.level,
        sign=entry.sign,
        name=entry.name,
        describes=entry.describes,
        equivalent=entry.equivalent,
        can=tuple(CanDo(one.group, tuple(one.items)) for one in entry.can),
        cannot=tuple(entry.cannot),
        projects=tuple(entry.projects),
        learn=tuple(entry.learn),
        acceptance=tuple(entry.acceptance),
    )


def scale(entry: schema.ScaleFile, more: Iterable[StepContent] = ()) -> ScaleFramework:
    """A scale with its own tips, and with `more` from a file of their own."""
    return ScaleFramework(
        id=entry.framework,
        name=entry.name,
        command=entry.command,
        summary=entry.summary,
        about=entry.about,
        words=Questionnaire(
            framework=entry.framework,
            version=entry.version,
            family=entry.framework,
            family_name=entry.name,
            none_label=entry.none_label,
            tiers=tuple(
                TierWords(one.tier, one.name, one.explained, one.describes) for one in entry.tiers
            ),
            questions=tuple(question(one) for one in entry.questions),
        ),
        tips=(*practiced(entry, entry.framework), *more),
        references=_references(entry),
    )


def _references(entry: schema.AnyFrameworkFile) -> tuple[Reference, ...]:
    return tuple(Reference(one.text, one.source, one.year) for one in entry.references)
