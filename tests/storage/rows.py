"""All that a database holds."""

from typing import Any

from sqlalchemy import select

from storage.database.engine import Database
from storage.database.schema import all_tables


async def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, as it is."""
    async with database.read() as session:
        return {
            table.name: [
                dict(row)
                for row in (
                    await session.execute(select(table).order_by(*table.primary_key))
                ).mappings()
            ]
            for table in all_tables().sorted_tables
        }
