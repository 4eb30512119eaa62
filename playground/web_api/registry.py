"""Every method the playground answers."""

from playground.web_api import (
    basics,
    block_check,
    chat,
    conversations,
    dnd,
    files,
    oauth,
    usergroups,
    users,
    views,
)
from playground.web_api.method import Method

_GROUPS = (basics, block_check, chat, conversations, dnd, files, oauth, usergroups, users, views)
METHODS: dict[str, Method] = {method.name: method for group in _GROUPS for method in group.METHODS}
ALL_SCOPES = frozenset(
    {scope for method in METHODS.values() for scope in method.scopes}
    | {"channels:history", "groups:history", "im:history", "commands", "chat:write.customize"}
    | {"app_mentions:read"}
)
"""What an app without a manifest is granted."""
