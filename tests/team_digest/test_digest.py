"""The weekly digest of a channel: its content, what it withholds, and that it is posted once."""

import re
from datetime import timedelta

import pytest

from bot.features.team_digest.feature import freeze_due_roster
from storage.team_digest.releases import earlier_digests
from tests.stage import BOTH, built_in, labels, shown
from tests.storage.cast import finished
from tests.team_digest.channel import (
    GROWTH,
    LATER,
    MONDAY,
    SIX,
    SIX_LATER,
    WEEK,
    Growth,
    chart_of,
)

SALES = built_in().families["sales"].questions[0].id


async def test_a_followed_channel_gets_its_digest(growth: Growth) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    digest = await growth.digest(MONDAY)
    assert digest
    assert digest.text.startswith("Team digest, Monday, November 23")
    assert "*5–7 people* in this channel take part" in digest.text
    assert "AI in parts of the work: " in digest.text
    assert "To try together this week" in digest.text
    assert f"because <@{growth.noah.id}> set it up" in digest.text
    assert labels(digest) == [["We did it"], ["Start the self-check", "About this digest"]]


async def test_the_chart_says_what_the_words_say(growth: Growth) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    digest = await growth.digest(MONDAY)
    assert digest
    chart = chart_of(digest)
    assert chart
    (series,) = chart["chart"]["series"]
    heights = [point["value"] for point in series["data"]]
    assert max(heights) == 3
    words = {"a few or none": 1, "some": 2, "most": 3}
    said = dict(re.findall(r"• (AI .*): (a few or none|some|most)", digest.text))
    assert [words[share] for share in said.values()] == heights[:3]
    assert all(line in digest.text for line in shown(digest).splitlines()[:6])


@BOTH
async def test_it_comes_once_a_week_and_never_twice(growth: Growth) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    assert await growth.digest(MONDAY)
    assert await growth.digest(MONDAY + timedelta(hours=1)) is None
    assert await growth.digest(MONDAY + WEEK)
    assert len(growth.posts()) == 3


async def test_whoever_starts_from_the_digest_does_so_unseen(growth: Growth) -> None:
    await growth.follows()
    await growth.digest(MONDAY)
    omar, posts = growth.person("omar"), len(growth.posts())
    await omar.clicks("Start the self-check", where=GROWTH)
    assert "in your messages with Rungs" in omar.reads(GROWTH)
    assert omar.messages(GROWTH)[-1].only_for == omar.id
    assert len(growth.posts()) == posts
    assert "Customer service" in omar.reads()


@pytest.mark.parametrize("people", [0, 1, 4])
async def test_with_too_few_people_it_is_useful_without_figures(
    growth: Growth, people: int
) -> None:
    await growth.assessed(SIX[:people])
    await growth.follows()
    digest = await growth.digest(MONDAY)
    assert digest
    assert chart_of(digest) is None
    assert "*No figures this week.* They need at least five people" in digest.text
    assert (
        "Anyone who finishes one before Monday, November 30 counts in the next digest"
        in digest.text
    )
    assert "To try together this week" in digest.text
    figures = digest.text.partition("To try together")[0]
    assert re.findall(r"\d+", figures) == ["23", "30"]


async def test_however_few_they_are_the_words_are_the_same(growth: Growth) -> None:
    await growth.follows()
    await growth.digest(MONDAY)
    nobody = await growth.digest(MONDAY + WEEK)
    await growth.assessed(SIX[:4])
    four = await growth.digest(MONDAY + 2 * WEEK)
    assert nobody
    assert four
    told = [each.text.split("\n\n")[1] for each in (nobody, four)]
    still = "*Still no figures:* fewer than five people in this channel have finished a self-check."
    assert told == [
        f"{still} Next chance: {day}." for day in ("Monday, December 7", "Monday, December 14")
    ]


async def test_where_charts_are_refused_it_comes_once_and_says_the_same(growth: Growth) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    growth.stage.playground.faults.add("chat.postMessage", "invalid_blocks")
    digest = await growth.digest(MONDAY)
    assert digest
    assert len(growth.posts()) == 2
    assert chart_of(digest) is None
    assert "AI in parts of the work: " in shown(digest)
    refused, posted = growth.stage.calls("chat.postMessage")[-2:]
    assert (refused.took_effect, posted.took_effect) == (False, True)
    assert refused.arguments["text"] == posted.arguments["text"]


