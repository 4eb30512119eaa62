"""Tips and lessons, and the rule that chooses the next one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from coaching.asking import Words
from coaching.ladder import Ladder, is_held, ladder_standing

TOP = 3.0
HALF_STEP = 0.5


@dataclass(frozen=True)
class Tip:
    """One small thing to try.

    `question` is None for a tip that serves every question of a family, `family` is None for one
    that serves every family. `from_tier` 3 marks a step for people already at the top.
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

    @property
    def to_tier(self) -> float:
        """Where it leads on the scale of tiers; on a ladder of behaviors it stands for nothing."""
        return min(self.from_tier + HALF_STEP, TOP)


def fitting(
    tips: Sequence[Tip],
    words: Words,
    answers: Mapping[str, float],
    *,
    focus: str | None = None,
    done: Collection[str] = (),
) -> tuple[Tip, ...]:
    """The tips that fit these answers to these words, best first, whatever the way of scoring."""
    if isinstance(words, Ladder):
        return _on_ladder(tips, words, answers, focus=focus)
    return candidates(tips, family=words.family, answers=answers, focus=focus, done=done)


def _on_ladder(
    tips: Sequence[Tip], words: Ladder, answers: Mapping[str, float], *, focus: str | None
) -> tuple[Tip, ...]:
    """What the next level still takes comes first, in its order; then what is held, weakest first."""
    missing = ladder_standing(words, answers).missing
    held = sorted((item for item in answers if is_held(answers, item)), key=answers.__getitem__)
    behaviors = sorted((*missing, *held), key=lambda item: item != focus)
    own = {tip.question: tip for tip in tips if tip.family == words.framework}
    return tuple(own[item] for item in behaviors if item in own)


def candidates(
    tips: Sequence[Tip],
    *,
    family: str,
    answers: Mapping[str, float],
    focus: str | None = None,
    done: Collection[str] = (),
) -> tuple[Tip, ...]:
    """The tips that fit these answers, best first; `done` are the ids of the tips that were finished.

    Questions come by their answers, lowest first (ties in the family's order), except that `focus`
    comes before all when the member chose it. For each question its own tips come first, then the
    lesson that is next in each series around that answer, then the general tips.
    """
    fitting = [tip for tip in tips if tip.family in (None, family)]
    general = [tip for tip in fitting if tip.question is None and tip.series is None]
    lessons = _next_lessons(fitting, done)
    found: dict[str, Tip] = {}
    for question in sorted(answers, key=lambda q: (q != focus, answers[q])):
        at = answers[question]
        own = [tip for tip in fitting if tip.question == question and tip.from_tier == at]
        taught = [lesson for lesson, low, high in lessons if low <= at < high]
        for_any = [tip for tip in general if tip.from_tier == at]
        found |= {tip.id: tip for tip in (*own, *taught, *for_any) if tip.id not in found}
    return tuple(found.values())


def _next_lessons(tips: Sequence[Tip], done: Collection[str]) -> list[tuple[Tip, float, float]]:
    """Of each series the first lesson that is not done, with the tiers from and to which the series leads."""
    series: dict[str, list[Tip]] = {}
    for tip in tips:
        if tip.series is not None:
            series.setdefault(tip.series, []).append(tip)
    found = []
    for lessons in series.values():
        left = [lesson for lesson in lessons if lesson.id not in done]
        if left:
            first = min(left, key=lambda lesson: lesson.lesson or 0)
            low, high = (limit(lesson.from_tier for lesson in lessons) for limit in (min, max))
            found.append((first, low, high + HALF_STEP))
    return found


def next_tip(
    choices: Sequence[Tip], *, used: Sequence[str], shown: Sequence[str] = ()
) -> Tip | None:
    """The first tip that was neither used up (done or refused) nor shown in this round.

    When all fitting tips were shown the round starts again; when all are used up, the one used
    longest ago comes back. `used` and `shown` are tip ids, oldest first.
    """
    if not choices:
        return None
    fresh = [tip for tip in choices if tip.id not in set(used)]
    if not fresh:
        last_use = {tip_id: place for place, tip_id in enumerate(used)}
        return min(choices, key=lambda tip: last_use[tip.id])
    unseen = [tip for tip in fresh if tip.id not in set(shown)]
    if unseen:
        return unseen[0]
    last_shown = {tip_id: place for place, tip_id in enumerate(shown)}
    return min(fresh, key=lambda tip: last_shown[tip.id])


def smaller(tips: Sequence[Tip], than: Tip, *, used: Collection[str] = ()) -> Tip | None:
    """A tip for the same question in fewer minutes, of this half-step or the one before; None without one.

    `used` are the ids of tips that were done or refused.
    """
    fitting = [
        tip
        for tip in tips
        if than.question is not None
        and (tip.family, tip.question) == (than.family, than.question)
        and tip.minutes < than.minutes
        and than.from_tier - HALF_STEP <= tip.from_tier <= than.from_tier
        and tip.id not in used
    ]
    return max(fitting, key=lambda tip: (tip.from_tier, -tip.minutes), default=None)
