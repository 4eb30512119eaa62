"""Choosing and offering a member's next step."""

from collections.abc import Callable

from bot.assessments.session import AssessmentSession, load_words, member_of
from bot.deps import Deps
from bot.slack.directory import clock_of
from bot.slack.phrases import number
from coaching.members import MemberKey
from coaching.steps import StepContent, fitting_steps, next_step
from storage import members
from storage.assessments import assessments, given_answers
from storage.assessments.assessments import ROLE_FAMILIES, Assessment
from storage.database import Session
from storage.steps import step_offers, steps
from storage.steps.steps import Step


async def choose_step(
    session: Session,
    deps: Deps,
    row: Assessment,
    *,
    answers: dict[str, float],
    focus: str | None = None,
    fits: Callable[[StepContent], bool] | None = None,
) -> StepContent | None:
    """Return the step that comes next for this result; None when its framework is no longer in the content.

    Steps that pass `fits` come first, as long as some of them were neither done nor refused. It is never the
    step that the member is trying.
    """
    words = await load_words(session, deps, row)
    if deps.library.words(row.framework, row.family) is None:
        return None
    past = await steps.tip_history(session, member_of(row))
    fitting = fitting_steps(
        deps.library.steps_for(row.family), words, answers, focus=focus, done=past.done
    )
    choices = [step for step in fitting if step.id != past.trying]
    fresh = [step for step in choices if fits and fits(step) and step.id not in past.used]
    return next_step(fresh or choices, used=past.used, shown=past.shown)


async def offer_after_result(session: Session, deps: Deps, loaded: AssessmentSession) -> None:
    """Offer the next step of a self-check that just ended; behind a step that the member chose it waits."""
    row = loaded.row
    chosen = await choose_step(session, deps, row, answers=loaded.answers)
    if chosen:
        key = member_of(row)
        await step_offers.offer(session, key, chosen, assessment_id=row.id, now=deps.now())


async def current_or_next(session: Session, deps: Deps, key: MemberKey) -> Step | None:
    """Return the current step; when there is none, offer the next one. Safe to repeat and to run at once."""
    await members.lock(session, key, is_alone=True)
    current = await steps.current(session, key)
    return current or await offer_another(session, deps, key)


async def offer_another(
    session: Session,
    deps: Deps,
    key: MemberKey,
    *,
    framework: str | None = None,
    fits: Callable[[StepContent], bool] | None = None,
    focus: str | None = None,
) -> Step | None:
    """Offer another step in place of an offered one; None without a result or a step.

    A step that waits comes first, unless the member asks for a question with `focus`. Then the frameworks
    take turns, unless one is asked for; the first that has a step gives it.
    """
    waited = None if focus else await _offer_waiting(session, deps, key)
    if waited:
        return waited
    for latest in await results_in_turn(session, deps, key):
        if framework not in (None, latest.framework):
            continue
        given = await given_answers.levels_by_item(session, latest)
        chosen = await choose_step(session, deps, latest, answers=given, focus=focus, fits=fits)
        if chosen:
            return await step_offers.offer(
                session, key, chosen, assessment_id=latest.id, now=deps.now()
            )
    return None


async def _offer_waiting(session: Session, deps: Deps, key: MemberKey) -> Step | None:
    """Offer the step that waits longest; those of frameworks that the content no longer has keep waiting."""
    for step in await step_offers.list_waiting(session, key):
        result = await assessments.get(session, key.workspace_id, step.assessment_id or "")
        if result is None or deps.library.words(result.framework, result.family) is None:
            continue
        if await step_offers.offer_waiting(session, key, step, now=deps.now()):
            return await steps.get(session, key, step.id)
    return None


LOOK_BACK_EVERY = 5
"""After each so many steps that a member did, the last ones are listed with their dates."""


async def look_back(session: Session, deps: Deps, row: Step) -> str | None:
    """Return the last five steps that the member did, with dates, when this is one in five; else None.

    A second click on "Done" gets the same answer.
    """
    key = member_of(row)
    newest, count = await steps.list_done(session, key, limit=LOOK_BACK_EVERY)
    if not newest or newest[0].id != row.id or count % LOOK_BACK_EVERY:
        return None
    clock = await clock_of(session, deps, key)
    last = [(steps.tip_of(step).title, clock.day(step.changed_at)) for step in reversed(newest)]
    return deps.render("steps/look_back", count=number(count), last=last)


async def results_in_turn(session: Session, deps: Deps, key: MemberKey) -> list[Assessment]:
    """Return the latest result of each framework, the one whose last step is longest ago first.

    Results that never led to a step come before all others; among equals the newest comes first.
    """
    latest = await assessments.latest_by_framework(session, key)
    if len(latest) < 2:
        return latest
    past = [framework_of(deps, step) for step in await steps.list_steps(session, key)]
    return sorted(latest, key=lambda row: _ago(past, row.framework), reverse=True)


def _ago(past: list[str], framework: str) -> int:
    """Return how many steps ago the last one of this framework was; `past` is newest first."""
    return past.index(framework) if framework in past else len(past)


def framework_of(deps: Deps, row: Step) -> str:
    """Return the framework that a step belongs to; lessons and general steps belong to the role families."""
    return row.family if row.family and deps.library.check_of(row.family) else ROLE_FAMILIES


def topic_of(deps: Deps, row: Step) -> str | None:
    """Return what the step's question is about, in the content's present words; None without a question."""
    words = deps.library.words(framework_of(deps, row), row.family or "")
    return words.topics.get(row.question or "") if words else None


async def question_of_step(session: Session, row: Step) -> str | None:
    """Return the step's question, or the question of the assessment's last step that had one.

    With it, "Show another" stays with the question that the member chose.
    """
    past = await steps.list_steps(session, member_of(row))
    same = (step.question for step in past if step.assessment_id == row.assessment_id)
    return row.question or next(filter(None, same), None)
