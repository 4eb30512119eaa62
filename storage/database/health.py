"""Whether the database can be read and written, asked by reading every table and writing one row."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Field

from storage.database import schema
from storage.database.engine import Database
from storage.database.errors import explain
from storage.database.rows import Row, UtcTime, insert_into

DATABASE_ERRORS = (OSError, SQLAlchemyError)
"""What a query raises when the database is away or broken. A TimeoutError is an OSError."""


class Probe(Row, table=True):
    """When a process last wrote to the database to see whether it can."""

    written_at: datetime = Field(sa_type=UtcTime)


async def read_every_table(database: Database) -> None:
    """Read from every table; raises one of DATABASE_ERRORS when one cannot be read."""
    columns = map(_column_of_the_table_itself, schema.all_tables().sorted_tables)
    first_rows = [select(column.is_(None)).limit(1).scalar_subquery() for column in columns]
    async with database.read() as session:
        await session.execute(select(*first_rows))


async def write_probe(database: Database, workspace_id: str, *, now: datetime) -> None:
    """Write one row and commit it; raises one of DATABASE_ERRORS when that fails."""
    async with database.write() as session:
        await session.execute(
            insert_into(session, Probe)
            .values(workspace_id=workspace_id, written_at=now)
            .on_conflict_do_update(index_elements=["workspace_id"], set_={"written_at": now})
        )


def _column_of_the_table_itself(table: Table) -> Column[Any]:
    """Return a column that stands in no index, because an index may be whole while its table is not."""
    indexed = {column for index in table.indexes for column in index.columns}
    columns = [one for one in table.columns if not one.primary_key and one not in indexed]
    return columns[0] if columns else table.columns[0]


def problem_of(error: BaseException) -> str:
    """Return what is wrong with the database in one line, with no host, user or address in it."""
    return explain(error) or f"The database failed ({type(error).__name__})."
