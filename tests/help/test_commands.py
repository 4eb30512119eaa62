"""What can be typed, in a channel and in the DM."""

import json

import pytest

from app import REGISTRY
from storage import members
from tests.stage import Person, Stage, built_in, labels, shown


async def test_help_lists_every_command(ada: Person) -> None:
    await ada.types("/rungs help", where=ada.channel)
    for command in REGISTRY.commands.values():
        assert f"/rungs {command.usage}" in ada.reads(ada.channel)


@pytest.mark.parametrize("typed", ["/rungs", "/rungs help", "/rungs HELP"])
async def test_nothing_and_help_get_help(ada: Person, typed: str) -> None:
    await ada.types(typed, where=ada.channel)
    assert "Here is what you can type" in ada.reads(ada.channel)


@pytest.mark.parametrize("where", ["channel", "dm"])
async def test_a_slip_gets_did_you_mean(ada: Person, where: str) -> None:
    place = ada.channel if where == "channel" else ada.dm
    await ada.types("/rungs asess" if where == "channel" else "asess", where=place)
    words = ada.reads(place)
    assert "There is no `asess` here. Did you mean `/rungs assess`?" in words
    assert "Your results so far" not in words
    assert labels(ada.messages(place)[-1]) == [["/rungs assess", "Show all commands"]]
    offered = ada.messages(place)[-1]
    await ada.clicks("Show all commands", on=offered)
    assert "Your results so far" in ada.reads(place)
    await ada.clicks("/rungs assess", on=offered)
    assert "closest to your work" in ada.reads()


@pytest.mark.parametrize("name", list(REGISTRY.commands))
async def test_every_slip_that_offers_a_button_can_be_clicked(ada: Person, name: str) -> None:
    await ada.types(f"/rungs {name}x", where=ada.channel)
    offered = ada.messages(ada.channel)[-1]
    assert f"Did you mean `/rungs {name}`?" in shown(offered)
    for label in labels(offered)[0]:
        outcome = await ada.clicks(label, on=offered)
        assert outcome.ok
    assert "is from an earlier version" not in ada.reads(ada.channel)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("start", "closest to your work"),
        ("next", "A next step comes from your own answers"),
        ("results", "You have no result yet"),
        ("delete", "Rungs holds nothing about you"),
        ("Erase", "Rungs holds nothing about you"),
    ],
)
async def test_words_that_members_try_work_too(ada: Person, typed: str, answer: str) -> None:
    await ada.types(f"/rungs {typed}")
    assert answer in ada.reads()


async def test_long_words_are_cut_and_say_so(ada: Person) -> None:
    await ada.types("/rungs " + "`q`" * 60, where=ada.channel)
    assert f"There is no `{'q' * 39}…` here." in ada.reads(ada.channel)
    await ada.types("/rungs assess " + "q" * 60, where=ada.channel)
    assert f"There is no role family called `{'q' * 39}…`." in ada.reads(ada.channel)


async def test_what_a_member_types_is_escaped(ada: Person) -> None:
    await ada.types('/rungs <!channel> & "x" *y*', where=ada.channel)
    assert '`&lt;!channel&gt; &amp; "x" *y*`' in ada.reads(ada.channel)


async def test_an_unknown_family_gets_did_you_mean(ada: Person) -> None:
    await ada.types("/rungs assess saels", where=ada.channel)
    assert "Did you mean `sales`?" in ada.reads(ada.channel)
    assert ada.messages() == []


@pytest.mark.parametrize(
    "typed", ["customer-service", "Customer Service", "customer_service", "CUSTOMER service"]
)
async def test_families_are_found_however_they_are_written(ada: Person, typed: str) -> None:
    await ada.types(f"/rungs assess {typed}")
    assert "Customer service · 1 of 3" in ada.reads()


async def test_answers_in_a_channel_are_seen_by_one_person(stage: Stage, ada: Person) -> None:
    for command in ("help", "me", "family", "privacy", "forget", "tip", "nonsense"):
        await ada.types(f"/rungs {command}", where=ada.channel)
    channel = stage.playground.workspace.conversations[ada.channel]
    from_bot = [m for m in channel.messages.values() if m.by_app]
    assert len(from_bot) == 7
    assert {m.only_for for m in from_bot} == {ada.id}


