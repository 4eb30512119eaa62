"""`/rungs privacy`, `/rungs export` and `/rungs forget`."""

import json

from app import REGISTRY
from storage import members
from storage.privacy import CORE_RETENTION
from tests.stage import Person, Stage, built_in, shown


async def test_privacy_says_who_sees_what(ada: Person) -> None:
    await ada.types("/rungs privacy")
    assert "nobody else in Slack" in ada.reads()
    assert "not a validated test" in ada.reads()


async def test_privacy_says_how_long_everything_is_kept(ada: Person) -> None:
    await ada.types("/rungs privacy")
    for one in (*CORE_RETENTION, *REGISTRY.retention):
        days = f"{one.kept.days} day" if one.kept.days == 1 else f"{one.kept.days} days"
        assert f"• {one.what}: {days}." in ada.reads()
    assert "Everything else about you: until you erase it." in ada.reads()


async def test_export_is_a_file_in_the_dm(stage: Stage, ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("ACE")
    await ada.types("/rungs export", where=ada.channel)
    everything, _ = exported(stage, ada)
    held = json.loads(everything)
    assert held["user"] == ada.id
    answers = held["answers"]["in_words"]
    assert [answer["level"] for answer in answers] == [1, 2, 3]
    asked = [question.text for question in built_in().families["engineering"].questions]
    assert [answer["question"] for answer in answers] == asked
    assert held["results"]["assessments"][0]["result"] == "tier 2, AI-Integrated"
    assert held["steps"]["offered"][0]["words"]["title"]
    assert "Your files are in your messages" in ada.reads(ada.channel)


def exported(stage: Stage, person: Person) -> list[str]:
    """Return the two files of the newest export."""
    message = next(m for m in reversed(person.messages()) if m.files)
    files = [stage.playground.workspace.files[file] for file in message.files]
    assert [file.name.rpartition(".")[2] for file in files] == ["json", "txt"]
    return [(file.content or b"").decode() for file in files]


async def test_an_export_has_a_page_to_read(stage: Stage, ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("ACE")
    await ada.clicks("I'll try it")
    await ada.clicks("Done")
    await ada.types("/rungs checkin weekly")
    await ada.types("/rungs export")
    everything, page = exported(stage, ada)
    held = json.loads(everything)
    title = held["steps"]["offered"][0]["words"]["title"]
    results, steps, messages, settings, rest = page.split("\n\n")[2:]
    between = "(your answers lie between tier 1 and tier 3), "
    assert results.startswith(
        f"YOUR RESULTS AND ANSWERS\nEngineering: tier 2, AI-Integrated {between}"
    )
    for given in held["answers"]["in_words"]:
        assert f"- {given['question']}\n  You answered: {given['answer']}" in results
    assert f"{title}: done, " in steps
    assert "- You said: done (" in steps
    assert "None so far." in messages
    assert "The next one is planned for " in messages
    assert "Role family: Engineering. Time zone: " in settings
    assert (
        "Check-ins: every week, between 9:00 and 17:00. Days off: Saturday and Sunday." in settings
    )
    assert rest.splitlines()[1].startswith("Audit log (2) and allowances (1). The number is")


async def test_the_page_of_a_newcomer_is_short_and_typed_words_stay_as_typed(
    stage: Stage, ada: Person
) -> None:
    await ada.types("/rungs export")
    _, page = exported(stage, ada)
    assert page.count("Nothing.") == 3
    assert "Role family: none chosen." in page
    await ada.types("/rungs agent need Tea & <cake>", where=ada.channel)
    await ada.types("/rungs export")
    assert "&amp;" not in exported(stage, ada)[1]


async def test_the_page_names_no_message_that_was_stopped_or_paused(
    stage: Stage, ada: Person
) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("A")
    for typed, is_planned in (("hello", True), ("pause", False), ("resume", True), ("stop", False)):
        await ada.types(typed)
        await ada.types("/rungs export")
        page = exported(stage, ada)[1]
        assert ("The next one is planned for " in page) is is_planned, typed
        assert ("Nothing is planned." in page) is not is_planned, typed


async def test_forget_asks_and_then_erases_everything(stage: Stage, ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("ACE")
    await ada.types("/rungs export")
    await ada.types("/rungs forget")
    assert "your role family, one self-check, your answers, one step, " in ada.reads()
    await ada.clicks("Keep everything")
    assert "Nothing was erased" in ada.reads()
    await ada.types("/rungs forget")
    await ada.clicks("Erase everything")
    lasting = [m for m in ada.messages() if m.only_for is None]
    assert len(lasting) == 1
    assert shown(lasting[0]).startswith(
        "Everything Rungs held about you is erased, and two messages and "
    )
    assert stage.playground.workspace.files == {}
    async with stage.database.read() as session:
        assert await members.get(session, ada.key) is None
    await ada.types("/rungs forget")
    assert "Rungs holds nothing about you" in ada.reads()


async def test_forget_counts_no_self_check_that_was_set_aside(ada: Person) -> None:
    await ada.types("/rungs family sales")
    await ada.types("/rungs forget")
    assert "That's your Slack user ID and your role family. The messages" in ada.reads()
    await ada.types("/rungs assess engineering")
    await ada.clicks("A")
    await ada.types("/rungs assess")
    await ada.clicks("Start over")
    await ada.types("/rungs forget")
    assert "your role family, one self-check, and your answers. The messages" in ada.reads()
