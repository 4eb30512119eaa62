"""Next steps: choosing one from the answers, and reading the ones kept."""

from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncSession

from bot.deps import Deps
from bot.views.tip_card import StepShown
from coaching.people import MemberKey
from coaching.tips import Tip, candidates, next_tip
from storage import assessments, steps
from storage.tables import Assessment, Step


def shown(row: Step) -> StepShown:
    """The step in the words that were kept with it."""
    return StepShown(id=row.id, state=row.state, tip=steps.tip_of(row))


async def choose(
    session: AsyncSession,
    deps: Deps,
    key: MemberKey,
    *,
    family: str,
    answers: dict[str, float],
    focus: str | None = None,
    fits: Callable[[Tip], bool] | None = None,
) -> Tip | None:
    """The tip that comes next for these answers; None when the family has left the content meanwhile.

    Tips that fit come first, as long as there are some that were neither done nor refused.
    """
    if deps.library.family(family) is None:
        return None
    past = await steps.past(session, key)
    choices = candidates(
        deps.library.tips_for(family), family=family, answers=answers, focus=focus, done=past.done
    )
    fresh = [tip for tip in choices if fits and fits(tip) and tip.id not in past.used]
    return next_tip(fresh or choices, used=past.used, shown=past.shown)


async def offer(
    session: AsyncSession,
    deps: Deps,
    row: Assessment,
    *,
    answers: dict[str, float],
    focus: str | None = None,
) -> Step | None:
    """Offer the next tip of this assessment; None when there is no tip at all."""
    key = MemberKey(row.workspace_id, row.user_id)
    tip = await choose(session, deps, key, family=row.family, answers=answers, focus=focus)
    if tip is None:
        return None
    return await steps.offer(session, key, tip, assessment_id=row.id, now=deps.now(), is_met=True)


async def current_or_next(
    session: AsyncSession,
    deps: Deps,
    key: MemberKey,
    *,
    fits: Callable[[Tip], bool] | None = None,
    focus: str | None = None,
) -> Step | None:
    """The current step, else the next one, which is the current one from now on; safe to repeat."""
    current = await steps.current(session, key)
    return current or await another(session, deps, key, fits=fits, focus=focus)


async def another(
    session: AsyncSession,
    deps: Deps,
    key: MemberKey,
    *,
    fits: Callable[[Tip], bool] | None = None,
    focus: str | None = None,
) -> Step | None:
    """The next step of the latest result takes the current one's place; None without a result or a tip."""
    latest = await assessments.latest(session, key)
    if latest is None:
        return None
    given = await assessments.answers(session, latest)
    tip = await choose(
        session, deps, key, family=latest.family, answers=given, focus=focus, fits=fits
    )
    if tip is None:
        return None
    return await steps.offer(session, key, tip, assessment_id=latest.id, now=deps.now())


def topic_of(deps: Deps, row: Step) -> str | None:
    """What the step's question is about, in today's words; None for a step of no question."""
    family = deps.library.family(row.family or "")
    questions = family.questions if family else ()
    return next((q.topic for q in questions if q.id == row.question), None)


async def question_in_hand(session: AsyncSession, row: Step) -> str | None:
    """The question that this step serves, or the one that its assessment's last such step served.

    So "Show another" stays with the question that the member chose.
    """
    past = await steps.history(session, key_of(row))
    same = (step.question for step in past if step.assessment_id == row.assessment_id)
    return row.question or next(filter(None, same), None)


async def shown_for(session: AsyncSession, row: Assessment) -> StepShown | None:
    """The latest step that came from this assessment."""
    found = await steps.latest_of(session, row)
    return shown(found) if found else None


def key_of(row: Step) -> MemberKey:
    """Whose step it is."""
    return MemberKey(row.workspace_id, row.user_id)