async def test_the_map_opens_one_screen_a_level(ada: Person) -> None:
    family = built_in().families["engineering"]
    await ada.types("/rungs map engineering 3", where=ada.channel)
    words = ada.view_text
    level = family.levels[2]
    for sign in level.looks_like:
        assert sign.replace("&", "&amp;") in words
    for figure in level.figures:
        assert figure.text in words
        assert words.count(f"Source: {figure.source}") == 1
    assert "Source: GitClear, AI Copilot Code Quality, 2025." in words
    assert "Source: METR (2025) and Cui et al. (2024)." in words
    for warning in level.warnings:
        assert warning in words
    await ada.clicks_in_view("Level 1")
    assert "Level 1: AI-Assisted" in ada.view_text
    assert "What changes at the next level" in ada.view_text


@pytest.mark.parametrize("family", list(built_in().families))
@pytest.mark.parametrize("level", [1, 2, 3])
async def test_every_page_of_the_map_can_be_shown(ada: Person, family: str, level: int) -> None:
    await ada.types(f"/rungs map {family} {level}")
    assert f"Level {level}:" in ada.view_text


async def test_the_map_opens_at_the_members_own_place(ada: Person) -> None:
    await ada.types("/rungs assess sales")
    await ada.answers("CCC")
    await ada.types("/rungs map")
    assert "Sales" in ada.view_text
    assert "Level 2: AI-Integrated" in ada.view_text


async def test_the_map_is_offered_in_the_dm(ada: Person) -> None:
    await ada.types("map")
    await ada.clicks("See the map")
    assert "Level 1: AI-Assisted" in ada.view_text


async def test_the_map_is_offered_at_the_page_asked_for(ada: Person) -> None:
    await ada.types("map sales 2")
    await ada.clicks("See level 2 of Sales")
    assert "Sales\nLevel 1" in ada.view_text
    assert "Level 2: AI-Integrated" in ada.view_text


@pytest.mark.parametrize("level", ["0", "4", "9", "-1", "99999"])
async def test_a_level_that_is_not_there_is_explained(ada: Person, level: str) -> None:
    nearest = 3 if int(level) > 3 else 1
    await ada.types(f"/rungs map sales {level}", where=ada.channel)
    expected = f"The map has levels 1, 2, and 3. Try `/rungs map sales {nearest}`."
    assert expected in ada.reads(ada.channel)
    await ada.types(f"/rungs map {level}", where=ada.channel)
    assert f"Try `/rungs map {nearest}`." in ada.reads(ada.channel)


@pytest.mark.parametrize("typed", ["tiers", "sales tiers"])
async def test_the_tiers_are_a_page_of_the_map(ada: Person, typed: str) -> None:
    await ada.types(f"/rungs map {typed}")
    assert "The six tiers" in ada.view_text


async def test_a_half_step_opens_the_level_below_it(ada: Person) -> None:
    await ada.types("/rungs map sales 2.5")
    assert "Level 2: AI-Integrated" in ada.view_text


async def test_the_window_that_comes_too_late_is_explained(stage: Stage, ada: Person) -> None:
    stage.playground.faults.add("views.open", "expired_trigger_id")
    await ada.types("/rungs map engineering 1", where=ada.channel)
    assert "could not open in time" in ada.reads(ada.channel)


async def test_me_shows_profile_and_history(ada: Person) -> None:
    await ada.types("/rungs me")
    assert "You have no result yet" in ada.reads()
    for letters in ("AAA", "CCC"):
        await ada.types("/rungs assess engineering")
        await ada.answers(letters)
    await ada.types("/rungs me")
    words = ada.reads()
    assert "*Said (self-check):* tier 2, AI-Integrated · Engineering" in words
    assert "tier 1, AI-Assisted (Engineering)" in words
    assert words.count("tier 2, AI-Integrated") == 1
    assert "Open this step" in words
    await ada.clicks("Not for me")
    await ada.types("/rungs me")
    await ada.clicks("Next step", on=ada.card)
    assert "Done when" in ada.reads()
    assert "Checked" not in words
    assert "Verified" not in words


async def test_tip_shows_the_current_step(ada: Person) -> None:
    await ada.types("/rungs tip")
    assert "A next step comes from your own answers" in ada.reads()
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    await ada.clicks("I'll try it")
    await ada.types("/rungs tip", where=ada.channel)
    assert "Your current step" in ada.reads()
    assert "Your next step is in your messages" in ada.reads(ada.channel)


async def test_family_is_set_by_name_and_by_button(stage: Stage, ada: Person) -> None:
    await ada.types("/rungs family sales")
    assert "Your role family is now *Sales*" in ada.reads()
    await ada.types("/rungs family")
    await ada.clicks("Design")
    async with stage.database.read() as session:
        member = await members.get(session, ada.key)
    assert member is not None
    assert member.family == "design"


