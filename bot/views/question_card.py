"""The card of a self-check: one question with its answers, and what it turns into when it pauses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from string import ascii_uppercase

from slack_sdk.models.blocks import Block

from bot import ids
from bot.delivery import Message
from bot.ids import AnswerValue, CardValue
from bot.views.bricks import button, fine_print, headline, paragraph, paragraphs, row
from bot.views.dates import day
from bot.views.notices import Say, notice
from bot.views.numbers import number, part
from coaching.questionnaire import Question, Questionnaire
from coaching.tiers import NONE_YET
from content.model import Family
from content.wording import escape


@dataclass(frozen=True)
class CardState:
    """An open self-check as its card shows it."""

    assessment_id: str
    revision: int
    words: Questionnaire
    answered: int

    @property
    def total(self) -> int:
        return len(self.words.questions)

    def value(self, extra: str = "") -> str:
        return str(CardValue(self.assessment_id, self.revision, extra))


def question_card(say: Say, state: CardState, question: Question) -> Message:
    """One question: its answers as full texts with letters, one button for each."""
    place = state.words.question_ids.index(question.id) + 1
    heading = f"{state.words.family_name} · {place} of {state.total}"
    lettered = [
        (letter, answer) for letter, answer in zip(ascii_uppercase, question.answers, strict=False)
    ]
    answers = "\n\n".join(f"*{letter}.* {escape(answer.text)}" for letter, answer in lettered)
    blocks: list[Block] = [headline(heading)]
    if place == 1:
        blocks.append(fine_print(f"{say('self_check_promise')}\n{say('self_check_moves')}"))
    blocks += [
        paragraph(f"*{escape(question.text)}*"),
        paragraph(answers),
        _answer_buttons(state, question),
        row(
            button("Back", action=ids.BACK, value=state.value()),
            button("Finish later", action=ids.LATER, value=state.value()),
            name="leave",
        ),
    ]
    spoken = "\n".join(f"{letter}. {escape(answer.text)}" for letter, answer in lettered)
    return Message(text=f"{heading}. {escape(question.text)}\n{spoken}", blocks=blocks)


def _answer_buttons(state: CardState, question: Question) -> Block:
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
    none_yet = button(state.words.none_label, action=f"{ids.ANSWER}none", value=value(NONE_YET))
    return row(*lettered, none_yet, name="answers")


def family_card(say: Say, families: Sequence[Family], *, first: bool) -> Message:
    """The choice of a role family."""
    count = len(families[0].questions) if families else 0
    text = say("family_choice", count=number(count))
    blocks: list[Block] = [paragraph(say("greeting"))] if first else []
    blocks += [paragraph(text), *family_buttons(families, action=ids.FAMILY)]
    if not first:
        # The greeting has promised it.
        blocks.append(fine_print(say("self_check_promise")))
    spoken = f"{say('greeting')}\n\n{text}" if first else text
    return Message(text=spoken, blocks=blocks)


def family_buttons(families: Sequence[Family], *, action: str) -> list[Block]:
    """A button for each family with what it covers, in rows of five."""
    covers = [f"*{escape(f.name)}.* {escape(f.covers)}" for f in families]
    buttons = [button(f.name, action=f"{action}{f.id}", value=f.id) for f in families]
    rows = [row(*buttons[at : at + 5]) for at in range(0, len(buttons), 5)]
    return [*paragraphs(covers), *rows]


def progress(state: CardState) -> dict[str, str]:
    """How many questions are answered, in words."""
    return {"answered": part(state.answered), "total": number(state.total)}


def saved_card(say: Say, state: CardState) -> Message:
    """What stands in the card's place after "Finish later"."""
    text = say("saved", family=state.words.family_name, **progress(state))
    resume = button("Continue", action=ids.RESUME, value=state.value(), style="primary")
    return Message(text=text, blocks=[paragraph(text), row(resume)])


def resume_card(
    say: Say, state: CardState, *, begun: datetime, other: Family | None, stale: bool
) -> Message:
    """A self-check is open already: continue, or start over, also in another family."""
    text = say(
        "resume",
        **progress(state),
        family=state.words.family_name,
        begun=day(begun),
        other_family=other.name if other else None,
    )
    target = other.id if other else ""
    label = f"Start over in {other.name}" if other else "Start over"
    blocks: list[Block] = [
        paragraph(text),
        row(
            button("Continue", action=ids.RESUME, value=state.value(), style="primary"),
            button(label, action=ids.START_OVER, value=state.value(target)),
        ),
    ]
    if stale:
        blocks.append(fine_print(say("restart_note")))
    return Message(text=text, blocks=blocks)


def moved_card(say: Say, state: CardState | None) -> Message:
    """What an old card turns into; with an open self-check it can be continued right there."""
    text = say("moved")
    if state is None:
        return notice(text)
    resume = button("Continue here", action=ids.RESUME, value=state.value())
    return Message(text=text, blocks=[paragraph(text), row(resume)])
