"""The ledger: only grows, names the first row that was tampered with, and forgets people without a gap."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from app import REGISTRY
from bot.features.ledger import operators
from coaching.members import MemberKey
from storage import audit, members, privacy, workspaces
from storage.database import schema
from storage.database.engine import Database
from storage.database.migrations.runner import alembic_config
from storage.installs import erasure
from storage.installs.token_keys import TokenKeys
from storage.ledger import ledger
from storage.ledger.check import check
from storage.ledger.heads import Head, head_at, take_to_log, to_log
from tests.storage.cast import ADA, COLLEAGUE, NAMESAKE, minute
from tests.storage.migrated import in_database
from tests.storage.rows import everything

ROWS = 12
OFF = {
    "sqlite": ("DROP TRIGGER {table}_update", "DROP TRIGGER {table}_delete"),
    "postgresql": ("ALTER TABLE {table} DISABLE TRIGGER USER",),
}
ON = {"sqlite": (), "postgresql": ("ALTER TABLE {table} ENABLE TRIGGER USER",)}
"""For PostgreSQL, whose database is that of later tests too."""
TAMPERED = (
    ("UPDATE ledger_row SET facts = '[]' WHERE number = 5", "row 5 was changed"),
    ("UPDATE ledger_row SET at = '2026-01-01 00:00:00' WHERE number = 1", "row 1 was changed"),
    ("UPDATE ledger_row SET digest = who WHERE number = 7", "row 7 was changed"),
    ("DELETE FROM ledger_row WHERE number = 6", "row 6 is gone"),
    ("DELETE FROM ledger_row WHERE number = 1", "row 1 is gone"),
    ("DELETE FROM ledger_row WHERE number > 9", "row 10 and those after it are gone"),
    ("DELETE FROM chain_head WHERE chain = 'ledger'", "row 1 doesn't fit the head"),
    ("UPDATE ledger_person SET user_id = 'U2' WHERE number = 3", "row 3 names a person"),
    (
        (
            "UPDATE ledger_row SET number = 104 WHERE number = 4; "
            "UPDATE ledger_row SET number = 4 WHERE number = 8; "
            "UPDATE ledger_row SET number = 8 WHERE number = 104"
        ),
        "row 4 was changed, or swapped",
    ),
)


async def grown(database: Database, key: MemberKey = ADA, count: int = ROWS) -> None:
    """Rows about a member by a colleague."""
    other = MemberKey(key.workspace_id, COLLEAGUE.user_id)
    async with database.write() as session:
        await members.ensure(session, key, now=minute(0))
        await members.ensure(session, other, now=minute(0))
        for number in range(count):
            facts = {"level": number % 3}
            at = minute(number)
            await ledger.append(session, key, "submitted", "c1", facts, now=at, by=other)


async def told(database: Database, **asked: object) -> tuple[str, bool]:
    return await operators.verify(database, **asked)  # type: ignore[arg-type]


async def tampered(database: Database, statements: str, *tables: str) -> None:
    """Somebody with the rights of an owner turned the triggers off for it."""
    engine = database.url.get_backend_name()
    async with database.write() as session:
        for table in tables:
            for line in OFF[engine]:
                await session.execute(text(line.format(table=table)))
        for statement in statements.split("; "):
            if "user_id" in statement:
                await session.execute(text("DELETE FROM ledger_person WHERE number <> 3"))
            elif "number" in statement and statement.startswith(
                ("DELETE", "UPDATE ledger_row SET n")
            ):
                await session.execute(text("DELETE FROM ledger_person"))
            await session.execute(text(statement))
        for table in tables:
            for line in ON[engine]:
                await session.execute(text(line.format(table=table)))


async def run_all(database: Database, *statements: str) -> None:
    """Run these statements in one transaction."""
    async with database.write() as session:
        for statement in statements:
            await session.execute(text(statement))


async def test_rows_cannot_be_changed_or_deleted(database: Database) -> None:
    await grown(database)
    before = await everything(database)
    for statement in ("UPDATE ledger_row SET act = 'x'", "DELETE FROM ledger_row"):
        with pytest.raises(IntegrityError, match="append-only"):
            await run_all(database, "DELETE FROM ledger_person", statement)
    assert await everything(database) == before


@pytest.mark.parametrize(("statement", "named"), TAMPERED)
async def test_the_first_row_that_was_tampered_with_is_named(
    database: Database, statement: str, named: str
) -> None:
    await grown(database)
    assert await told(database) == (f"ok    T1 ledger: {ROWS} rows", True)
    await tampered(database, statement, "ledger_row")
    lines, is_fine = await told(database)
    assert f"wrong T1 ledger: {named}" in lines
    assert not is_fine


async def test_a_tail_cut_with_its_head_shows_by_a_head_kept_elsewhere(database: Database) -> None:
    keys = TokenKeys([TokenKeys.new()])
    await grown(database)
    kept = await operators.head_lines(database, keys=keys, now=minute(99))
    async with database.read() as session:
        nine = text("SELECT digest FROM ledger_row WHERE number = 9")
        digest = await session.scalar(nine)
    cut = (
        "DELETE FROM ledger_row WHERE number > 9; "
        f"UPDATE chain_head SET number = 9, digest = '{digest}'"
    )
    await tampered(database, cut, "ledger_row")
    assert await told(database, keys=keys) == ("ok    T1 ledger: 9 rows", True)
    lines, is_fine = await told(database, keys=keys, recorded=[Head.parse(kept)])
    assert (lines, is_fine) == ("wrong T1 ledger: row 10 and those after it are gone.", False)


async def test_a_head_tells_by_whom_it_was_signed_and_a_rewritten_chain(database: Database) -> None:
    first, second = TokenKeys.new(), TokenKeys.new()
    await grown(database, count=3)
    signed = await operators.head_lines(database, keys=TokenKeys([first]), now=minute(99))
    unsigned = await operators.head_lines(database, now=minute(99))
    await grown(database, count=3)
    both, other = TokenKeys([second, first]), TokenKeys([second])
    assert await told(database, keys=both, recorded=[Head.parse(signed)]) == (
        "ok    T1 ledger: 6 rows",
        True,
    )
    lines, is_fine = await told(database, keys=other, recorded=[Head.parse(signed)])
    assert "isn't signed by a key of RUNGS_TOKEN_KEYS" in lines
    assert not is_fine
    lines, is_fine = await told(database, keys=both, recorded=[Head.parse(unsigned)])
    assert "has no signature" in lines
    assert is_fine
    forged = head_at("T1", "ledger", 3, "0" * 64, now=minute(99)).signed(both)
    lines, is_fine = await told(database, keys=both, recorded=[forged])
    assert "row 3 isn't the one of the head that you gave" in lines
    with pytest.raises(ValueError, match="is no head"):
        Head.parse("T1 ledger many")


async def test_a_head_of_another_workspace_is_said_not_to_be_compared(database: Database) -> None:
    await grown(database)
    await grown(database, NAMESAKE)
    heads = await operators.head_lines(database, workspace_id="T2", now=minute(99))
    of_two = Head.parse(heads)
    lines, is_fine = await told(database, workspace_id="T1", recorded=[of_two])
    assert "The head of T2 ledger that you gave was not compared: it is not of T1." in lines
    assert not is_fine
    assert (await told(database, workspace_id="T2", recorded=[of_two]))[1]


async def test_an_erasure_forgets_people_and_keeps_the_chain(database: Database) -> None:
    await grown(database)
    before = (await everything(database))["ledger_row"]
    async with database.write() as session:
        removed = await privacy.erase(session, ADA, REGISTRY.personal_data)
    after = await everything(database)
    assert removed["ledger_person"] == ROWS
    assert after["ledger_row"] == before
    assert {row["user_id"] for row in after["ledger_person"]} == {COLLEAGUE.user_id}
    keys = {row["key"] for row in after["ledger_person"]}
    codes = {row["who"] for row in before}
    guessed = {ledger.code_of(key, ADA.user_id) for key in keys}
    assert not codes & guessed, "no key that is left opens a code of the member who is gone"
    assert (await told(database))[1]


async def test_two_who_append_at_once_come_one_after_the_other(database: Database) -> None:
    await asyncio.gather(*(grown(database, count=5) for _ in range(4)), grown(database, NAMESAKE))
    assert await told(database) == (f"ok    T1 ledger: 20 rows\nok    T2 ledger: {ROWS} rows", True)


async def test_an_act_that_fails_leaves_no_row_and_no_gap(database: Database) -> None:
    await grown(database, count=2)

    async def failing() -> None:
        async with database.write() as session:
            await ledger.append(session, ADA, "submitted", "c1", {}, now=minute(3))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await failing()
    await grown(database, count=2)
    assert await told(database) == ("ok    T1 ledger: 4 rows", True)


async def test_the_audit_log_is_chained_and_stays_so_when_old_rows_go(database: Database) -> None:
    now = datetime.now(UTC)
    async with database.write() as session:
        for days in (405, 403, 402, 2, 1):
            at = now - timedelta(days=days)
            await audit.append(session, "T1", "export", who="member:x", place="home", now=at)
    assert await told(database) == ("ok    T1 audit: 5 rows", True)
    for gone in (2, 1, 0):
        async with database.write() as session:
            assert await audit.prune(session, before=now - audit.KEPT, limit=2) == gone
    assert await told(database) == ("ok    T1 audit: 2 rows, from number 4 on", True)
    old = head_at("T1", "audit", 2, "0" * 64, now=now)
    assert "older than the rows that are kept" in (await told(database, recorded=[old]))[0]
    await tampered(database, "UPDATE audit_event SET who = 'y' WHERE number = 5", "audit_event")
    assert await told(database) == (
        "wrong T1 audit: row 5 was changed, or swapped with another.",
        False,
    )


async def test_rows_from_before_are_chained_by_the_migration(empty_url: str) -> None:
    def fill(connection: Connection) -> None:
        command.upgrade(alembic_config(connection), "0018")
        for number in range(3):
            connection.execute(
                text(
                    "INSERT INTO audit_event VALUES ('T1', :id, :at, 'x', 'export', NULL, 'home')"
                ),
                {"id": f"{number}", "at": minute(number).replace(tzinfo=None)},
            )

    await in_database(empty_url, fill)
    await schema.upgrade(empty_url)
    database = await Database.open(empty_url)
    try:
        async with database.write() as session:
            await audit.append(session, "T1", "export", who="y", place="home", now=minute(9))
        assert await told(database) == ("ok    T1 audit: 4 rows", True)
        with pytest.raises(IntegrityError, match="append-only"):
            async with database.write() as session:
                await session.execute(text("UPDATE audit_event SET who = 'z'"))
    finally:
        await database.close()


async def test_a_workspace_that_was_left_is_erased_with_its_ledger(database: Database) -> None:
    async with database.write() as session:
        await workspaces.connect(session, "T1", "Acme", now=minute(0))
        await audit.append(session, "T1", "export", who="member:x", place="home", now=minute(0))
    await grown(database)
    async with database.write() as session:
        await workspaces.disconnect(session, "T1", reason="left", now=minute(1))
        await erasure.erase_rows(session, "T1", left_before=minute(2), limit=999)
    left = await everything(database)
    assert {name for name, rows in left.items() if rows} == {"audit_event", "chain_head"}
    assert await told(database) == ("ok    T1 audit: 1 row", True)


async def test_heads_are_logged_once_a_day(database: Database) -> None:
    async with database.write() as session:
        await workspaces.connect(session, "T1", "Acme", now=minute(0))
    await grown(database, count=2)
    day = 24 * 60
    for at, logged in ((1, 1), (2, 0), (day, 0), (day + 1, 1)):
        async with database.write() as session:
            due = await to_log(session, now=minute(at))
            taken = await take_to_log(session, "T1", now=minute(at))
        assert (len(due), [head.number for head in taken]) == (logged, [2] * logged)


async def test_many_rows_are_read_in_batches(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.ledger.check.BATCH", 5)
    await grown(database)
    (found,) = await check(database)
    assert (found.rows, found.fault) == (ROWS, None)
