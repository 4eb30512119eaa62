"""The mean score: questions with five answers each; one click answers a question, the mean is the tier.

The cards come first, then how such an assessment is asked and ended (`MEAN_SCORE`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.assessments.card_views import ways_out
from bot.assessments.result_views import scale_picture
from bot.assessments.session import AssessmentSession, CardAnswers, Conversation, load_step
from bot.assessments.step_views import StepView, load_step_view, step_view_of, step_words, with_step
from bot.assessments.values import ANSWER_CHOSEN, FOCUS, HOW, HOW_VIEW, AnswerValue, CardState
from bot.buttons import MAP
from bot.deps import Deps
from bot.slack.api import Message
from bot.slack.blocks import button, fine_print, headline, line, menu, modal, paragraph, row
from bot.slack.payloads import Click
from bot.slack.phrases import capitalized, number
from coaching.assessment import Card
from coaching.mean_score import (
    LEVELS,
    NONE_YET,
    MeanStanding,
    Question,
    Questionnaire,
    mean_standing,
)
from coaching.safe_text import Render, escape
from storage.assessments import assessments, given_answers
from storage.assessments.assessments import ROLE_FAMILIES, Assessment
from storage.database import Session


def question_card(
    render: Render,
    state: CardState,
    question: Question,
    *,
    none_label: str,
    leads_back: bool,
    note: str | None = None,
) -> Message:
    """Return one question: its answers as full texts with letters, one button for each.

    With `leads_back` there is a way back from the first question too: to the choice of the family.
    """
    place = state.words.cards.index(Card(question.id, (question.id,))) + 1
    heading = f"{state.title} · {place} of {state.total}"
    lettered = [
        (letter, answer) for letter, answer in zip(ascii_uppercase, question.answers, strict=False)
    ]
    answers = "\n\n".join(f"*{letter}.* {escape(answer.text)}" for letter, answer in lettered)
    blocks: list[Block] = [headline(heading)]
    if place == 1:
        blocks.append(fine_print(f"{render('self_check/promise')}\n{render('assessments/moves')}"))
    blocks += [
        paragraph(f"*{escape(question.text)}*"),
        paragraph(answers),
        *([fine_print(note)] if note else []),
        _answer_buttons(state, question, none_label=none_label),
        ways_out(state, leads_back=leads_back or place > 1),
    ]
    spoken = "\n".join(f"{letter}. {escape(answer.text)}" for letter, answer in lettered)
    return Message(text=f"{heading}. {escape(question.text)}\n{spoken}", blocks=blocks)


def _answer_buttons(state: CardState, question: Question, *, none_label: str) -> Block:
    def value(level: float) -> str:
        return str(AnswerValue(state.assessment_id, state.revision, question.id, level))

    lettered = [
        button(
            letter,
            action=f"{ANSWER_CHOSEN}{letter}",
            value=value(answer.level),
            spoken=f"{letter}: {answer.text}",
        )
        for letter, answer in zip(ascii_uppercase, question.answers, strict=False)
    ]
    none_yet = button(none_label, action=f"{ANSWER_CHOSEN}none", value=value(NONE_YET))
    return row(*lettered, none_yet, name="answers")


TOP_LEVEL = LEVELS[-1]


@dataclass(frozen=True)
class MeanResultView:
    """A finished self-check with everything its card needs; `last_tier` is the one before, if any."""

    assessment_id: str
    words: Questionnaire
    answers: dict[str, float]
    standing: MeanStanding
    last_tier: float | None

    @property
    def next_level(self) -> int:
        """Return the next level of the map above this tier."""
        return min(3, int(self.standing.tier) + 1)


def mean_result_text(render: Render, result: MeanResultView) -> str:
    """Return what the answers describe, compared with the last result if there is one."""
    words, standing = result.words, result.standing
    high = words.question(standing.highest_question)
    # An uneven result has the words of its highest answer anyway.
    best = high.answer_at(standing.highest) if high and not standing.is_uneven else None
    return render(
        "self_check/result",
        **_described(words, standing),
        tier=standing.tier,
        name=words.tier(standing.tier).name,
        keep=best.keep if best else None,
        last=result.last_tier,
    )


def described_text(render: Render, words: Questionnaire, standing: MeanStanding) -> str:
    """Return what the answers describe; for an uneven result, the two answers that it lies between."""
    return render("self_check/described", **_described(words, standing))


def _described(words: Questionnaire, standing: MeanStanding) -> dict[str, Any]:
    """Return the values of `self_check/described`."""
    tier = words.fitting_tier(standing)
    return {
        "nothing_fits": standing.highest == NONE_YET,
        "top": standing.floor == TOP_LEVEL,
        "between": words.between(standing),
        "describes": tier.describes if tier else "",
        "total": number(len(words.questions)),
    }


def mean_result_card(
    render: Render, result: MeanResultView, step: StepView | None, *, note: str | None = None
) -> Message:
    """Return the result card with its next step and where that came from."""
    text = mean_result_text(render, result)
    footer = render("self_check/footer", total=number(len(result.answers)))
    heading = f"Your self-check: {result.words.title}"
    picture = scale_picture(render, result.words, result.standing.tier, result.last_tier)
    above: list[Block] = [headline(heading), paragraph(text), paragraph(picture)]
    blocks = with_step(above, render, step, note=note, about=_about(render, result, step))
    if result.standing.is_uneven and step and step.state == "offered":
        blocks.append(_focus_row(result))
    blocks.append(_reading_row(result))
    blocks.append(fine_print(footer))
    tip = f"\n\n{step_words(render, step)}" if step and step.is_open else ""
    return Message(text=f"{escape(heading)}. {text}{tip}\n\n{footer}", blocks=blocks)


def _about(render: Render, result: MeanResultView, step: StepView | None) -> str | None:
    """Return which question the next step comes from; None for a lesson, whose own text says it."""
    if step is None or step.tip.series:
        return None
    question = result.words.question(step.tip.question or "")
    topic = question.topic if question else None
    return render("self_check/next_step", topic=topic)


def _reading_row(result: MeanResultView) -> Block:
    how = button("Why this result", action=HOW, value=result.assessment_id)
    if result.words.family == result.words.framework:
        # Only role families have a map.
        return row(how)
    label = "See the next tier" if result.standing.tier < TOP_LEVEL else "See the map"
    value = f"{result.words.family}|{result.next_level}"
    return row(how, button(label, action=MAP, value=value))


def _focus_row(result: MeanResultView) -> Block:
    options = [
        (capitalized(question.topic), f"{result.assessment_id}|{question.id}")
        for question in result.words.questions
    ]
    return row(menu("Choose another question", action=FOCUS, options=options))


def mean_how_view(
    render: Render,
    result: MeanResultView,
    *,
    before: dict[str, float] | None = None,
    step: StepView | None = None,
) -> View:
    """Return the modal behind "Why this result"; `before` are the levels of the last time."""
    blocks: list[Block] = []
    for place, (question_id, level) in enumerate(result.answers.items(), start=1):
        question = result.words.question(question_id)
        asked = escape(question.text) if question else escape(question_id)
        chosen = escape(result.words.text_of(question_id, level))
        blocks.append(paragraph(f"*{place}. {asked}*\n{chosen}"))
        blocks.append(fine_print(_level_line(level, (before or {}).get(question_id))))
    blocks += [
        line(),
        paragraph(_numbers(render, result)),
        paragraph(_tier_text(render, result)),
        paragraph(_rule(render, result, step)),
    ]
    if result.standing.is_uneven:
        blocks.append(fine_print(render("self_check/how_uneven")))
    blocks.append(fine_print(render("self_check/footer", total=number(len(result.answers)))))
    return modal("Why this result", blocks, callback=HOW_VIEW)


def _tier_text(render: Render, result: MeanResultView) -> str:
    """Return the tier with its description, or with the answers that an uneven result lies between."""
    words, standing = result.words, result.standing
    fitting, named = words.fitting_tier(standing), words.tier(standing.tier)
    explained = escape(fitting.explained) if fitting else described_text(render, words, standing)
    return f"*{named.tier:g} {escape(named.name)}.* {explained}"


def _level_line(level: float, before: float | None) -> str:
    if before is None:
        return f"Tier {level:g}"
    return f"Tier {level:g} · last time {before:g}" + (" · changed" if before != level else "")


def _numbers(render: Render, result: MeanResultView) -> str:
    levels = list(result.answers.values())
    return render(
        "self_check/how_numbers",
        levels=levels,
        mean=f"{sum(levels) / len(levels):.2f}".rstrip("0").rstrip("."),
        tier=result.standing.tier,
        name=result.words.tier(result.standing.tier).name,
        floor=result.standing.floor,
        spread=result.standing.spread,
    )


def _rule(render: Render, result: MeanResultView, step: StepView | None) -> str:
    lowest = result.words.question(result.standing.lowest_question)
    served = result.words.question(step.tip.question or "") if step else None
    return render(
        "self_check/how_rule",
        none_label=result.words.none_label,
        low_topic=lowest.topic if lowest else "",
        other_topic=served.topic if served and served != lowest else None,
    )


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
    view = await load_step_view(session, deps, step) if step else None
    return mean_result_card(deps.render, result, view, note=note)


async def _explain(
    session: Session, deps: Deps, loaded: AssessmentSession, _at: int | None
) -> View:
    """Return the answers with their levels, the floor, the spread and the rule."""
    earlier, step = await _earlier(session, loaded), await load_step(session, loaded)
    return mean_how_view(
        deps.render,
        await _result_view(session, loaded),
        before=await given_answers.levels_by_item(session, earlier) if earlier else None,
        step=step_view_of(deps, step) if step else None,
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
