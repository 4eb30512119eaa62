"""All content at once: frameworks, the words of every conversation, and the steps that fit them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from coaching.assessment import Scoring, Words
from coaching.mean_score import Questionnaire
from coaching.phrases import Phrasebook
from coaching.required_level import Needs
from coaching.steps import StepContent
from coaching.team_digest.figures import Experiment
from content.families import Family, Framework, plain_title, questionnaire
from content.ladders import Crosswalk, GradingFramework, LadderFramework, ScaleFramework
from content.needs import NEED
from content.practices import Series


@dataclass(frozen=True)
class SelfCheck:
    """A framework that a person takes by `/rungs assess {command}`; `family` is the framework's id.

    `offered_to` are the role families that it is offered to, empty for all.
    """

    command: str
    framework: str
    family: str
    name: str
    summary: str
    scoring: Scoring
    offered_to: frozenset[str] = frozenset()


@dataclass(frozen=True)
class TitleMatch:
    """A role family, and the words of a job title that suggest it."""

    family: Family
    words: str


@dataclass(frozen=True)
class Library:
    """The content of the built-in files and of an organization's folder.

    `framework`, `families` (in the order in which they are offered) and `steps` are the role families and
    what serves them. Every other framework is in one of `ladders`, `scales` and `gradings`, by its id, and
    has its own steps.
    """

    framework: Framework
    families: Mapping[str, Family]
    steps: tuple[StepContent, ...]
    series: tuple[Series, ...]
    experiments: tuple[Experiment, ...] = ()
    ladders: Mapping[str, LadderFramework] = field(default_factory=lambda: MappingProxyType({}))
    scales: Mapping[str, ScaleFramework] = field(default_factory=lambda: MappingProxyType({}))
    gradings: Mapping[str, GradingFramework] = field(default_factory=lambda: MappingProxyType({}))
    needs: Mapping[str, Needs] = field(default_factory=lambda: MappingProxyType({}))
    crosswalk: Crosswalk | None = None
    phrasebook: Phrasebook = Phrasebook()  # noqa: RUF009 - frozen

    def family(self, family_id: str) -> Family | None:
        return self.families.get(family_id)

    def questionnaire(self, family_id: str) -> Questionnaire:
        """The words of an assessment in this family."""
        return self._questionnaires[family_id]

    def words(self, framework_id: str, family_id: str) -> Words | None:
        """Today's words of this family of this framework; None when the content does not have it."""
        if framework_id == self.framework.id:
            return self._questionnaires.get(family_id)
        if family_id == NEED:
            return self.needs.get(framework_id)
        found = self.frameworks.get(framework_id)
        return found.words if found and family_id == framework_id else None

    @cached_property
    def frameworks(self) -> Mapping[str, LadderFramework | GradingFramework | ScaleFramework]:
        """Every framework beside the role families, by its id."""
        return MappingProxyType({**self.ladders, **self.gradings, **self.scales})

    @cached_property
    def checks(self) -> Mapping[str, SelfCheck]:
        """What people can take beside the role families, by command."""
        return MappingProxyType(
            {found.command: found for found in map(_self_check, self.frameworks.values()) if found}
        )

    def checks_for(self, family_id: str | None) -> list[SelfCheck]:
        """Return the self-checks that a member of this family is offered; None for one without a family."""
        family = self.families.get(family_id or "")
        own = family.ladders if family else ()
        return [
            check
            for check in self.checks.values()
            if not check.offered_to or family_id in check.offered_to or check.framework in own
        ]

    def family_by_title(self, title: str) -> TitleMatch | None:
        """Return the family that a job title suggests; None when it suggests none, or several.

        Words inside of a longer phrase do not count: "sales engineer" is one phrase, not two families.
        """
        plain = f" {plain_title(title)} "
        found = [
            TitleMatch(family, words)
            for family in self.families.values()
            for words in family.title_words
            if f" {words} " in plain
        ]
        longest = [
            one
            for one in found
            if not any(
                one.words != other.words and f" {one.words} " in f" {other.words} "
                for other in found
            )
        ]
        is_clear = len({one.family.id for one in longest}) == 1
        return max(longest, key=lambda one: len(one.words)) if is_clear else None

    def check_of(self, framework_id: str) -> SelfCheck | None:
        every = self.checks.values()
        return next((check for check in every if check.framework == framework_id), None)

    def can_be_taken(self, framework_id: str) -> bool:
        """Return whether people can take this self-check now; a framework may have left the content."""
        return framework_id == self.framework.id or self.check_of(framework_id) is not None

    @cached_property
    def agent_ladder(self) -> GradingFramework | None:
        """The framework by which agents are graded."""
        every = self.gradings.values()
        return next((grading for grading in every if grading.subject == "agent"), None)

    def steps_for(self, family_id: str) -> tuple[StepContent, ...]:
        """The steps that can be tried in this family, or in this framework beside the role families.

        A family has its own steps, then the lessons of every series, then the steps for any family. A
        framework has its own steps only.
        """
        return tuple(self._steps[family_id].values())

    def step(self, step_id: str, family_id: str) -> StepContent | None:
        """The step in the words for this family; None when the family does not have it."""
        return self._steps[family_id].get(step_id) if family_id in self._steps else None

    @cached_property
    def _questionnaires(self) -> dict[str, Questionnaire]:
        return {
            family.id: questionnaire(self.framework, family) for family in self.families.values()
        }

    @cached_property
    def _steps(self) -> dict[str, dict[str, StepContent]]:
        families = {family_id: self._steps_of(family_id) for family_id in self.families}
        own = {one.id: {step.id: step for step in one.steps} for one in self.frameworks.values()}
        return {**families, **own}

    def _steps_of(self, family_id: str) -> dict[str, StepContent]:
        own = [step for step in self.steps if step.family == family_id]
        lessons = [step for series in self.series for step in series.steps_for(family_id)]
        general = [step for step in self.steps if step.family is None]
        return {step.id: step for step in (*own, *lessons, *general)}


def _self_check(
    framework: LadderFramework | GradingFramework | ScaleFramework,
) -> SelfCheck | None:
    """How people take this framework; None for one that is not for people."""
    if framework.command is None:
        return None
    return SelfCheck(
        command=framework.command,
        framework=framework.id,
        family=framework.id,
        name=framework.name,
        summary=framework.summary,
        scoring=framework.words.scoring,
        offered_to=frozenset(framework.families),
    )
