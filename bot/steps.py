"""Next steps: choosing one from the answers, and reading the ones kept."""

from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversations.loading import words_of
from bot.deps import Deps
from bot.results import latest_of_each
from bot.views.tip_card import StepShown
from coaching.people import MemberKey
from coaching.tips import Tip, fitting, next_tip
from coaching.topics import topics
from storage import assessments, steps
from storage.assessments import ROLE_FAMILIES
from storage.tables import Assessment, Step


def shown(row: Step) -> StepShown:
    """The step in the words that were kept with it."""
    return StepShown(id=row.id, state=row.state, tip=steps.tip_of(row))


async def choose(
    session: AsyncSession,
    deps: Deps,
    row: Assessment,
    *,
    answers: dict[str, float],
    focus: str | None = None,
    fits: Callable[[Tip], bool] | None = None,
) -> Tip | None:
    """The tip that comes next for this result; None when its framework has left the content meanwhile.

    Tips that fit come first, as long as there are some that were neither done nor refused.
    """
    words = await words_of(session, deps, row)
    if deps.library.words(row.framework, row.family) is None:
        return None
    past = await steps.past(session, member_of(row))
    choices = fitting(
        deps.library.steps_for(row.family), words, answers, focus=focus, done=past.done
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
    tip = await choose(session, deps, row, answers=answers, focus=focus)
    if tip is None:
        return None
    key = member_of(row)
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
    framework: str | None = None,
    fits: Callable[[Tip], bool] | None = None,
    focus: str | None = None,
) -> Step | None:
    """The next step takes the current one's place; None without a result or a tip.

    Profiles take turns, unless one framework is asked for; the first that has a tip gives it.
    """
    for latest in await in_turn(session, deps, key):
        if framework not in (None, latest.framework):
            continue
        given = await assessments.answers(session, latest)
        tip = await choose(session, deps, latest, answers=given, focus=focus, fits=fits)
        if tip:
            return await steps.offer(session, key, tip, assessment_id=latest.id, now=deps.now())
    return None


async def in_turn(session: AsyncSession, deps: Deps, key: MemberKey) -> list[Assessment]:
    """The latest result of each framework: the one whose last step is longest ago comes first.

    One that never led to a step comes before all; where nothing else tells them apart, the newest does.
    """
    latest = await latest_of_each(session, key)
    if len(latest) < 2:
        return latest
    past = [framework_of(deps, step) for step in await steps.history(session, key)]
    return sorted(latest, key=lambda row: _ago(past, row.framework), reverse=True)


def _ago(past: list[str], framework: str) -> int:
    """How many steps ago the last one of this framework was; `past` is newest first."""
    return past.index(framework) if framework in past else len(past)


def framework_of(deps: Deps, row: Step) -> str:
    """The framework that a step serves; lessons and general tips are the role families'."""
    return row.family if row.family and deps.library.check_of(row.family) else ROLE_FAMILIES


def topic_of(deps: Deps, row: Step) -> str | None:
    """What the step's question is about, in today's words; None for a step of no question."""
    words = deps.library.words(framework_of(deps, row), row.family or "")
    return topics(words).get(row.question or "") if words else None


async def question_in_hand(session: AsyncSession, row: Step) -> str | None:
    """The question that this step serves, or the one that its assessment's last such step served.

    So "Show another" stays with the question that the member chose.
    """
    past = await steps.history(session, member_of(row))
    same = (step.question for step in past if step.assessment_id == row.assessment_id)
    return row.question or next(filter(None, same), None)


async def shown_for(session: AsyncSession, row: Assessment) -> StepShown | None:
    """The latest step that came from this assessment."""
    found = await steps.latest_of(session, row)
    return shown(found) if found else None


def member_of(row: Assessment | Step) -> MemberKey:
    """Whose result or step it is."""
    return MemberKey(row.workspace_id, row.user_id)
