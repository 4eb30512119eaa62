"""The scoring "ladder": a card per level, four choices for each behavior; the level held is the result."""

from collections.abc import Sequence

from slack_sdk.models.views import View

from bot.assessments.ladder_views import (
    LadderResultView,
    behaviors_card,
    ladder_how_view,
    ladder_result_card,
    missing_note,
)
from bot.assessments.session import AssessmentSession, CardAnswers, Conversation, load_step
from bot.assessments.step_views import load_step_view
from bot.assessments.values import AnswerValue
from bot.deps import Deps
from bot.slack.api import Message
from bot.slack.payloads import Click
from coaching.assessment import Card
from coaching.ladder_score import Ladder, ladder_standing
from storage.assessments import assessments, given_answers
from storage.assessments.assessments import Assessment
from storage.database import Session


def _draw_card(deps: Deps, loaded: AssessmentSession, card: Card, note: str | None) -> Message:
    """Return the behaviors of one level, with what is picked so far."""
    words, picked = loaded.words_as(Ladder), loaded.draft.answers
    return behaviors_card(deps.render, loaded.state, words, card, picked=picked, note=note)


def _answers_of(loaded: AssessmentSession, card: Card, click: Click) -> CardAnswers:
    """Return what the menus of the card hold, over what the draft has."""
    kept = {item: level for item, level in loaded.draft.answers.items() if item in card.items}
    values = (AnswerValue.parse(value) for value in click.picked.values())
    picked = {
        value.question_id: value.level
        for value in values
        if value and (value.assessment_id, value.revision) == (loaded.row.id, loaded.row.revision)
    }
    return CardAnswers({**kept, **picked})


def _missing_note(deps: Deps, loaded: AssessmentSession, items: Sequence[str]) -> str:
    """Return the note that names the behaviors still without an answer."""
    words, upcoming = loaded.words_as(Ladder), loaded.next_card
    behaviors = words.level_of_card(upcoming).behaviors if upcoming else ()
    return missing_note(deps.render, behaviors, items)


async def _finish(session: Session, deps: Deps, loaded: AssessmentSession) -> None:
    """Complete the row with the level."""
    row = loaded.row
    level = ladder_standing(loaded.words_as(Ladder), loaded.answers).level
    await assessments.complete(session, row, now=deps.now(), level=level)


async def _draw_result(
    session: Session, deps: Deps, loaded: AssessmentSession, note: str | None
) -> Message:
    """Return what the answers describe, the level, what the next one takes, and the step that follows."""
    result = _result_view(loaded, await _earlier(session, loaded))
    step = await load_step(session, loaded)
    view = await load_step_view(session, deps, step) if step else None
    return ladder_result_card(deps.render, result, view, note=note)


async def _explain(session: Session, deps: Deps, loaded: AssessmentSession, at: int | None) -> View:
    """Return the answers at one level, or at the one that decided, and the rule."""
    earlier = await _earlier(session, loaded)
    before = await given_answers.levels_by_item(session, earlier) if earlier else {}
    return ladder_how_view(deps.render, _result_view(loaded, earlier), at=at, before=before)


def _result_view(loaded: AssessmentSession, earlier: Assessment | None) -> LadderResultView:
    words = loaded.words_as(Ladder)
    return LadderResultView(
        assessment_id=loaded.row.id,
        words=words,
        answers=loaded.answers,
        standing=ladder_standing(words, loaded.answers),
        last_level=earlier.level if earlier else None,
    )


async def _earlier(session: Session, loaded: AssessmentSession) -> Assessment | None:
    """Return the self-check before this one on the same ladder."""
    row = loaded.row
    return await assessments.latest(
        session, loaded.member, framework=row.framework, before=row.ended_at
    )


LADDER_SCORE = Conversation(
    draw_card=_draw_card,
    answers_of=_answers_of,
    missing_note=_missing_note,
    finish=_finish,
    draw_result=_draw_result,
    explain=_explain,
)
"""Self-checks whose result is the highest level that is held with every level below it."""
