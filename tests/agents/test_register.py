"""The list of a channel's agents: adding, showing, changing, removing, and who may do it."""

import asyncio

import pytest

from bot.features.agents import handlers as clicking
from bot.slack.payloads import Click, Request
from tests.agents.register import CHANNEL, FACTS, OTHER, Desk, picks
from tests.self_check.test_longest import marked_up
from tests.stage import BOTH, labels


async def test_an_empty_list_explains_itself(desk: Desk) -> None:
    told = await desk.says("")
    assert "No agents are listed in this channel yet" in told
    assert labels(desk.noah.messages(CHANNEL)[-1]) == [
        ["Add an agent", "Which level does a project need?", "The levels"]
    ]
    assert desk.noah.messages(CHANNEL)[-1].only_for == desk.noah.id


async def test_an_added_agent_is_announced_and_listed(desk: Desk) -> None:
    await desk.noah.types("/rungs agent add", where=CHANNEL)
    await desk.sends(
        desk.noah,
        name="Scout",
        tool="Pathfinder",
        model="M-1",
        purpose="Small fixes",
        owner=desk.grace.id,
    )
    (told,) = desk.posts()
    assert told.text == (
        f"<@{desk.noah.id}> added *Scout* to this channel's agents: Pathfinder, M-1. "
        "Type `/rungs agent` to see them all."
    )
    assert "*Scout* is on the list now" in desk.told(desk.noah)
    listed = await desk.says("", by="grace")
    assert f"*Scout* · Pathfinder, M-1 · owner: <@{desk.grace.id}> \nNot graded yet." in listed
    shown = await desk.says("show scout", by="grace")
    assert f"Owner: <@{desk.grace.id}>" in shown
    assert "Used for: Small fixes" in shown
    assert f"by <@{desk.noah.id}>" in shown


@pytest.mark.parametrize("typed", ["Scout", "scout", "SCOUT", "  scout "])
async def test_names_match_however_they_are_written(desk: Desk, typed: str) -> None:
    await desk.adds()
    assert "Used for: Small fixes" in await desk.says(f"show {typed}")


@pytest.mark.parametrize("name", ["Scout (v2)", "Acme Inc.", "Who's there?", '"Q"', "A ... B"])
async def test_the_signs_in_a_name_belong_to_it(desk: Desk, name: str) -> None:
    await desk.adds(name=name, purpose="Its own work")
    await desk.adds(name="Scout")
    assert "Used for: Its own work" in await desk.says(f"show {name}")


@pytest.mark.parametrize("typed", ["Scout.", "“Scout”", "*scout*"])
async def test_signs_around_a_name_are_overlooked(desk: Desk, typed: str) -> None:
    await desk.adds()
    assert "Used for: Small fixes" in await desk.says(f"show {typed}")


async def test_an_unknown_name_is_answered_with_the_nearest_and_the_list(desk: Desk) -> None:
    await desk.adds()
    await desk.adds(name="Mason")
    told = await desk.says("show Scuot")
    assert 'There is no agent called "Scuot" in this channel. Did you mean *Scout*?' in told
    assert "The agents here: Mason, Scout." in told
    await picks(desk.noah, "show", "Scout")
    assert "Used for: Small fixes" in desk.told(desk.noah)


@pytest.mark.parametrize(
    ("verb", "then"),
    [("show", "Used for"), ("remove", "Remove *Scout* from this channel's agents")],
)
async def test_a_missing_name_offers_a_choice(desk: Desk, verb: str, then: str) -> None:
    await desk.adds()
    assert "Which agent do you want to" in await desk.says(verb)
    await picks(desk.noah, verb, "Scout")
    assert then in desk.told(desk.noah)


async def test_a_taken_name_saves_nothing_and_loses_nothing(desk: Desk) -> None:
    await desk.adds()
    await desk.noah.types("/rungs agent add", where=CHANNEL)
    await desk.sends(desk.noah, name="scout", tool="Trowel", model="M-2", purpose="Walls")
    assert "This channel already has an agent called *scout*" in desk.told(desk.noah)
    await desk.noah.clicks("Open the form again", where=CHANNEL)
    await desk.sends(desk.noah, name="Mason")
    mason = await desk.agent("mason")
    assert mason
    assert (mason.tool, mason.model, mason.purpose) == ("Trowel", "M-2", "Walls")


@BOTH
async def test_one_of_two_equal_names_at_once_is_refused(desk: Desk) -> None:
    for person in (desk.noah, desk.grace):
        await person.types("/rungs agent add", where=CHANNEL)
    await asyncio.gather(*(desk.sends(person, **FACTS) for person in (desk.noah, desk.grace)))
    told = [desk.told(person) for person in (desk.noah, desk.grace)]
    assert sum("is on the list now" in text for text in told) == 1
    assert sum(", so nothing was saved" in text for text in told) == 1
    assert len(desk.posts()) == 1


