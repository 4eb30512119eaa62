"""A Slack that takes down what arrives, for proof that each message came once."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from benchmarks.hours import Hours
from playground.clock import Clock
from playground.limits import RateLimits
from playground.server import Playground
from playground.server import running as playing
from scheduler.batch import POST

KEPT = 20


@asynccontextmanager
async def listening_slack(
    *, hours: Hours | None = None, limits: RateLimits | None = None
) -> AsyncIterator[Playground]:
    """A Slack that records its calls; its time is the hours', if it has any."""
    clock = Clock(hours.slacks) if hours else None
    slack = Playground(clock=clock, limits=limits, keep=KEPT)
    async with playing(slack):
        yield slack


def arrived(slack: Playground) -> list[str]:
    """The keys of the posts that took effect."""
    posts = (call for call in slack.calls_of(POST) if call.took_effect)
    return [_key(call.arguments["metadata"]) for call in posts]


def _key(given: Any) -> str:
    metadata = json.loads(given) if isinstance(given, str) else given
    return str(metadata["event_payload"]["key"])