@BOTH
async def test_whoever_finishes_after_the_channel_began_to_follow_counts_at_once(
    growth: Growth,
) -> None:
    await growth.follows()
    await growth.assessed(SIX)
    first = await growth.digest(MONDAY)
    assert first
    assert "*5–7 people*" in first.text
    assert chart_of(first)


async def test_a_digest_with_nothing_new_is_short_and_says_so(growth: Growth) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    first = await growth.digest(MONDAY)
    again = [await growth.digest(MONDAY + week * WEEK) for week in (1, 2)]
    assert first
    for digest in again:
        assert digest
        assert "*Nothing new since Monday, November 23:* the figures are the same." in digest.text
        assert "To try together this week" in digest.text
        assert chart_of(digest) is None
        assert len(digest.text) < len(first.text) * 0.8
    await growth.assessed(SIX_LATER, number=LATER)
    changed = await growth.digest(MONDAY + 3 * WEEK)
    assert changed
    assert chart_of(changed)


async def test_figures_come_again_after_a_week_without_any(growth: Growth) -> None:
    await growth.assessed(SIX[:5])
    await growth.follows()
    await growth.digest(MONDAY)
    grace = growth.person("grace")
    channel = growth.stage.playground.workspace.conversations[GROWTH]
    channel.members.discard(grace.id)
    without = await growth.digest(MONDAY + WEEK)
    channel.members.add(grace.id)
    again = await growth.digest(MONDAY + 2 * WEEK)
    assert without
    assert again
    assert "No figures this week" in without.text
    assert chart_of(again)


async def test_only_people_of_the_channel_count(growth: Growth) -> None:
    await growth.assessed(SIX[:4])
    await finished(growth.stage.database, growth.person("ada").key, 2)
    await growth.follows()
    digest = await growth.digest(MONDAY)
    assert digest
    assert "No figures this week" in digest.text


# Experiments


@BOTH
async def test_no_experiment_comes_back_before_all_were_there(growth: Growth) -> None:
    await growth.follows()
    titles = []
    for week in range(4):
        digest = await growth.digest(MONDAY + week * WEEK)
        assert digest
        titles += re.findall(r"To try together this week: (.*)\*", digest.text)
    # A team of which nothing is known has three that fit.
    assert len(set(titles[:3])) == 3
    assert titles[3] == titles[0]
    async with growth.stage.database.read() as session:
        had = await earlier_digests(session, growth.stage.playground.workspace.id, GROWTH)
    assert [row.form for row in had] == ["no_figures"] * 4


async def test_the_experiment_fits_what_the_digest_shows(growth: Growth) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    digest = await growth.digest(MONDAY)
    assert digest
    (title,) = re.findall(r"To try together this week: (.*)\*", digest.text)
    most = re.findall(r"• (AI .*): most", digest.text)
    stands = {
        "AI on single steps": "first",
        "AI in parts of the work": "middle",
        "AI working from detailed instructions": "top",
    }
    stand = stands[most[0]] if len(most) == 1 else "mixed"
    (chosen,) = [e for e in growth.stage.bot.deps.library.experiments if e.title == title]
    assert chosen.stands & {stand, "any"}


@pytest.mark.parametrize(("kind", "own"), [("sales", 1), ("several", 2)])
async def test_the_kind_of_team_brings_experiments_of_its_own(
    growth: Growth, kind: str, own: int
) -> None:
    await growth.assessed(SIX)
    await growth.follows(family=kind)
    titles = {e.title for e in growth.stage.bot.deps.library.experiments if kind in e.families}
    seen = set()
    for week in range(12):
        digest = await growth.digest(MONDAY + week * WEEK)
        assert digest
        seen |= set(re.findall(r"To try together this week: (.*)\*", digest.text))
    assert len(seen & titles) >= own


@BOTH
async def test_a_roster_of_many_pages_is_read_to_its_end(growth: Growth) -> None:
    workspace = growth.stage.playground.workspace
    workspace.add_people(450, channel=GROWTH)
    await growth.assessed(SIX)
    await growth.follows()
    digest = await growth.digest(MONDAY)
    assert digest
    assert len(growth.stage.calls("conversations.members")) >= 3
    assert "*5–9 people*" in digest.text
    assert not await freeze_due_roster(growth.stage.bot.deps)
