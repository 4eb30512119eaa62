"""The audit log: only grows, names nobody, and is found by whoever knows the member."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app import REGISTRY
from coaching.members import MemberKey
from storage import audit, holders, members, privacy, workspace_settings, workspaces
from storage.audit import KEPT
from storage.database.engine import Database
from storage.ledger.check import check
from storage.safeguards import DATA_OWNER, NO_FIGURES
from tests.databases import open_database
from tests.storage.cast import ADA, COLLEAGUE, NAMESAKE, minute
from tests.storage.rows import everything

CHANGES = (
    "UPDATE audit_event SET who = 'member:somebody-else'",
    "UPDATE audit_event SET at = '2020-01-01'",
    "DELETE FROM audit_event",
)
BY_DATABASE = {
    "sqlite": (
        (
            "INSERT OR REPLACE INTO audit_event SELECT workspace_id, id, at, 'x', act, about, place, "
            "number, digest FROM audit_event"
        ),
    ),
    "postgresql": ("TRUNCATE audit_event",),
}


async def acted(
    database: Database, key: MemberKey, act: str, *, at: datetime, about: str | None = None
) -> None:
    async with database.write() as session:
        who = await audit.member(session, key)
        await audit.append(
            session, key.workspace_id, act, who=who, place="home", now=at, about=about
        )


async def acts_of(database: Database, user_id: str | None = None, **asked: object) -> list[str]:
    async with database.read() as session:
        found = await audit.list_events(session, user_id=user_id, **asked)  # type: ignore[arg-type]
    return [row.act for row in found]


@pytest.fixture
def now() -> datetime:
    """The real time: the database's own clock decides what may be deleted."""
    return datetime.now(UTC)


async def test_a_row_cannot_be_changed_replaced_or_deleted(
    database: Database, now: datetime
) -> None:
    await acted(database, ADA, "export", at=now)
    await acted(database, ADA, "settings", at=now - KEPT + timedelta(minutes=1))
    before = await everything(database)
    for statement in (*CHANGES, *BY_DATABASE[database.url.get_backend_name()]):
        with pytest.raises(IntegrityError, match="audit_event"):
            async with database.write() as session:
                await session.execute(text(statement))
    assert await everything(database) == before


async def test_old_rows_go_and_others_stay(database: Database, now: datetime) -> None:
    for days, act in ((401, "export"), (400, "settings"), (399, "erasure")):
        await acted(database, ADA, act, at=now - timedelta(days=days, minutes=1))
    async with database.write() as session:
        assert await audit.prune(session, before=now - KEPT, limit=1) == 1
    assert await acts_of(database) == ["erasure", "settings"]
    async with database.write() as session:
        assert await audit.prune(session, before=now - KEPT, limit=9) == 1
        assert await audit.prune(session, before=now - KEPT, limit=9) == 0
    assert await acts_of(database) == ["erasure"]


async def test_a_clock_that_runs_ahead_deletes_nothing_early(
    database: Database, now: datetime
) -> None:
    await acted(database, ADA, "export", at=now)
    async with database.write() as session:
        assert await audit.prune(session, before=now + KEPT, limit=9) == 0
    assert await acts_of(database) == ["export"]


async def test_an_erasure_leaves_the_rows_and_no_id(database: Database, now: datetime) -> None:
    async with database.write() as session:
        await members.ensure(session, ADA, now=now)
    await acted(database, ADA, "export", at=now)
    await acted(database, COLLEAGUE, "settings", at=now, about="cadence")
    async with database.write() as session:
        await privacy.erase(session, ADA, REGISTRY.personal_data)
    assert ADA.user_id not in str(await everything(database))
    assert await acts_of(database, ADA.user_id) == ["export"]
    assert await acts_of(database, COLLEAGUE.user_id) == ["settings"]
    assert await acts_of(database, "U404") == []


async def test_the_same_id_in_another_workspace_is_somebody_else(
    database: Database, now: datetime
) -> None:
    for key, act in ((ADA, "export"), (NAMESAKE, "erasure")):
        await acted(database, key, act, at=now)
    codes = {row["who"] for row in (await everything(database))["audit_event"]}
    assert len(codes) == 2
    assert all(code.startswith("member:") and len(code) == 31 for code in codes)
    found = await acts_of(database, ADA.user_id, workspace_id=NAMESAKE.workspace_id)
    assert found == ["erasure"]


async def test_a_member_gets_their_own_rows_with_their_data(
    database: Database, now: datetime
) -> None:
    await acted(database, ADA, "settings", at=now, about="cadence")
    await acted(database, COLLEAGUE, "export", at=now)
    async with database.read() as session:
        held = await privacy.everything_about(session, ADA, REGISTRY.personal_data)
    (row,) = held["log"]["audit_log"]
    assert (row["act"], row["about"], row["place"]) == ("settings", "cadence", "home")
    assert not privacy.holds_anything(held)


async def test_the_newest_come_first_and_an_unknown_act_is_refused(
    database: Database, now: datetime
) -> None:
    for hours, act in ((3, "export"), (1, "settings"), (2, "erasure")):
        await acted(database, ADA, act, at=now - timedelta(hours=hours))
    assert await acts_of(database) == ["settings", "erasure", "export"]
    assert await acts_of(database, since=now - timedelta(hours=2)) == ["settings", "erasure"]
    assert await acts_of(database, limit=1) == ["settings"]
    with pytest.raises(ValueError, match="'answered' is not in ACTS"):
        await acted(database, ADA, "answered", at=now)


async def test_whoever_records_an_act_waits_for_nobody_meanwhile(postgres_url: str) -> None:
    """An admin changes a setting and names a member, who erases their data at that moment."""
    database = await open_database(postgres_url)
    async with database.write() as session:
        await workspaces.connect(session, "T1", "Acme", now=minute(0))
        await members.ensure(session, ADA, now=minute(0))
    changed, erased = asyncio.Event(), asyncio.Event()

    async def names() -> None:
        async with database.write() as session:
            by: dict[str, Any] = {"by": COLLEAGUE, "place": "form", "now": minute(1)}
            await workspace_settings.change(session, "T1", NO_FIGURES, True, **by)
            changed.set()
            await erased.wait()
            await holders.name_members(session, "T1", DATA_OWNER, [ADA.user_id], now=minute(1))
            await workspace_settings.record_change(session, DATA_OWNER, "nobody", "a member", **by)

    async def erases() -> None:
        await changed.wait()
        async with database.write() as session:
            await privacy.erase(session, ADA, REGISTRY.personal_data)
            erased.set()
            await asyncio.sleep(0.2)
            await audit.record(session, ADA, "erasure", place="home", now=minute(2))

    try:
        await asyncio.gather(names(), erases())
        async with database.read() as session:
            found = await audit.list_events(session)
        assert sorted(one.act for one in found) == ["admin", "admin", "erasure"]
        assert (await check(database))[0].fault is None
    finally:
        await database.close()
