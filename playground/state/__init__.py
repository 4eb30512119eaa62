"""What the workspace holds: people, conversations, messages, views and files."""
