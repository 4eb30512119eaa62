"""What all tables share: the base class, moments, ids, inserts, and their part in export and erasure."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from secrets import token_hex
from time import time_ns
from typing import Any, ClassVar, Literal, TypeVar
from unicodedata import normalize

from sqlalchemy import (
    DDL,
    ColumnElement,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Select,
    Table,
    TextClause,
    delete,
    event,
    exists,
    func,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel, col

from coaching.members import MemberKey
from storage.database import Session

# A migration can only change a constraint that has a name.
NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

METADATA = MetaData(naming_convention=NAMING_CONVENTION)


class Row(SQLModel):
    """The base class of all tables. Every primary key starts with the workspace."""

    metadata: ClassVar[MetaData] = METADATA

    workspace_id: str = Field(primary_key=True)


class UtcTime(TypeDecorator[datetime]):
    """A column of aware datetimes in UTC.

    SQLite stores no time zone: it is removed on the way in and added on the way out. A naive datetime raises
    ValueError.
    """

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


def refers_to(table: str, **columns: str) -> ForeignKeyConstraint:
    """Return the foreign key from these columns to those of another table, in the same workspace."""
    theirs = [f"{table}.{name}" for name in ("workspace_id", *columns.values())]
    return ForeignKeyConstraint(["workspace_id", *columns], theirs)


def partial_index(name: str, *columns: str, where: TextClause, is_unique: bool = False) -> Index:
    """Return an index of only those rows that match `where`, for both databases."""
    return Index(name, *columns, unique=is_unique, sqlite_where=where, postgresql_where=where)


def add_triggers(
    table: type[SQLModel], sqlite_ddl: Sequence[str], postgres_ddl: Sequence[str]
) -> None:
    """Let these statements follow the one that makes the table, on their database."""
    made = table.metadata.tables[str(table.__tablename__)]
    for dialect, statements in (("sqlite", sqlite_ddl), ("postgresql", postgres_ddl)):
        for statement in statements:
            ddl = DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
            event.listen(made, "after_create", ddl)


RowsOf = Callable[[Session, MemberKey], Awaitable[ColumnElement[bool]]]
Export = Callable[[Session, MemberKey], Awaitable[list[dict[str, Any]]]]

Section = Literal[
    "you", "results", "answers", "steps", "messages", "settings", "channels", "log", "other",
    "internals",
]  # fmt: skip
"""The sections of the export, in its order; `internals` has what only the bot itself has a use for."""

IDS = ("workspace_id", "user_id")
"""Columns that no row of the export repeats: the ids stand at its top."""


@dataclass(frozen=True)
class OwnedTable:
    """The part that a table whose rows belong to members has in their export and erasure.

    The rows are those with the member's user id, or those that match the condition returned by `rows_of`. An
    erasure awaits all conditions before it removes any row, so `rows_of` may lock rows.

    The export has the rows under `export_as` in its `section`: a list ordered by `order_by`, or with
    `is_single` one row or None. Each has the columns of the table, or with `export` what that returns, which
    are the fields named in `fields`. Those in `internal` stand in the section "internals" instead. Without
    `export_as`, the export of another table has the rows. `json_columns` are exported parsed.

    With `stays_after_erasure` an erasure leaves the rows, which hold no id.
    """

    table: type[Row]
    export_as: str | None = None
    section: Section = "other"
    order_by: str = "user_id"
    json_columns: tuple[str, ...] = ()
    internal: tuple[str, ...] = ()
    is_single: bool = False
    export: Export | None = None
    fields: tuple[str, ...] = ()
    rows_of: RowsOf | None = None
    stays_after_erasure: bool = False


@dataclass(frozen=True)
class NamingTable:
    """The part that a table whose rows belong to channels has in a member's export and erasure.

    `columns` hold user ids. The export has the rows that name the member under `export_as`, without the ids
    of other people; `fields` limits it to some columns, and those in `internal` stand in the section
    "internals". An erasure keeps the rows and sets the columns with the member's id to NULL. With
    `has_revision` it also adds one to `revision`, so that an edit that read the row before fails instead of
    writing the id again. With `is_org_wide`, rows with an empty workspace may name people of every workspace.
    """

    table: type[Row]
    export_as: str
    columns: tuple[str, ...]
    section: Section = "channels"
    order_by: str = "id"
    json_columns: tuple[str, ...] = ()
    internal: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    has_revision: bool = False
    is_org_wide: bool = False
    is_single: ClassVar[bool] = False


Part = OwnedTable | NamingTable


def fields_of(part: Part) -> tuple[str, ...]:
    """Return the names of what the export may have of each row, internal ones included."""
    named = part.fields or tuple(part.table.metadata.tables[_name(part.table)].columns.keys())
    return tuple(name for name in named if name not in IDS)


def key_of(part: Part) -> tuple[str, ...]:
    """Return the columns by which a row of the export is told from the others."""
    keys = part.table.metadata.tables[_name(part.table)].primary_key.columns.keys()
    return tuple(name for name in keys if name not in IDS)


def _name(table: type[Row]) -> str:
    return str(table.__tablename__)


Prune = Callable[..., Awaitable[int]]


@dataclass(frozen=True)
class Retention:
    """For how long the rows of a table are kept; the job `prune` then deletes them.

    `what` says what the rows are, on the privacy page and in the documents. `prune(session, before=…,
    limit=…)` deletes at most `limit` rows from before that moment and returns how many.
    """

    table: type[Row]
    what: str
    kept: timedelta
    prune: Prune


def workspaces_with(
    table: type[Row],
    of_index: ColumnElement[bool] | None = None,
    where: ColumnElement[bool] | None = None,
    *,
    after: str = "",
) -> Select[str]:
    """Select, in order, the workspaces after this one that have a row which meets both conditions.

    It goes from one workspace to the next in an index that begins with the workspace and has the rows of
    `of_index`. So it reads one entry for each workspace that has such rows, however many there are; DISTINCT
    would read them all. With a LIMIT it ends early.
    """
    here, of_all = col(table.workspace_id), true() if of_index is None else of_index
    first = select(func.min(here).label("workspace_id")).where(here > after, of_all)
    walk = first.cte(recursive=True)
    following = select(func.min(here)).where(here > walk.c.workspace_id, of_all)
    walk = walk.union_all(
        select(following.scalar_subquery()).where(walk.c.workspace_id.is_not(None))
    )
    found = select(walk.c.workspace_id).where(walk.c.workspace_id.is_not(None))
    if where is None:
        return found
    return found.where(exists().where(here == walk.c.workspace_id, of_all, where))


async def delete_oldest(
    session: Session,
    table: type[Row],
    condition: ColumnElement[bool],
    *,
    order_by: Any,
    limit: int,
) -> int:
    """Delete the first `limit` rows that match, in this order; return how many."""
    key = tuple(table.metadata.tables[_name(table)].primary_key)
    oldest = select(*key).where(condition).order_by(order_by).limit(limit)
    removed = await session.execute(
        delete(table)
        .where(tuple_(*key).in_(oldest))
        .returning(col(table.workspace_id))
        .execution_options(synchronize_session=False)
    )
    return len(removed.all())


AnyRow = TypeVar("AnyRow", bound=SQLModel)

Insert = postgresql.Insert | sqlite.Insert


def insert_into(session: Session, table: type[SQLModel]) -> Insert:
    """Return the INSERT of the session's dialect, which has `on_conflict_do_nothing` and `…_do_update`."""
    return insert_of(session.get_bind().dialect.name, table)


