"""Replies of Slack that are lost, where the bot cannot know whether the post took effect."""

import time
from collections.abc import Sequence
from dataclasses import replace

from tests.reliability.arena import arena, crew_of
from tests.reliability.receipts import Verdict
from tests.reliability.slow_answers import LosingReplies
from tests.reliability.worker import FAST

WAYS = {
    "closed before the effect": ("cut_before", 0.0),
    "closed after the effect": ("cut_after", 0.0),
    "reset after the effect": ("reset_after", 0.0),
    "half of the JSON": ("half_after", 0.0),
    "hung, then effect": ("slow_before", 1.0),
    "effect, then hung": ("slow", 1.0),
    "5xx without effect": ("server_error", 0.0),
    "5xx after the effect": ("server_error_after", 0.0),
    "fatal_error": ("fatal_error", 0.0),
}
"""What happens to the reply, and the playground's fault that makes it so."""


LANES = 8
"""More posts at once than usual: those that hang hold a lane each."""


async def lost_replies(
    database_url: str, *, times: int, ways: Sequence[str] = tuple(WAYS), within: float = 300
) -> Verdict:
    """Lose the reply to every second post, in each of these ways in turn, `times` each."""
    messages = 2 * times * len(ways)
    faults = LosingReplies([WAYS[way] for way in ways], times=times)
    async with arena(database_url, people=messages, faults=faults) as place:
        await place.plan(messages)
        started = time.monotonic()
        async with crew_of(place.order(timings=replace(FAST, lanes=LANES)), 2) as crew:
            await place.until_empty(within=within, crew=crew)
        assert faults.left == 0, f"{faults.left} replies were not lost after all."
        return await place.verdict(started=started)
