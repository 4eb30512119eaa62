"""Write the next migration from the differences between the table classes and the migrations.

python -m storage.database.migrations "Add teams"
"""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.database.address import normalized
from storage.database.engine import migration_engine
from storage.database.migrations.runner import alembic_config
from storage.database.schema import MIGRATIONS, upgrade


async def revise(message: str) -> None:
    """Upgrade an empty database, compare it with the table classes, and write what differs."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'empty.db'}"
        await upgrade(url)
        engine = migration_engine(normalized(url))
        async with engine.connect() as connection:
            await connection.run_sync(_write, message)
        await engine.dispose()


def _write(connection: Connection, message: str) -> None:
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    number = f"{int(head or 0) + 1:04}"
    command.revision(
        alembic_config(connection),
        message,
        autogenerate=True,
        rev_id=number,
        process_revision_directives=_leave_out_empty,
    )


def _leave_out_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    if directives[0].upgrade_ops.is_empty():
        directives.clear()


if __name__ == "__main__":
    asyncio.run(revise(" ".join(sys.argv[1:]) or "Change the tables"))
