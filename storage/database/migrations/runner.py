"""Run the migrations with Alembic. Only upgrades import this module, so that nothing else loads Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from storage.database.address import normalized
from storage.database.engine import migration_engine
from storage.database.errors import explained
from storage.database.schema import has_no_table

ADVISORY_LOCK = 7_864_671
"""The key of the PostgreSQL advisory lock that upgrades take; any number that stays the same would do."""


async def upgrade_to_head(url: str, *, only_empty: bool = False) -> bool:
    """Create or change the tables for this version, and return whether that was tried.

    See `schema.upgrade`, and `schema.make_tables` for `only_empty`.
    """
    engine = migration_engine(normalized(url))
    try:
        with explained():
            async with engine.begin() as connection:
                return await connection.run_sync(_upgrade, only_empty)
    finally:
        await engine.dispose()


def alembic_config(connection: Connection) -> Config:
    """Return Alembic's settings for one connection; they replace an `alembic.ini`."""
    settings = Config(attributes={"connection": connection})
    settings.set_main_option("file_template", "r%%(rev)s_%%(slug)s")
    settings.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return settings


def _upgrade(connection: Connection, only_empty: bool) -> bool:  # noqa: FBT001
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": ADVISORY_LOCK})
    if only_empty and not has_no_table(connection):
        return False
    command.upgrade(alembic_config(connection), "head")
    if connection.dialect.name == "sqlite":
        _check_references(connection)
    return True


def _check_references(connection: Connection) -> None:
    """Raise RuntimeError if a row refers to a missing one.

    SQLite checks no foreign keys while migrations rewrite its tables, so they are checked afterwards.
    """
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        tables = ", ".join(sorted({str(row[0]) for row in broken}))
        raise RuntimeError(
            f"The upgrade found {len(broken)} rows in {tables} that refer to rows that are gone. "
            "Nothing was changed. Restore a backup, or remove these rows, then upgrade again."
        )
