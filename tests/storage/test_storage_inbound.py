"""A request that is delivered several times counts once."""

import asyncio

from storage import inbound
from storage.database.engine import Database
from tests.storage.cast import minute


async def claim(database: Database, key: str, *, workspace: str = "T1", number: int = 0) -> bool:
    async with database.write() as session:
        return await inbound.claim(session, workspace, key, now=minute(number))


async def test_a_key_is_claimed_once_per_workspace(database: Database) -> None:
    assert await claim(database, "Ev1") is True
    assert await claim(database, "Ev1", number=60) is False
    assert await claim(database, "Ev2") is True
    assert await claim(database, "Ev1", workspace="T2") is True


async def test_of_eleven_copies_at_once_one_is_taken(database: Database) -> None:
    claims = await asyncio.gather(*(claim(database, "Ev1") for _ in range(11)))
    assert sorted(claims) == [False] * 10 + [True]


async def test_a_claim_that_fails_later_can_be_made_again(database: Database) -> None:
    try:
        async with database.write() as session:
            assert await inbound.claim(session, "T1", "Ev1", now=minute(0)) is True
            raise ConnectionError
    except ConnectionError:
        pass
    assert await claim(database, "Ev1") is True


async def test_old_keys_are_forgotten_in_portions_oldest_first(database: Database) -> None:
    for number in range(5):
        await claim(database, f"Ev{number}", number=number)
    async with database.write() as session:
        assert await inbound.prune(session, before=minute(4), limit=3) == 3
    assert await claim(database, "Ev3", number=9) is False
    async with database.write() as session:
        assert await inbound.prune(session, before=minute(4), limit=3) == 1
        assert await inbound.prune(session, before=minute(4), limit=3) == 0
    assert await claim(database, "Ev4", number=9) is False
    assert await claim(database, "Ev0", number=9) is True
