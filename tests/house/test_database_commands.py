"""`rungs` and its database: made at the start, checked, backed up, and kept from others on the machine."""

import asyncio
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from playground.server import Playground
from playground.server import running as playing
from storage.database import schema
from tests.house.in_process import Run
from tests.house.in_process import run as run
from tests.house.test_command_line import RUNGS, surroundings, tokens
from tests.process import ROOT, Process
from tests.storage.migrated import in_database


async def started_at_once(count: int, **settings: str) -> list[str]:
    """Start processes at the same time; return what each logged until it was ready."""
    processes = [
        await Process.start("clock", cwd=ROOT, settings=surroundings(**settings))
        for _ in range(count)
    ]

    async def log_of(process: Process) -> str:
        seen = b""
        async with asyncio.timeout(40):
            while b'"started"' not in seen and (line := await process.stderr.readline()):
                seen += line
        process.terminate()
        await process.wait()
        return seen.decode()

    return await asyncio.gather(*(log_of(process) for process in processes))


async def test_processes_that_start_at_once_make_the_tables_of_an_empty_database(
    empty_url: str,
) -> None:
    async with playing(Playground()) as slack:
        logs = await started_at_once(2, **tokens(slack), DATABASE_URL=empty_url)
    assert all('"started"' in log for log in logs), logs
    assert sum(log.count('"tables_made"') for log in logs) == 1
    assert f'"version": "{schema.revisions()[-1]}"' in "".join(logs)


async def statements(url: str, *wanted: str) -> None:
    def run(connection: Connection) -> None:
        for statement in wanted:
            connection.execute(text(statement))

    await in_database(url, run)


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ("UPDATE alembic_version SET version_num = '0001'", "The database is at 0001; this"),
        ("DROP TABLE alembic_version", "The database has no tables yet; this version expects"),
    ],
    ids=["old", "of others"],
)
def test_a_database_that_is_old_or_of_others_is_not_changed(
    run: Run, empty_url: str, before: str, told: str
) -> None:
    asyncio.run(schema.upgrade(empty_url))
    asyncio.run(statements(empty_url, before))
    slack = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "1"}
    for command in ("start", "web", "clock"):
        ended = run(command, slack | {"DATABASE_URL": empty_url, "SLACK_APP_TOKEN": ""})
        assert (ended.code, ended.err.count("\n")) == (1, 1)
        assert ended.err.startswith(told)
        assert ended.err.endswith("Run `rungs db upgrade`.\n")


def test_what_is_written_is_for_its_owner_alone(
    run: Run, tmp_path: Path, sqlite_template: Path
) -> None:
    shared = tmp_path / "shared.db"
    shared.write_bytes(sqlite_template.read_bytes())
    shared.chmod(0o644)
    own = {"DATABASE_URL": "sqlite:///rungs.db"}
    others = {"DATABASE_URL": "sqlite:///shared.db"}
    for command, settings in (
        *(("db upgrade", own), ("db backup copy.db", own), ("db backup two.db", others)),
    ):
        assert run(command, settings).code == 0
    with closing(sqlite3.connect(tmp_path / "rungs.db")) as live:
        live.execute("UPDATE alembic_version SET version_num = version_num")
        live.commit()
        modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    assert {"rungs.db", "rungs.db-wal", "rungs.db-shm", "copy.db", "two.db"} <= set(modes)
    assert modes.pop("shared.db") == 0o644
    assert set(modes.values()) == {0o600}
    checked = run("db check", others)
    assert (checked.code, "Run `chmod 600 shared.db" in checked.out) == (1, True)


def test_a_check_finds_nothing_in_a_sound_database(
    run: Run, database_url: str, tmp_path: Path
) -> None:
    for file in tmp_path.glob("rungs.db*"):
        file.chmod(0o600)
    ended = run("db check", {"DATABASE_URL": database_url})
    assert (ended.code, ended.err) == (0, "")
    assert {"ok    tables", "ok    what is stored", "ok    writing"} <= set(ended.out.splitlines())


ORPHAN = "INSERT INTO answer VALUES ('T1', 'gone', 'starting', 0, 1.0, '2026-03-02', NULL)"


def test_a_check_names_rows_that_refer_to_nothing_and_a_backup_keeps_them(
    run: Run, sqlite_url: str
) -> None:
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as live:
        live.execute(ORPHAN)
        live.commit()
    settings = {"DATABASE_URL": sqlite_url}
    checked = run("db check", settings)
    assert checked.code == 1
    assert "fix   what is stored: rows of answer refer to rows that are gone." in checked.out
    assert run("db backup copy.db", settings).code == 0


@pytest.mark.parametrize("engine_name", ["postgres"])
def test_a_check_names_a_table_that_cannot_be_read(run: Run, database_url: str) -> None:
    asyncio.run(statements(database_url, "ALTER TABLE step RENAME TO steps_away"))
    try:
        ended = run("db check", {"DATABASE_URL": database_url})
    finally:
        asyncio.run(statements(database_url, "ALTER TABLE steps_away RENAME TO step"))
    assert ended.code == 1
    assert "fix   what is stored: step: The database's tables are not" in ended.out


HELP, WRONG_WORD, LOADS_ALL = (["messages", "--help"], 0), (["db", "ünknown"], 2), (["doctor"], 1)


@pytest.mark.parametrize(
    ("terminal", "calls"),
    [
        ({"PYTHONIOENCODING": "ascii"}, [HELP, WRONG_WORD]),
        (
            {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
            [HELP, WRONG_WORD, LOADS_ALL],
        ),
    ],
    ids=["ascii", "C"],
)
def test_a_terminal_that_is_not_utf_8(
    tmp_path: Path, terminal: dict[str, str], calls: list[tuple[list[str], int]]
) -> None:
    """Every sign is shown somehow, in help, in errors and in what is asked for."""
    for words, code in calls:
        done = subprocess.run(
            [*RUNGS, *words],
            cwd=tmp_path,
            env=surroundings(**terminal, DATABASE_URL="sqlite:///größe.db"),
            capture_output=True,
            check=False,
        )
        assert (done.returncode, b"Traceback" in done.stderr) == (code, False), done.stderr
        assert (done.stdout + done.stderr).isascii()
