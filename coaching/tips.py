"""Tips and lessons, and the rule that chooses the next one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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

    Questions come by their answers, lowest first (ties in the family's order), except that `focus`
    comes before all when the member chose it. For each question its own tips come before the lessons
    and general tips of the same half-step.
    """
    fitting = [tip for tip in tips if tip.family in (None, family)]
    found: dict[str, Tip] = {}
    for question in sorted(answers, key=lambda q: (q != focus, answers[q])):
        at_level = [tip for tip in fitting if tip.from_tier == answers[question]]
        own = [tip for tip in at_level if tip.question == question]
        general = [tip for tip in at_level if tip.question is None]
        found |= {tip.id: tip for tip in (*own, *general) if tip.id not in found}
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
