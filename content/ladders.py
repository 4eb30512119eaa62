"""Frameworks beside the role families, and how they relate."""

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from coaching.assessment import BelowFirst
from coaching.ladder_score import Behavior, Ladder, LadderLevel
from coaching.mean_score import Questionnaire, TierWords
from coaching.min_score import Criteria, Criterion, CriterionLevel, GradeLevel
from coaching.required_level import AcceptanceLine
from coaching.steps import StepContent
from content import limits
from content.fields import (
    AnswerText,
    AnyTier,
    Entry,
    Id,
    Keys,
    LevelName,
    Line,
    Lines,
    Name,
    Number,
    Paragraph,
    Questions,
    QuestionText,
    Several,
    ShortName,
    Sign,
    Summary,
    Topic,
    Version,
    count,
    empty_unless_strict,
)
from content.practices import Practice, WithSteps

SubjectKind = Annotated[Literal["person", "agent"], empty_unless_strict("")]
BeforeEntry = Annotated[BelowFirst, Keys(name=LevelName, describes=Line)]


class Head(Entry, extra="ignore"):
    """The key of a framework's file that says which other keys it has."""

    kind: Literal["ladder", "lowest", "mean"]


class Reference(Entry):
    """Where something comes from; `text` says what was taken from there."""

    text: Line
    source: Line
    year: Number | None = None


class FrameworkFile(Entry):
    """The keys that ladders, gradings and scales have in common.

    `families` are the role families that it is offered to; without any, it is offered to everybody.
    """

    id: Id = Field(alias="framework")
    version: Version
    subject: SubjectKind = "person"
    name: ShortName
    summary: Summary
    about: Paragraph
    families: Annotated[Several[Id], count(0, limits.SIGNS)] = ()
    references: Several[Reference] = ()


class BehaviorEntry(Entry):
    """A behavior with its practice."""

    id: Id
    topic: Topic
    text: AnswerText
    evidence: Annotated[Several[Line], count(*limits.EVIDENCE)]
    practice: Practice

    @property
    def words(self) -> Behavior:
        return Behavior(self.id, self.topic, self.text, self.evidence)


class LadderLevelEntry(Entry):
    """One level of a ladder, with its behaviors and their practices."""

    level: Number
    id: Id
    name: LevelName
    objective: Line
    describes: Line
    role: Paragraph
    behaviors: Annotated[Several[BehaviorEntry], count(*limits.BEHAVIORS)]

    @property
    def words(self) -> LadderLevel:
        return LadderLevel(
            level=self.level,
            id=self.id,
            name=self.name,
            objective=self.objective,
            describes=self.describes,
            role=self.role,
            behaviors=tuple(one.words for one in self.behaviors),
        )


class LadderFramework(FrameworkFile):
    """frameworks/<id>/framework.yaml with `kind: ladder`: behaviors that people have, level by level."""

    kind: Literal["ladder"]
    command: Id
    stem: QuestionText
    choices: Annotated[Several[Name], count(limits.CHOICES, limits.CHOICES)]
    before: BeforeEntry
    levels: Annotated[Several[LadderLevelEntry], count(*limits.LADDER_LEVELS)]

    @cached_property
    def words(self) -> Ladder:
        """What people are shown when they take it."""
        return Ladder(
            framework=self.id,
            version=self.version,
            family=self.id,
            title=self.name,
            about=self.about,
            stem=self.stem,
            choices=self.choices,
            before=self.before,
            levels=tuple(level.words for level in self.levels),
        )

    @cached_property
    def steps(self) -> tuple[StepContent, ...]:
        """The practices, one for each behavior, from the level of the behavior."""
        return tuple(
            one.practice.step(self.id, from_tier=float(level.level), question=one.id)
            for level in self.levels
            for one in level.behaviors
        )

    def practices(self, behavior_id: str) -> StepContent:
        """The practice of this behavior."""
        return next(step for step in self.steps if step.question == behavior_id)


class CanDo(Entry):
    """What somebody or something at a level can do, in one field of work."""

    group: Name
    items: Annotated[Several[Line], count(1, limits.SIGNS)]


class AcceptanceEntry(Entry):
    """A line of a checklist for projects that have one of these needs."""

    needs: Annotated[Several[Id], count(1)]
    text: Line


class LevelGuide(Entry):
    """One level of a grading.

    `equivalent` is the experience of a person it compares to, `cannot` what stays with people, `learn`
    what leads to the next level. `acceptance` are the lines of the checklist for every project at this level
    or above, `acceptance_by_need` those for projects whose answers ask for them.
    """

    level: Number
    sign: Sign
    name: LevelName
    equivalent: Line | None = None
    describes: Line
    can: Several[CanDo] = ()
    cannot: Lines = ()
    projects: Lines = ()
    learn: Lines = ()
    acceptance: Lines = ()
    acceptance_by_need: Several[AcceptanceEntry] = ()

    @property
    def checklist(self) -> tuple[str, ...]:
        """All lines of the level's checklist."""
        return (*self.acceptance, *(entry.text for entry in self.acceptance_by_need))

    @property
    def acceptance_lines(self) -> tuple[AcceptanceLine, ...]:
        """The same with the needs that ask for them."""
        by_need = [
            AcceptanceLine(self.level, one.text, one.needs) for one in self.acceptance_by_need
        ]
        return (*(AcceptanceLine(self.level, line) for line in self.acceptance), *by_need)


