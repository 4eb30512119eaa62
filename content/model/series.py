"""Series: lessons that belong together, in order."""

from collections.abc import Mapping
from dataclasses import dataclass

from coaching.steps import StepContent


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

    def tips_for(self, family_id: str) -> tuple[StepContent, ...]:
        """The lessons as tips, each with the example of this family where there is one."""
        return tuple(
            StepContent(
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
