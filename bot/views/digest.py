"""The weekly digest of a channel: a chart, the same facts in words, and one thing to try together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block

from bot import ids
from bot.delivery import Message
from bot.views.bricks import button, fine_print, headline, line, paragraph, row
from bot.views.chart import Chart, bar_chart
from bot.views.numbers import number
from bot.views.team_words import HourShown, on_day, person
from coaching.digests import (
    BAND_NAMES,
    BANDS,
    SHARE_NAMES,
    Band,
    Digest,
    Practised,
    Spread,
    Withheld,
)
from coaching.experiments import Experiment
from content.message_catalog import Render, SafeText, escape

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
    if isinstance(digest.practised, Practised):
        words.append(_practised(render, digest.practised, shown.topics))
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


def _practised(render: Render, practised: Practised, topics: Mapping[str, str]) -> SafeText:
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
        button("Start the self-check", action=ids.START),
        button("About this digest", action=ids.TEAM),
    )


def _footer(render: Render, shown: DigestShown) -> str:
    return render("team_digest/why", hour=shown.hour)


def _text(title: str, parts: Parts, shown: DigestShown, render: Render) -> str:
    """Everything in words: it is what screen readers get, and notifications begin with it."""
    texts = [escape(title), *parts.words, parts.experiment, _footer(render, shown)]
    return "\n\n".join(text for text in texts if text)
