"""The privacy page, and the cards around an erasure."""

from collections.abc import Sequence

from bot.buttons import EXPORT, FORGET, PRIVACY
from bot.slack.api import Message
from bot.slack.blocks import button, paragraph, question_before, row
from bot.slack.phrases import number
from content.safe_text import Render
from storage.database.rows import Retention

FORGET_CONFIRMED = "forget_confirmed"
FORGET_KEPT = "forget_kept"


def who_sees_it(render: Render) -> Message:
    """Return who sees a member's answers in a few words, with buttons for the rest."""
    text = render("privacy/short")
    buttons = row(
        button("Who sees what", action=PRIVACY),
        button("Export my data", action=EXPORT),
        button("Erase my data", action=FORGET),
    )
    return Message(text=text, blocks=[paragraph(text), buttons])


def privacy_message(render: Render, retention: Sequence[Retention]) -> Message:
    """Return the page: who sees what, how long it is kept, and the buttons for export and erasure."""
    page = render("privacy/page")
    kept = [{"what": one.what, "days": one.kept.days} for one in retention]
    how_long = render("privacy/how_long", kept=kept)
    return Message(
        text=f"{page}\n\n{how_long}",
        blocks=[
            paragraph(page),
            paragraph(how_long),
            row(
                button("Export my data", action=EXPORT),
                button("Erase my data", action=FORGET),
            ),
        ],
    )


def forget_card(render: Render, *, assessments: int, family: str | None) -> Message:
    """Return the question before the erasure; `assessments` is how many self-checks it would erase."""
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
    """Return a card that says that nothing is stored, with a button to delete the bot's old messages."""
    text = render("privacy/nothing_to_forget")
    take_away = button("Take old messages away", action=FORGET_CONFIRMED)
    return Message(text=text, blocks=[paragraph(text), row(take_away)])
