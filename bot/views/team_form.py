"""The form that sets up a digest: a weekday and an hour."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, InputBlock, PlainTextObject
from slack_sdk.models.views import View

from bot import ids
from bot.views.bricks import menu, paragraph
from bot.views.rhythm import WEEKDAYS
from bot.views.windows import loading, modal
from content.message_catalog import Render

TITLE = "Team digest"
HOURS = range(7, 20)
"""Hours that somebody may be at work: a digest is for many people and many days."""


def loading_form() -> View:
    """What stands there while Slack is asked about the channel."""
    return loading(TITLE, callback=ids.TEAM_VIEW)


def follow_form(render: Render, *, weekday: int, hour: int, zone: str, carried: str) -> View:
    """The form with these values chosen; `carried` comes back when it is sent."""
    days = [(name, str(day)) for day, name in enumerate(WEEKDAYS)]
    hours = [(f"{each}:00 to {each + 1}:00", str(each)) for each in sorted({*HOURS, hour})]
    view = modal(
        TITLE,
        [
            paragraph(render("team_digest/form", zone=zone.replace("_", " "))),
            _field("Day", action=ids.TEAM_WEEKDAY, options=days, chosen=str(weekday)),
            _field("Time", action=ids.TEAM_HOUR, options=hours, chosen=str(hour)),
        ],
        callback=ids.TEAM_VIEW,
    )
    view.submit = PlainTextObject(text="Save and announce", emoji=False)
    view.close = PlainTextObject(text="Cancel", emoji=False)
    view.private_metadata = carried
    return view


def no_form(text: str) -> View:
    """The window when there is nothing to fill in."""
    return modal(TITLE, [paragraph(text)], callback=ids.TEAM_VIEW)


def _field(label: str, *, action: str, options: Sequence[tuple[str, str]], chosen: str) -> Block:
    return InputBlock(
        label=PlainTextObject(text=label, emoji=False),
        element=menu(label, action=action, options=options, chosen=chosen),
        block_id=action,
    )
