"""What handlers and jobs work with; app.py makes it once for each process."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from bot.registry import Registry
from bot.slack.api import SlackApi
from coaching.assessment import Words
from coaching.members import MemberKey
from storage.database.engine import Database

if TYPE_CHECKING:
    from coaching.safe_text import Render
    from content.library import Library


@dataclass(frozen=True)
class Identity:
    """The bot's identity in Slack, as auth.test returned it at the start."""

    workspace_id: str
    workspace_name: str
    bot_user_id: str
    bot_id: str


@dataclass(frozen=True)
class Deps:
    """What handlers and jobs work with.

    `render` renders a message of content/messages by name. `min_group` is the least number of people in an
    aggregate. `turns` let this process handle one act of a member at a time; transactions of the database do
    this between processes. `words` are those of assessments read lately, by digest.
    """

    database: Database
    library: Library
    render: Render
    slack: SlackApi
    identity: Identity
    now: Callable[[], datetime]
    features: Registry
    min_group: int = 5
    turns: WeakValueDictionary[MemberKey, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    words: OrderedDict[str, Words] = field(default_factory=OrderedDict)
