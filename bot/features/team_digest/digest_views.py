"""The message of a digest, and the words and chart that it shares with the status and the history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block

from bot.buttons import START, TEAM
from bot.slack.api import Message
from bot.slack.blocks import button, fine_print, headline, line, paragraph, row
from bot.slack.pages import Chart, bar_chart
from bot.slack.phrases import WEEKDAYS, day_text, hours_words, number, person
from coaching.team_digest.figures import (
    BAND_NAMES,
    BANDS,
    SHARE_NAMES,
    Band,
    Digest,
    Experiment,
    Practiced,
    Spread,
    Withheld,
)
from content.message_catalog import Render, SafeText, escape
from storage.team_digest.teams import Team

BAR_NAMES = {
    Band.FIRST: "Single steps",
    Band.MIDDLE: "Parts of the work",
    Band.TOP: "From instructions",
}
"""The labels below the bars; Slack allows twenty characters."""

SCALE = "1 a few or none · 2 some · 3 most"

SCALE_NAME = "Share of the answers"

TEAM_HISTORY = "team_history_asked"
TEAM_UNFOLLOW = "team_unfollow_asked"
TEAM_UNFOLLOWED = "team_unfollow_confirmed"
TEAM_KEPT = "team_kept"
TEAM_WEEKDAY = "team_weekday"
TEAM_HOUR = "team_hour"

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
    """What a digest shows; `topics` has the words of every topic, `wins` pairs of (user id, title)."""

    digest: Digest
    topics: Mapping[str, str]
    wins: Sequence[tuple[str, str]]
    experiment: Experiment | None
    minimum: int
    hour: HourView


def digest_message(render: Render, shown: DigestView) -> Message:
    """Return the message to the channel; its plain form without the chart says the same."""
    title = f"Team digest, {day_text(shown.digest.on)}"
    parts = digest_parts(render, shown)
    ending = [fine_print(_footer(render, shown)), _buttons()]
    plain = [headline(title), *map(paragraph, parts.words), line(), *_tried(parts), *ending]
    chart = spread_chart(shown.digest.spread)
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
    digest = shown.digest
    words = [_people(render, shown)]
    if digest.has_figures:
        words.append(_spread(render, digest))
    if not isinstance(digest.movement, Withheld):
        words.append(
            SafeText(render("team_digest/movement", since=day_text(digest.movement.since)))
        )
    if isinstance(digest.practiced, Practiced):
        words.append(_practiced(render, digest.practiced, shown.topics))
    if shown.wins:
        wins = [(person(user_id), title) for user_id, title in shown.wins]
        words.append(SafeText(render("team_digest/wins", wins=wins)))
    experiment = (
        SafeText(render("team_digest/experiment", it=shown.experiment))
        if shown.experiment
        else None
    )
    return DigestParts(words, experiment)


def spread_chart(spread: Spread | Withheld) -> Chart | None:
    """Return the bands as bars; None when the spread is withheld."""
    if isinstance(spread, Withheld):
        return None
    bars = [
        (BAR_NAMES[band], share.height) for band, share in zip(BANDS, spread.shares, strict=True)
    ]
    return bar_chart(
        f"How this team uses AI, {day_text(spread.on)}", bars, series=SCALE_NAME, y=SCALE
    )


def spread_words(spread: Spread) -> list[tuple[str, str]]:
    """Return each band with its share, such as ("some", "AI on single steps")."""
    return [
        (SHARE_NAMES[share], BAND_NAMES[band])
        for band, share in zip(BANDS, spread.shares, strict=True)
    ]


def _people(render: Render, shown: DigestView) -> SafeText:
    people = shown.digest.people
    minimum = number(shown.minimum)
    if isinstance(people, Withheld):
        return SafeText(render("team_digest/no_figures", minimum=minimum))
    old = day_text(people.on) if people.on < shown.digest.on else None
    return SafeText(render("team_digest/people", people=people.words, as_of=old))


def _spread(render: Render, digest: Digest) -> SafeText:
    spread = digest.spread
    if isinstance(spread, Withheld):
        return SafeText(render("team_digest/no_spread"))
    old = day_text(spread.on) if spread.on < digest.on else None
    return SafeText(render("team_digest/spread", shares=spread_words(spread), as_of=old))


def _practiced(render: Render, practiced: Practiced, topics: Mapping[str, str]) -> SafeText:
    chosen = () if isinstance(practiced.topics, Withheld) else practiced.topics
    words = list(dict.fromkeys(topics[topic] for topic in chosen if topic in topics))
    since = day_text(practiced.since) if practiced.since else None
    return SafeText(
        render("team_digest/practiced", people=practiced.people, topics=words, since=since)
    )


def _tried(parts: DigestParts) -> list[Block]:
    return [paragraph(parts.experiment)] if parts.experiment else []


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
