"""The longest digest, preview and history that content and rules allow, against Slack's limits."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.features.team_digest.digest_views import DigestView, HourView, digest_message
from bot.features.team_digest.views import announcement, digest_history_card, status_card
from bot.slack.api import Message
from bot.slack.phrases import MemberClock, day_words
from coaching.team_digest.figures import Digest, Figures, Share, Spread, Week
from content.limits import EXPERIMENT_TITLE, LINE, TITLE, length
from tests.stage import built_in
from tests.team_digest.channel import GROWTH, MONDAY, Growth, growing

TEXT = 4000
"""Slack: the text of a message that is wanted in notifications and by screen readers."""

ON = date(2025, 9, 24)
"""In another year than the digest, so that the dates are at their longest."""

NOW = MemberClock(MONDAY, "Europe/Vienna")
SPREAD = Spread((Share.FEW, Share.FEW, Share.FEW), ON)
FIGURES = Figures("100–100,000", SPREAD, practiced=Share.FEW)
LONGEST = DigestView(
    digest=Digest(on=date(2026, 9, 30), figures=FIGURES, moved_since=ON),
    week=Week(ON),
    wins=[(f"U{'W' * 20}{n}", "<" * TITLE) for n in range(3)],
    experiment=replace(
        built_in().experiments[0],
        title="&" * EXPERIMENT_TITLE,
        together="w " * (LINE // 2),
        why="y " * (LINE // 2),
        done_when="d " * (LINE // 2),
        minutes=30,
    ),
    minimum=12,
    hour=HourView(2, 23, "America/Argentina/Buenos_Aires", f"U{'W' * 20}"),
    next_on=date(2026, 10, 7),
    message_id="f" * 32,
)


@pytest.fixture
async def growth(sqlite_url: str) -> AsyncIterator[Growth]:
    async with growing(sqlite_url) as growth:
        yield growth


async def taken(growth: Growth, message: Message) -> None:
    """Assert that Slack accepts it with and without its chart, and that its text fits a notification."""
    slack = growth.stage.bot.deps.slack
    await slack.post(GROWTH, message, key="longest")
    if message.plain:
        growth.stage.playground.faults.add("chat.postMessage", "invalid_blocks")
        await slack.post(GROWTH, message, key="plain")
    assert length(message.text) <= TEXT


async def test_the_longest_digest(growth: Growth) -> None:
    message = digest_message(growth.stage.bot.deps.render, LONGEST)
    assert "<!channel>" not in message.text
    await taken(growth, message)
    assert len(growth.posts()) == 2


async def test_the_longest_preview(growth: Growth) -> None:
    render = growth.stage.bot.deps.render
    await taken(
        growth, status_card(render, LONGEST.hour, upcoming=NOW.around(MONDAY), preview=LONGEST)
    )
    await taken(growth, announcement(render, LONGEST.hour, first=MONDAY, minimum=12))


async def test_the_longest_history_shows_the_last_ones(growth: Growth) -> None:
    spreads = [replace(SPREAD, on=ON + timedelta(weeks=week)) for week in range(60)]
    message = digest_history_card(growth.stage.bot.deps.render, spreads, NOW)
    await taken(growth, message)
    assert message.text.count("•") == 20
    assert day_words(spreads[-1].on, today=NOW.today) in message.text


async def test_every_experiment_fits(growth: Growth) -> None:
    for experiment in built_in().experiments:
        shown = replace(LONGEST, experiment=experiment)
        assert length(digest_message(growth.stage.bot.deps.render, shown).text) <= TEXT
