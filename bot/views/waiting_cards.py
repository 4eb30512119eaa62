"""What a card turns into while a conversation waits, or when it has moved or ended."""

from datetime import datetime

from slack_sdk.models.blocks import Block

from bot import ids
from bot.delivery import Message
from bot.views.bricks import button, fine_print, paragraph, row
from bot.views.card_state import CardState, progress
from bot.views.dates import day
from bot.views.notices import notice
from content.message_catalog import Render
from content.model import Family


def saved_card(render: Render, state: CardState) -> Message:
    """What stands in the card's place after "Finish later"."""
    text = render("assessments/saved", family=state.title, command=state.command, **progress(state))
    resume = button("Continue", action=ids.RESUME, value=state.value(), style="primary")
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
            button("Continue", action=ids.RESUME, value=state.value(), style="primary"),
            button(label, action=ids.START_OVER, value=state.value(target)),
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
    resume = button("Continue here", action=ids.RESUME, value=state.value())
    return Message(text=text, blocks=[paragraph(text), row(resume)])


def ended_card(render: Render, command: str, *, of_self: bool) -> Message:
    """What a card turns into whose conversation ended, with what begins a new one."""
    return notice(render("assessments/ended", command=command, of_self=of_self))