async def test_another_family_leaves_the_open_self_check_alone(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.clicks("A")
    await ada.types("/rungs family sales")
    assert "The open one in Engineering stays" in ada.reads()
    await ada.types("/rungs assess")
    await ada.clicks("Continue")
    assert "Engineering · 2 of 3" in ada.reads()


async def test_privacy_says_who_sees_what(ada: Person) -> None:
    await ada.types("/rungs privacy")
    assert "nobody else in Slack" in ada.reads()
    assert "not a validated test" in ada.reads()


async def test_export_is_a_file_in_the_dm(stage: Stage, ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("ACE")
    await ada.types("/rungs export", where=ada.channel)
    message = next(m for m in reversed(ada.messages()) if m.files)
    stored = stage.playground.workspace.files[message.files[0]]
    held = json.loads(stored.content or b"")
    assert held["user"] == ada.id
    assert [a["level"] for a in held["assessments"][0]["answers"]] == [1, 2, 3]
    assert held["assessments"][0]["words"]["questions"][0]["text"].startswith("Think of the last")
    assert held["steps"][0]["words"]["title"]
    assert "Your file is in your messages" in ada.reads(ada.channel)


async def test_forget_asks_and_then_erases_everything(stage: Stage, ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("ACE")
    await ada.types("/rungs export")
    await ada.types("/rungs forget")
    assert "one finished or open self-check with your answers, and the steps" in ada.reads()
    await ada.clicks("Keep it")
    assert "Nothing was erased" in ada.reads()
    await ada.types("/rungs forget")
    await ada.clicks("Erase everything")
    lasting = [m for m in ada.messages() if m.only_for is None]
    assert len(lasting) == 1
    assert shown(lasting[0]).startswith("Everything Rungs held about you is erased.")
    assert stage.playground.workspace.files == {}
    async with stage.database.read() as session:
        assert await members.get(session, ada.key) is None
    await ada.types("/rungs forget")
    assert "Rungs holds nothing about you" in ada.reads()


async def test_forget_counts_no_self_check_that_was_set_aside(ada: Person) -> None:
    await ada.types("/rungs family sales")
    await ada.types("/rungs forget")
    assert "That is your Slack user id and your role family. The messages" in ada.reads()
    await ada.types("/rungs assess engineering")
    await ada.clicks("A")
    await ada.types("/rungs assess")
    await ada.clicks("Start over")
    await ada.types("/rungs forget")
    assert "one finished or open self-check with your answers" in ada.reads()


async def test_everything_works_in_the_dm_without_a_slash(ada: Person) -> None:
    await ada.types("help")
    assert "/rungs assess" in ada.reads()
    await ada.types("Privacy")
    assert "Who sees what" in ada.reads()


async def test_any_message_gets_an_answer(ada: Person) -> None:
    await ada.types("hello, can you tell me what this is all about please")
    assert "These words work here, and after `/rungs` in any channel:" in ada.reads()
    assert "Welcome to Rungs" in shown(ada.messages()[0])


async def test_a_member_is_greeted_once(ada: Person) -> None:
    await ada.opens_home("messages")
    await ada.opens_home("messages")
    await ada.types("hello")
    greetings = [m for m in ada.messages() if "Welcome to Rungs" in shown(m)]
    assert len(greetings) == 1
    assert labels(greetings[0]) == [["Start the self-check", "See the map"]]
    await ada.clicks("Start the self-check", on=greetings[0])
    assert "closest to your work" in ada.reads()


async def test_the_first_card_greets_and_the_dm_does_not_again(ada: Person) -> None:
    await ada.types("/rungs assess")
    assert "Welcome to Rungs" in ada.reads()
    assert ada.reads().count("Nobody else in Slack") == 1
    assert "You get three short questions" in ada.reads()
    await ada.opens_home("messages")
    assert len(ada.messages()) == 1


async def test_messages_of_people_in_channels_are_left_alone(stage: Stage, ada: Person) -> None:
    await ada.types("assess", where=ada.channel)
    assert ada.messages(ada.channel) == []


async def test_what_slack_did_not_let_go_is_taken_away_the_next_time(
    stage: Stage, ada: Person
) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("ACE")
    stage.playground.faults.add("chat.delete", "cant_delete_message")
    await ada.types("/rungs forget")
    await ada.clicks("Erase everything")
    assert "could not be taken away" in ada.reads()
    async with stage.database.read() as session:
        assert await members.get(session, ada.key) is None
    await ada.types("/rungs forget")
    await ada.clicks("Take old messages away")
    lasting = [m for m in ada.messages() if m.only_for is None]
    assert ["is erased." in shown(m) for m in lasting] == [True]
