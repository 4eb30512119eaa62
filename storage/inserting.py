"""Inserting what may be there already, on both databases."""

from collections.abc import Mapping
from secrets import token_hex
from time import time_ns
from typing import Any, TypeVar

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

Row = TypeVar("Row", bound=SQLModel)
Insert = postgresql.Insert | sqlite.Insert


def insert_into(session: AsyncSession, table: type[SQLModel]) -> Insert:
    """The insert of the session's database, the one that knows `on_conflict_do_nothing`."""
    return insert_of(session.get_bind().dialect.name, table)


def insert_of(dialect: str, table: type[SQLModel] | Table) -> Insert:
    """The same, for a statement that is made once and used often."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


async def insert_new(
    session: AsyncSession, table: type[Row], values: Mapping[str, Any]
) -> Row | None:
    """The new row; None when one with its key (or its unique index) is there already."""
    statement = insert_into(session, table).values(**values).on_conflict_do_nothing()
    row: Row | None = await session.scalar(
        statement.returning(table).execution_options(populate_existing=True)
    )
    return row


def new_id() -> str:
    """An id that nobody can guess; later ones sort last, which keeps indexes compact."""
    return f"{time_ns():016x}{token_hex(8)}"
