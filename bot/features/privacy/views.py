"""The member's own settings: role family, privacy, erasing."""

from bot.buttons import EXPORT, FORGET
from bot.slack.api import Message
from bot.slack.blocks import button, paragraph, question_before, row
from bot.slack.phrases import number
from content.message_catalog import Render


def privacy_message(render: Render) -> Message:
    """Who sees what, and the two things a member can do about it."""
    text = render("privacy/page")
    return Message(
        text=text,
        blocks=[
            paragraph(text),
            row(
                button("Export my data", action=EXPORT),
                button("Erase my data", action=FORGET),
            ),
        ],
    )


def forget_card(render: Render, *, assessments: int, family: str | None) -> Message:
    """The question before everything is erased."""
    count = number(assessments) if assessments else None
    text = render("privacy/forget_question", assessments=count, many=assessments > 1, family=family)
    sure = question_before(
        title="Erase everything?",
        text="This cannot be undone.",
        yes="Erase everything",
        no="Keep it",
    )
    return Message(
        text=text,
        blocks=[
            paragraph(text),
            row(
                button("Erase everything", action=FORGET_CONFIRMED, style="danger", confirm=sure),
                button("Keep it", action=FORGET_KEPT),
            ),
        ],
    )


def leftovers_card(render: Render) -> Message:
    """Nothing is held; only messages of ours may be left."""
    text = render("privacy/nothing_to_forget")
    take_away = button("Take old messages away", action=FORGET_CONFIRMED)
    return Message(text=text, blocks=[paragraph(text), row(take_away)])


FORGET_CONFIRMED = "forget_confirmed"
FORGET_KEPT = "forget_kept"
