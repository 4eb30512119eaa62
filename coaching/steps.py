"""The steps and lessons of the content, and the rules that choose a member's next one.

`fitting_steps` orders the steps that fit somebody's answers, best first; `next_step` takes the first of them
that the member has not used or seen.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from coaching.assessment import Words
from coaching.ladder_score import Ladder, is_behavior_held, ladder_standing

TOP_TIER = 3.0
HALF_STEP = 0.5


@dataclass(frozen=True)
class StepContent:
    """One small thing to try, as the content describes it; whether a member tried it is stored elsewhere.

    `question` is None for a step that suits every question of a family, `family` is None for one
    that suits every family. `from_tier` 3 marks a step for people already at the top.
    """

    id: str
    family: str | None
    question: str | None
    from_tier: float
    title: str
    minutes: int
    when: str
    why: str
    done_when: str
    data: str
    reviewed: str
    series: str | None = None
    lesson: int | None = None
    lessons: int | None = None
    example: str | None = None
    learned_from: str | None = None

    @property
    def to_tier(self) -> float:
        """The tier that it leads to; without meaning for the steps of a ladder of behaviors."""
        return min(self.from_tier + HALF_STEP, TOP_TIER)


def fitting_steps(
    steps: Sequence[StepContent],
    words: Words,
    answers: Mapping[str, float],
    *,
    focus: str | None = None,
    done: Collection[str] = (),
) -> tuple[StepContent, ...]:
    """Return the steps that fit these answers to these words, best first, for any scoring."""
    if isinstance(words, Ladder):
        return _on_ladder(steps, words, answers, focus=focus)
    return steps_by_lowest_answer(
        steps, family=words.family, answers=answers, focus=focus, done=done
    )


def _on_ladder(
    steps: Sequence[StepContent], words: Ladder, answers: Mapping[str, float], *, focus: str | None
) -> tuple[StepContent, ...]:
    """Return the steps of what the next level still takes, in its order, then the held ones, lowest first."""
    missing = ladder_standing(words, answers).missing
    held = sorted(
        (item for item in answers if is_behavior_held(answers, item)), key=answers.__getitem__
    )
    behaviors = sorted((*missing, *held), key=lambda item: item != focus)
    own = {step.question: step for step in steps if step.family == words.framework}
    return tuple(own[item] for item in behaviors if item in own)


def steps_by_lowest_answer(
    steps: Sequence[StepContent],
    *,
    family: str,
    answers: Mapping[str, float],
    focus: str | None = None,
    done: Collection[str] = (),
) -> tuple[StepContent, ...]:
    """Return the steps that fit these answers, best first; `done` are the ids of finished steps.

    Questions are ordered by their answers, lowest first (ties in the family's order), except that `focus`,
    the question the member chose, comes first. For each question its own steps come first, then the next
    lesson of each series around that answer, then the general steps.
    """
    fitting = [step for step in steps if step.family in (None, family)]
    general = [step for step in fitting if step.question is None and step.series is None]
    lessons = _next_lessons(fitting, done)
    found: dict[str, StepContent] = {}
    for question in sorted(answers, key=lambda q: (q != focus, answers[q])):
        at = answers[question]
        own = [step for step in fitting if step.question == question and step.from_tier == at]
        taught = [lesson for lesson, low, high in lessons if low <= at < high]
        for_any = [step for step in general if step.from_tier == at]
        found |= {step.id: step for step in (*own, *taught, *for_any) if step.id not in found}
    return tuple(found.values())


def _next_lessons(
    steps: Sequence[StepContent], done: Collection[str]
) -> list[tuple[StepContent, float, float]]:
    """Return the first lesson of each series that is not done, with the tiers from and to which it leads."""
    series: dict[str, list[StepContent]] = {}
    for step in steps:
        if step.series is not None:
            series.setdefault(step.series, []).append(step)
    found = []
    for lessons in series.values():
        left = [lesson for lesson in lessons if lesson.id not in done]
        if left:
            first = min(left, key=lambda lesson: lesson.lesson or 0)
            low, high = (limit(lesson.from_tier for lesson in lessons) for limit in (min, max))
            found.append((first, low, high + HALF_STEP))
    return found


def next_step(
    choices: Sequence[StepContent], *, used: Sequence[str], shown: Sequence[str] = ()
) -> StepContent | None:
    """Return the first step that was neither used (done or refused) nor shown in this round.

    When all unused steps were shown, the round starts again; when all are used, the one used longest ago
    comes back. `used` and `shown` are step ids, oldest first. None when there are no choices.
    """
    if not choices:
        return None
    fresh = [step for step in choices if step.id not in set(used)]
    if not fresh:
        last_use = {step_id: place for place, step_id in enumerate(used)}
        return min(choices, key=lambda step: last_use[step.id])
    unseen = [step for step in fresh if step.id not in set(shown)]
    if unseen:
        return unseen[0]
    last_shown = {step_id: place for place, step_id in enumerate(shown)}
    return min(fresh, key=lambda step: last_shown[step.id])


def smaller_step(
    steps: Sequence[StepContent], than: StepContent, *, used: Collection[str] = ()
) -> StepContent | None:
    """Return a step for the same question in fewer minutes, of this half-step or the one before.

    `used` are the ids of steps that were done or refused. None when there is no such step.
    """
    fitting = [
        step
        for step in steps
        if than.question is not None
        and (step.family, step.question) == (than.family, than.question)
        and step.minutes < than.minutes
        and than.from_tier - HALF_STEP <= step.from_tier <= than.from_tier
        and step.id not in used
    ]
    return max(fitting, key=lambda step: (step.from_tier, -step.minutes), default=None)
