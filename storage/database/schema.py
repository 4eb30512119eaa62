"""The schema: which tables this version needs, whether a database has them, and the upgrade to them.

Alembic is imported only while an upgrade runs, because it would slow down the start of every process.
"""

import re
from functools import cache
from importlib import import_module
from pathlib import Path

from sqlalchemy import Connection, MetaData, inspect, text
from sqlalchemy.exc import SQLAlchemyError

import storage
from storage.database.engine import Database
from storage.database.errors import explain, explained
from storage.database.rows import METADATA

STORAGE = Path(storage.__file__).parent
MIGRATIONS = Path(__file__).parent / "migrations"

FILE = re.compile(r"r(\d+)_\w+\.py")

UPGRADE = "Run `rungs db upgrade`."


def all_tables() -> MetaData:
    """Import every module of storage and return the metadata with the tables that they define.

    A new module needs no entry in a list: migrations and tests find its tables here.
    """
    # pkgutil.walk_packages would skip folders without an __init__.py.
    for file in sorted(STORAGE.rglob("*.py")):
        if MIGRATIONS not in file.parents and file.name != "__init__.py":
            import_module(".".join(file.relative_to(STORAGE.parent).with_suffix("").parts))
    return METADATA


async def upgrade(url: str) -> None:
    """Create or change the tables for this version, in one transaction.

    Safe to run twice, and in several processes at once: they wait for each other. An error rolls
    everything back. Raise DatabaseProblem when the database cannot be reached.
    """
    from storage.database.migrations import runner

    await runner.upgrade_to_head(url)


async def make_tables(url: str) -> bool:
    """Create the tables if the database has none at all, and return whether they were created.

    Safe in several processes at once: one of them creates the tables, the others wait.
    """
    from storage.database.migrations import runner

    return await runner.upgrade_to_head(url, only_empty=True)


async def problem(database: Database) -> str | None:
    """Return why this version cannot use the database and what to do about it, or None."""
    try:
        async with database.read() as session:
            found = await (await session.connection()).run_sync(_revision)
    except (OSError, SQLAlchemyError) as error:
        return explain(error) or "The database failed. Check the log."
    expected = revisions()[-1]
    if found == expected:
        return None
    if found is None:
        return f"The database has no tables yet; this version expects {expected}. {UPGRADE}"
    if found in revisions():
        return f"The database is at {found}; this version expects {expected}. {UPGRADE}"
    return (
        f"The database is at {found}, which this version does not know: it expects {expected}. "
        "Start the newer version of Rungs, or restore the backup from before the upgrade."
    )


async def is_empty(database: Database) -> bool:
    """Return whether the database has no table at all; DatabaseProblem when it cannot be read."""
    with explained():
        async with database.read() as session:
            return await (await session.connection()).run_sync(has_no_table)


def has_no_table(connection: Connection) -> bool:
    """Return whether there is no table where Rungs would look for its own."""
    return not inspect(connection).get_table_names()


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


@cache
def revisions() -> tuple[str, ...]:
    """Return the revisions that this version knows, oldest first, from the migrations' file names."""
    found = (FILE.match(file.name) for file in (MIGRATIONS / "versions").iterdir())
    return tuple(sorted(match.group(1) for match in found if match))