@pytest.mark.parametrize("field", ["name", "tool", "model"])
async def test_a_field_of_spaces_is_empty(desk: Desk, field: str) -> None:
    await desk.noah.types("/rungs agent add", where=CHANNEL)
    await desk.sends(desk.noah, **{**FACTS, field: "  "})
    assert "An agent needs a name, a tool, and a model" in desk.told(desk.noah)
    assert desk.posts() == []


async def test_a_name_after_the_command_fills_the_form(desk: Desk) -> None:
    await desk.noah.types("/rungs agent add Night Owl", where=CHANNEL)
    await desk.sends(desk.noah, tool="T", model="M", purpose="P")
    assert await desk.agent("night owl")


async def test_a_change_is_announced_and_recorded(desk: Desk) -> None:
    await desk.adds()
    await desk.grace.types("/rungs agent edit scout", where=CHANNEL)
    await desk.sends(desk.grace, name="Ranger", model="M-2")
    assert "*Ranger* is changed" in desk.told(desk.grace)
    assert desk.posts()[-1].text.startswith(
        f"<@{desk.grace.id}> renamed *Scout* to *Ranger* and changed its model to M-2."
    )
    history = await desk.says("history ranger")
    assert f"<@{desk.grace.id}> changed" in history
    assert 'the model from "M-1" to "M-2"' in history
    assert 'the name from "Scout" to "Ranger"' in history


async def test_a_minor_change_is_not_announced(desk: Desk) -> None:
    await desk.adds()
    before = len(desk.posts())
    await desk.noah.types("/rungs agent edit Scout", where=CHANNEL)
    await desk.sends(desk.noah, purpose="Larger fixes")
    assert len(desk.posts()) == before
    await desk.noah.types("/rungs agent edit Scout", where=CHANNEL)
    await desk.sends(desk.noah)
    assert "stays as it was" in desk.told(desk.noah)
    assert (await desk.says("history Scout")).count("changed") == 1


async def test_an_outdated_form_does_not_overwrite_a_change(desk: Desk) -> None:
    await desk.adds()
    await desk.noah.types("/rungs agent edit Scout", where=CHANNEL)
    await desk.grace.types("/rungs agent edit Scout", where=CHANNEL)
    await desk.sends(desk.grace, tool="Compass")
    await desk.sends(desk.noah, tool="Sextant")
    assert "Someone changed *Scout* while the form was open" in desk.told(desk.noah)
    await desk.noah.clicks("Open the form again", where=CHANNEL)
    await desk.sends(desk.noah)
    found = await desk.agent("Scout")
    assert found
    assert found.tool == "Sextant"


async def test_a_form_that_is_delivered_twice_counts_once(desk: Desk) -> None:
    await desk.noah.types("/rungs agent add", where=CHANNEL)
    desk.stage.playground.faults.duplicate_deliveries(1)
    await desk.sends(desk.noah, name="Scout", tool="T", model="M", purpose="P")
    assert len(desk.posts()) == 1
    assert "is on the list now" in desk.told(desk.noah)


async def test_removing_asks_first_and_is_recorded(desk: Desk) -> None:
    await desk.adds()
    assert "Remove *Scout* from this channel's agents" in await desk.says(
        "remove Scout", by="grace"
    )
    await desk.grace.clicks("Keep it", where=CHANNEL)
    assert "It stays on the list" in desk.told(desk.grace)
    await desk.says("remove Scout", by="grace")
    await desk.grace.clicks("Remove it", where=CHANNEL)
    assert "*Scout* is removed" in desk.told(desk.grace)
    assert desk.posts()[-1].text.startswith(f"<@{desk.grace.id}> removed *Scout*")
    assert await desk.agent("Scout") is None
    history = await desk.says("history")
    assert f"<@{desk.grace.id}> removed *Scout*" in history
    assert f"<@{desk.noah.id}> added *Scout*" in history
    assert f"<@{desk.grace.id}> removed *Scout*" in await desk.says("history scout")


async def test_the_second_of_two_removals_is_told_that_it_is_gone(desk: Desk) -> None:
    await desk.adds()
    await desk.says("remove Scout", by="grace")
    await desk.says("remove Scout")
    await desk.grace.clicks("Remove it", where=CHANNEL)
    posts = len(desk.posts())
    await desk.noah.clicks("Remove it", where=CHANNEL)
    assert "*Scout* was already removed" in desk.told(desk.noah)
    assert len(desk.posts()) == posts


