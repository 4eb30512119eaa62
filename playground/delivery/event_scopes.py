"""Which scope an event asks for; without it Slack does not send the event, subscribed or not."""

from collections.abc import Mapping
from typing import Any

SCOPES = {
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "user_change": "users:read",
    "dnd_updated_user": "dnd:read",
    "channel_archive": "channels:read",
    "channel_unarchive": "channels:read",
    "channel_left": "channels:read",
    "subteam_updated": "usergroups:read",
    "subteam_members_changed": "usergroups:read",
    "group_archive": "groups:read",
    "group_unarchive": "groups:read",
    "group_left": "groups:read",
}
BY_CHANNEL = {"C": "channels:read", "G": "groups:read"}
"""For events that both kinds of channel share."""


def scope_for(name: str, event: Mapping[str, Any]) -> str | None:
    """Return the scope that an event of this name asks for, or None when it asks for none."""
    if name in ("member_joined_channel", "member_left_channel"):
        return BY_CHANNEL[event["channel_type"]]
    return SCOPES.get(name)
