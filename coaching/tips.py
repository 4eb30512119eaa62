"""Tips and lessons, and the rule that chooses the next one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coaching.tiers import NONE_YET

TOP = 3.0


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
        return min(self.from_tier + 0.5, TOP)


def candidates(
    tips: Sequence[Tip], *, family: str, answers: Mapping[str, float], focus: str | None = None
) -> tuple[Tip, ...]:
    """The tips that fit these answers, best first.

    The lowest answer comes first (ties in the family's order), or `focus` when the member chose
    another question. For each question its own half-step comes before the series and the general
    tips of that half-step.
    """
    ranked = sorted(answers, key=lambda q: (q != focus, answers[q]))
    fitting = [tip for tip in tips if tip.family in (None, family)]
    found: dict[str, Tip] = {}
    for own in (True, False):
        for question in ranked:
            level = answers[question]
            for tip in fitting:
                of_question = tip.question == question
                if tip.from_tier == level and (of_question if own else tip.question is None):
                    found.setdefault(tip.id, tip)
        if own and found:
            first = next(iter(found.values()))
            for tip in fitting:
                if tip.question is None and tip.from_tier == first.from_tier:
                    found.setdefault(tip.id, tip)
    return tuple(found.values())


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


def starts_at(answers: Mapping[str, float]) -> float:
    """The level of the lowest answer, where the next half-step begins."""
    return min(answers.values(), default=NONE_YET)
