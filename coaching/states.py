"""The states of a message that the bot sends by itself, in the order in which it goes through them."""

STATES = ("ready", "leased", "sending", "sent", "failed", "skipped", "unknown")
