"""`kill -9` at any moment of a self-check; `make soak` kills far more often."""

from tests.self_check.kills import kill_self_check
from tests.self_check.ladder_kills import kill_ladder

KILLS = 2


async def test_kills_lose_nothing_and_count_nothing_twice(postgres_url: str) -> None:
    await kill_self_check(postgres_url, kills=KILLS)


async def test_kills_of_the_ladder_lose_nothing_and_count_nothing_twice(sqlite_url: str) -> None:
    await kill_ladder(sqlite_url, kills=KILLS)
