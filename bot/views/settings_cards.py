"""The member's own settings: role family, privacy, erasing."""

from collections.abc import Sequence

from bot import ids
from bot.delivery import Message
from bot.views.bricks import button, paragraph, question_before, row
from bot.views.numbers import number
from bot.views.question_card import family_buttons
from content.message_catalog import Render
from content.model import Family


def family_settings(render: Render, families: Sequence[Family], *, current: str | None) -> Message:
    """The role family as it is, and the others to choose from."""
    text = render("self_check/family_now", current=current)
    return Message(
        text=text, blocks=[paragraph(text), *family_buttons(families, action=ids.FAMILY_KEPT)]
    )


def privacy_message(render: Render) -> Message:
    """Who sees what, and the two things a member can do about it."""
    text = render("privacy/page")
    return Message(
        text=text,
        blocks=[
            paragraph(text),
            row(
                button("Export my data", action=ids.EXPORT),
                button("Erase my data", action=ids.FORGET),
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
                button(
                    "Erase everything", action=ids.FORGET_CONFIRMED, style="danger", confirm=sure
                ),
                button("Keep it", action=ids.FORGET_KEPT),
            ),
        ],
    )


def leftovers_card(render: Render) -> Message:
    """Nothing is held; only messages of ours may be left."""
    text = render("privacy/nothing_to_forget")
    take_away = button("Take old messages away", action=ids.FORGET_CONFIRMED)
    return Message(text=text, blocks=[paragraph(text), row(take_away)])
