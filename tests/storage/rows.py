"""All that a database holds, and which tables hold rows of members."""

from typing import Any

from sqlalchemy import select

from app import REGISTRY
from storage.database.engine import Database
from storage.database.rows import OwnedTable
from storage.database.schema import all_tables
from storage.privacy import CORE_DATA


def owned_tables() -> set[str]:
    """Return the names of the tables whose rows an erasure removes."""
    return {
        str(part.table.__tablename__)
        for part in (*CORE_DATA, *REGISTRY.personal_data)
        if isinstance(part, OwnedTable) and not part.stays_after_erasure
    }


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
