"""What every table has in common."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from secrets import token_hex
from time import time_ns
from typing import Any, ClassVar, TypeVar
from unicodedata import normalize

from sqlalchemy import DateTime, Dialect, MetaData, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from storage.database.engine import Session

# Named constraints can be changed by a later migration on every database.
NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

METADATA = MetaData(naming_convention=NAMING_CONVENTION)


class Row(SQLModel):
    """A row of some table; its key begins with the workspace, so that no query crosses it by accident."""

    metadata: ClassVar[MetaData] = METADATA

    workspace_id: str = Field(primary_key=True)


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps no time zone, so it is taken off there and put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(
                f"The time {value.isoformat()} has no time zone. "
                "Times are stored in UTC: pass an aware datetime, such as datetime.now(UTC)."
            )
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


AnyRow = TypeVar("AnyRow", bound=SQLModel)

Insert = postgresql.Insert | sqlite.Insert


def insert_into(session: Session, table: type[SQLModel]) -> Insert:
    """The insert of the session's database, the one that knows `on_conflict_do_nothing`."""
    return insert_of(session.get_bind().dialect.name, table)


def insert_of(dialect: str, table: type[SQLModel] | Table) -> Insert:
    """The same, for a statement that is made once and used often."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


async def insert_new(
    session: Session, table: type[AnyRow], values: Mapping[str, Any]
) -> AnyRow | None:
    """The new row; None when one with its key (or its unique index) is there already."""
    statement = insert_into(session, table).values(**values).on_conflict_do_nothing()
    row: AnyRow | None = await session.scalar(
        statement.returning(table).execution_options(populate_existing=True)
    )
    return row


def new_id() -> str:
    """An id that nobody can guess; later ones sort last, which keeps indexes compact."""
    return f"{time_ns():016x}{token_hex(8)}"


BATCH = 5_000
"""SQLite and PostgreSQL take 32,000 parameters in a statement; shorter ones keep others waiting less."""


def in_batches(values: Iterable[str]) -> Iterator[list[str]]:
    """The values, each once and in order, in lists for one statement each."""
    ordered = sorted(set(values))
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]


def name_key(name: str) -> str:
    """The same for names that look alike: whatever their case, their spaces and how they were typed."""
    return " ".join(normalize("NFKC", name).casefold().split())


def json_values(row: SQLModel) -> dict[str, Any]:
    """A row with its times and dates as text: ISO 8601, in UTC."""
    return {name: _json_value(value) for name, value in row.model_dump().items()}


def _json_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
