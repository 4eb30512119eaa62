"""Replies that get lost: the post may have taken effect or not, and the bot cannot know."""

import time

from tests.reliability.arena import arena, crew_of
from tests.reliability.ledger import POST, Verdict

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


async def lost_replies(database_url: str, *, way: str, times: int, within: float = 300) -> Verdict:
    """Lose the reply to every second post, `times` in all."""
    kind, seconds = WAYS[way]
    async with arena(database_url, people=2 * times) as place:
        await place.fill(2 * times)
        place.slack.faults.add(POST, kind, times=times, seconds=seconds)
        started = time.monotonic()
        async with crew_of(place.order(), 2) as crew:
            await place.until_empty(within=within, crew=crew)
        return await place.verdict(started=started)