async def test_a_name_is_free_again_after_removal(desk: Desk) -> None:
    first = await desk.adds()
    await desk.says("remove Scout")
    await desk.noah.clicks("Remove it", where=CHANNEL)
    second = await desk.adds()
    assert second.id != first.id


# Who may


@pytest.mark.parametrize("word", ["", "list", "add", "show x", "grade x", "remove x", "history"])
async def test_a_direct_message_points_to_the_channel(desk: Desk, word: str) -> None:
    await desk.noah.types(f"/rungs agent {word}")
    told = desk.noah.view_text if desk.noah.view else desk.noah.reads()
    assert "A team's agents are listed in its channel" in told
    assert "`/rungs agent need`" in told


@pytest.mark.parametrize("word", ["", "history", "show Scout"])
async def test_guests_may_read(desk: Desk, word: str) -> None:
    slack = desk.stage.playground
    await slack.invite(slack.workspace.app.user_id, OTHER, by=desk.noah.id)
    told = await desk.says(word, by="sam", where=OTHER)
    assert "Guests can read" not in told


@pytest.mark.parametrize("word", ["grade Scout", "remove Scout", "edit Scout", "add"])
async def test_guests_may_not_change(desk: Desk, word: str) -> None:
    slack = desk.stage.playground
    await slack.invite(slack.workspace.app.user_id, OTHER, by=desk.noah.id)
    sam = desk.person("sam")
    await sam.types(f"/rungs agent {word}", where=OTHER)
    told = sam.view_text if sam.view else sam.reads(OTHER)
    assert "Guests can read about this channel's agents" in told


async def test_a_visitor_of_the_channel_may_not_read_or_change(desk: Desk) -> None:
    scout = await desk.adds()
    ada, posts = desk.person("ada"), len(desk.posts())
    # A public channel can be looked at, and clicked in, without being in it.
    look = Request(ada.key, CHANNEL, None, None, idempotency_key="trigger:1")
    clicks = {
        clicking.agents_asked: "",
        clicking.agent_picked: f"show|{scout.id}",
        clicking.agent_history_asked: scout.id,
        clicking.grade_asked: scout.id,
        clicking.remove_asked: scout.id,
        clicking.remove_confirmed: scout.id,
    }
    for act, value in clicks.items():
        await act(desk.stage.bot.deps, Click(look, "", value, None))
        assert ada.reads() == (
            "A channel's agents are for the people in it. "
            "Join the channel, then type `/rungs agent` there."
        )
    assert await desk.agent("Scout")
    assert len(desk.posts()) == posts


async def test_a_member_who_left_during_the_form_adds_nothing(desk: Desk) -> None:
    await desk.noah.types("/rungs agent add", where=CHANNEL)
    members = desk.stage.playground.workspace.conversations[CHANNEL].members
    members.discard(desk.noah.id)
    await desk.sends(desk.noah, **FACTS)
    members.add(desk.noah.id)
    assert "A channel's agents are for the people in it" in desk.told(desk.noah)
    assert await desk.agent("Scout") is None


@pytest.mark.parametrize("word", ["agent", "agent add", "agent edit x", "agent grade Scout"])
async def test_words_in_messages_point_to_the_channel(desk: Desk, word: str) -> None:
    desk.stage.playground.faults.duplicate_deliveries(1)
    await desk.noah.types(word)
    assert "A team's agents are listed in its channel" in desk.noah.reads()
    assert len(desk.noah.messages()) == 1


async def test_another_channel_does_not_see_it(desk: Desk) -> None:
    await desk.adds()
    slack = desk.stage.playground
    await slack.invite(slack.workspace.app.user_id, OTHER, by=desk.noah.id)
    assert "Scout" not in await desk.says("", where=OTHER)
    assert "There is no agent called" in await desk.says("show Scout", where=OTHER)
    assert "Scout" not in await desk.says("history", where=OTHER)


async def test_slack_markup_in_names_is_escaped(desk: Desk) -> None:
    await desk.adds(name="<!channel> & *x*", tool="<@U0ADAOKAFOR>", purpose="`a` <b>")
    for word in ("", "show <!channel> & *x*", "history", "show nobody"):
        assert "&lt;" in await desk.says(word)
    for message in [*desk.noah.messages(CHANNEL), *desk.posts()]:
        for text in (message.text, *marked_up(message.blocks)):
            assert "<!channel>" not in text
            assert "<@U0ADAOKAFOR>" not in text


async def test_an_unknown_word_is_answered_with_the_known_ones(desk: Desk) -> None:
    told = await desk.says("grad Scout")
    assert "Rungs doesn't know `/rungs agent grad Scout`." in told
    assert "Did you mean `/rungs agent grade`?" in told
    assert "`levels`" in told
