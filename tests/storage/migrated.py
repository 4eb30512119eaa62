"""Runs statements in a database as migrations do, whatever tables it has."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from storage.database.address import normalized
from storage.database.engine import migration_engine

Found = TypeVar("Found")


async def in_database(url: str, action: Callable[[Connection], Found]) -> Found:
    """What the action finds, in a transaction of its own."""
    engine = migration_engine(normalized(url))
    async with engine.begin() as connection:
        found = await connection.run_sync(action)
    await engine.dispose()
    return found
