"""Whether the database has the tables that this version expects, and how it gets them."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from storage.address import normalized
from storage.database import Database, migrating

MIGRATIONS = Path(__file__).parent / "migrations"

TURN = 7_864_671
"""An arbitrary number on which our upgrades of one PostgreSQL database wait for each other."""


async def upgrade(url: str) -> None:
    """Bring the tables to this version: all or nothing, safe to run twice and at the same time."""
    engine = migrating(normalized(url))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_to_head)
    finally:
        await engine.dispose()


async def problem(database: Database) -> str | None:
    """What keeps this version from using the database, and what to do; None when all is well."""
    try:
        async with database.read() as session:
            found = await (await session.connection()).run_sync(_revision)
    except (OSError, SQLAlchemyError) as error:
        return _unreachable(database, error)
    known = _scripts()
    expected = known.get_current_head()
    if found == expected:
        return None
    if found is None:
        return f"The database has no tables yet, this version expects {expected}. {UPGRADE}"
    if found in {script.revision for script in known.walk_revisions()}:
        return f"The database is at {found}, this version expects {expected}. {UPGRADE}"
    return (
        f"The database is at {found}, which this version does not know: it expects {expected}. "
        "Start the newer version of Rungs, or restore the backup made before the upgrade."
    )


UPGRADE = "Run `rungs db upgrade`."


def config(connection: Connection) -> Config:
    """Alembic's settings, for one connection; there is no file to keep."""
    settings = Config(attributes={"connection": connection})
    settings.set_main_option("file_template", "r%%(rev)s_%%(slug)s")
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return settings


def _to_head(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": TURN})
    command.upgrade(config(connection), "head")
    if connection.dialect.name == "sqlite":
        _check_references(connection)


def _check_references(connection: Connection) -> None:
    """SQLite checks no foreign keys while tables are written anew, so it is done at the end."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        tables = ", ".join(sorted({str(row[0]) for row in broken}))
        raise RuntimeError(
            f"The upgrade found {len(broken)} rows in {tables} that refer to rows that are gone. "
            "Nothing was changed. Restore a backup, or remove these rows, then upgrade again."
        )


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))


def _unreachable(database: Database, error: Exception) -> str:
    reason = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
    address = database.url.render_as_string(hide_password=True)
    return (
        f"Cannot reach the database at {address}: {reason}. "
        "Check DATABASE_URL, and that the database is running and its folder can be written."
    )
