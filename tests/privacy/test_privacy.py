"""`/rungs privacy`, `/rungs export` and `/rungs forget`."""

import json

from app import REGISTRY
from storage import members
from storage.privacy import CORE_RETENTION
from tests.stage import Person, Stage, shown


async def test_privacy_says_who_sees_what(ada: Person) -> None:
    await ada.types("/rungs privacy")
    assert "nobody else in Slack" in ada.reads()
    assert "not a validated test" in ada.reads()


async def test_privacy_says_how_long_everything_is_kept(ada: Person) -> None:
    await ada.types("/rungs privacy")
    for one in (*CORE_RETENTION, *REGISTRY.retention):
        assert f"• {one.what}: {one.kept.days} days." in ada.reads()
    assert "Everything else about you: until you erase it." in ada.reads()


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
