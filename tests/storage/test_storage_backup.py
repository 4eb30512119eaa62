"""A backup is complete even while the bot writes, and overwrites no file."""

from pathlib import Path

import pytest

from storage import members
from storage.database import schema
from storage.database.backup import backup
from storage.database.engine import Database
from tests.storage.cast import ADA, COLLEAGUE, minute


async def test_a_backup_holds_what_was_committed(sqlite_url: str, tmp_path: Path) -> None:
    live = await Database.open(sqlite_url)
    async with live.write() as session:
        await members.ensure(session, ADA, now=minute(0))
    async with live.write() as session:
        await members.ensure(session, COLLEAGUE, now=minute(0))
        copy = backup(sqlite_url, tmp_path / "copy.db")
    await live.close()

    restored = await Database.open(f"sqlite:///{copy}")
    assert await schema.problem(restored) is None
    async with restored.write() as session:
        assert await members.get(session, ADA) is not None
        assert await members.get(session, COLLEAGUE) is None
    await restored.close()


def test_a_backup_is_one_file(sqlite_url: str, tmp_path: Path) -> None:
    backup(sqlite_url, tmp_path / "copy.db")
    assert {file.name for file in tmp_path.iterdir() if "copy" in file.name} == {"copy.db"}


def test_a_backup_replaces_nothing(sqlite_url: str, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("precious")
    with pytest.raises(FileExistsError, match="Choose a new name"):
        backup(sqlite_url, target)
    assert target.read_text() == "precious"


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="There is no database at"):
        backup(f"sqlite:///{tmp_path / 'typo.db'}", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="Create it first"):
        backup(sqlite_url, tmp_path / "nowhere" / "copy.db")


def test_a_damaged_database_leaves_no_half_backup(tmp_path: Path) -> None:
    source = tmp_path / "rungs.db"
    source.write_text("This is a letter, not a database. " * 100)
    with pytest.raises(Exception, match="not a SQLite database"):
        backup(f"sqlite:///{source}", tmp_path / "copy.db")
    assert not list(tmp_path.glob("copy*"))


def test_postgres_is_backed_up_by_its_own_tool(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Run `pg_dump") as error:
        backup("postgres://u:s3cret@host/db", tmp_path / "copy.db")
    assert "s3cret" not in str(error.value)
