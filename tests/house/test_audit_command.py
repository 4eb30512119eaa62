"""`rungs audit list`, and the commands that leave an entry."""

import asyncio
import os
import pwd
import shutil
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import ready_database
from bot.operators import audit_table
from cli import main
from coaching.members import MemberKey
from playground.server import Playground
from playground.server import running as playing
from storage import audit, members
from storage.audit import AuditKey
from storage.database.engine import Database
from storage.outbox.queue import Outgoing
from tests.house.in_process import Ended, Run
from tests.house.in_process import run as run
from tests.house.test_command_line import surroundings, tokens
from tests.process import Process

ADA, OMAR = MemberKey("T1", "U1"), MemberKey("T2", "U2")
OPERATOR, HERE = f"operator:{pwd.getpwuid(os.getuid()).pw_name}", f"host:{socket.gethostname()}"
NOW = datetime.now(UTC)
PAGE = Path(__file__).parents[2] / "docs/operating.md"
IN_GROWTH = ("C0GROWTH000", "form")


@pytest.fixture
def tables(sqlite_template: Path, tmp_path: Path) -> Path:
    """A database with all tables where a command finds it."""
    return Path(shutil.copy(sqlite_template, tmp_path / "rungs.db"))


def columns(printed: str) -> list[list[str]]:
    """The cells of each line, cut where the columns of the head begin."""
    head, *lines = printed.splitlines()
    if not head.startswith("when"):
        return []
    starts = [
        at
        for at in range(len(head))
        if head[at] != " " and head[: at + 1].rstrip()[-2:-1] in ("", " ")
    ]
    ends = [*starts[1:], None]
    return [[line[a:b].strip() for a, b in zip(starts, ends, strict=True)] for line in lines]


async def fill(file: Path) -> None:
    """Two members in two workspaces, and a message that nobody knows the fate of."""
    database = await Database.open(f"sqlite:///{file}")
    async with database.write() as session:
        for key, act, days in ((ADA, "export", 2), (OMAR, "erasure", 1), (ADA, "settings", 0)):
            await audit.append(
                session,
                key.workspace_id,
                act,
                who=await audit.member(session, key),
                about="cadence" if act == "settings" else None,
                place="home",
                now=NOW - timedelta(days=days),
            )
        await members.ensure(session, ADA, now=NOW)
        session.add(
            Outgoing(
                workspace_id="T1",
                id="m1",
                dedupe_key="m1",
                kind="checkin",
                subject="U1",
                user_id="U1",
                local_date=NOW.date(),
                state="unknown",
                due_at=NOW,
                not_before=NOW,
                expires_at=NOW + timedelta(days=1),
                changed_at=NOW,
            )
        )
    await database.close()


def test_the_list_is_aligned_newest_first_and_narrowed(tables: Path, run: Run) -> None:
    assert run("audit", {}) == Ended(0, "The audit log has no such entries.\n", "")
    asyncio.run(fill(tables))
    ended = run("audit list", {})
    out = ended.out
    assert (ended.code, ended.err) == (0, "")
    assert out.splitlines()[0].split() == ["when", "workspace", "who", "act", "about", "from"]
    rows = columns(out)
    assert [row[3:] for row in rows] == [
        ["settings", "cadence", "home"],
        ["erasure", "-", "home"],
        ["export", "-", "home"],
    ]
    assert rows[0][0] == f"{NOW:%Y-%m-%d %H:%M}Z"
    assert "U1" not in out
    for words, acts in (
        ("--member U1", ["settings", "export"]),
        ("--member U1 --workspace T2", []),
        ("--workspace T2", ["erasure"]),
        (f"--since {NOW - timedelta(days=1, hours=1):%Y-%m-%dT%H:%MZ}", ["settings", "erasure"]),
        (f"--since {NOW:%Y-%m-%d} --limit 1", ["settings"]),
    ):
        out = run(f"audit list {words}", {}).out
        assert [row[3] for row in columns(out)] == acts, words


