"""Whoever can write to the database forges a chain: `rungs ledger verify` names it, also by a kept head."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from app import REGISTRY
from bot.features.ledger import operators
from storage import privacy
from storage.chains import digest_of
from storage.database.engine import Database
from storage.ledger import ledger
from storage.ledger.check import LOGS
from storage.ledger.heads import Head
from tests.databases import open_database
from tests.house.in_process import Run
from tests.house.in_process import run as run
from tests.ledger.test_ledger import ROWS, grown, told
from tests.storage.cast import ADA, COLLEAGUE, NAMESAKE, minute

UNLOCKED = ("DROP TRIGGER ledger_row_update", "DROP TRIGGER ledger_row_delete")
KEY = "3pJtq2yM0h3QkX7mS5nYw1gqD8b0Vf4uZc6eLrTaKsE="


async def forge(database: Database, *statements: str) -> None:
    """Run these with the rights of whoever owns the tables."""
    async with database.write() as session:
        await session.execute(text("PRAGMA defer_foreign_keys = ON"))
        for statement in statements:
            await session.execute(text(statement))


async def rewrite(database: Database, *, after: int, workspace_id: str = "T1") -> None:
    """Compute all hashes anew from this row on, and set the head to the last one."""
    log = LOGS[ledger.CHAIN]
    async with database.write() as session:
        rows = await session.execute(
            text("SELECT * FROM ledger_row WHERE workspace_id = :w ORDER BY number"),
            {"w": workspace_id},
        )
        before = "0" * 64
        for row in rows.mappings().all():
            values: dict[str, Any] = dict(row) | {
                "at": datetime.fromisoformat(f"{row['at']}+00:00")
            }
            content = log.content(type("Row", (), values))
            number = row["number"]
            before = digest_of(before, workspace_id, "ledger", number, content)
            assert number > after or before == row["digest"]
            await session.execute(
                text("UPDATE ledger_row SET digest = :d WHERE workspace_id = :w AND number = :n"),
                {"d": before, "w": workspace_id, "n": number},
            )
        await session.execute(
            text("UPDATE chain_head SET digest = :d WHERE workspace_id = :w"),
            {"d": before, "w": workspace_id},
        )


@pytest.fixture
def engine_name() -> str:
    """What is forged here is the same on both databases."""
    return "sqlite"


async def head(database: Database) -> Head:
    lines = await operators.head_lines(database, workspace_id="T1", now=minute(99))
    return Head.parse(lines)


async def test_hashes_computed_anew_from_an_altered_row_show_by_a_kept_head(
    database: Database,
) -> None:
    await grown(database)
    kept = await head(database)
    await forge(database, *UNLOCKED, "UPDATE ledger_row SET act = 'accepted' WHERE number = 5")
    await rewrite(database, after=4)
    assert await told(database) == (f"ok    T1 ledger: {ROWS} rows", True)
    named = f"wrong T1 ledger: row {ROWS} isn't the one of the head that you gave."
    lines, is_fine = await told(database, recorded=[kept])
    assert (named in lines, is_fine) == (True, False)
    # A head of the forged chain beside the kept one does not take its place.
    for both in ([kept, await head(database)], [await head(database), kept]):
        lines, is_fine = await told(database, recorded=both)
        assert (named in lines, is_fine) == (True, False)


async def test_the_beginning_of_the_ledger_is_never_old_enough_to_go(database: Database) -> None:
    await grown(database)
    await forge(
        database,
        *UNLOCKED,
        "UPDATE chain_head SET deleted_number = 9, deleted_digest ="
        " (SELECT digest FROM ledger_row WHERE number = 9)",
        "DELETE FROM ledger_person WHERE number <= 9",
        "DELETE FROM ledger_row WHERE number <= 9",
    )
    assert await told(database) == ("wrong T1 ledger: row 1 is gone.", False)


async def test_rows_of_two_workspaces_that_were_exchanged_do_not_fit(database: Database) -> None:
    await grown(database)
    await grown(database, NAMESAKE)
    moved = "UPDATE ledger_row SET workspace_id = '{}' WHERE workspace_id = '{}' AND number = 4"
    gone = "DELETE FROM ledger_person WHERE number = 4"
    moves = [moved.format(*one) for one in (("X", "T1"), ("T1", "T2"), ("T2", "X"))]
    await forge(database, *UNLOCKED, gone, *moves)
    lines, is_fine = await told(database)
    assert [line.split(": ")[1] for line in lines.splitlines()] == [
        "row 4 was changed, or swapped with another."
    ] * 2
    assert not is_fine


async def test_nobody_is_put_in_the_place_of_an_erased_person(database: Database) -> None:
    await grown(database)
    async with database.write() as session:
        await privacy.erase(session, ADA, REGISTRY.personal_data)
    assert (await told(database))[1]
    await forge(
        database,
        "INSERT INTO ledger_person (workspace_id, number, place, user_id, key)"
        f" VALUES ('T1', 7, 'about', '{COLLEAGUE.user_id}', '{'a' * 64}')",
    )
    named = "wrong T1 ledger: row 7 names a person who doesn't fit its code."
    assert await told(database) == (named, False)


def test_the_command_says_it_and_ends_with_one(run: Run, sqlite_url: str) -> None:
    settings = {"DATABASE_URL": sqlite_url, "RUNGS_TOKEN_KEYS": KEY}

    def do(act: Callable[[Database], Awaitable[None]]) -> None:
        async def done() -> None:
            database = await open_database(sqlite_url)
            try:
                await act(database)
            finally:
                await database.close()

        asyncio.run(done())

    ended = run("ledger verify", settings)
    assert (ended.code, ended.out, ended.err) == (0, "No log has rows yet.\n", "")
    do(grown)
    ended = run("ledger head", settings)
    line = ended.out.strip()
    assert (ended.code, Head.parse(line).number) == (0, ROWS)

    def verify(*heads: str) -> tuple[int, str]:
        given = " ".join(f"--head '{one}'" for one in heads)
        ended = run(f"ledger verify {given}", settings)
        assert "Traceback" not in ended.err
        return ended.code, (ended.out + ended.err).strip()

    ok = f"ok    T1 ledger: {ROWS} rows"
    assert verify(line) == (0, ok)
    other = line.replace(Head.parse(line).digest, "f" * 64)
    code, said = verify(other)
    assert (code, "isn't signed by a key of RUNGS_TOKEN_KEYS" in said) == (1, True)
    for forged in ("", "T1", line.replace(" ledger ", " other "), line.replace(" 12 ", " -1 ")):
        code, said = verify(forged)
        assert (code, "is no head. Give a line that `rungs ledger head` printed." in said) == (
            1,
            True,
        ), forged
    do(lambda database: forge(database, *UNLOCKED, "UPDATE ledger_row SET act = 'x'"))
    assert verify(line) == (1, "wrong T1 ledger: row 1 was changed, or swapped with another.")