def insert_of(dialect: str, table: type[SQLModel] | Table) -> Insert:
    """Return the INSERT of a dialect, for statements that are built once and cached."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


async def insert_new(
    session: Session, table: type[AnyRow], values: Mapping[str, Any]
) -> AnyRow | None:
    """Insert a row and return it; return None if its key or a unique index is taken."""
    statement = insert_into(session, table).values(**values).on_conflict_do_nothing()
    row: AnyRow | None = await session.scalar(
        statement.returning(table).execution_options(populate_existing=True)
    )
    return row


async def update_rows(
    session: Session, table: type[Row], *conditions: ColumnElement[bool], **values: Any
) -> bool:
    """Change the rows that meet all conditions; return False if there is none."""
    changed = await session.execute(
        update(table)
        .where(*conditions)
        .values(**values)
        .returning(col(table.workspace_id))
        .execution_options(synchronize_session="fetch")
    )
    return changed.first() is not None


def new_id() -> str:
    """Return an unguessable id. It begins with the time, so new rows go to the end of the index."""
    return f"{time_ns():016x}{token_hex(8)}"


BATCH = 5_000
"""Values per statement. Both databases take 32,000; shorter statements hold their locks for less time."""


def in_batches(values: Iterable[str]) -> Iterator[list[str]]:
    """Yield the distinct values, sorted, in lists that fit one statement each."""
    ordered = sorted(set(values))
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]


def name_key(name: str) -> str:
    """Return the key by which names are compared: without case, extra spaces and Unicode variants."""
    return " ".join(normalize("NFKC", name).casefold().split())


def json_values(row: SQLModel) -> dict[str, Any]:
    """Return the row's columns ready for JSON, with moments and dates in ISO 8601, in UTC."""
    return {name: _json_value(value) for name, value in row.model_dump().items()}


def _json_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
