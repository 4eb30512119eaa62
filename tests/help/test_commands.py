"""What members type: commands, mistyped commands and sentences, in a channel and in the DM."""

import pytest

from app import REGISTRY
from storage.workspace_settings import WorkspaceSettings
from tests.stage import Person, Stage, built_in, labels, shown

FEATURES = REGISTRY.within(built_in(), WorkspaceSettings())
"""The capabilities of a workspace whose admins have set nothing."""


async def test_help_lists_every_command(ada: Person) -> None:
    await ada.types("/rungs help", where=ada.channel)
    for command in FEATURES.commands.values():
        is_listed = f"/rungs {command.usage}" in ada.reads(ada.channel)
        assert is_listed != command.for_admins


@pytest.mark.parametrize("typed", ["/rungs", "/rungs help", "/rungs HELP"])
async def test_nothing_and_help_get_help(ada: Person, typed: str) -> None:
    await ada.types(typed, where=ada.channel)
    assert "Here's what you can type" in ada.reads(ada.channel)


@pytest.mark.parametrize("where", ["channel", "dm"])
async def test_a_slip_gets_did_you_mean(ada: Person, where: str) -> None:
    place = ada.channel if where == "channel" else ada.dm
    await ada.types("/rungs asess" if where == "channel" else "asess", where=place)
    words = ada.reads(place)
    assert "Rungs doesn't know `asess`. Did you mean `/rungs assess`?" in words
    assert "Your results so far" not in words
    assert labels(ada.messages(place)[-1]) == [["/rungs assess", "Show all commands"]]
    offered = ada.messages(place)[-1]
    await ada.clicks("Show all commands", on=offered)
    assert "Your results so far" in ada.reads(place)
    await ada.clicks("/rungs assess", on=offered)
    assert "closest to your work" in ada.reads()


@pytest.mark.parametrize("name", [one.name for one in FEATURES.commands_for(admin=False)])
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
    assert f"Rungs doesn't know `{'q' * 39}…`, but one of these may be" in ada.reads(ada.channel)
    await ada.types("/rungs assess " + "q" * 60, where=ada.channel)
    assert f"There is no self-check called `{'q' * 39}…`." in ada.reads(ada.channel)


async def test_what_a_member_types_is_escaped(ada: Person) -> None:
    await ada.types('/rungs <!channel> & "x" *y*', where=ada.channel)
    assert '`&lt;!channel&gt; &amp; "x" *y*`' in ada.reads(ada.channel)


async def test_answers_in_a_channel_are_seen_by_one_person(stage: Stage, ada: Person) -> None:
    for command in ("help", "me", "family", "privacy", "forget", "tip", "nonsense"):
        await ada.types(f"/rungs {command}", where=ada.channel)
    channel = stage.playground.workspace.conversations[ada.channel]
    from_bot = [m for m in channel.messages.values() if m.by_app]
    assert len(from_bot) == 7
    assert {m.only_for for m in from_bot} == {ada.id}


async def test_everything_works_in_the_dm_without_a_slash(ada: Person) -> None:
    await ada.types("help")
    assert "/rungs assess" in ada.reads()
    await ada.types("Privacy")
    assert "Who sees what" in ada.reads()


async def test_any_message_gets_an_answer(ada: Person) -> None:
    await ada.types("hello, our team had a good week and we shipped a lot")
    assert "Welcome to Rungs" in shown(ada.messages()[0])
    assert ada.reads().startswith("Rungs didn't understand that, but one of these may be")
    await ada.types("hello, can you tell me what this is all about please")
    assert ada.reads().startswith("Rungs is a coach for using AI in your own work.")


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
    assert "Type `assess`" not in ada.reads()
    assert ada.reads().count("Nobody else in Slack") == 1
    assert "You get three short questions" in ada.reads()
    await ada.opens_home("messages")
    assert len(ada.messages()) == 1


async def test_messages_of_people_in_channels_are_left_alone(stage: Stage, ada: Person) -> None:
    await ada.types("assess", where=ada.channel)
    assert ada.messages(ada.channel) == []
