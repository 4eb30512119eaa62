"""The cards about a channel's digest (status, history, announcements), and the form that sets it up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import Block, InputBlock
from slack_sdk.models.views import View

from bot.buttons import START, TEAM, TEAM_FOLLOW
from bot.features.team_digest.digest_views import (
    BAR_NAMES,
    SCALE,
    TEAM_FAMILY,
    TEAM_HISTORY,
    TEAM_HOUR,
    TEAM_KEPT,
    TEAM_UNFOLLOW,
    TEAM_UNFOLLOWED,
    TEAM_VIEW,
    TEAM_WEEKDAY,
    TOP_OF_SCALE,
    DigestView,
    HourView,
    digest_chart,
    digest_parts,
    spread_words,
)
from bot.slack.api import Message
from bot.slack.blocks import (
    button,
    fine_print,
    line,
    menu,
    modal,
    notice,
    paragraph,
    paragraphs,
    plain,
    row,
)
from bot.slack.pages import MOST_POINTS, Chart, line_chart
from bot.slack.phrases import (
    WEEKDAYS,
    MemberClock,
    axis_days,
    channel_moment,
    day_words,
    number,
    person,
)
from coaching.safe_text import Render, SafeText
from coaching.team_digest.figures import ANY, BANDS, SEVERAL, Spread

FEWEST_POINTS = 2
"""The fewest points that make a line."""

DIGEST_TITLE = "Team digest"
DIGEST_HOURS = range(7, 20)
"""The hours to choose from: wider than one member's working hours, because a digest is for many people."""


@dataclass(frozen=True)
class DigestSetup:
    """When a digest comes, on a weekday (0 for Monday) at an hour in a time zone, and for which role family.

    `family` chooses among the experiments for teams; "several" stands for a team of several families.
    """

    zone: str
    weekday: int
    hour: int
    family: str | None = None


@dataclass(frozen=True)
class StoppedView:
    """Why and when a channel stopped following."""

    reason: str | None
    since: SafeText | None


def off_card(render: Render, *, stopped: StoppedView, minimum: int | None) -> Message:
    """Return the card of a channel without a digest: why, what a digest is, and the button to set it up."""
    text = render(
        "team_digest/not_followed",
        reason=stopped.reason,
        since=stopped.since,
        minimum=number(minimum) if minimum else None,
    )
    set_up = button("Set up the digest", action=TEAM_FOLLOW, style="primary")
    return Message(text=text, blocks=[paragraph(text), row(set_up)])


def status_card(
    render: Render, hour: HourView, *, upcoming: SafeText | None, preview: DigestView
) -> Message:
    """Return the card with the next date, the buttons to change or stop the digest, and a preview."""
    told = render("team_digest/status", hour=hour, first=upcoming)
    note = render("team_digest/preview", minimum=preview.minimum)
    parts = digest_parts(render, preview)
    words = [*parts.words, *([parts.experiment] if parts.experiment else [])]
    top: list[Block] = [paragraph(told), _choices(), line(), fine_print(note)]
    chart = digest_chart(preview.digest)
    body = [paragraph(text) for text in words]
    text = "\n\n".join([told, note, *words])
    if chart is None:
        return Message(text=text, blocks=[*top, *body])
    return Message(text=text, blocks=[*top, chart, *body], plain=[*top, *body])


def digest_history_card(render: Render, spreads: Sequence[Spread], clock: MemberClock) -> Message:
    """Return the spreads that the channel was shown over time, as a line chart and in words."""
    recent = spreads[-MOST_POINTS:]
    if not recent:
        return notice(render("team_digest/no_history"))
    days = [(day_words(one.on, today=clock.today), spread_words(one)) for one in recent]
    text = render("team_digest/history", days=days)
    told = paragraphs(text.split("\n"))
    if len(recent) < FEWEST_POINTS:
        return Message(text=text, blocks=told)
    return Message(text=text, blocks=[_history_chart(recent), *told], plain=told)


def announcement(
    render: Render, hour: HourView, *, first: datetime, minimum: int | None
) -> Message:
    """Return the message to the channel when a digest was set up; `minimum` is None without figures."""
    text = render(
        "team_digest/announcement",
        hour=hour,
        first=channel_moment(first),
        minimum=number(minimum) if minimum else None,
    )
    about = row(
        button("Start the self-check", action=START),
        button("About this digest", action=TEAM),
    )
    return Message(text=text, blocks=[paragraph(text), about])


def changed_notice(render: Render, hour: HourView, *, first: datetime) -> Message:
    """Return the message to the channel when the hour of its digest changed."""
    return notice(render("team_digest/changed", hour=hour, first=channel_moment(first)))


def unfollowed_notice(render: Render, *, by: str) -> Message:
    """Return the message to the channel when a member stopped its digest."""
    return notice(render("team_digest/unfollowed", who=person(by)))


def unfollow_card(render: Render) -> Message:
    """Return the question whether the digest is to be stopped."""
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
    categories = axis_days([spread.on for spread in spreads])
    title = "How the picture changed"
    return line_chart(title, lines, categories=categories, y=SCALE, top=TOP_OF_SCALE)


def follow_form(
    render: Render,
    chosen: DigestSetup,
    *,
    families: Sequence[tuple[str, str]],
    carried: str,
    has_figures: bool = True,
) -> View:
    """Return the form with these values chosen; `families` are (name, id), `carried` is its metadata."""
    days = [(name, str(day)) for day, name in enumerate(WEEKDAYS)]
    hours = [
        (f"{each}:00 to {each + 1}:00", str(each)) for each in sorted({*DIGEST_HOURS, chosen.hour})
    ]
    kinds = [("Not set", ANY), ("Several role families", SEVERAL), *families]
    view = modal(
        DIGEST_TITLE,
        [
            paragraph(
                render(
                    "team_digest/form",
                    zone=chosen.zone.replace("_", " "),
                    has_figures=has_figures,
                )
            ),
            _field("Day", action=TEAM_WEEKDAY, options=days, chosen=str(chosen.weekday)),
            _field("Time", action=TEAM_HOUR, options=hours, chosen=str(chosen.hour)),
            _field("Kind of team", action=TEAM_FAMILY, options=kinds, chosen=chosen.family or ANY),
        ],
        callback=TEAM_VIEW,
    )
    view.submit = plain("Save and announce")
    view.close = plain("Cancel")
    view.private_metadata = carried
    return view


def digest_form_refused(text: str) -> View:
    """Return the window that says why the digest cannot be set up."""
    return modal(DIGEST_TITLE, [paragraph(text)], callback=TEAM_VIEW)


def _field(label: str, *, action: str, options: Sequence[tuple[str, str]], chosen: str) -> Block:
    return InputBlock(
        label=plain(label),
        element=menu(label, action=action, options=options, chosen=chosen),
        block_id=action,
    )
