"""The scoring "lowest": criteria with a description for each level; the lowest of them is the result."""

from collections.abc import Sequence

from slack_sdk.models.views import View

from bot.assessments.min_views import criterion_card, grade_how_view, self_graded_card
from bot.assessments.result_views import GradeView
from bot.assessments.session import AssessmentSession, CardAnswers, Conversation, load
from bot.assessments.values import AnswerValue
from bot.deps import Deps
from bot.slack.api import Message
from bot.slack.payloads import Click
from coaching.assessment import Card
from coaching.min_score import Criteria, min_standing
from storage.assessments import assessments
from storage.database import Session


def _draw_card(deps: Deps, loaded: AssessmentSession, card: Card, note: str | None) -> Message:
    """Return one criterion with its descriptions; LookupError when the words do not have it."""
    criterion = loaded.words_as(Criteria).criterion(card.id)
    if criterion is None:
        raise LookupError(f"There is no criterion {card.id} in these words.")
    return criterion_card(
        deps.render,
        loaded.state,
        criterion,
        is_agent=bool(loaded.row.subject),
        link=loaded.draft.notes.get(card.id),
        beside=loaded.beside.get(card.id, ""),
        note=note,
    )


def _answers_of(loaded: AssessmentSession, _card: Card, click: Click) -> CardAnswers:
    """Return the answer that was clicked, with the link that was added before."""
    value = AnswerValue.parse(click.value)
    if value is None:
        return CardAnswers({})
    link = loaded.draft.notes.get(value.question_id)
    return CardAnswers({value.question_id: value.level}, {value.question_id: link} if link else {})


def _missing_note(deps: Deps, _loaded: AssessmentSession, _items: Sequence[str]) -> str:
    """Return the note for a click whose value is unknown: any known one answers the whole card."""
    return deps.render("slack/unknown_click")


async def _finish(session: Session, deps: Deps, loaded: AssessmentSession) -> None:
    """Complete the row with the level that the lowest criterion reaches."""
    level = min_standing(loaded.words_as(Criteria), loaded.answers).level
    await assessments.complete(session, loaded.row, now=deps.now(), level=level)


async def _draw_result(
    session: Session, deps: Deps, loaded: AssessmentSession, note: str | None
) -> Message:
    """Return the level, what holds it back, and what to try next."""
    last = await _last(session, deps, loaded)
    return self_graded_card(deps.render, grade_view_of(loaded), last=last, note=note)


async def _explain(
    _session: Session, deps: Deps, loaded: AssessmentSession, _at: int | None
) -> View:
    """Return every criterion with its answer, and the rule."""
    return grade_how_view(deps.render, grade_view_of(loaded))


def grade_view_of(loaded: AssessmentSession) -> GradeView:
    """Return the answers so far as a grade."""
    row = loaded.row
    return GradeView(
        id=row.id,
        words=loaded.words_as(Criteria),
        answers=loaded.answers,
        links=loaded.notes,
        model="",
        by=row.user_id,
        at=row.ended_at or row.started_at,
    )


async def _last(session: Session, deps: Deps, loaded: AssessmentSession) -> GradeView | None:
    """Return the result of the self-check before this one."""
    row = loaded.row
    before = await assessments.latest(
        session, loaded.member, framework=row.framework, family=row.family, before=row.ended_at
    )
    return grade_view_of(await load(session, deps, before)) if before else None


MIN_SCORE = Conversation(
    draw_card=_draw_card,
    answers_of=_answers_of,
    missing_note=_missing_note,
    finish=_finish,
    draw_result=_draw_result,
    explain=_explain,
)
"""Self-checks whose result is the lowest of several criteria."""
