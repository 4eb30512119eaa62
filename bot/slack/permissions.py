"""What the app asks Slack for, each with its reason; manifest.json and the docs say the same."""

SCOPES = {
    "channels:history": (
        "Look for its own digest in a channel it was invited to, when Slack's answer was lost; "
        "nothing else is looked for, and nothing is kept."
    ),
    "channels:read": (
        "See who is in a public channel that follows a digest or lists agents, and whether it is "
        "archived."
    ),
    "chat:write": "Post the cards, move them on, and take them away when a member erases their data.",
    "commands": "Receive /rungs.",
    "dnd:read": "Hold a message back while a member does not want to be disturbed.",
    "files:write": "Send a member the file with everything held about them, and remove it on request.",
    "groups:history": "The same as channels:history, in private channels it was invited to.",
    "groups:read": "The same as channels:read, for private channels it was invited to.",
    "im:history": (
        "Read the conversation between a member and the app: to answer what they type, and to see "
        "whether a message arrived when Slack's answer was lost."
    ),
    "im:write": "Open that conversation, so that a message is looked up before it is ever sent twice.",
    "users:read": (
        "Send at the right hour of a member's own time zone, and nothing to a deactivated account; "
        "the zone is all that is kept of a profile."
    ),
}

APP_SCOPES = {"connections:write": "Receive everything over a WebSocket (Socket Mode only)."}

EVENTS = {
    "app_home_opened": "Show the Home tab; greet a member who opens the messages the first time.",
    "app_uninstalled": "Note that the app was removed, and say in the log what to do.",
    "channel_archive": "Stop the digest of a channel that was archived.",
    "channel_left": "Stop the digest of a channel that the app was taken out of.",
    "group_archive": "The same for a private channel.",
    "group_left": "The same for a private channel.",
    "message.im": "Answer what a member types to the app.",
    "tokens_revoked": "Note that the token was withdrawn, and say in the log what to do.",
    "user_change": "Note that a member moved to another time zone, or was deactivated; nothing else of it.",
}
