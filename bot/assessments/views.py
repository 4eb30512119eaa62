"""An open conversation as its card shows it."""

from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import Block

from bot.assessments.values import RESUME, START_OVER, CardValue
from bot.slack.api import Message
from bot.slack.blocks import button, fine_print, notice, paragraph, row
from bot.slack.phrases import day, number, part
from coaching.assessment import Card, Words
from content.families import Family
from content.message_catalog import Render, SafeText


@dataclass(frozen=True)
class CardState:
    """Which conversation a card belongs to, at which state of it; `answered` counts cards.

    `title` is how people know it, `command` what they type to come back to it.
    """

    assessment_id: str
    revision: int
    words: Words
    answered: int
    title: str
    command: str

    @property
    def total(self) -> int:
        return len(self.words.cards)

    def place(self, card: Card) -> int:
        """The number of the card, beginning with one."""
        return self.words.cards.index(card) + 1

    def value(self, extra: str = "") -> str:
        """What a button of the card carries."""
        return str(CardValue(self.assessment_id, self.revision, extra))


def progress(state: CardState) -> dict[str, str]:
    """How much is answered, in words, such as "one of three"; a ladder may stop before its last card."""
    is_ladder = state.words.scoring == "ladder"
    total = SafeText(f"up to {number(state.total)} cards") if is_ladder else number(state.total)
    return {"answered": part(state.answered), "total": total}


def asks(words: Words) -> SafeText:
    """How much is asked, such as "three questions, about two minutes"."""
    return SafeText(
        f"{amount(words)}, {'about two' if words.scoring == 'mean' else 'about five'} minutes"
    )


def amount(words: Words) -> SafeText:
    """How many questions or cards it has; a ladder stops where a level is not held."""
    count = number(len(words.cards))
    match words.scoring:
        case "ladder":
            return SafeText(f"up to {count} cards")
        case "lowest":
            return SafeText(f"{count} criteria")
        case _:
            return SafeText(f"{count} questions")


def saved_card(render: Render, state: CardState) -> Message:
    """What stands in the card's place after "Finish later"."""
    text = render("assessments/saved", family=state.title, command=state.command, **progress(state))
    resume = button("Continue", action=RESUME, value=state.value(), style="primary")
    return Message(text=text, blocks=[paragraph(text), row(resume)])


def resume_card(
    render: Render, state: CardState, *, begun: datetime, other: Family | None, stale: bool
) -> Message:
    """A conversation is open already: continue, or start over, also in another family."""
    text = render(
        "assessments/resume",
        **progress(state),
        family=state.title,
        begun=day(begun),
        other_family=other.name if other else None,
    )
    target = other.id if other else ""
    label = f"Start over in {other.name}" if other else "Start over"
    blocks: list[Block] = [
        paragraph(text),
        row(
            button("Continue", action=RESUME, value=state.value(), style="primary"),
            button(label, action=START_OVER, value=state.value(target)),
        ),
    ]
    if stale:
        blocks.append(fine_print(render("assessments/restart_note")))
    return Message(text=text, blocks=blocks)


def moved_card(render: Render, state: CardState | None) -> Message:
    """What an old card turns into; what is open can be continued right there."""
    text = render("assessments/moved")
    if state is None:
        return notice(text)
    resume = button("Continue here", action=RESUME, value=state.value())
    return Message(text=text, blocks=[paragraph(text), row(resume)])


def ended_card(render: Render, command: str, *, of_self: bool) -> Message:
    """What a card turns into whose conversation ended, with what begins a new one."""
    return notice(render("assessments/ended", command=command, of_self=of_self))
