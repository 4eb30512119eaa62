"""The choice of a role family in the settings."""

from collections.abc import Sequence

from bot.assessments.mean_views import family_buttons
from bot.slack.api import Message
from bot.slack.blocks import Say, paragraph
from content.model import Family

FAMILY_KEPT = "family_kept:"


def family_settings(say: Say, families: Sequence[Family], *, current: str | None) -> Message:
    """The role family as it is, and the others to choose from."""
    text = say("family_now", current=current)
    return Message(
        text=text, blocks=[paragraph(text), *family_buttons(families, action=FAMILY_KEPT)]
    )
