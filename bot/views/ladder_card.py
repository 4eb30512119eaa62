"""The card of one level of a ladder: its behaviors, each with four choices; the level is not named."""

from collections.abc import Mapping, Sequence
from string import ascii_uppercase

from slack_sdk.models.blocks import Block, MarkdownTextObject, SectionBlock

from bot import ids
from bot.delivery import Message
from bot.ids import AnswerValue
from bot.views.bricks import button, fine_print, headline, menu, paragraph
from bot.views.card_state import CardState
from bot.views.question_card import ways_out
from coaching.asking import Card
from coaching.ladder import CHOICES, Behavior, Ladder
from content.message_catalog import Render, escape


def ladder_card(
    render: Render,
    state: CardState,
    words: Ladder,
    card: Card,
    *,
    picked: Mapping[str, float],
    note: str | None = None,
) -> Message:
    """The behaviors of one level as full texts with letters, each with a menu of the four choices."""
    place, behaviors = state.place(card), words.level_of_card(card).behaviors
    heading = f"{state.title} · Card {place} of up to {state.total}"
    lettered = list(zip(ascii_uppercase, behaviors, strict=False))
    onward = button("Next", action=ids.NEXT, value=state.value(), style="primary")
    blocks: list[Block] = [headline(heading)]
    if place == 1:
        blocks.append(
            fine_print(
                f"{render('assessments/ladder_promise')}\n{render('assessments/ladder_moves')}"
            )
        )
    blocks.append(paragraph(f"*{escape(words.stem)}*"))
    blocks += [
        _asked(state, words, letter, one, picked=picked.get(one.id)) for letter, one in lettered
    ]
    blocks += [paragraph(note)] if note else []
    blocks.append(ways_out(state, leads_back=place > 1, onward=onward))
    spoken = [_spoken(words, letter, one, picked.get(one.id)) for letter, one in lettered]
    told = [f"{escape(heading)}. {escape(words.stem)}", *spoken, *([note] if note else [])]
    return Message(text="\n".join(told), blocks=blocks)


def missing_note(render: Render, behaviors: Sequence[Behavior], missing: Sequence[str]) -> str:
    """What a card says that was sent before every behavior on it was answered."""
    lettered = zip(ascii_uppercase, behaviors, strict=False)
    named = [(letter, one.topic) for letter, one in lettered if one.id in missing]
    return render("assessments/ladder_missing", named=named)


def _asked(
    state: CardState, words: Ladder, letter: str, behavior: Behavior, *, picked: float | None
) -> Block:
    def value(level: float) -> str:
        return str(AnswerValue(state.assessment_id, state.revision, behavior.id, level))

    choices = [(label, value(level)) for label, level in zip(words.choices, CHOICES, strict=True)]
    return SectionBlock(
        text=MarkdownTextObject(text=f"*{letter}.* {escape(behavior.text)}"),
        accessory=menu(
            "Choose",
            action=f"{ids.PICK}{letter}",
            options=choices,
            chosen=None if picked is None else value(picked),
        ),
        # Slack keeps what was chosen in a block as long as it has the same id: each state has its own.
        block_id=f"{behavior.id}:{state.assessment_id}:{state.revision}",
    )


def _spoken(words: Ladder, letter: str, behavior: Behavior, picked: float | None) -> str:
    chosen = "" if picked is None else f" ({escape(words.choices[CHOICES.index(picked)])})"
    return f"{letter}. {escape(behavior.text)}{chosen}"
