"""The message of a digest, and the words and chart that it shares with the status and the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from slack_sdk.models.blocks import Block

from bot.buttons import START, TEAM
from bot.slack.api import Message
from bot.slack.blocks import button, fine_print, headline, line, paragraph, row
from bot.slack.pages import Chart, bar_chart
from bot.slack.phrases import WEEKDAYS, day_words, hours_words, number, person
from coaching.safe_text import Render, SafeText, escape
from coaching.team_digest.figures import (
    BAND_NAMES,
    BANDS,
    SHARE_NAMES,
    Band,
    Digest,
    Experiment,
    Figures,
    Share,
    Spread,
    Week,
)
from storage.team_digest.teams import Team

BAR_NAMES = {
    Band.FIRST: "Single steps",
    Band.MIDDLE: "Parts of the work",
    Band.TOP: "From instructions",
}
"""The labels below the bars; Slack allows twenty characters."""

SCALE = "1 a few or none · 2 some · 3 most"

SCALE_NAME = "Share of the answers"
TOP_OF_SCALE = Share.MOST.height

TEAM_HISTORY = "team_history_asked"
TEAM_UNFOLLOW = "team_unfollow_asked"
TEAM_UNFOLLOWED = "team_unfollow_confirmed"
TEAM_KEPT = "team_kept"
TEAM_EXPERIMENT_DONE = "team_experiment_done"
TEAM_WEEKDAY = "team_weekday"
TEAM_HOUR = "team_hour"
TEAM_FAMILY = "team_family"

TEAM_VIEW = "team_view"


@dataclass(frozen=True)
class HourView:
    """The day and the hours of a digest, its zone, and who set it up."""

    weekday: int
    hour: int
    zone: str
    set_by: str | None

    @property
    def day(self) -> str:
        return WEEKDAYS[self.weekday]

    @property
    def hours(self) -> SafeText:
        return hours_words(self.hour)

    @property
    def place(self) -> SafeText:
        """The zone as people name it, such as "Africa/Lagos"."""
        return SafeText(self.zone.replace("_", " "))

    @property
    def who(self) -> SafeText | None:
        return person(self.set_by) if self.set_by else None


def hour_view_of(team: Team) -> HourView:
    """Return when this team's digest comes and who set it up."""
    return HourView(team.weekday, team.hour, team.zone, team.set_by)


@dataclass(frozen=True)
class DigestView:
    """What a digest shows, or a preview, which has no `message_id`.

    `week` is the week of which it tells who practiced, `wins` are pairs of (user id, title), `seen` the
    figures that the channel saw before, `next_on` the date of the next digest. `minimum` is how many people
    figures need, None where the workspace's digests come without them.
    """

    digest: Digest
    week: Week | None
    wins: Sequence[tuple[str, str]]
    experiment: Experiment | None
    minimum: int | None
    hour: HourView
    next_on: date
    message_id: str | None = None
    seen: Figures | None = None
    is_roster_read: bool = True


def digest_message(render: Render, shown: DigestView) -> Message:
    """Return the message to the channel; its plain form without the chart says the same."""
    title = f"Team digest, {_day(shown.digest, shown.digest.on)}"
    parts = digest_parts(render, shown)
    ending = [fine_print(_footer(render, shown)), _buttons()]
    plain = [headline(title), *map(paragraph, parts.words), line(), *_tried(parts, shown), *ending]
    chart = digest_chart(shown.digest)
    if chart is None:
        return Message(text=_text(title, parts, shown, render), blocks=plain)
    with_chart = [plain[0], chart, *plain[1:]]
    return Message(text=_text(title, parts, shown, render), blocks=with_chart, plain=plain)


@dataclass(frozen=True)
class DigestParts:
    """The words of a digest: its figures, and the experiment to try."""

    words: list[SafeText]
    experiment: SafeText | None


def digest_parts(render: Render, shown: DigestView) -> DigestParts:
    """Return the words of a digest."""
    words = _figures(render, shown)
    if shown.wins:
        wins = [(person(user_id), title) for user_id, title in shown.wins]
        words.append(SafeText(render("team_digest/wins", wins=wins)))
    experiment = (
        SafeText(render("team_digest/experiment", it=shown.experiment))
        if shown.experiment
        else None
    )
    return DigestParts(words, experiment)


def digest_chart(digest: Digest) -> Chart | None:
    """Return the bands as bars; None when there are no figures, or none that are new."""
    if digest.figures is None or not digest.is_news:
        return None
    spread = digest.figures.spread
    bars = [
        (BAR_NAMES[band], share.height) for band, share in zip(BANDS, spread.shares, strict=True)
    ]
    title = f"AI in this team, {_day(digest, spread.on)}"
    return bar_chart(title, bars, series=SCALE_NAME, y=SCALE, top=TOP_OF_SCALE)


def _day(digest: Digest, on: date) -> SafeText:
    """Return a date in words, with the year if it is not the year of this digest."""
    return day_words(on, today=digest.on)


def spread_words(spread: Spread) -> list[tuple[str, str]]:
    """Return each band with its share, such as ("some", "AI on single steps")."""
    return [
        (SHARE_NAMES[share], BAND_NAMES[band])
        for band, share in zip(BANDS, spread.shares, strict=True)
    ]


def _figures(render: Render, shown: DigestView) -> list[SafeText]:
    """Return what is said of the team: figures, that they are as they were, or why there are none."""
    figures = shown.digest.figures
    if figures is None:
        return [_no_figures(render, shown)]
    if not shown.digest.is_news:
        since = shown.seen.spread.on if shown.seen else shown.digest.on
        return [SafeText(render("team_digest/nothing_new", since=_day(shown.digest, since)))]
    old = _day(shown.digest, figures.spread.on) if figures.spread.on < shown.digest.on else None
    words = [
        render("team_digest/people", people=figures.people, as_of=old),
        render("team_digest/spread", shares=spread_words(figures.spread), as_of=old),
    ]
    if shown.digest.moved_since:
        moved = _day(shown.digest, shown.digest.moved_since)
        words.append(render("team_digest/movement", since=moved))
    if figures.practiced and shown.week:
        words.append(
            render(
                "team_digest/practiced",
                share=SHARE_NAMES[figures.practiced],
                first=_day(shown.digest, shown.week.first),
                last=_day(shown.digest, shown.week.last),
            )
        )
    return [SafeText(text) for text in words]


def _no_figures(render: Render, shown: DigestView) -> SafeText:
    return SafeText(
        render(
            "team_digest/no_figures",
            minimum=number(shown.minimum) if shown.minimum else None,
            is_preview=shown.message_id is None,
            is_roster_read=shown.is_roster_read,
            is_news=shown.digest.is_news,
            next_on=_day(shown.digest, shown.next_on),
        )
    )


def _tried(parts: DigestParts, shown: DigestView) -> list[Block]:
    if parts.experiment is None:
        return []
    done = button("We did it", action=TEAM_EXPERIMENT_DONE, value=shown.message_id or "")
    return [paragraph(parts.experiment), row(done)]


def _buttons() -> Block:
    return row(
        button("Start the self-check", action=START),
        button("About this digest", action=TEAM),
    )


def _footer(render: Render, shown: DigestView) -> str:
    return render("team_digest/why", hour=shown.hour)


def _text(title: str, parts: DigestParts, shown: DigestView, render: Render) -> str:
    """Return the whole digest as text, for screen readers and notifications."""
    texts = [escape(title), *parts.words, parts.experiment, _footer(render, shown)]
    return "\n\n".join(text for text in texts if text)
