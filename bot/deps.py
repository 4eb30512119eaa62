"""What handlers and jobs work with in one workspace; bot/coaches.py makes it."""

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
from bot.slack.client import DIRECT, Proxies
from coaching.assessment import Words
from coaching.members import MemberKey
from storage.database.engine import Database
from storage.installs.token_keys import TokenKeys
from storage.workspace_settings import WorkspaceSettings

if TYPE_CHECKING:
    from coaching.safe_text import Render
    from content.library import Library


@dataclass(frozen=True)
class Identity:
    """The bot's identity in one workspace.

    `enterprise_id` is the organization that the workspace belongs to; with `is_org_install` the app is
    installed in all of it, with one token for all its workspaces.
    """

    workspace_id: str
    workspace_name: str
    bot_user_id: str
    bot_id: str
    enterprise_id: str | None = None
    is_org_install: bool = False


@dataclass(frozen=True)
class PublicSite:
    """Where the internet reaches Rungs, and the keys that encrypt what it stores secretly; `repr` shows none.

    `url` is empty where the internet does not reach it, `keys` is None where the operator set none. Requests
    to servers of an organization go through `proxies`, and to public hosts or one of `inner_hosts`.
    """

    url: str = ""
    keys: TokenKeys | None = None
    inner_hosts: frozenset[str] = frozenset()
    proxies: Proxies = DIRECT


NO_SITE = PublicSite()


@dataclass(frozen=True)
class Deps:
    """What handlers and jobs work with in one workspace.

    `library` and `features` are without what the workspace's admins switched off. `render` renders a message
    of content/messages by name. `min_group` is the least number of people in an aggregate, `least_min_group`
    the one that the operator set, which admins can raise. `settings` is what the admins have set; after a
    change, `settings_changed` lets this process read them anew at once. `turns` let this process handle one
    act of a member at a time; transactions of the database do this between processes. `words` are those of
    assessments read lately, by digest. `admins` says who was seen to be an admin, or not to be one, and
    when; bot/features/admin/service.py keeps it. `install_url` is the page that installs the app; empty where
    it has none. `site` says where the internet reaches Rungs.
    """

    database: Database
    library: Library
    render: Render
    slack: SlackApi
    identity: Identity
    now: Callable[[], datetime]
    features: Registry
    min_group: int = 5
    least_min_group: int = 5
    turns: WeakValueDictionary[MemberKey, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    words: OrderedDict[str, Words] = field(default_factory=OrderedDict)
    admins: OrderedDict[MemberKey, tuple[bool, datetime]] = field(default_factory=OrderedDict)
    install_url: str = ""
    site: PublicSite = NO_SITE
    settings: WorkspaceSettings = field(default_factory=WorkspaceSettings)
    settings_changed: Callable[[], None] = lambda: None
