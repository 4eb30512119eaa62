"""Next steps: choosing one from the answers, and reading the ones kept."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.deps import Deps
from bot.views.tip_card import StepShown
from coaching.people import MemberKey
from coaching.tips import Tip, candidates, next_tip
from storage import steps
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
) -> Tip | None:
    """The tip that comes next for these answers; None when the family has left the content meanwhile."""
    if deps.library.family(family) is None:
        return None
    past = await steps.past(session, key)
    choices = candidates(
        deps.library.tips_for(family), family=family, answers=answers, focus=focus, done=past.done
    )
    return next_tip(choices, used=past.used, shown=past.shown)


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