@pytest.mark.parametrize("since", ["yesterday", "2026-11-20T04:00"])
def test_a_moment_without_a_zone_is_a_wrong_call(
    since: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["audit", "list", "--since", since])
    assert ended.value.code == 2
    assert "2026-11-20" in capsys.readouterr().err


def test_commands_of_the_database_are_recorded_with_account_and_host(run: Run) -> None:
    run("db upgrade", {})
    run("db check", {})
    run("db backup copy.db", {})
    assert run("db backup copy.db", {}).code == 1
    rows = columns(run("audit", {}).out)
    found = [(who, act, about, place) for _, _, who, act, about, place in rows]
    assert [act for _, act, _, _ in found] == ["db_backup", "db_check", "db_upgrade"]
    assert found[0] == (OPERATOR, "db_backup", "copy.db", HERE)
    copied = columns(run("audit", {"DATABASE_URL": "sqlite:///copy.db"}).out)
    assert [row[3] for row in copied] == ["db_check", "db_upgrade"], "the backup has the log"


def test_a_backup_before_an_upgrade_is_made_without_an_entry(tmp_path: Path, run: Run) -> None:
    (tmp_path / "rungs.db").touch()
    ended = run("db backup copy.db", {})
    assert (ended.code, ended.out) == (0, "Saved to copy.db\n")
    assert '"not_audited"' in ended.err
    assert "Traceback" not in ended.err


def test_a_message_sent_again_is_recorded(tables: Path, run: Run) -> None:
    asyncio.run(fill(tables))
    assert run("messages resend m1", {}).code == 0
    (row,) = columns(run("audit --limit 1", {}).out)
    assert row[1:] == ["T1", OPERATOR, "resend", "m1", HERE]


async def test_a_restore_and_a_smaller_least_group_are_recorded(tables: Path) -> None:
    since = f"{NOW - timedelta(hours=1):%Y-%m-%dT%H:%MZ}"
    async with playing(Playground()) as slack:
        for settings, words in (
            ({}, []),
            ({"RUNGS_MIN_GROUP": "3"}, ["--reconcile-since", since]),
            ({"RUNGS_MIN_GROUP": "3"}, []),
        ):
            known = surroundings(**tokens(slack), **settings)
            process = await Process.start("clock", *words, cwd=tables.parent, settings=known)
            while b'"started"' not in await asyncio.wait_for(process.stderr.readline(), timeout=30):
                pass
            process.terminate()
            await process.wait(within=10)
    async with ready_database(f"sqlite:///{tables}") as database:
        out = await audit_table(database)
    assert [row[2:5] for row in columns(out)] == [
        [OPERATOR, "restore", since.replace("T", " ")],
        [OPERATOR, "min_group", "3"],
        [OPERATOR, "min_group", "5"],
    ]


async def test_the_example_of_the_operators_page_is_what_is_printed(tables: Path) -> None:
    database = await Database.open(f"sqlite:///{tables}")
    ada, noah = (MemberKey("T0HARBORPIN", user) for user in ("U0ADAOKAFOR", "U0NOAHBECKER"))
    async with database.write() as session:
        session.add(AuditKey(workspace_id="T0HARBORPIN", key="00" * 32))
        await session.flush()
        for workspace, hour, who, act, about, place in (
            ("", 4, audit.operator("rungs"), "db_upgrade", "0011", "host:web-1"),
            (*("T0HARBORPIN", 9, await audit.member(session, noah), "digest_followed"), *IN_GROWTH),
            (*("T0HARBORPIN", 16, await audit.member(session, ada)), "settings", "cadence", "home"),
        ):
            at = datetime(2026, 11, 20, hour, 2, tzinfo=UTC)
            await audit.append(session, workspace, act, who=who, about=about, place=place, now=at)
    printed = await audit_table(database)
    await database.close()
    shown = PAGE.read_text().partition("$ rungs audit list --since 2026-11-20\n")[2]
    assert shown.partition("```")[0].strip() == printed
