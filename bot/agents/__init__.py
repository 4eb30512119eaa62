"""The AI engineers of a channel: the list of them, their grades, and what a project needs."""
