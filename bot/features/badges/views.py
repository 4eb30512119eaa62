"""The page with the verified levels, and the form for the name on a badge."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import ButtonElement, InputBlock, PlainTextInputElement
from slack_sdk.models.views import View

from bot.buttons import BADGE
from bot.slack.api import Message
from bot.slack.blocks import button, modal, paragraph, plain
from bot.slack.pages import Page
from bot.slack.phrases import MemberClock
from coaching.badges.credential import LONGEST_NAME, Achieved
from coaching.safe_text import Render

BADGE_VIEW = "badge_view"
HOLDER = "badge_holder"
TITLE = "Get a badge"


@dataclass(frozen=True)
class LevelView:
    """A verified level, when the member got a badge for it, and when the badge ends if that is earlier."""

    achieved: Achieved
    issued_at: datetime | None = None
    badge_ends_at: datetime | None = None


def value_of(framework: str, family: str, level: int) -> str:
    """Return the value of a button for a badge."""
    return f"{framework}|{family}|{level}"


def place_in(value: str) -> tuple[str, str, int] | None:
    """Return the framework, the family and the level of such a value; None when it is none."""
    parts = value.split("|")
    if len(parts) != len(("framework", "family", "level")) or not parts[-1].isdecimal():
        return None
    return parts[0], parts[1], int(parts[2])


MOST_LEVELS = 30
"""Slack's limit of blocks leaves room for as many."""


def badge_page(render: Render, levels: Sequence[LevelView], clock: MemberClock) -> Message:
    """Return what a badge is, and each level with a button for one."""
    page = Page(render)
    page.title("Badges")
    page.tell(render("badges/page", levels=bool(levels)))
    for place, level in enumerate(levels[:MOST_LEVELS]):
        text = _level(render, level, clock)
        page.show(paragraph(text, beside=badge_button(level.achieved, place)))
        page.aloud(text)
    return page.message()


def _level(render: Render, level: LevelView, clock: MemberClock) -> str:
    achieved = level.achieved
    return render(
        "badges/level",
        name=achieved.name,
        on=clock.day(achieved.verified_at),
        until=clock.day(achieved.ends_at) if achieved.ends_at else None,
        issued=clock.day(level.issued_at) if level.issued_at else None,
        ends=clock.day(level.badge_ends_at) if level.badge_ends_at else None,
    )


def badge_button(achieved: Achieved, place: int = 0) -> ButtonElement:
    """Return the button for a badge; `place` tells apart several on one message."""
    value = value_of(achieved.framework, achieved.family, achieved.level)
    spoken = f"{TITLE}: {achieved.name}"
    return button(TITLE, action=f"{BADGE}{place}", value=value, spoken=spoken)


def badge_form(render: Render, achieved: Achieved, *, carried: str) -> View:
    """Return the form that asks for the name on the badge; `carried` is its metadata."""
    name = PlainTextInputElement(action_id=HOLDER, max_length=LONGEST_NAME)
    view = modal(
        TITLE,
        [
            paragraph(render("badges/about", name=achieved.name)),
            InputBlock(label=plain("Name on the badge"), element=name, block_id=HOLDER),
        ],
        callback=BADGE_VIEW,
    )
    view.submit, view.close = plain("Make the badge"), plain("Cancel")
    view.private_metadata = carried
    return view
