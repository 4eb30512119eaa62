"""When a digest comes and who set it up, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from slack_sdk.models.blocks import Block

from bot.buttons import START, TEAM
from bot.slack.api import Message
from bot.slack.blocks import button, fine_print, headline, line, paragraph, row
from bot.slack.pages import Chart, bar_chart
from bot.slack.phrases import WEEKDAYS, hours_words, number, person
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


@dataclass(frozen=True)
class HourShown:
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


def hour_shown(team: Team) -> HourShown:
    """The words for this team's hour."""
    return HourShown(team.weekday, team.hour, team.zone, team.set_by)


def on_day(day: date) -> SafeText:
    """A local date, such as "23 November"."""
    return SafeText(f"{day.day} {day:%B}")


def at(moment: datetime) -> SafeText:
    """A moment that Slack shows in the reader's own zone; the fallback is in UTC."""
    fallback = f"{moment.day} {moment:%B, %H:%M} UTC"
    return SafeText(f"<!date^{int(moment.timestamp())}^{{date}} at {{time}}|{fallback}>")


BAR_NAMES = {
    Band.FIRST: "Single steps",
    Band.MIDDLE: "Parts of the work",
    Band.TOP: "From instructions",
}
"""What stands below a bar; Slack allows twenty characters."""

SCALE = "1 a few or none · 2 some · 3 most"


@dataclass(frozen=True)
class DigestShown:
    """What a digest shows; `topics` has the words of every topic, `wins` pairs of (user id, title)."""

    digest: Digest
    topics: Mapping[str, str]
    wins: Sequence[tuple[str, str]]
    experiment: Experiment | None
    minimum: int
    hour: HourShown


def digest_message(render: Render, shown: DigestShown) -> Message:
    """The message to the channel; without its chart it says the same."""
    title = f"Team digest, {on_day(shown.digest.on)}"
    parts = digest_parts(render, shown)
    ending = [fine_print(_footer(render, shown)), _buttons()]
    plain = [headline(title), *map(paragraph, parts.words), line(), *_tried(parts), *ending]
    chart = spread_chart(shown.digest.spread)
    if chart is None:
        return Message(text=_text(title, parts, shown, render), blocks=plain)
    with_chart = [plain[0], chart, *plain[1:]]
    return Message(text=_text(title, parts, shown, render), blocks=with_chart, plain=plain)


@dataclass(frozen=True)
class Parts:
    """The words of a digest: its figures, and what to try."""

    words: list[SafeText]
    experiment: SafeText | None


def digest_parts(render: Render, shown: DigestShown) -> Parts:
    """The words of a digest."""
    digest = shown.digest
    words = [_people(render, shown)]
    if digest.has_figures:
        words.append(_spread(render, digest))
    if not isinstance(digest.movement, Withheld):
        words.append(SafeText(render("team_digest/movement", since=on_day(digest.movement.since))))
    if isinstance(digest.practiced, Practiced):
        words.append(_practised(render, digest.practiced, shown.topics))
    if shown.wins:
        wins = [(person(user_id), title) for user_id, title in shown.wins]
        words.append(SafeText(render("team_digest/wins", wins=wins)))
    experiment = (
        SafeText(render("team_digest/experiment", it=shown.experiment))
        if shown.experiment
        else None
    )
    return Parts(words, experiment)


def spread_chart(spread: Spread | Withheld) -> Chart | None:
    """The bands as bars; None when they are not shown."""
    if isinstance(spread, Withheld):
        return None
    bars = [
        (BAR_NAMES[band], share.height) for band, share in zip(BANDS, spread.shares, strict=True)
    ]
    return bar_chart(
        f"How this team uses AI, {on_day(spread.on)}", bars, series=SCALE_NAME, y=SCALE
    )


SCALE_NAME = "Share of the answers"


def spread_words(spread: Spread) -> list[tuple[str, str]]:
    """Each band with its share, such as ("some", "AI on single steps")."""
    return [
        (SHARE_NAMES[share], BAND_NAMES[band])
        for band, share in zip(BANDS, spread.shares, strict=True)
    ]


def _people(render: Render, shown: DigestShown) -> SafeText:
    people = shown.digest.people
    minimum = number(shown.minimum)
    if isinstance(people, Withheld):
        return SafeText(render("team_digest/no_figures", minimum=minimum))
    old = on_day(people.on) if people.on < shown.digest.on else None
    return SafeText(render("team_digest/people", people=people.words, as_of=old))


def _spread(render: Render, digest: Digest) -> SafeText:
    spread = digest.spread
    if isinstance(spread, Withheld):
        return SafeText(render("team_digest/no_spread"))
    old = on_day(spread.on) if spread.on < digest.on else None
    return SafeText(render("team_digest/spread", shares=spread_words(spread), as_of=old))


def _practised(render: Render, practised: Practiced, topics: Mapping[str, str]) -> SafeText:
    chosen = () if isinstance(practised.topics, Withheld) else practised.topics
    words = list(dict.fromkeys(topics[topic] for topic in chosen if topic in topics))
    since = on_day(practised.since) if practised.since else None
    return SafeText(
        render("team_digest/practiced", people=practised.people, topics=words, since=since)
    )


def _tried(parts: Parts) -> list[Block]:
    return [paragraph(parts.experiment)] if parts.experiment else []


def _buttons() -> Block:
    return row(
        button("Start the self-check", action=START),
        button("About this digest", action=TEAM),
    )


def _footer(render: Render, shown: DigestShown) -> str:
    return render("team_digest/why", hour=shown.hour)


def _text(title: str, parts: Parts, shown: DigestShown, render: Render) -> str:
    """Everything in words: it is what screen readers get, and notifications begin with it."""
    texts = [escape(title), *parts.words, parts.experiment, _footer(render, shown)]
    return "\n\n".join(text for text in texts if text)


TEAM_HISTORY = "team_history_asked"
TEAM_UNFOLLOW = "team_unfollow_asked"
TEAM_UNFOLLOWED = "team_unfollow_confirmed"
TEAM_KEPT = "team_kept"
TEAM_WEEKDAY = "team_weekday"
TEAM_HOUR = "team_hour"

TEAM_VIEW = "team_view"
