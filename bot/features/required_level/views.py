"""The questions about a project: answers with letters, or boxes where several may be true."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.assessments.values import (
    ANSWER_CHOSEN,
    BACK,
    HOW_VIEW,
    LATER,
    NEXT,
    AnswerValue,
    CardState,
)
from bot.slack.api import Message
from bot.slack.blocks import bullets, button, checks, fine_print, line, modal, paragraph, row
from bot.slack.pages import Page
from bot.slack.phrases import number
from coaching.min_score import Criteria
from coaching.required_level import TICKED, Contradiction, NeedQuestion, Needs
from content.safe_text import Render, SafeText, escape

NEED_TICKED = "need_ticked:"
NEED_AGAIN = "need_asked_again"
NEED_SHARE = "need_shared"
NEED_COMPARE = "need_compared"


CLASH_ROOM = 1000

NONE = "none"
"""The value of the box "None of these"; the others have the number of their need."""


@dataclass(frozen=True)
class Ticks:
    """What is ticked on a card with boxes: ids of needs, and whether "None of these" is."""

    needs: Collection[str] = ()
    none: bool = False


def project_question_card(
    render: Render,
    state: CardState,
    question: NeedQuestion,
    *,
    words: Needs,
    project: str,
    channel: SafeText | None,
    ticks: Ticks,
    clashes: Sequence[Contradiction] = (),
    note: str | None = None,
) -> Message:
    """Return one question; `clashes` are answers so far that may contradict each other."""
    place = [card.id for card in state.words.cards].index(question.id) + 1
    page = Page(render)
    page.title(f"{state.title} · {place} of {state.total}")
    if place == 1:
        moves = render(
            "required_level/moves", count=number(state.total).capitalize(), channel=channel
        )
        page.small(f"{escape(words.about)}\n{moves}")
    page.listing(clash_lines(render, words, clashes, is_over=False), room=CLASH_ROOM)
    page.tell(f"*{escape(question.text_about(project))}*")
    if question.multiple:
        page.tell(note or render("required_level/pick", none_label=words.none_label))
        page.aloud(*[escape(need.text) for need in question.needs])
        page.show(_boxes(words, state, question, ticks))
    else:
        lettered = zip(ascii_uppercase, question.needs, strict=False)
        texts = [f"*{letter}.* {escape(need.text)}" for letter, need in lettered]
        page.tell(*texts, between="\n\n")
        page.tell(note or "")
        page.show(_letters(state, question))
    page.show(_leave(state, is_next=question.multiple, leads_back=place > 1))
    return page.message()


def clash_lines(
    render: Render, words: Needs, clashes: Sequence[Contradiction], *, is_over: bool
) -> list[str]:
    """Return the needs that may contradict each other, and how to go back to them."""
    texts = {need.id: need.text for question in words.questions for need in question.needs}
    return [
        render(
            "required_level/conflict",
            first=texts[clash.needs[0]],
            second=texts[clash.needs[1]],
            says=clash.says,
            is_over=is_over,
        )
        for clash in clashes
    ]


def _letters(state: CardState, question: NeedQuestion) -> Block:
    def value(need_id: str) -> str:
        return str(AnswerValue(state.assessment_id, state.revision, need_id, TICKED))

    lettered = [
        button(
            letter,
            action=f"{ANSWER_CHOSEN}{letter}",
            value=value(need.id),
            spoken=f"{letter}: {need.text}",
        )
        for letter, need in zip(ascii_uppercase, question.needs, strict=False)
    ]
    return row(*lettered, name="answers")


def _boxes(words: Needs, state: CardState, question: NeedQuestion, ticks: Ticks) -> Block:
    options = [(need.text, str(place)) for place, need in enumerate(question.needs)]
    chosen = {str(p) for p, need in enumerate(question.needs) if need.id in ticks.needs}
    every = [*options, (words.none_label, NONE)]
    action = f"{NEED_TICKED}{state.value()}"
    boxes = checks(action=action, options=every, chosen=chosen | ({NONE} if ticks.none else set()))
    return row(boxes, name="boxes")


def _leave(state: CardState, *, is_next: bool, leads_back: bool) -> Block:
    back = button("Back", action=BACK, value=state.value())
    following = button("Next", action=NEXT, value=state.value(), style="primary")
    return row(
        following if is_next else None,
        back if leads_back else None,
        button("Finish later", action=LATER, value=state.value()),
        name="leave",
    )


def required_level_how_view(
    render: Render,
    words: Needs,
    answers: Mapping[str, float],
    *,
    project: str,
    ladder: Criteria | None,
) -> View:
    """Return the modal behind "Why this result"."""
    blocks: list[Block] = []
    for place, question in enumerate(words.questions, start=1):
        lines = _ticked(question, answers, ladder) or [escape(words.none_label)]
        told = "\n".join(bullets(lines))
        asked = escape(question.text_about(project))
        blocks.append(paragraph(f"*{place}. {asked}*\n{told}"))
    blocks += [
        line(),
        paragraph(render("required_level/rule")),
        fine_print(render("required_level/footer")),
    ]
    return modal("Why this result", blocks, callback=HOW_VIEW)


def _ticked(
    question: NeedQuestion, answers: Mapping[str, float], ladder: Criteria | None
) -> list[str]:
    """Return the answers of one question with the level that each requires."""
    return [
        f"{escape(need.text)} ({escape(ladder.name_of(need.level)) if ladder else need.level})"
        for need in question.needs
        if answers.get(need.id) == TICKED
    ]
