"""What people and teams can try: steps, lessons in series, and team experiments."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from coaching.steps import TOP_TIER, StepContent
from coaching.team_digest.figures import Experiment
from content.fields import (
    AnyTier,
    Data,
    Day,
    Entry,
    Example,
    ExperimentTitle,
    HalfStep,
    Headline,
    Id,
    LearnedFrom,
    Line,
    Minutes,
    Number,
    Paragraph,
    Several,
    Sitting,
    Title,
    Version,
    count,
    empty_unless_strict,
)

AnyStand = Annotated[
    Literal["any", "first", "middle", "top", "mixed"],
    empty_unless_strict(""),
]


class Practice(Entry):
    """The keys that steps, evidence steps, lessons and the practices of a ladder have in common."""

    id: Id
    title: Title
    minutes: Minutes
    when: Line
    example: Example | None = None
    why: Line
    done_when: Line
    data: Data
    learned_from: LearnedFrom | None = None
    reviewed: Day

    def step(
        self, family: str | None, *, from_tier: float, question: str | None = None
    ) -> StepContent:
        """The step of this family or framework; without `family` it serves every family."""
        return StepContent(
            id=self.id,
            family=family,
            question=question,
            from_tier=from_tier,
            title=self.title,
            minutes=self.minutes,
            when=self.when,
            why=self.why,
            done_when=self.done_when,
            data=self.data,
            reviewed=self.reviewed,
            example=self.example,
            learned_from=self.learned_from,
        )


class EvidenceEntry(Practice):
    """A step for somebody who chose the top answer."""

    question: Id


class StepEntry(EvidenceEntry):
    """A step from one answer of a question to the next."""

    from_tier: HalfStep = Field(alias="from")


class AnyStepEntry(Practice):
    """A step from one tier to the next, for every family."""

    from_tier: HalfStep = Field(alias="from")


class WithSteps(Entry):
    """A file that may list steps and evidence steps for its own questions."""

    step_entries: Several[StepEntry] = Field(default=(), alias="tips")
    evidence: Several[EvidenceEntry] = ()

    def steps_of(self, owner: str) -> tuple[StepContent, ...]:
        """The steps of the family or framework with this id, evidence last."""
        return (
            *(
                one.step(owner, from_tier=one.from_tier, question=one.question)
                for one in self.step_entries
            ),
            *(one.step(owner, from_tier=TOP_TIER, question=one.question) for one in self.evidence),
        )


class StepsFile(WithSteps):
    """steps/<family>.yaml"""

    family: Id
    step_entries: Several[StepEntry] = Field(alias="tips")


class AnyStepsFile(Entry):
    """steps/any-family.yaml"""

    family: Annotated[Literal["any"], empty_unless_strict("")]
    step_entries: Several[AnyStepEntry] = Field(alias="tips")
    evidence: Several[Practice] = ()

    @property
    def steps(self) -> tuple[StepContent, ...]:
        """The steps for every family, evidence last."""
        return (
            *(one.step(None, from_tier=one.from_tier) for one in self.step_entries),
            *(one.step(None, from_tier=TOP_TIER) for one in self.evidence),
        )


class Lesson(Practice):
    """A step in a series; `examples` maps the ids of families to the example for that family."""

    number: Number
    from_tier: HalfStep = Field(alias="from")
    examples: Annotated[Mapping[str, Example], AfterValidator(MappingProxyType)]


class Capstone(Entry):
    """The end of a series; it takes longer than a lesson."""

    title: Title
    explained: Paragraph
    done_when: Line


class Series(Entry):
    """steps/series/<series>.yaml: lessons that belong together, in order."""

    id: Id = Field(alias="series")
    version: Version
    name: Headline
    about: Paragraph
    from_tier: AnyTier = Field(alias="from")
    to_tier: AnyTier = Field(alias="to")
    lessons: Annotated[Several[Lesson], count(1)]
    capstone: Capstone | None = None

    def steps_for(self, family_id: str) -> tuple[StepContent, ...]:
        """The lessons as steps, each with its example for this family, or else the one for all."""
        return tuple(
            replace(
                lesson.step(None, from_tier=lesson.from_tier),
                series=self.name,
                lesson=lesson.number,
                lessons=len(self.lessons),
                example=lesson.examples.get(family_id, lesson.example),
            )
            for lesson in self.lessons
        )


class ExperimentEntry(Entry):
    """Something that a team tries together; its file also says how sensitive the data is."""

    id: Id
    stands: Annotated[Several[AnyStand], count(1)]
    families: Annotated[Several[Id], count(1)]
    title: ExperimentTitle
    minutes: Sitting
    together: Line
    why: Line
    done_when: Line
    data: Data
    reviewed: Day

    @cached_property
    def experiment(self) -> Experiment:
        """The experiment that is offered to teams."""
        return Experiment(
            id=self.id,
            stands=frozenset(self.stands),
            families=frozenset(self.families),
            title=self.title,
            minutes=self.minutes,
            together=self.together,
            why=self.why,
            done_when=self.done_when,
        )


class ExperimentsFile(Entry):
    """teams/<name>.yaml"""

    experiments: Annotated[Several[ExperimentEntry], count(1)]
