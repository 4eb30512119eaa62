"""What Slack tells a person about each scope before they let an app in."""

from collections.abc import Iterable, Mapping
from typing import Any

VIEW = {
    "app_mentions:read": "View messages that directly mention the app in conversations that it is in",
    "channels:history": (
        "View messages and other content in public channels that the app has been added to"
    ),
    "channels:read": "View basic information about public channels in the workspace",
    "dnd:read": "View Do Not Disturb settings for people in the workspace",
    "emoji:read": "View custom emoji in the workspace",
    "files:read": "View files shared in channels and conversations that the app has been added to",
    "groups:history": (
        "View messages and other content in private channels that the app has been added to"
    ),
    "groups:read": "View basic information about private channels that the app has been added to",
    "im:history": (
        "View messages and other content in direct messages that the app has been added to"
    ),
    "im:read": "View basic information about direct messages that the app has been added to",
    "mpim:history": (
        "View messages and other content in group direct messages that the app has been added to"
    ),
    "mpim:read": "View basic information about group direct messages that the app has been added to",
    "reactions:read": (
        "View emoji reactions and their content in conversations that the app has been added to"
    ),
    "team:read": "View the name, email domain, and icon of the workspace",
    "usergroups:read": "View user groups in the workspace",
    "users.profile:read": "View profile details about people in the workspace",
    "users:read": "View people in the workspace",
    "users:read.email": "View email addresses of people in the workspace",
}
DO = {
    "channels:join": "Join public channels in the workspace",
    "channels:manage": (
        "Manage public channels that the app has been added to and create new ones"
    ),
    "chat:write": "Send messages as the app",
    "chat:write.customize": "Send messages as the app with another name and picture",
    "chat:write.public": "Send messages to channels that the app is not a member of",
    "commands": "Add shortcuts and slash commands that people can use",
    "files:write": "Upload, edit, and delete files as the app",
    "groups:write": "Manage private channels that the app has been added to and create new ones",
    "im:write": "Start direct messages with people",
    "links.embed:write": "Embed video player addresses in messages",
    "mpim:write": "Start group direct messages with people",
    "reactions:write": "Add and edit emoji reactions",
}


def consent(scopes: Iterable[str], reasons: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return what a person reads about these scopes: Slack's words, and the app's reason."""
    return [
        {
            "scope": scope,
            "kind": "view" if scope in VIEW else "do",
            "words": VIEW.get(scope) or DO.get(scope) or scope,
            "reason": reasons.get(scope),
        }
        for scope in sorted(scopes)
    ]
