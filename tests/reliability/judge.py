"""Checks each post when it takes effect against what the bot could know at that moment."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playground.journal import Call
from tests.reliability.receipts import POST, Ledger, key_of

WEEK = timedelta(days=7)

KNOWN = """
SELECT m.user_id, coalesce(m.zone, 'UTC'), m.deactivated_at, w.disconnected_at, p.cadence, p.days_off
FROM member m JOIN workspace w USING (workspace_id) LEFT JOIN pace p USING (workspace_id, user_id)
WHERE m.dm_channel = ?
"""


@dataclass(frozen=True)
class Post:
    """A post that took effect."""

    key: str
    user: str
    at: datetime
    """By the wall clock of the machine that sent it."""
    on: date


class Judge(Ledger):
    """Counts posts, and keeps what is wrong with any of them."""

    def __init__(self, wall: Callable[[], datetime]) -> None:
        super().__init__()
        self._wall = wall
        self._database: sqlite3.Connection | None = None
        self.wrong: list[str] = []
        self.made: list[Post] = []
        self._dates: defaultdict[str, list[date]] = defaultdict(list)

    def begin(self, file: Path) -> None:
        """Forget all posts, and read from this database from now on."""
        self.clear()
        self.posts.clear()
        self.wrong.clear()
        self.made.clear()
        self._dates.clear()
        self._database = sqlite3.connect(file)

    def end(self) -> None:
        """Close the database."""
        if self._database:
            self._database.close()
        self._database = None

    def call(self, call: Call) -> None:
        """Record a Web API call."""
        super().call(call)
        if call.method == POST and call.took_effect:
            self._judge(key_of(call.arguments), str(call.arguments["channel"]))

    def _judge(self, key: str, channel: str) -> None:
        assert self._database is not None
        ((user, zone, gone, removed, cadence, days_off),) = self._database.execute(
            KNOWN, (channel,)
        )
        now = self._wall()
        local = now.astimezone(ZoneInfo(zone))
        post = Post(key, user, now, local.date())
        self.made.append(post)
        if self.posts[key] > 1:
            self._say(post, "was posted twice")
        if gone or removed or cadence == "off":
            self._say(post, f"was not wanted: {gone=} {removed=} {cadence=}")
        if not (9 <= local.hour < 17) or str(local.weekday()) in days_off:
            self._say(post, f"came at {local:%a %H:%M} in {zone}")
        dates = self._dates[user]
        if post.on in dates:
            self._say(post, f"was the second on {post.on}")
        if sum(post.on - WEEK < day < post.on + WEEK for day in dates) >= 2:
            self._say(post, f"was too many in a week: {dates} and {post.on}")
        dates.append(post.on)

    def _say(self, post: Post, what: str) -> None:
        self.wrong.append(f"{post.key} for {post.user} {what}")
