"""The outbox: messages that the bot sends by itself, and when they are due."""
