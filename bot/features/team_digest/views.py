"""What people read about the digest of their channel: whether there is one, when, and how to change it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from slack_sdk.models.blocks import Block, InputBlock, PlainTextObject
from slack_sdk.models.views import View

from bot.buttons import START, TEAM, TEAM_FOLLOW
from bot.features.team_digest.digest_views import (
    BAR_NAMES,
    SCALE,
    TEAM_HISTORY,
    TEAM_HOUR,
    TEAM_KEPT,
    TEAM_UNFOLLOW,
    TEAM_UNFOLLOWED,
    TEAM_VIEW,
    TEAM_WEEKDAY,
    DigestShown,
    HourShown,
    at,
    digest_parts,
    on_day,
    spread_chart,
    spread_words,
)
from bot.slack.api import Message
from bot.slack.blocks import (
    button,
    fine_print,
    line,
    loading,
    menu,
    modal,
    notice,
    paragraph,
    paragraphs,
    row,
)
from bot.slack.pages import MOST_POINTS, Chart, line_chart
from bot.slack.phrases import WEEKDAYS, number, person
from coaching.team_digest.figures import BANDS, Spread
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
    set_up = button("Set up the digest", action=TEAM_FOLLOW, style="primary")
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
        button("Start the self-check", action=START),
        button("About this digest", action=TEAM),
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
    stop = button("Stop the digest", action=TEAM_UNFOLLOWED, style="danger")
    keep = button("Keep it", action=TEAM_KEPT)
    return Message(text=text, blocks=[paragraph(text), row(stop, keep)])


def _choices() -> Block:
    return row(
        button("Change the day or hour", action=TEAM_FOLLOW),
        button("See the history", action=TEAM_HISTORY),
        button("Stop the digest", action=TEAM_UNFOLLOW),
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


TITLE = "Team digest"
HOURS = range(7, 20)
"""Hours that somebody may be at work: a digest is for many people and many days."""


def loading_form() -> View:
    """What stands there while Slack is asked about the channel."""
    return loading(TITLE, callback=TEAM_VIEW)


def follow_form(render: Render, *, weekday: int, hour: int, zone: str, carried: str) -> View:
    """The form with these values chosen; `carried` comes back when it is sent."""
    days = [(name, str(day)) for day, name in enumerate(WEEKDAYS)]
    hours = [(f"{each}:00 to {each + 1}:00", str(each)) for each in sorted({*HOURS, hour})]
    view = modal(
        TITLE,
        [
            paragraph(render("team_digest/form", zone=zone.replace("_", " "))),
            _field("Day", action=TEAM_WEEKDAY, options=days, chosen=str(weekday)),
            _field("Time", action=TEAM_HOUR, options=hours, chosen=str(hour)),
        ],
        callback=TEAM_VIEW,
    )
    view.submit = PlainTextObject(text="Save and announce", emoji=False)
    view.close = PlainTextObject(text="Cancel", emoji=False)
    view.private_metadata = carried
    return view


def no_form(text: str) -> View:
    """The window when there is nothing to fill in."""
    return modal(TITLE, [paragraph(text)], callback=TEAM_VIEW)


def _field(label: str, *, action: str, options: Sequence[tuple[str, str]], chosen: str) -> Block:
    return InputBlock(
        label=PlainTextObject(text=label, emoji=False),
        element=menu(label, action=action, options=options, chosen=chosen),
        block_id=action,
    )