CriterionLevelEntry = Annotated[
    CriterionLevel,
    Keys(names={"to_try": "try"}, level=Number, describes=AnswerText, to_try=Line),
]
CriterionEntry = Annotated[
    Criterion,
    Keys(
        id=Id,
        name=LevelName,
        topic=Topic,
        question=QuestionText,
        levels=Several[CriterionLevelEntry],
    ),
]


class AnnouncedLevel(Entry):
    """A level or a track that has a name and cannot be graded yet."""

    sign: Sign
    name: LevelName
    explained: Paragraph


class SuiteEntry(Entry):
    """Which kind of test suite would show a criterion at a level."""

    criterion: Id
    level: Number
    shows: Line


class GradingFramework(FrameworkFile):
    """frameworks/<id>/framework.yaml with `kind: lowest`: of people (with a command) or of agents."""

    kind: Literal["lowest"]
    command: Id | None = None
    not_tried: Name
    below_first: Name | None = None
    before: BeforeEntry
    levels: Annotated[Several[LevelGuide], count(*limits.LADDER_LEVELS)]
    criteria: Annotated[Several[CriterionEntry], count(*limits.CRITERIA)]
    suites: Several[SuiteEntry] = ()
    guidelines: Lines = ()
    announced: Several[AnnouncedLevel] = ()

    @cached_property
    def words(self) -> Criteria:
        """What people are shown when they grade."""
        return Criteria(
            framework=self.id,
            version=self.version,
            family=self.id,
            title=self.name,
            about=self.about,
            not_tried=self.not_tried,
            before=self.before,
            levels=tuple(
                GradeLevel(one.level, one.sign, one.name, one.describes) for one in self.levels
            ),
            criteria=self.criteria,
            below_first=self.below_first or "",
        )

    @property
    def acceptance_lines(self) -> tuple[AcceptanceLine, ...]:
        """The checklists of all levels, lowest first."""
        return tuple(line for level in self.levels for line in level.acceptance_lines)

    @property
    def steps(self) -> tuple[StepContent, ...]:
        """None: the levels of the criteria say what to try next."""
        return ()

    def suite(self, criterion: str, level: int) -> str:
        """Return which kind of test suite would show this; empty where the content names none."""
        found = ((one.criterion, one.level, one.shows) for one in self.suites)
        return next((shows for *place, shows in found if place == [criterion, level]), "")

    def level(self, level: int) -> LevelGuide | None:
        return next((guide for guide in self.levels if guide.level == level), None)


class ScaleFramework(FrameworkFile, WithSteps):
    """frameworks/<id>/framework.yaml with `kind: mean`: questions on the scale of tiers."""

    kind: Literal["mean"]
    command: Id
    none_label: Name
    tiers: Several[
        Annotated[TierWords, Keys(tier=AnyTier, name=Name, explained=Paragraph, describes=Line)]
    ]
    questions: Questions

    @cached_property
    def words(self) -> Questionnaire:
        """What people are shown when they take it."""
        return Questionnaire(
            framework=self.id,
            version=self.version,
            family=self.id,
            family_name=self.name,
            none_label=self.none_label,
            tiers=self.tiers,
            questions=self.questions,
        )

    @cached_property
    def steps(self) -> tuple[StepContent, ...]:
        """The steps for its questions."""
        return self.steps_of(self.id)


FRAMEWORKS: dict[str, type[FrameworkFile]] = {
    "ladder": LadderFramework,
    "lowest": GradingFramework,
    "mean": ScaleFramework,
}
"""The schema of a framework's file by its kind."""


class CrosswalkRow(Entry):
    """A place of one ladder beside a place of the other, and what it means."""

    left: Name
    right: Name
    says: Line


class Relation(Entry):
    """Two frameworks, by their ids: where they are alike, and where they differ."""

    between: Annotated[Several[Id], count(2, 2)]
    alike: Lines
    different: Lines
    rows: Annotated[Several[CrosswalkRow], count(0, limits.SIGNS)] = ()


class Crosswalk(Entry):
    """frameworks/crosswalk.yaml: how the frameworks relate, and where they do not."""

    version: Version = Field(alias="crosswalk")
    about: Paragraph
    relations: Several[Relation]

    def without(self, frameworks: tuple[str, ...]) -> "Crosswalk | None":
        """Return the crosswalk without what relates one of these; None when nothing else is left."""
        left = tuple(one for one in self.relations if not set(one.between) & set(frameworks))
        return self.model_copy(update={"relations": left}) if left else None
