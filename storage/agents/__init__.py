"""The AI agents of a channel: its register, their history and their grades."""
