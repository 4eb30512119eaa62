"""The choice of a role family in the settings."""

from collections.abc import Sequence

from bot.assessments.mean_views import family_buttons
from bot.slack.api import Message
from bot.slack.blocks import paragraph
from content.families import Family
from content.message_catalog import Render

FAMILY_KEPT = "family_kept:"


def family_settings(render: Render, families: Sequence[Family], *, current: str | None) -> Message:
    """The role family as it is, and the others to choose from."""
    text = render("self_check/family_now", current=current)
    return Message(
        text=text, blocks=[paragraph(text), *family_buttons(families, action=FAMILY_KEPT)]
    )
