"""Next steps: choosing one from the answers, and reading the ones kept."""

from collections.abc import Callable

from bot.assessments.session import AssessmentSession, load_words, member_of
from bot.deps import Deps
from coaching.members import MemberKey
from coaching.steps import StepContent, fitting_steps, next_step
from storage import steps
from storage.assessments import assessments, given_answers
from storage.assessments.assessments import ROLE_FAMILIES, Assessment
from storage.database import Session
from storage.steps import Step


async def choose(
    session: Session,
    deps: Deps,
    row: Assessment,
    *,
    answers: dict[str, float],
    focus: str | None = None,
    fits: Callable[[StepContent], bool] | None = None,
) -> StepContent | None:
    """The tip that comes next for this result; None when its framework has left the content meanwhile.

    Tips that fit come first, as long as there are some that were neither done nor refused.
    """
    words = await load_words(session, deps, row)
    if deps.library.words(row.framework, row.family) is None:
        return None
    past = await steps.tip_history(session, member_of(row))
    choices = fitting_steps(
        deps.library.steps_for(row.family), words, answers, focus=focus, done=past.done
    )
    fresh = [tip for tip in choices if fits and fits(tip) and tip.id not in past.used]
    return next_step(fresh or choices, used=past.used, shown=past.shown)


async def offer(
    session: Session,
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


async def offer_after_result(session: Session, deps: Deps, loaded: AssessmentSession) -> None:
    """Offer the next step of a self-check that just ended."""
    await offer(session, deps, loaded.row, answers=loaded.answers)


async def current_or_next(
    session: Session,
    deps: Deps,
    key: MemberKey,
    *,
    fits: Callable[[StepContent], bool] | None = None,
    focus: str | None = None,
) -> Step | None:
    """The current step, else the next one, which is the current one from now on; safe to repeat."""
    current = await steps.current(session, key)
    return current or await another(session, deps, key, fits=fits, focus=focus)


async def another(
    session: Session,
    deps: Deps,
    key: MemberKey,
    *,
    framework: str | None = None,
    fits: Callable[[StepContent], bool] | None = None,
    focus: str | None = None,
) -> Step | None:
    """The next step takes the current one's place; None without a result or a tip.

    Profiles take turns, unless one framework is asked for; the first that has a tip gives it.
    """
    for latest in await in_turn(session, deps, key):
        if framework not in (None, latest.framework):
            continue
        given = await given_answers.levels_by_item(session, latest)
        tip = await choose(session, deps, latest, answers=given, focus=focus, fits=fits)
        if tip:
            return await steps.offer(session, key, tip, assessment_id=latest.id, now=deps.now())
    return None


async def in_turn(session: Session, deps: Deps, key: MemberKey) -> list[Assessment]:
    """The latest result of each framework: the one whose last step is longest ago comes first.

    One that never led to a step comes before all; where nothing else tells them apart, the newest does.
    """
    latest = await assessments.latest_by_framework(session, key)
    if len(latest) < 2:
        return latest
    past = [framework_of(deps, step) for step in await steps.list_steps(session, key)]
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
    return words.topics.get(row.question or "") if words else None


async def question_in_hand(session: Session, row: Step) -> str | None:
    """The question that this step serves, or the one that its assessment's last such step served.

    So "Show another" stays with the question that the member chose.
    """
    past = await steps.list_steps(session, member_of(row))
    same = (step.question for step in past if step.assessment_id == row.assessment_id)
    return row.question or next(filter(None, same), None)
