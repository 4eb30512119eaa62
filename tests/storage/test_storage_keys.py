"""Keys begin with the workspace, so that tables can be split by it without a change of any query."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, ForeignKeyConstraint, MetaData, Table, UniqueConstraint, text

from storage import workspaces
from storage.database.engine import Database
from storage.database.schema import all_tables
from storage.outbox import claims, queue, recovery, reports, schedules
from storage.outbox.rates import RateLimit
from storage.team_digest import teams
from tests.databases import PostgresServer, open_database
from tests.message_states import count_by_state
from tests.storage.cast import ADA, COLLEAGUE, START, a_team, finished, minute, planned
from tests.storage.migrated import in_database
from tests.storage.rows import everything

LIMIT = RateLimit("chat.postMessage", 300)
LEASE = timedelta(minutes=1)


def keys_of(table: Table) -> Iterator[tuple[str, list[str]]]:
    """Yield the name and the columns of each key of a table."""
    yield str(table.primary_key.name), table.primary_key.columns.keys()
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint | ForeignKeyConstraint):
            yield str(constraint.name), constraint.columns.keys()
    for index in table.indexes:
        if index.unique:
            yield str(index.name), index.columns.keys()


def test_every_key_of_a_table_with_workspaces_begins_with_the_workspace() -> None:
    wrong = [
        f"{table.name}: write {name} as {['workspace_id', *columns]}"
        for table in all_tables().sorted_tables
        if "workspace_id" in table.columns
        for name, columns in keys_of(table)
        if columns[:1] != ["workspace_id"]
    ]
    assert wrong == [], "\n".join(wrong)


def test_every_table_of_members_has_the_workspace() -> None:
    without = [
        table.name
        for table in all_tables().sorted_tables
        if "user_id" in table.columns and "workspace_id" not in table.columns
    ]
    assert without == [], f"Add the column workspace_id to {without}, first in its primary key."


def split_by_workspace(connection: Connection) -> None:
    """Make every table anew, each in four parts by a hash of the workspace."""
    split = MetaData(naming_convention=all_tables().naming_convention)
    for table in all_tables().sorted_tables:
        made = table.to_metadata(split)
        if "workspace_id" in made.columns:
            made.dialect_options["postgresql"]["partition_by"] = "HASH (workspace_id)"
    for table in split.sorted_tables:
        table.create(connection)
        if "workspace_id" not in table.columns:
            continue
        for part in range(4):
            bounds = f"FOR VALUES WITH (MODULUS 4, REMAINDER {part})"
            connection.execute(
                text(f"CREATE TABLE {table.name}_{part} PARTITION OF {table.name} {bounds}")
            )


@pytest.fixture
def split_url(postgres_server: PostgresServer) -> Iterator[str]:
    yield postgres_server.create("split")
    postgres_server.drop("split")


@pytest.mark.parametrize("engine_name", ["postgres"])
async def test_tables_that_are_split_by_workspace_take_the_same_rows_and_queries(
    database: Database, split_url: str
) -> None:
    await finished(database, ADA, 2.0)
    await finished(database, COLLEAGUE, 3.0)
    await a_team(database)
    async with database.write() as session:
        await workspaces.connect(session, "T1", "One", now=START)
        session.add_all([planned(ADA), planned(COLLEAGUE)])
    rows = await everything(database)
    await in_database(split_url, split_by_workspace)
    split = await open_database(split_url)
    try:
        async with split.write() as session:
            for table in all_tables().sorted_tables:
                if rows[table.name]:
                    await session.execute(table.insert(), rows[table.name])
        assert await everything(split) == rows
        await goes_on(split)
    finally:
        await split.close()


async def goes_on(split: Database) -> None:
    """Plan, claim, send, release and report, as the clock does."""
    now = minute(61)
    async with split.write() as session:
        due = await schedules.take_due(session, now=now, limit=9)
        await queue.enqueue(session, [message_of(plan) for plan, _ in due], now=now)
        await queue.enqueue(session, [message_of(plan) for plan, _ in due], now=now)
        await schedules.advance(session, [(plan, None) for plan, _ in due])
        assert await queue.workspaces_due(session, now=now) == ["T1"]
        claimed = await claims.claim(
            session, "T1", owner="me", lease=LEASE, limit=LIMIT, batch=1, now=now
        )
        (one,) = claimed.messages
        assert await claims.begin(session, one, channel="D1", lease=LEASE, now=now)
        assert await claims.finish(session, one, channel="D1", ts="1.0", now=now)
        assert await count_by_state(session) == {"ready": 1, "sent": 1}
        assert await recovery.release_expired(session, lease=LEASE, limit=9, now=now) == []
        assert await reports.oldest_due(session, now=now) is not None
        assert await reports.late_since(session, before=now, paced_since=now) is None
        assert await teams.workspaces_with_work(
            session, due_before=now, followed_before=now + LEASE
        ) == ["T1"]
        assert await queue.prune(session, before=now + timedelta(days=1), limit=9) == 1


def message_of(plan: schedules.Schedule) -> queue.NewMessage:
    assert plan.next_due_at is not None
    assert plan.next_on is not None
    return queue.NewMessage(
        workspace_id=plan.workspace_id,
        kind=plan.kind,
        subject=plan.subject,
        user_id=plan.user_id,
        local_date=plan.next_on,
        due_at=plan.next_due_at,
        expires_at=plan.next_due_at + timedelta(days=1),
    )
