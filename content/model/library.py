"""Everything that the coach knows, with the words of every conversation and the tips for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from coaching.assessment import Words
from coaching.mean_score import Questionnaire
from coaching.required_level import Needs
from coaching.steps import StepContent
from coaching.team_digest.experiments import Experiment
from content.model.crosswalk import Crosswalk
from content.model.families import Family, Framework, questionnaire
from content.model.ladders import GradingFramework, LadderFramework, ScaleFramework, SelfCheck
from content.model.series import Series

NEED = "need"
"""The family of the words that ask what a project needs."""


@dataclass(frozen=True)
class Library:
    """Everything at once; `families` are in the order in which they are offered.

    `framework`, `families` and `tips` are the role families and what serves them; every other framework
    is in one of `ladders`, `scales` and `gradings`, by its id, and brings its own tips.
    """

    framework: Framework
    families: Mapping[str, Family]
    tips: tuple[StepContent, ...]
    series: tuple[Series, ...]
    experiments: tuple[Experiment, ...] = ()
    ladders: Mapping[str, LadderFramework] = field(default_factory=lambda: MappingProxyType({}))
    scales: Mapping[str, ScaleFramework] = field(default_factory=lambda: MappingProxyType({}))
    gradings: Mapping[str, GradingFramework] = field(default_factory=lambda: MappingProxyType({}))
    needs: Mapping[str, Needs] = field(default_factory=lambda: MappingProxyType({}))
    crosswalk: Crosswalk | None = None

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

    def check_of(self, framework_id: str) -> SelfCheck | None:
        every = self.checks.values()
        return next((check for check in every if check.framework == framework_id), None)

    @cached_property
    def agent_ladder(self) -> GradingFramework | None:
        """The framework by which agents are graded."""
        every = self.gradings.values()
        return next((grading for grading in every if grading.subject == "agent"), None)

    def tips_for(self, family_id: str) -> tuple[StepContent, ...]:
        """What can be tried in this family, or in this framework beside the role families.

        A family has its own tips, then the lessons of every series, then the tips for any family. A
        framework has its own practices alone.
        """
        return tuple(self._tips[family_id].values())

    def tip(self, tip_id: str, family_id: str) -> StepContent | None:
        """The tip as this family reads it."""
        return self._tips[family_id].get(tip_id) if family_id in self._tips else None

    @cached_property
    def _questionnaires(self) -> dict[str, Questionnaire]:
        return {
            family.id: questionnaire(self.framework, family) for family in self.families.values()
        }

    @cached_property
    def _tips(self) -> dict[str, dict[str, StepContent]]:
        families = {family_id: self._tips_of(family_id) for family_id in self.families}
        own = {one.id: {tip.id: tip for tip in one.tips} for one in self.frameworks.values()}
        return {**families, **own}

    def _tips_of(self, family_id: str) -> dict[str, StepContent]:
        own = [tip for tip in self.tips if tip.family == family_id]
        lessons = [tip for series in self.series for tip in series.tips_for(family_id)]
        general = [tip for tip in self.tips if tip.family is None]
        return {tip.id: tip for tip in (*own, *lessons, *general)}


def _self_check(
    framework: LadderFramework | GradingFramework | ScaleFramework,
) -> SelfCheck | None:
    """How people take it; None for what is not for people."""
    if framework.command is None:
        return None
    return SelfCheck(
        command=framework.command,
        framework=framework.id,
        family=framework.id,
        name=framework.name,
        summary=framework.summary,
        scoring=framework.words.scoring,
    )
