"""The weekly digest of a channel: its content, what it withholds, and that it is posted once."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.features.team_digest.rosters import freeze_due_roster
from storage import checkins, steps
from storage.team_digest.releases import earlier_digests
from tests.self_check.ladder import FRAMEWORK, MIXED, climbs
from tests.stage import BOTH, built_in, labels, shown
from tests.storage.cast import finished, tip_named
from tests.team_digest.channel import (
    CREW,
    GROWTH,
    MONDAY,
    SIX,
    WEEK,
    Growth,
    chart_of,
    growing,
)

SALES = built_in().families["sales"].questions[0].id


@pytest.fixture
async def growth(stage_url: str) -> AsyncIterator[Growth]:
    async with growing(stage_url) as growth:
        yield growth


async def tried(
    growth: Growth, handle: str, tip: str = "t1", *, outcome: steps.Outcome = "done"
) -> None:
    """Record an answer about a step of the first question of sales."""
    key, database = growth.person(handle).key, growth.stage.database
    async with database.write() as session:
        topic = replace(tip_named(tip), question=SALES)
        step = await steps.offer(session, key, topic, assessment_id=None, now=growth.clock())
        assert await steps.record_practice(session, key, step, outcome, now=growth.clock())


async def test_a_followed_channel_gets_its_digest(growth: Growth) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    digest = await growth.digest(MONDAY)
    assert digest
    assert digest.text.startswith("Team digest, 23 November")
    assert "*5–9 people* of this channel take part" in digest.text
    assert "AI in parts of the work: " in digest.text
    assert "To try together this week" in digest.text
    assert f"because <@{growth.noah.id}> set it up" in digest.text
    assert labels(digest) == [["Start the self-check", "About this digest"]]


async def test_the_chart_says_what_the_words_say(growth: Growth) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    digest = await growth.digest(MONDAY)
    assert digest
    chart = chart_of(digest)
    assert chart
    (series,) = chart["chart"]["series"]
    heights = {point["label"]: point["value"] for point in series["data"]}
    words = {"a few or none": 1, "some": 2, "most": 3}
    said = dict(re.findall(r"• (AI .*): (a few or none|some|most)", digest.text))
    assert [words[share] for share in said.values()] == list(heights.values())
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
    assert "*No figures this week.* They rest on at least five people" in digest.text
    assert "To try together this week" in digest.text
    figures = digest.text.partition("To try together")[0]
    assert re.findall(r"\d+", figures) == ["23"]


async def test_however_few_they_are_the_words_are_the_same(growth: Growth) -> None:
    await growth.follows()
    nobody = await growth.digest(MONDAY)
    await growth.assessed(SIX[:4])
    await growth.digest(MONDAY + WEEK)
    four = await growth.digest(MONDAY + 2 * WEEK)
    assert nobody
    assert four
    assert nobody.text.split("\n\n")[1] == four.text.split("\n\n")[1]


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
async def test_whoever_finishes_after_the_roster_was_frozen_waits(growth: Growth) -> None:
    await growth.assessed(SIX[:4])
    await growth.follows()
    await growth.assessed(SIX)
    first = await growth.digest(MONDAY)
    second = await growth.digest(MONDAY + WEEK)
    assert first
    assert second
    assert "No figures this week" in first.text
    assert "*5–9 people*" in second.text


async def test_only_people_of_the_channel_count(growth: Growth) -> None:
    await growth.assessed(SIX[:4])
    await finished(growth.stage.database, growth.person("ada").key, 2)
    await growth.follows()
    digest = await growth.digest(MONDAY)
    assert digest
    assert "No figures this week" in digest.text


@BOTH
async def test_practice_is_told_of_the_whole_team(growth: Growth) -> None:
    await growth.assessed([1, 1, 2, 2, 2, 3, 3])
    await growth.follows()
    for handle in CREW[:6]:
        await tried(growth, handle)
    digest = await growth.digest(MONDAY)
    assert digest
    assert "*5–9 people* tried a step so far." in digest.text
    assert "t1" not in digest.text
    assert not any(growth.person(handle).id in digest.text for handle in CREW if handle != "noah")


# Shout-outs


@BOTH
async def test_only_who_allowed_it_is_named(growth: Growth) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    growth.clock.at = MONDAY - timedelta(days=1)
    for handle in ("lucia", "omar"):
        await tried(growth, handle)
    async with growth.stage.database.write() as session:
        await checkins.save_sharing(
            session, growth.person("omar").key, shares=True, now=growth.clock()
        )
    digest = await growth.digest(MONDAY)
    assert digest
    assert f'<@{growth.person("omar").id}> finished "Try t1' in digest.text
    assert growth.person("lucia").id not in digest.text
    later = await growth.digest(MONDAY + WEEK)
    assert later
    assert "Shared with permission" not in later.text


async def test_no_shout_out_names_a_coding_practice(growth: Growth) -> None:
    """It does not replace the step that may be named, either."""
    await growth.assessed(SIX)
    await growth.follows()
    growth.clock.at = MONDAY - timedelta(days=1)
    omar = growth.person("omar")
    await tried(growth, "omar")
    growth.clock.go(minutes=1)
    await omar.types("/rungs assess coding")
    await climbs(omar, MIXED)
    async with growth.stage.database.write() as session:
        practice = await steps.current(session, omar.key)
        assert practice
        assert practice.family == FRAMEWORK
        await steps.record_practice(session, omar.key, practice, "done", now=growth.clock())
        await checkins.save_sharing(session, omar.key, shares=True, now=growth.clock())
    digest = await growth.digest(MONDAY)
    assert digest
    assert steps.tip_of(practice).title not in digest.text
    assert f'<@{omar.id}> finished "Try t1' in digest.text


async def test_what_is_repeated_of_a_step_notifies_nobody(growth: Growth) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    growth.clock.at = MONDAY - timedelta(days=1)
    await tried(growth, "omar", "<!channel> & *x*")
    async with growth.stage.database.write() as session:
        await checkins.save_sharing(
            session, growth.person("omar").key, shares=True, now=growth.clock()
        )
    digest = await growth.digest(MONDAY)
    assert digest
    assert "&lt;!channel&gt; &amp; *x*" in digest.text
    assert "<!channel>" not in json.dumps(digest.blocks)


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


@BOTH
async def test_a_roster_of_many_pages_is_read_to_its_end(growth: Growth) -> None:
    workspace = growth.stage.playground.workspace
    workspace.add_people(450, channel=GROWTH)
    await growth.assessed(SIX)
    await growth.follows()
    assert len(growth.stage.calls("conversations.members")) >= 3
    digest = await growth.digest(MONDAY)
    assert digest
    assert "*5–9 people*" in digest.text
    assert not await freeze_due_roster(growth.stage.bot.deps)
