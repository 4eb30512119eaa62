"""Slow and idle connections, and refused bodies, beside genuine requests, in a short run."""

from tests.reliability.hostile_clients import HOLDERS, SENDERS, hold_off

DEADLINE = 3.0
"""Seconds that Slack waits for an acknowledgement. Other tests run beside; the soak wants half a second."""


async def test_slow_and_idle_connections_hold_nobody_up(sqlite_url: str) -> None:
    held = await hold_off(sqlite_url, HOLDERS, count=1200, seconds=2, pause=1)
    assert held.holds(within=DEADLINE), held
    assert held.opened >= 1200
    assert "too many connections" in held.log
    assert len(held.log.splitlines()) < 10, held.log


async def test_refused_bodies_hold_nobody_up(sqlite_url: str) -> None:
    held = await hold_off(sqlite_url, SENDERS, count=80, seconds=2, pause=1)
    assert held.holds(within=DEADLINE), held
    assert {401, 408, 413} <= set(held.answers)
    for reason in ("wrong signature", "too large", "too many unfinished bodies"):
        assert held.log.count(reason) == 1, held.log
