"""Whether the database has the tables that this version expects, and how it gets them."""

import re
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from storage.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"

FILE = re.compile(r"r(\d+)_\w+\.py")


async def upgrade(url: str) -> None:
    """Bring the tables to this version: all or nothing, safe to run twice and at the same time."""
    from storage import upgrading

    await upgrading.to_head(url)


async def problem(database: Database) -> str | None:
    """What keeps this version from using the database, and what to do; None when all is well."""
    try:
        async with database.read() as session:
            found = await (await session.connection()).run_sync(_revision)
    except (OSError, SQLAlchemyError) as error:
        return _unreachable(database, error)
    expected = revisions()[-1]
    if found == expected:
        return None
    if found is None:
        return f"The database has no tables yet, this version expects {expected}. {UPGRADE}"
    if found in revisions():
        return f"The database is at {found}, this version expects {expected}. {UPGRADE}"
    return (
        f"The database is at {found}, which this version does not know: it expects {expected}. "
        "Start the newer version of Rungs, or restore the backup made before the upgrade."
    )


UPGRADE = "Run `rungs db upgrade`."


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


@cache
def revisions() -> tuple[str, ...]:
    """The versions that this program knows, oldest first: the numbers in the names of its migrations."""
    found = (FILE.match(file.name) for file in (MIGRATIONS / "versions").iterdir())
    return tuple(sorted(match.group(1) for match in found if match))


def _unreachable(database: Database, error: Exception) -> str:
    reason = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
    address = database.url.render_as_string(hide_password=True)
    return (
        f"Cannot reach the database at {address}: {reason}. "
        "Check DATABASE_URL, and that the database is running and its folder can be written."
    )
