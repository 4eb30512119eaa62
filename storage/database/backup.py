"""Back up a SQLite database while it is in use."""

import sqlite3
from contextlib import closing
from pathlib import Path

from storage.database.engine import normalized


def backup(url: str, destination: Path | str) -> Path:
    """Copy the database, up to its last commit, to a new file and return the file's path.

    Raise ValueError for a PostgreSQL address, FileNotFoundError if the database or the target's folder does
    not exist, and FileExistsError if the target does.
    """
    source, target = _file_of(url), Path(destination)
    if not source.is_file():
        raise FileNotFoundError(
            f"There is no database at {source.resolve()}. "
            "Check DATABASE_URL and the folder that you are in."
        )
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"There is no folder {target.parent.resolve()} for the backup. Make it first."
        )
    if target.exists():
        raise FileExistsError(
            f"There is a file {target} already, and a backup replaces none. Choose a new name."
        )
    _copy(source, target)
    return target


def _file_of(url: str) -> Path:
    address = normalized(url)
    if address.get_backend_name() != "sqlite":
        raise ValueError(
            "DATABASE_URL is a PostgreSQL address; Rungs copies only SQLite files. "
            'Run `pg_dump --format=custom --file=rungs.dump "$DATABASE_URL"` instead.'
        )
    return Path(address.database or "")


def _copy(source: Path, target: Path) -> None:
    """Copy to `<target>.part` and rename it at the end: a target that exists is a complete backup."""
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(part)) as copy:
            live.execute("PRAGMA busy_timeout = 30000")
            live.backup(copy)
            # Leaves a single file, without a write-ahead log beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
