"""How long it takes to send to everybody at Slack's limit, in a time that runs faster for all."""

import time
from pathlib import Path

from benchmarks.arriving import arrived, listening_slack
from benchmarks.hours import Hours
from benchmarks.line import Line, compared
from benchmarks.notes import everybody, met, put_in
from benchmarks.partner import partner
from benchmarks.proof import all_sent, once_each
from benchmarks.sizes import Sizes
from playground.limits import POSTS_PER_MINUTE, RateLimits
from playground.server import Playground

TIME_AIM = 1.03
MOST_REFUSED = 1.0
"""So many calls in a hundred may be answered with 429."""


async def limited(folder: Path, sizes: Sizes) -> list[Line]:
    """Seconds against what the limit leaves at least, and how many calls were refused."""
    hours = Hours(time.time(), sizes.faster)
    async with listening_slack(hours=hours, limits=RateLimits(on=True)) as slack:
        seconds = await _sent(folder, slack, hours, sizes)
        refused = 100 * slack.limits.refused.total() / len(slack.calls)
    return [
        compared(
            f"{sizes.everybody:,} messages at {POSTS_PER_MINUTE} a minute, against the least (s)",
            ours=seconds,
            reference=sizes.everybody / POSTS_PER_MINUTE * 60,
            aim=TIME_AIM,
            better="lower",
        ),
        compared(
            f"of those calls refused by the limit, against {MOST_REFUSED:g} in a hundred",
            ours=refused,
            reference=MOST_REFUSED,
            aim=1,
            better="lower",
        ),
    ]


async def _sent(folder: Path, slack: Playground, hours: Hours, sizes: Sizes) -> float:
    path = folder / "limited.db"
    people = everybody(slack.workspace, sizes.everybody)
    await met(path, people)
    ids = await put_in(path, people)
    order = {
        "url": f"sqlite:///{path}",
        "api_url": slack.api_url,
        "token": slack.credentials.bot_token,
        "began": hours.began,
        "speed": hours.speed,
        "per_minute": POSTS_PER_MINUTE,
    }
    async with partner("benchmarks.send_part", order, folder=folder) as sender:
        figures = await sender.ask()
    once_each(arrived(slack), ids)
    all_sent(path, len(people))
    return float(figures["seconds"])
