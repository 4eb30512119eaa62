"""Members: met once, greeted once, remembered as they are."""

import asyncio

from storage import members
from storage.database import Database
from tests.storage.cast import ADA, COLLEAGUE, NAMESAKE, minute


async def test_a_stranger_is_unknown(database: Database) -> None:
    async with database.read() as session:
        assert await members.get(session, ADA) is None


async def test_ensure_adds_a_member_and_leaves_a_known_one_alone(database: Database) -> None:
    async with database.write() as session:
        added = await members.ensure(session, ADA, now=minute(0))
        await members.choose_family(session, ADA, "sales", now=minute(1))
    async with database.write() as session:
        again = await members.ensure(session, ADA, now=minute(60))
    assert added.created_at == minute(0)
    assert (again.family, again.created_at, again.seen_at) == ("sales", minute(0), minute(1))


async def test_a_family_can_be_chosen_and_changed(database: Database) -> None:
    for family in ("sales", "design"):
        async with database.write() as session:
            await members.choose_family(session, ADA, family, now=minute(0))
    async with database.read() as session:
        member = await members.get(session, ADA)
        assert member is not None
        assert member.family == "design"
        assert await members.get(session, COLLEAGUE) is None
        assert await members.get(session, NAMESAKE) is None


async def test_a_change_shows_in_the_row_that_was_read_before(database: Database) -> None:
    async with database.write() as session:
        member = await members.ensure(session, ADA, now=minute(0))
        await members.choose_family(session, ADA, "sales", now=minute(1))
        await members.remember_channel(session, ADA, "D1")
    assert (member.family, member.dm_channel, member.seen_at) == ("sales", "D1", minute(1))


async def test_the_channel_is_news_only_once(database: Database) -> None:
    async with database.write() as session:
        await members.ensure(session, ADA, now=minute(0))
        assert await members.remember_channel(session, ADA, "D1") is True
        assert await members.remember_channel(session, ADA, "D1") is False
        assert await members.remember_channel(session, ADA, "D2") is True


async def test_a_greeting_is_claimed_by_one_of_many(database: Database) -> None:
    async def claim() -> bool:
        async with database.write() as session:
            return await members.claim_greeting(session, ADA, now=minute(0))

    claims = await asyncio.gather(*(claim() for _ in range(20)))
    assert sorted(claims) == [False] * 19 + [True]


async def test_an_account_is_switched_off_and_on(database: Database) -> None:
    async with database.write() as session:
        await members.ensure(session, ADA, now=minute(0))
        assert await members.deactivate(session, ADA, now=minute(1)) is True
        assert await members.deactivate(session, ADA, now=minute(2)) is False
    async with database.read() as session:
        member = await members.get(session, ADA)
        assert member is not None
        assert member.deactivated_at == minute(1)
    async with database.write() as session:
        assert (await members.meet(session, ADA, now=minute(3))).deactivated_at is None


async def test_whoever_is_met_is_greeted_once_and_their_family_is_kept(database: Database) -> None:
    async with database.write() as session:
        first = await members.meet(session, ADA, now=minute(0), family="sales")
        assert (first.greeted_at, first.family) == (minute(0), "sales")
        again = await members.meet(session, ADA, now=minute(1))
        assert (again.greeted_at, again.family) == (minute(0), "sales")
        other = await members.meet(session, ADA, now=minute(2), family="design")
        assert (other.family, other.created_at, other.seen_at) == ("design", minute(0), minute(2))
