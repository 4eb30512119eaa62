"""Changing the tables with Alembic, which only those load who do so."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from storage.address import normalized
from storage.database import migrating
from storage.schema import MIGRATIONS

TURN = 7_864_671
"""An arbitrary number on which our upgrades of one PostgreSQL database wait for each other."""


async def to_head(url: str) -> None:
    """Bring the tables to this version: all or nothing, safe to run twice and at the same time."""
    engine = migrating(normalized(url))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_to_head)
    finally:
        await engine.dispose()


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
