"""The scoring "mean": questions with five answers, one click each; the mean of the answers is the tier."""

from collections.abc import Sequence

from slack_sdk.models.views import View

from bot.assessments.mean_views import (
    MeanResultView,
    mean_how_view,
    mean_result_card,
    question_card,
)
from bot.assessments.session import AssessmentSession, CardAnswers, Conversation, load_step
from bot.assessments.step_views import step_view_of
from bot.assessments.values import AnswerValue
from bot.deps import Deps
from bot.slack.api import Message
from bot.slack.payloads import Click
from coaching.assessment import Card
from coaching.mean_score import Questionnaire, mean_standing
from storage.assessments import assessments, given_answers
from storage.assessments.assessments import ROLE_FAMILIES, Assessment
from storage.database import Session


def _draw_card(deps: Deps, loaded: AssessmentSession, card: Card, note: str | None) -> Message:
    """Return one question with its answers; LookupError when the words do not have it."""
    words = loaded.words_as(Questionnaire)
    question = words.question(card.id)
    if question is None:
        raise LookupError(f"There is no question {card.id} in these words.")
    return question_card(
        deps.render,
        loaded.state,
        question,
        none_label=words.none_label,
        leads_back=words.framework == ROLE_FAMILIES,
        note=note,
    )


def _answers_of(_loaded: AssessmentSession, _card: Card, click: Click) -> CardAnswers:
    """Return the answer that was clicked."""
    value = AnswerValue.parse(click.value)
    return CardAnswers({value.question_id: value.level} if value else {})


def _missing_note(deps: Deps, _loaded: AssessmentSession, _items: Sequence[str]) -> str:
    """Return the note for a click whose value is unknown: any known one answers the whole card."""
    return deps.render("slack/unknown_click")


async def _finish(session: Session, deps: Deps, loaded: AssessmentSession) -> None:
    """Complete the row with the tier, the floor and the spread."""
    row, found = loaded.row, mean_standing(loaded.answers)
    await assessments.complete(
        session, row, now=deps.now(), tier=found.tier, floor=found.floor, spread=found.spread
    )


async def _draw_result(
    session: Session, deps: Deps, loaded: AssessmentSession, note: str | None
) -> Message:
    """Return what the answers describe, the tier, and the step that came from it."""
    result = await _result_view(session, loaded)
    step = await load_step(session, loaded)
    return mean_result_card(deps.render, result, step_view_of(step) if step else None, note=note)


async def _explain(
    session: Session, deps: Deps, loaded: AssessmentSession, _at: int | None
) -> View:
    """Return the answers with their levels, the floor, the spread and the rule."""
    earlier, step = await _earlier(session, loaded), await load_step(session, loaded)
    return mean_how_view(
        deps.render,
        await _result_view(session, loaded),
        before=await given_answers.levels_by_item(session, earlier) if earlier else None,
        step=step_view_of(step) if step else None,
    )


async def _result_view(session: Session, loaded: AssessmentSession) -> MeanResultView:
    before = await _earlier(session, loaded)
    return MeanResultView(
        assessment_id=loaded.row.id,
        words=loaded.words_as(Questionnaire),
        answers=loaded.answers,
        standing=mean_standing(loaded.answers),
        last_tier=before.tier if before else None,
    )


async def _earlier(session: Session, loaded: AssessmentSession) -> Assessment | None:
    """Return the self-check before this one in the same family."""
    row = loaded.row
    return await assessments.latest(
        session, loaded.member, framework=row.framework, family=row.family, before=row.ended_at
    )


MEAN_SCORE = Conversation(
    draw_card=_draw_card,
    answers_of=_answers_of,
    missing_note=_missing_note,
    finish=_finish,
    draw_result=_draw_result,
    explain=_explain,
)
"""Self-checks whose result is the mean of the answers."""
