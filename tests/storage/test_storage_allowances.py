"""Allowances are counted without races, given back by a rollback, and begin anew after their time."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timedelta

import pytest

from coaching.members import MemberKey
from storage import allowances
from storage.allowances import CONVERSATIONS, Limit, LimitReached
from storage.assessments import assessments
from storage.database.engine import Database
from tests.storage.cast import SALES, minute

THREE = Limit("things", 3, timedelta(hours=1))
ADA = MemberKey("T1", "U1")


async def spend(database: Database, subject: str, *, at: datetime) -> bool:
    try:
        async with database.write() as session:
            await allowances.spend(session, "T1", subject, THREE, now=at)
    except LimitReached:
        return False
    return True


async def succeeded(tries: list[Awaitable[bool]]) -> int:
    return sum(await asyncio.gather(*tries))


async def test_of_twelve_at_once_three_are_let_in(database: Database) -> None:
    for subject in ("C1", "C2"):
        assert await succeeded([spend(database, subject, at=minute(0)) for _ in range(12)]) == 3


async def test_it_begins_anew_after_its_time(database: Database) -> None:
    for at in (0, 20, 40):
        assert await spend(database, "C1", at=minute(at))
    assert not await spend(database, "C1", at=minute(59))
    assert await succeeded([spend(database, "C1", at=minute(60)) for _ in range(12)]) == 3
    assert not await spend(database, "C1", at=minute(119))


async def test_a_clock_that_was_set_back_locks_nobody_out(database: Database) -> None:
    for _ in range(3):
        await spend(database, "C1", at=minute(5000))
    assert await spend(database, "C1", at=minute(0))


async def test_a_rollback_gives_it_back(database: Database) -> None:
    for _ in range(5):
        try:
            async with database.write() as session:
                await allowances.spend(session, "T1", "C1", THREE, now=minute(0))
                raise InterruptedError
        except InterruptedError:
            pass
    assert await succeeded([spend(database, "C1", at=minute(0)) for _ in range(12)]) == 3


async def test_the_refusal_says_from_when_on_it_goes_on(database: Database) -> None:
    for _ in range(3):
        await spend(database, "C1", at=minute(10))
    with pytest.raises(LimitReached) as refused:
        async with database.write() as session:
            await allowances.spend(session, "T1", "C1", THREE, now=minute(30))
    assert refused.value.again_at == minute(70)


async def begins(database: Database, number: int) -> bool:
    try:
        async with database.write() as session:
            await assessments.start(session, ADA, SALES, now=minute(0), subject=f"need:C1:{number}")
    except LimitReached:
        return False
    return True


async def test_of_twelve_conversations_at_once_five_are_opened(database: Database) -> None:
    assert await succeeded([begins(database, number) for number in range(12)]) == 5
    async with database.write() as session:
        rows = await assessments.list_open(session, ADA)
        assert len(rows) == CONVERSATIONS.most
        await assessments.abandon(session, rows[0], now=minute(1))
    assert await succeeded([begins(database, 20 + number) for number in range(12)]) == 1
