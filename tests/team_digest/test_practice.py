"""Practice in a digest: in a word for all together, by name only for those who allowed it."""

import json
from dataclasses import replace
from datetime import timedelta

from app import REGISTRY
from bot.features.team_digest.handlers import experiment_done
from bot.slack.payloads import Click, Request
from storage import checkins
from storage.privacy import everything_about
from storage.steps import step_offers, steps
from storage.team_digest.releases import earlier_digests
from tests.self_check.ladder import FRAMEWORK, MIXED, climbs
from tests.stage import BOTH, built_in
from tests.storage.cast import tip_named
from tests.team_digest.channel import CREW, GROWTH, MONDAY, SIX, WEEK, Growth

SALES = built_in().families["sales"].questions[0].id


async def tried(
    growth: Growth, handle: str, tip: str = "t1", *, outcome: steps.Outcome = "done"
) -> None:
    """Record an answer about a step of the first question of sales."""
    key, database = growth.person(handle).key, growth.stage.database
    async with database.write() as session:
        topic = replace(tip_named(tip), question=SALES)
        step = await step_offers.offer(session, key, topic, assessment_id=None, now=growth.clock())
        assert await steps.record_practice(session, key, step, outcome, now=growth.clock())


@BOTH
async def test_practice_is_told_of_the_whole_team(growth: Growth) -> None:
    await growth.assessed([1, 1, 2, 2, 2, 3, 3])
    await growth.follows()
    for handle in CREW[:6]:
        await tried(growth, handle)
    digest = await growth.digest(MONDAY)
    assert digest
    assert (
        "*Practice from Monday, November 16 to Sunday, November 22:* most of you tried a step"
        in digest.text
    )
    assert "t1" not in digest.text
    assert not any(growth.person(handle).id in digest.text for handle in CREW if handle != "noah")


@BOTH
async def test_a_team_says_that_it_did_the_experiment(growth: Growth) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    first = await growth.digest(MONDAY)
    assert first
    assert "a few or none of you tried a step or did a team experiment" in first.text
    posts = len(growth.posts())
    for handle in CREW[:5]:
        person = growth.person(handle)
        await person.clicks("We did it", where=GROWTH)
        assert "Saved. It counts as practice for this week" in person.reads(GROWTH)
        assert person.messages(GROWTH)[-1].only_for == person.id
    await growth.noah.clicks("We did it", where=GROWTH)
    assert "You already said so" in growth.noah.reads(GROWTH)
    assert len(growth.posts()) == posts
    second = await growth.digest(MONDAY + WEEK)
    assert second
    assert (
        "*Practice from Monday, November 23 to Sunday, November 29:* most of you tried a step"
        in second.text
    )
    third = await growth.digest(MONDAY + 2 * WEEK)
    assert third
    assert "a few or none of you tried a step" in third.text


async def test_only_people_of_the_channel_say_that_they_did_it(growth: Growth) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    await growth.digest(MONDAY)
    omar = growth.person("omar")
    growth.stage.playground.workspace.conversations[GROWTH].members.discard(omar.id)
    async with growth.stage.database.read() as session:
        (digest,) = await earlier_digests(session, omar.key.workspace_id, GROWTH)
    look = Request(omar.key, GROWTH, None, None, idempotency_key="trigger:1")
    await experiment_done(growth.stage.bot.deps, Click(look, "", digest.id, None))
    assert "The team digest is for people in the channel" in omar.reads()
    async with growth.stage.database.read() as session:
        held = await everything_about(session, omar.key, REGISTRY.personal_data)
    assert held["channels"]["team_experiments"] == []


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
