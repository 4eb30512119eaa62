"""Back up a SQLite database while it is in use."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from storage.database.address import normalized
from storage.database.engine import busy_ms, make_private
from storage.database.errors import BUSY, DatabaseProblem, explained
from storage.database.health import damage_in


def backup(url: str, destination: Path | str) -> Path:
    """Copy the database, up to its last commit, to a new file that only its owner reads; return its path.

    The copy is checked before it gets its name. Raise ValueError for a PostgreSQL address, FileNotFoundError
    if the database or the target's folder does not exist, FileExistsError if the target does, and
    DatabaseProblem if the database cannot be read, the copy cannot be written, or the copy is damaged.
    """
    source, target = _file_of(url), Path(destination)
    if not source.is_file():
        raise FileNotFoundError(
            f"There is no database at {source.resolve()}. "
            "Check DATABASE_URL and the folder you are in."
        )
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"There is no folder {target.parent.resolve()} for the backup. Create it first."
        )
    if target.exists():
        raise FileExistsError(
            f"{target} already exists, and a backup never replaces a file. Choose a new name."
        )
    with explained():
        _copy(source, target, patience_ms=busy_ms(normalized(url)))
    return target


def _file_of(url: str) -> Path:
    address = normalized(url)
    if address.get_backend_name() != "sqlite":
        raise ValueError(
            "DATABASE_URL is a PostgreSQL address; Rungs copies only SQLite files. "
            'Run `pg_dump --format=custom --file=rungs.dump "$DATABASE_URL"` instead.'
        )
    return Path(address.database or "")


def _copy(source: Path, target: Path, *, patience_ms: int) -> None:
    """Copy to `<target>.part` and rename it at the end: a target that exists is a complete backup."""
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        make_private(part)
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(part)) as copy:
            live.execute(f"PRAGMA busy_timeout = {patience_ms}")
            live.backup(copy, progress=_give_up_when_locked)
            # Leaves a single file, without a write-ahead log beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
            if found := damage_in(copy):
                raise DatabaseProblem(
                    f"The database is damaged, and its backup would be too: {found}. Nothing was saved. "
                    "Run `rungs db check`."
                )
        _onto_disk(part)
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)


def _give_up_when_locked(status: int, _remaining: int, _total: int) -> None:
    """End a backup that would wait for ever for another process's lock."""
    if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        raise DatabaseProblem(BUSY)


def _onto_disk(file: Path) -> None:
    with file.open("rb") as written:
        os.fsync(written.fileno())
