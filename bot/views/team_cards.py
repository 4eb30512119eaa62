"""What people read about the digest of their channel: whether there is one, when, and how to change it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from slack_sdk.models.blocks import Block

from bot import ids
from bot.delivery import Message
from bot.views.bricks import button, fine_print, line, paragraph, paragraphs, row
from bot.views.chart import MOST_POINTS, Chart, line_chart
from bot.views.digest import (
    BAR_NAMES,
    SCALE,
    DigestShown,
    digest_parts,
    spread_chart,
    spread_words,
)
from bot.views.notices import notice
from bot.views.numbers import number
from bot.views.team_words import HourShown, at, on_day, person
from coaching.digests import BANDS, Spread
from content.message_catalog import Render, SafeText

FEWEST_POINTS = 2
"""One point is no line."""


@dataclass(frozen=True)
class Stopped:
    """Why and when a channel stopped following."""

    reason: str | None
    since: date | None


def off_card(render: Render, *, stopped: Stopped, minimum: int) -> Message:
    """The channel gets no digest: why, what one would be, and the way to set it up."""
    since = on_day(stopped.since) if stopped.since else None
    text = render(
        "team_digest/not_followed", reason=stopped.reason, since=since, minimum=number(minimum)
    )
    set_up = button("Set up the digest", action=ids.TEAM_FOLLOW, style="primary")
    return Message(text=text, blocks=[paragraph(text), row(set_up)])


def status_card(
    render: Render, hour: HourShown, *, upcoming: datetime | None, preview: DigestShown
) -> Message:
    """When the digest comes, what it will look like, and what can be done about it."""
    told = render("team_digest/status", hour=hour, first=at(upcoming) if upcoming else None)
    note = render("team_digest/preview")
    parts = digest_parts(render, preview)
    words = [*parts.words, *([parts.experiment] if parts.experiment else [])]
    top: list[Block] = [paragraph(told), _choices(), line(), fine_print(note)]
    chart = spread_chart(preview.digest.spread)
    body = [paragraph(text) for text in words]
    text = "\n\n".join([told, note, *words])
    if chart is None:
        return Message(text=text, blocks=[*top, *body])
    return Message(text=text, blocks=[*top, chart, *body], plain=[*top, *body])


def history_card(render: Render, spreads: Sequence[Spread]) -> Message:
    """The spreads that the channel was told over time, as lines and in words."""
    recent = spreads[-MOST_POINTS:]
    if not recent:
        return notice(render("team_digest/no_history"))
    days = [(on_day(spread.on), spread_words(spread)) for spread in recent]
    text = render("team_digest/history", days=days)
    told = paragraphs(text.split("\n"))
    if len(recent) < FEWEST_POINTS:
        return Message(text=text, blocks=told)
    return Message(text=text, blocks=[_history_chart(recent), *told], plain=told)


def announcement(render: Render, hour: HourShown, *, first: datetime, minimum: int) -> Message:
    """What the channel is told when a digest was set up."""
    text = render("team_digest/announcement", hour=hour, first=at(first), minimum=number(minimum))
    about = row(
        button("Start the self-check", action=ids.START),
        button("About this digest", action=ids.TEAM),
    )
    return Message(text=text, blocks=[paragraph(text), about])


def changed(render: Render, hour: HourShown, *, first: datetime) -> Message:
    """What the channel is told when the hour of its digest changed."""
    return notice(render("team_digest/changed", hour=hour, first=at(first)))


def unfollowed(render: Render, *, by: str) -> Message:
    """What the channel is told when a member stopped its digest."""
    return notice(render("team_digest/unfollowed", who=person(by)))


def unfollow_card(render: Render) -> Message:
    """The question before a digest is stopped."""
    text = render("team_digest/unfollow_question")
    stop = button("Stop the digest", action=ids.TEAM_UNFOLLOWED, style="danger")
    keep = button("Keep it", action=ids.TEAM_KEPT)
    return Message(text=text, blocks=[paragraph(text), row(stop, keep)])


def _choices() -> Block:
    return row(
        button("Change the day or hour", action=ids.TEAM_FOLLOW),
        button("See the history", action=ids.TEAM_HISTORY),
        button("Stop the digest", action=ids.TEAM_UNFOLLOW),
    )


def _history_chart(spreads: Sequence[Spread]) -> Chart:
    lines = [
        (BAR_NAMES[band], [spread.shares[place].height for spread in spreads])
        for place, band in enumerate(BANDS)
    ]
    categories = [short_day(spread.on) for spread in spreads]
    return line_chart("How the picture changed", lines, categories=categories, y=SCALE)


def short_day(day: date) -> SafeText:
    """A date for an axis; the year keeps two of them apart."""
    return SafeText(f"{day.day} {day:%b %Y}")
