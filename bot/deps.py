"""What handlers and jobs work with; app.py makes it once for each process."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from bot.feature import Registry
from bot.slack.api import SlackApi
from coaching.assessment import Words
from coaching.members import MemberKey
from storage.database.engine import Database

if TYPE_CHECKING:
    from content.library import Library
    from content.message_catalog import MessageCatalog
    from content.safe_text import Render

WORDS_KEPT = 256


class Turns:
    """Locks that let one process handle one act of a member at a time.

    Between processes, the database's transactions do this.
    """

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[MemberKey, asyncio.Lock] = WeakValueDictionary()

    def of(self, key: MemberKey) -> asyncio.Lock:
        """Return the lock of this member; it is dropped when no task holds or awaits it."""
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        return lock


class WordsCache:
    """The latest words of assessments by digest; equal digests mean equal words, so no entry expires."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Words] = OrderedDict()

    def get(self, digest: str) -> Words | None:
        found = self._known.get(digest)
        if found:
            self._known.move_to_end(digest)
        return found

    def keep(self, words: Words) -> Words:
        self._known[words.digest] = words
        while len(self._known) > WORDS_KEPT:
            self._known.popitem(last=False)
        return words


@dataclass(frozen=True)
class Identity:
    """The bot's identity in Slack, as auth.test returned it at the start."""

    workspace_id: str
    workspace_name: str
    bot_user_id: str
    bot_id: str


@dataclass(frozen=True)
class Deps:
    """What handlers and jobs work with. `min_group` is the least number of people in an aggregate."""

    database: Database
    library: Library
    messages: MessageCatalog
    slack: SlackApi
    identity: Identity
    now: Callable[[], datetime]
    features: Registry
    min_group: int = 5
    turns: Turns = field(default_factory=Turns)
    words: WordsCache = field(default_factory=WordsCache)

    @property
    def render(self) -> Render:
        """Render a message of content/messages by name."""
        return self.messages.render
