"""The memory and open files of `rungs web` after many requests, in a short run."""

from tests.reliability.many_requests import EVERY, endure

WARM_UP, REQUESTS = 2000, 3000


async def test_many_requests_leave_nothing_behind(sqlite_url: str) -> None:
    endured = await endure(sqlite_url, warm_up=WARM_UP, requests=REQUESTS)
    assert endured.refused == 0
    assert endured.requests >= REQUESTS
    assert endured.conversations >= (WARM_UP + REQUESTS) // EVERY
    assert endured.growth < 0.05
    # Idle connections to Slack stay open for half a minute, some more or some fewer. One file left open in
    # every conversation would be hundreds.
    assert endured.after.files - endured.before.files <= 10
