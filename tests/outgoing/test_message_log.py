"""The message log: what an operator reads about messages that the bot sends by itself."""

import asyncio
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app import ready_database
from bot.operators import CannotResend, message_table, resend_message
from coaching.members import MemberKey
from storage import members
from storage.checkins import Pace
from storage.database.engine import Database
from storage.outbox import recovery
from storage.outbox.queue import Outgoing
from storage.outbox.schedules import Schedule
from tests.house.in_process import Run
from tests.house.in_process import run as run

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ADA, OMAR = MemberKey("T1", "U1"), MemberKey("T1", "U2")


def message(number: int, key: MemberKey, **more: Any) -> Outgoing:
    due = NOON - timedelta(days=number)
    row: dict[str, Any] = {
        "workspace_id": key.workspace_id,
        "id": f"m{number}",
        "dedupe_key": f"checkin:{key.user_id}:{due:%Y-%m-%d}",
        "kind": "checkin",
        "subject": key.user_id,
        "user_id": key.user_id,
        "local_date": due.date(),
        "due_at": due,
        "not_before": due,
        "expires_at": due + timedelta(days=3),
        "changed_at": due,
    }
    return Outgoing(**row | more)


async def fill(database: Database) -> None:
    """Two members; one message was skipped, one sent, and one is `unknown`."""
    async with database.write() as session:
        for key in (ADA, OMAR):
            await members.welcome(session, key, now=NOON)
        session.add(Pace(workspace_id="T1", user_id="U1", snoozed_until=date(2026, 11, 23)))
        session.add(
            Schedule(
                workspace_id="T1",
                kind="checkin",
                subject="U1",
                user_id="U1",
                zone="Europe/Berlin",
                rule="fortnightly",
                next_due_at=NOON + timedelta(days=3),
                next_on=date(2026, 11, 23),
                planned_at=NOON,
            )
        )
        session.add(message(1, ADA, state="skipped", reason="snoozed"))
        session.add(message(2, ADA, state="sent", sent_at=NOON - timedelta(days=2)))
        session.add(message(3, OMAR, state="unknown", reason="not_in_channel"))


@pytest.fixture
async def log(database: Database) -> Database:
    """The filled database."""
    await fill(database)
    return database


async def test_the_table_has_the_newest_first(log: Database) -> None:
    head, *rows = (await message_table(log)).splitlines()
    assert head.split() == ["id", "kind", "to", "state", "due", "sent", "reason"]
    assert [row.split()[0] for row in rows] == ["m1", "m2", "m3"]
    assert rows[0].split()[2:4] == ["U1", "skipped"]
    assert rows[0].endswith("snoozed")
    assert "2026-11-18 12:00Z  2026-11-18 12:00Z" in rows[1]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"state": "unknown"}, ["m3"]),
        ({"limit": 1}, ["m1"]),
        ({"workspace_id": "T1"}, ["m1", "m2", "m3"]),
    ],
)
async def test_what_is_asked_for_is_shown(
    log: Database, asked: dict[str, Any], expected: list[str]
) -> None:
    _, *rows = (await message_table(log, **asked)).splitlines()
    assert [row.split()[0] for row in rows] == expected


def test_each_option_of_the_command_narrows_the_list(
    sqlite_template: Path, tmp_path: Path, run: Run
) -> None:
    file = shutil.copy(sqlite_template, tmp_path / "rungs.db")

    async def fill_file() -> None:
        async with ready_database(f"sqlite:///{file}") as there:
            await fill(there)
            async with there.write() as session:
                elsewhere = {"workspace_id": "T2", "subject": "C1", "user_id": None}
                session.add(message(4, ADA, state="ready", **elsewhere))

    asyncio.run(fill_file())
    for words, expected in (
        ("", ["m1", "m2", "m3", "m4"]),
        ("--state unknown", ["m3"]),
        ("--member U1", ["m1", "m2"]),
        ("--channel C1", ["m4"]),
        ("--channel C1 --workspace T1", []),
        ("--workspace T2", ["m4"]),
        ("--limit 2", ["m1", "m2"]),
    ):
        ended = run(f"messages {words}", {})
        table = ended.out.partition("\n\n")[0].splitlines()
        assert (ended.code, [row.split()[0] for row in table[1:]]) == (0, expected), words


async def test_another_workspace_has_none(log: Database) -> None:
    assert await message_table(log, workspace_id="T2") == "No messages."


async def test_for_a_member_it_says_why_and_what_is_next(log: Database) -> None:
    *_, pace, story = (await message_table(log, subject="U1")).splitlines()
    assert pace == "The member chose: fortnightly. Quiet until 2026-11-23."
    assert story == (
        "checkin: the last was due 2026-11-19 12:00Z and was not sent: "
        "the member asked for quiet until a later date. "
        "The next is due 2026-11-23 12:00Z, Monday in Europe/Berlin."
    )


async def test_an_unknown_one_says_what_to_do(log: Database) -> None:
    *_, story = (await message_table(log, subject="U2")).splitlines()
    assert "may have arrived" in story
    assert "rungs messages resend" in story
    assert story.endswith("Nothing is planned.")


async def test_somebody_without_anything_is_said_so(log: Database) -> None:
    said = await message_table(log, subject="U9")
    assert said == "No messages.\n\nNothing is planned, and no messages were found."


async def test_an_unknown_one_can_be_sent_again(log: Database) -> None:
    now = NOON - timedelta(days=2)
    assert (
        await resend_message(log, "m3", now=now)
        == "Message m3 goes out the next time the clock runs."
    )
    _, row = (await message_table(log, subject="U2")).splitlines()[:2]
    assert row.split()[3] == "ready"


async def test_of_two_operators_one_sends_it_again(log: Database) -> None:
    now = NOON - timedelta(days=2)
    async with log.write() as session:
        assert await recovery.resend(session, "T1", "m3", now=now)
        other = asyncio.create_task(resend_message(log, "m3", now=now))
        await asyncio.sleep(0.1)  # it has read the message, and waits for the lock
    with pytest.raises(CannotResend):
        await other


@pytest.mark.parametrize(
    ("message_id", "days", "why"),
    [
        ("m1", 0, "'skipped'"),
        ("m2", 0, "'sent'"),
        ("m3", 1, "too late"),
        ("nothing", 0, "no message 'nothing'"),
    ],
)
async def test_others_are_not_sent_again(
    log: Database, message_id: str, days: int, why: str
) -> None:
    before = await message_table(log)
    with pytest.raises(CannotResend, match=why):
        await resend_message(log, message_id, now=NOON + timedelta(days=days))
    assert await message_table(log) == before
