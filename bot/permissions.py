"""What the app asks Slack for, each with its reason; manifest.json and the docs say the same."""

SCOPES = {
    "chat:write": "Post the cards, move them on, and take them away when a member erases their data.",
    "commands": "Receive /rungs.",
    "files:write": "Send a member the file with everything held about them, and remove it on request.",
    "im:history": (
        "Read the conversation between a member and the app: to answer what they type, and to see "
        "whether a message arrived when Slack's answer was lost."
    ),
    "im:write": "Open that conversation, so that a message is looked up before it is ever sent twice.",
}

APP_SCOPES = {"connections:write": "Receive everything over a WebSocket (Socket Mode only)."}

EVENTS = {
    "app_home_opened": "Show the Home tab; greet a member who opens the messages the first time.",
    "app_uninstalled": "Note that the app was removed, and say in the log what to do.",
    "message.im": "Answer what a member types to the app.",
    "tokens_revoked": "Note that the token was withdrawn, and say in the log what to do.",
}
