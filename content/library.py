"""All content at once: frameworks, the words of every conversation, the steps that fit them, and messages.

A message of content/messages is rendered by its name, and every value in it is escaped.
"""

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from types import MappingProxyType
from typing import Any, TypeVar

from jinja2 import StrictUndefined
from jinja2.exceptions import SecurityError
from jinja2.loaders import FunctionLoader
from jinja2.sandbox import ImmutableSandboxedEnvironment

from coaching.access.policy import Policy
from coaching.assessment import Scoring, Words
from coaching.items import Knowledge
from coaching.mean_score import Questionnaire
from coaching.phrases import Phrasebook
from coaching.required_level import Needs
from coaching.safe_text import SafeText, escape
from coaching.sandbox import SandboxWords
from coaching.steps import StepContent
from coaching.team_digest.figures import Experiment
from content.families import Family, Framework, plain_title, questionnaire
from content.ladders import Crosswalk, GradingFramework, LadderFramework, ScaleFramework
from content.limits import RULE_PROBLEMS
from content.needs import NEED
from content.practices import Series
from content.problems import Problem
from content.rules.messages import MessageRules
from content.sources import Folders
from content.templates import FILTERS, TESTS, read_messages, read_template

T = TypeVar("T")


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
    has its own steps. `knowledge` has the skills of knowledge checks with their items, `access` the
    permissions with what each requires, and `sandbox` the risks and nevers of plans to try something. `whole`
    is the library with all of it, where a part is left out.
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
    knowledge: Knowledge = Knowledge()  # noqa: RUF009 - frozen
    access: Policy = Policy()  # noqa: RUF009 - frozen
    sandbox: SandboxWords = SandboxWords()  # noqa: RUF009 - frozen
    whole: "Library | None" = field(default=None, repr=False, compare=False)

    def without(self, *, frameworks: tuple[str, ...], families: tuple[str, ...]) -> "Library":
        """Return the library without these frameworks and role families, or itself without any.

        Ids that it does not have are ignored. When no role family would be left, all of them stay.
        """
        kept = _others(self.families, families) or self.families
        others = _others(self.frameworks, frameworks)
        if len(kept) == len(self.families) and len(others) == len(self.frameworks):
            return self
        return replace(
            self,
            families=kept,
            ladders=_others(self.ladders, frameworks),
            scales=_others(self.scales, frameworks),
            gradings=_others(self.gradings, frameworks),
            needs=_others(self.needs, frameworks),
            crosswalk=self.crosswalk.without(frameworks) if self.crosswalk else None,
            knowledge=self.knowledge.without(frameworks),
            whole=self.everything,
        )

    @property
    def everything(self) -> "Library":
        """The library with what was left out of this one."""
        return self.whole or self

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
        """Return the family that a job title suggests; None when it suggests none, several, or one left out.

        Words inside of a longer phrase do not count: "sales engineer" is one phrase, not two families.
        """
        plain = f" {plain_title(title)} "
        found = [
            TitleMatch(family, words)
            for family in self.everything.families.values()
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
        ids = {one.family.id for one in longest}
        is_clear = len(ids) == 1 and ids <= self.families.keys()
        return max(longest, key=lambda one: len(one.words)) if is_clear else None

    def check_of(self, framework_id: str) -> SelfCheck | None:
        every = self.checks.values()
        return next((check for check in every if check.framework == framework_id), None)

    def can_be_taken(self, framework_id: str) -> bool:
        """Return whether people can take this self-check now; a framework may have left the content."""
        return framework_id == self.framework.id or self.check_of(framework_id) is not None

    @property
    def has_agents_off(self) -> bool:
        """Whether the levels of agents are left out; False where the content has none at all."""
        return self.agent_ladder is None and self.everything.agent_ladder is not None

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
        if self.whole:
            return {one: self.whole.questionnaire(one) for one in self.families}
        return {
            family.id: questionnaire(self.framework, family) for family in self.families.values()
        }

    @cached_property
    def _steps(self) -> dict[str, dict[str, StepContent]]:
        if self.whole:
            left = (*self.families, *self.frameworks)
            return {one: {step.id: step for step in self.whole.steps_for(one)} for one in left}
        families = {family_id: self._steps_of(family_id) for family_id in self.families}
        own = {one.id: {step.id: step for step in one.steps} for one in self.frameworks.values()}
        return {**families, **own}

    def _steps_of(self, family_id: str) -> dict[str, StepContent]:
        own = [step for step in self.steps if step.family == family_id]
        lessons = [step for series in self.series for step in series.steps_for(family_id)]
        general = [step for step in self.steps if step.family is None]
        return {step.id: step for step in (*own, *lessons, *general)}


def _others(every: Mapping[str, T], left_out: tuple[str, ...]) -> Mapping[str, T]:
    return MappingProxyType({name: one for name, one in every.items() if name not in left_out})


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


class MessageCatalog:
    """Every message by its name, with an organization's own messages laid over the built-in ones."""

    def __init__(self, extra: Folders = None) -> None:
        self._files = read_messages(extra)
        self._environment = ImmutableSandboxedEnvironment(
            loader=FunctionLoader(self._load),
            undefined=StrictUndefined,
            autoescape=False,  # Slack's text is not HTML; `finalize` escapes what Slack reads
            finalize=_finalize,
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=-1,
        )
        # The second line of defense: what `content.templates` refuses is not there either.
        self._environment.globals.clear()
        _keep(self._environment.filters, FILTERS)
        _keep(self._environment.tests, TESTS)

    def render(self, name: str, /, **values: object) -> SafeText:
        """Return the message of this name ("checkins/ask") with these values.

        Raises TemplateNotFound for an unknown name, UndefinedError for a value that is missing, and
        SecurityError for a message with what no message may have, before it is compiled.
        """
        return SafeText(self._environment.get_template(name).render(values).strip())

    @property
    def names(self) -> frozenset[str]:
        """The names of all messages."""
        return frozenset(self._files.messages)

    def problems(self) -> list[Problem]:
        """Return what is wrong with any message of an organization; without a folder, with any of ours."""
        rules = MessageRules(self._files.messages, self._files.built_in, self._environment)
        return sorted({*self._files.problems, *islice(rules.problems(), RULE_PROBLEMS)})

    def _load(self, name: str) -> tuple[str, str, Callable[[], bool]] | None:
        message = self._files.messages.get(name)
        if message is None:
            return None
        tree = None if message.built_in else read_template(message)
        if isinstance(tree, tuple):
            line, what = tree[0]
            raise SecurityError(f"{message.display_path}:{line}: {what}")
        return message.template, str(message.path), lambda: True


def _keep(names: MutableMapping[str, Any], kept: Iterable[str]) -> None:
    for name in set(names) - set(kept):
        del names[name]


def _finalize(value: Any) -> Any:
    """Return a value as a message shows it: 2.0 as 2, None as nothing, other text escaped."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, SafeText) else escape(value)
