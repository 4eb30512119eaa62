"""The ledger: posts that took effect in the playground, counted by key. It reads no table of the bot."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from playground.journal import Call, Journal

POST = "chat.postMessage"
READ = "conversations.history"


class Ledger(Journal):
    """Counts posts that took effect, and reads; nothing else is kept, however many there are."""

    def __init__(self) -> None:
        super().__init__(record=False)
        self.posts: Counter[str] = Counter()
        self.calls_of: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def call(self, call: Call) -> None:
        """Record a Web API call."""
        self.calls_of[call.method] += 1
        if call.status == 429:
            self.refused[call.method] += 1
        if call.method == POST and call.took_effect:
            self.posts[key_of(call.arguments)] += 1

    def delivery(self, *_: Any, **__: Any) -> None:
        """Ignore what is sent to the app."""


def key_of(arguments: dict[str, Any]) -> str:
    """Return the key that the bot put into this post's metadata."""
    metadata = arguments.get("metadata") or {}
    if isinstance(metadata, str):
        metadata = json.loads(metadata)
    return str(metadata.get("event_payload", {}).get("key", ""))


@dataclass
class Verdict:
    """The counts of one run."""

    messages: int
    lost: int
    doubled: int
    reads: int
    kills: int = 0
    freezes: int = 0
    outages: int = 0
    held: int = 0
    seconds: float = 0.0
    states: dict[str, int] = field(default_factory=dict)
