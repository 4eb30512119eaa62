"""A question with its answers, one click for each; and the choice of a role family before it."""

from collections.abc import Sequence
from string import ascii_uppercase

from slack_sdk.models.blocks import Block, ButtonElement

from bot import ids
from bot.delivery import Message
from bot.ids import AnswerValue
from bot.views.bricks import button, fine_print, headline, paragraph, paragraphs, row
from bot.views.card_state import CardState
from bot.views.numbers import number
from coaching.asking import Card
from coaching.questionnaire import Question
from coaching.tiers import NONE_YET
from content.message_catalog import Render, escape
from content.model import Family


def question_card(
    render: Render,
    state: CardState,
    question: Question,
    *,
    none_label: str,
    leads_back: bool,
    note: str | None = None,
) -> Message:
    """One question: its answers as full texts with letters, one button for each.

    With `leads_back` something comes before the first question too: the choice of the family.
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


def ways_out(state: CardState, *, leads_back: bool, onward: ButtonElement | None = None) -> Block:
    """On, back and out; there is no way back where nothing comes before."""
    back = button("Back", action=ids.BACK, value=state.value()) if leads_back else None
    later = button("Finish later", action=ids.LATER, value=state.value())
    return row(onward, back, later, name="leave")


def _answer_buttons(state: CardState, question: Question, *, none_label: str) -> Block:
    def value(level: float) -> str:
        return str(AnswerValue(state.assessment_id, state.revision, question.id, level))

    lettered = [
        button(
            letter,
            action=f"{ids.ANSWER}{letter}",
            value=value(answer.level),
            spoken=f"{letter}: {answer.text}",
        )
        for letter, answer in zip(ascii_uppercase, question.answers, strict=False)
    ]
    none_yet = button(none_label, action=f"{ids.ANSWER}none", value=value(NONE_YET))
    return row(*lettered, none_yet, name="answers")


def family_card(render: Render, families: Sequence[Family], *, first: bool) -> Message:
    """The choice of a role family."""
    count = len(families[0].questions) if families else 0
    text = render("self_check/family_choice", count=number(count))
    blocks: list[Block] = [paragraph(render("home/greeting"))] if first else []
    blocks += [paragraph(text), *family_buttons(families, action=ids.FAMILY)]
    if not first:
        # The greeting has promised it.
        blocks.append(fine_print(render("self_check/promise")))
    spoken = f"{render('home/greeting')}\n\n{text}" if first else text
    return Message(text=spoken, blocks=blocks)


def family_buttons(families: Sequence[Family], *, action: str) -> list[Block]:
    """A button for each family with what it covers, in rows of five."""
    covers = [f"*{escape(f.name)}.* {escape(f.covers)}" for f in families]
    buttons = [button(f.name, action=f"{action}{f.id}", value=f.id) for f in families]
    rows = [row(*buttons[at : at + 5]) for at in range(0, len(buttons), 5)]
    return [*paragraphs(covers), *rows]
