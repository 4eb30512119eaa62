"""The check of a long ledger, against reading its rows and people."""

import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import col

from benchmarks.measurement import Broken, Figures, in_turns, summary
from benchmarks.table import Sizes
from storage import chains
from storage.chains import ChainHead
from storage.database import Session, schema
from storage.database.engine import Database
from storage.ledger import check, ledger
from storage.ledger.ledger import LedgerPerson, LedgerRow
from storage.members import Member

START = datetime(2026, 1, 1, tzinfo=UTC)
WHERE: dict[str, Any] = {"workspace_id": "T1"}
FACTS = '{"family":"","framework":"ai-coding","level":2,"round":1}'
AT_ONCE = 5_000


async def verification(folder: Path, sizes: Sizes) -> list[Figures]:
    """Seconds for a check of the whole ledger, and for reading it."""
    url = f"sqlite:///{folder / 'ledger.db'}"
    await schema.upgrade(url)
    database = await Database.open(url)
    try:
        async with database.write() as session:
            await _fill(session, sizes.ledger_rows)
        sides = (partial(side, database, sizes.ledger_rows) for side in (_verified, _read))
        return summary(await in_turns(sizes.rounds, *sides))
    finally:
        await database.close()


async def _fill(session: Session, count: int) -> None:
    """Add rows about one member by another, chained as `append` does it."""
    for user in ("U1", "U2"):
        session.add(Member(**WHERE, user_id=user, created_at=START, seen_at=START))
    await session.flush()
    before, rows, people = chains.BEGINNING, list[dict[str, Any]](), list[dict[str, Any]]()
    for number in range(1, count + 1):
        at, keys = START + timedelta(seconds=number), (token_hex(32), token_hex(32))
        who, by = (ledger.code_of(key, f"U{place}") for place, key in enumerate(keys, 1))
        content = ledger.content_of(at, "submitted", "claim", FACTS, who=who, by_whom=by)
        before = chains.digest_of(before, "T1", ledger.CHAIN, number, content)
        row = {"at": at, "act": "submitted", "about": "claim", "facts": FACTS, "digest": before}
        rows.append({**WHERE, "number": number, "who": who, "by_whom": by, **row})
        people += [
            {**WHERE, "number": number, "place": place, "user_id": user, "key": key}
            for place, user, key in zip((ledger.ABOUT, ledger.BY), ("U1", "U2"), keys, strict=True)
        ]
    await session.execute(insert(LedgerRow), rows)
    await session.execute(insert(LedgerPerson), people)
    head: dict[str, Any] = {"number": count, "digest": before, "logged_at": chains.NEVER}
    session.add(ChainHead(**WHERE, chain=ledger.CHAIN, **head))


async def _verified(database: Database, count: int) -> Figures:
    begun = time.perf_counter()
    (found,) = await check.check(database)
    spent = time.perf_counter() - begun
    if (found.rows, found.fault) != (count, None):
        raise Broken(f"The ledger of {count} rows was found to be {found}.")
    return (spent,)


async def _read(database: Database, count: int) -> Figures:
    """Read all rows with their people in the same batches, and do nothing with them."""
    begun, seen = time.perf_counter(), 0
    async with database.read() as session:
        for table in (LedgerRow, LedgerPerson):
            columns = tuple(table.metadata.tables[str(table.__tablename__)].columns)
            for first in range(1, count + 1, AT_ONCE):
                some = col(table.number).between(first, first + AT_ONCE - 1)
                rows = await session.execute(
                    select(*columns).where(col(table.workspace_id) == "T1", some)
                )
                seen += len(rows.all())
    if seen != 3 * count:
        raise Broken(f"{seen} rows were read of {3 * count}.")
    return (time.perf_counter() - begun,)
