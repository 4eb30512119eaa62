"""An erasure while Slack or the database fails: one true message, with what is left, by count."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import text

from playground.server import Playground
from playground.server import running as playing
from playground.state.messages import Message
from storage import members
from tests.eventually import until
from tests.shared_stage import newcomer_of
from tests.slack.test_lost_replies import Breaking
from tests.stage import Person, Stage, buttons, shown, staged

pytestmark = pytest.mark.asyncio(loop_scope="module")

DONE = "Everything Rungs held about you is erased"
PARTLY = "Everything about you in the Rungs database is erased"
AGAIN = "Type `/rungs forget` in a few minutes"
DAY = 86_400


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage_and_breaking(long_url: str) -> AsyncIterator[tuple[Stage, Breaking]]:
    slack = Playground()
    breaking = Breaking(slack)
    async with playing(slack), staged(long_url, playground=slack) as stage:
        yield stage, breaking


@pytest.fixture
def breaking(stage_and_breaking: tuple[Stage, Breaking]) -> Breaking:
    return stage_and_breaking[1]


@pytest_asyncio.fixture(loop_scope="module")
async def member(stage_and_breaking: tuple[Stage, Breaking]) -> AsyncIterator[Person]:
    """Somebody with a result, a step and their exported data."""
    stage = stage_and_breaking[0]
    person = newcomer_of(stage)
    await person.types("/rungs assess engineering", where=person.channel)
    await person.answers("ACE")
    await person.types("/rungs export", where=person.channel)
    yield person
    stage.playground.faults.clear()
    await stage.settle()


async def erases(person: Person, *, where: str | None = None) -> list[str]:
    """Erase everything, where said or in the DM; return what the bot said of it, wherever that was."""
    await person.types("/rungs forget", where=where)
    await person.clicks("Erase everything", where=where)
    return told(person)


def told(person: Person) -> list[str]:
    """Return all that a member reads of an erasure or of a failure, in the DM and in their channel."""
    every = [shown(m) for place in (None, person.channel) for m in person.messages(place)]
    of_it = (
        DONE,
        PARTLY,
        "Nothing was erased",
        "Erase everything Rungs",
        "Your saved answers are still there",
    )
    return [said for said in every if any(words in said for words in of_it)]


async def is_known(person: Person) -> bool:
    async with person.stage.database.read() as session:
        return await members.get(session, person.key) is not None


FAULTS = [
    ("views.publish", "internal_error", 9, DONE, "Your Home tab stays as it was until"),
    ("views.publish", "missing_scope", 1, DONE, "Your Home tab stays as it was until"),
    ("chat.delete", "cant_delete_message", 1, PARTLY, "Slack kept one message from Rungs"),
    ("chat.delete", "ratelimited", 99, PARTLY, "Slack kept two messages from Rungs"),
    ("files.delete", "cant_delete_file", 1, PARTLY, "Slack kept one message and one file from"),
    ("files.delete", "missing_scope", 1, PARTLY, "Slack kept one message and two files from"),
    ("conversations.history", "missing_scope", 1, PARTLY, "couldn't look through"),
    ("conversations.history", "internal_error", 9, PARTLY, "couldn't look through"),
    ("conversations.history", "token_revoked", 1, PARTLY, "couldn't look through"),
]


@pytest.mark.parametrize(("method", "kind", "times", "first", "also"), FAULTS)
@pytest.mark.parametrize("place", ["dm", "channel"])
async def test_what_fails_is_said_in_one_message(
    member: Person, place: str, method: str, kind: str, times: int, first: str, also: str
) -> None:
    member.stage.playground.faults.add(method, kind, times=times, retry_after=DAY)
    (said,) = await erases(member, where=member.channel if place == "channel" else None)
    assert said.startswith(first)
    assert also in said
    assert (AGAIN in said) is (first == PARTLY)
    assert not await is_known(member)


async def test_when_all_goes_well_it_says_how_much_went(member: Person) -> None:
    (said,) = await erases(member)
    assert said.startswith(f"{DONE}, and two messages and two files are gone from your")
    assert [shown(m) for m in member.messages()] == [said]
    assert "Home" not in said


async def test_what_has_the_bots_id_and_no_user_goes_too_and_what_others_wrote_stays(
    member: Person,
) -> None:
    workspace = member.stage.playground.workspace
    dm = workspace.dm(member.id)
    ours = Message(workspace.new_ts(), dm.id, "Old", by_app=True, subtype="bot_message")
    dm.messages[ours.ts] = ours
    await member.types("thanks")
    (said,) = await erases(member)
    assert said.startswith(f"{DONE}, and four messages and two files are gone from your")
    assert [m.text for m in dm.messages.values() if not m.by_app] == ["thanks"]
    assert ours.ts not in dm.messages


async def test_what_was_left_goes_the_next_time(member: Person) -> None:
    faults = member.stage.playground.faults
    faults.add("files.delete", "cant_delete_file")
    await erases(member, where=member.channel)
    assert [len(m.files) for m in member.messages()] == [1]
    await member.types("/rungs forget")
    await member.clicks("Remove old messages")
    (last,) = (m for m in member.messages() if m.only_for is None)
    assert "one message and one file are gone" in shown(last)


async def test_the_outcome_is_shown_though_the_conversation_takes_no_post(member: Person) -> None:
    member.stage.playground.faults.add("chat.postMessage", "restricted_action", times=9)
    (said,) = await erases(member)
    assert said.startswith(DONE)


@pytest.mark.parametrize("how", ["refused", "server_error", "cut_before"])
async def test_the_outcome_comes_though_the_question_cannot_be_replaced(
    member: Person, breaking: Breaking, how: str
) -> None:
    await member.types("/rungs forget", where=member.channel)
    breaking.next("/respond/", how)
    await member.clicks("Erase everything", where=member.channel)
    assert [said.startswith(DONE) for said in told(member) if "?*" not in said] == [True]


async def test_the_outcome_comes_though_the_window_was_closed(member: Person) -> None:
    stage = member.stage
    await member.opens_home()
    await member.clicks_in_view("Erase my data")
    fault = stage.playground.faults.add("conversations.history", "slow_before", seconds=0.2)
    view = member.view
    acting = asyncio.create_task(member.clicks_in_view("Erase everything"))
    await until(lambda: fault.times == 0)
    await stage.playground.close(member.id, view.id)
    await acting
    assert [said.startswith(DONE) for said in told(member)] == [True]


async def test_a_database_that_refuses_erases_nothing_and_says_so(member: Person) -> None:
    database = member.stage.database
    async with database.write() as session:
        await session.execute(
            text(
                "CREATE TRIGGER no_erasing BEFORE DELETE ON member "
                "BEGIN SELECT RAISE(ABORT, 'database is locked'); END"
            )
        )
    try:
        (question, said) = await erases(member)
    finally:
        async with database.write() as session:
            await session.execute(text("DROP TRIGGER no_erasing"))
    assert "Erase everything Rungs" in question
    assert said.startswith("Nothing was erased")
    assert await is_known(member)
    assert [len(m.files) for m in member.messages()][:2] == [0, 2]


async def test_a_database_that_fails_afterwards_changes_nothing_of_that(member: Person) -> None:
    stage = member.stage
    await member.types("/rungs forget")
    fault = stage.playground.faults.add("conversations.history", "slow_before", seconds=0.2)
    acting = asyncio.create_task(member.clicks("Erase everything"))
    await until(lambda: fault.times == 0)
    try:
        async with stage.database.write() as session:
            await session.execute(text("ALTER TABLE pace RENAME TO pace_away"))
        await acting
    finally:
        async with stage.database.write() as session:
            await session.execute(text("ALTER TABLE pace_away RENAME TO pace"))
    (said,) = told(member)
    assert said.startswith(DONE)
    assert "Your Home tab stays as it was until" in said


async def test_it_asks_once(member: Person) -> None:
    await member.types("/rungs forget")
    question = member.messages()[-1]
    assert ["confirm" in element for _, element in buttons(question)] == [False, False]
    await member.types("/rungs privacy")
    assert "erases everything, after asking once" in member.reads()


@pytest.mark.parametrize("comes_back", ["opens", "chooses", "types"])
async def test_the_welcome_does_not_come_back_by_itself(member: Person, comes_back: str) -> None:
    await erases(member)
    if comes_back == "chooses":
        await member.types("/rungs family sales", where=member.channel)
    elif comes_back == "types":
        await member.types("And now for something completely different")
    await member.opens_home("messages")
    assert "Welcome to Rungs" not in str([shown(m) for m in member.messages()])
    assert await is_known(member) is (comes_back == "chooses")
