"""What the coach knows, as values: the framework, the families, the tips, the series, the experiments."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from coaching.experiments import Experiment
from coaching.questionnaire import Question, Questionnaire, TierWords
from coaching.tips import Tip


@dataclass(frozen=True)
class Figure:
    """A number that may be shown, with where it comes from."""

    id: str
    text: str
    source: str
    year: int


@dataclass(frozen=True)
class Operation:
    """How work runs at a level: its unit, its rhythm, the way it fails, what is measured."""

    operational_unit: str
    unit_of_work: str
    cycle_time: str
    day_shape: str
    failure_mode: str
    metrics: tuple[str, ...]


@dataclass(frozen=True)
class Level:
    """One level of a family's map; `is_` says what it is, `shift` what changes on the way up."""

    level: int
    is_: str
    looks_like: tuple[str, ...]
    shift: str
    figures: tuple[Figure, ...]
    warnings: tuple[str, ...]
    operation: Operation | None


@dataclass(frozen=True)
class Skill:
    """A skill that carries people of every family from one tier to another."""

    id: str
    from_tier: float
    to_tier: float
    name: str
    explained: str


@dataclass(frozen=True)
class HumanFunction:
    """Something that stays with people at every tier."""

    id: str
    name: str
    explained: str


@dataclass(frozen=True)
class Tier:
    """A step of the scale, the same for every family."""

    tier: float
    name: str
    explained: str


@dataclass(frozen=True)
class Framework:
    """What all families share."""

    id: str
    version: str
    name: str
    about: str
    none_label: str
    depth_note: str
    tiers: tuple[Tier, ...]
    skills: tuple[Skill, ...]
    functions: tuple[HumanFunction, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Family:
    """A role family; `describes` says, for each tier, what answers at that tier describe."""

    id: str
    version: str
    order: int
    name: str
    covers: str
    pattern_name: str
    pattern_explained: str
    depth: str
    describes: Mapping[float, str]
    levels: tuple[Level, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Lesson:
    """One sitting of a series; `examples` maps family ids to the practice in that family."""

    id: str
    number: int
    from_tier: float
    title: str
    minutes: int
    when: str
    why: str
    done_when: str
    examples: Mapping[str, str]
    data: str
    reviewed: str


@dataclass(frozen=True)
class Capstone:
    """The last piece of a series, longer than one sitting."""

    title: str
    explained: str
    done_when: str


@dataclass(frozen=True)
class Series:
    """Lessons that belong together, in order."""

    id: str
    version: str
    name: str
    about: str
    from_tier: float
    to_tier: float
    lessons: tuple[Lesson, ...]
    capstone: Capstone | None

    def tips_for(self, family_id: str) -> tuple[Tip, ...]:
        """The lessons as tips, each with the example of this family where there is one."""
        return tuple(
            Tip(
                id=lesson.id,
                family=None,
                question=None,
                from_tier=lesson.from_tier,
                title=lesson.title,
                minutes=lesson.minutes,
                when=lesson.when,
                why=lesson.why,
                done_when=lesson.done_when,
                data=lesson.data,
                reviewed=lesson.reviewed,
                series=self.name,
                lesson=lesson.number,
                lessons=len(self.lessons),
                example=lesson.examples.get(family_id),
            )
            for lesson in self.lessons
        )


@dataclass(frozen=True)
class Library:
    """Everything at once; `families` are in the order in which they are offered."""

    framework: Framework
    families: Mapping[str, Family]
    tips: tuple[Tip, ...]
    series: tuple[Series, ...]
    experiments: tuple[Experiment, ...] = ()

    def family(self, family_id: str) -> Family | None:
        return self.families.get(family_id)

    def questionnaire(self, family_id: str) -> Questionnaire:
        """The words of an assessment in this family."""
        return self._questionnaires[family_id]

    def tips_for(self, family_id: str) -> tuple[Tip, ...]:
        """The family's own tips, then the lessons of every series, then the tips for any family."""
        return tuple(self._tips[family_id].values())

    def tip(self, tip_id: str, family_id: str) -> Tip | None:
        """The tip as this family reads it."""
        return self._tips[family_id].get(tip_id) if family_id in self._tips else None

    @cached_property
    def _questionnaires(self) -> dict[str, Questionnaire]:
        return {
            family.id: _questionnaire(self.framework, family) for family in self.families.values()
        }

    @cached_property
    def _tips(self) -> dict[str, dict[str, Tip]]:
        return {family_id: self._tips_of(family_id) for family_id in self.families}

    def _tips_of(self, family_id: str) -> dict[str, Tip]:
        own = [tip for tip in self.tips if tip.family == family_id]
        lessons = [tip for series in self.series for tip in series.tips_for(family_id)]
        general = [tip for tip in self.tips if tip.family is None]
        return {tip.id: tip for tip in (*own, *lessons, *general)}


def _questionnaire(framework: Framework, family: Family) -> Questionnaire:
    return Questionnaire(
        framework=framework.id,
        version=f"{framework.version}.{family.version}",
        family=family.id,
        family_name=family.name,
        none_label=framework.none_label,
        tiers=tuple(
            TierWords(
                tier=tier.tier,
                name=tier.name,
                explained=tier.explained,
                describes=family.describes[tier.tier],
            )
            for tier in framework.tiers
        ),
        questions=family.questions,
    )
