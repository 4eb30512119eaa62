"""Messages and the conversations they stand in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, Literal

Blocks = list[dict[str, Any]]
FILE_SHARE = "file_share"
"""The subtype of a message that shares files."""


@dataclass(slots=True)
class Message:
    """One message; an ephemeral one is seen by one person alone."""

    ts: str
    channel: str
    text: str = ""
    user: str | None = None
    by_app: bool = False
    blocks: Blocks = field(default_factory=list)
    attachments: list[Any] = field(default_factory=list)
    metadata: dict[str, Any] | None = None
    edited: str | None = None
    only_for: str | None = None
    files: list[str] = field(default_factory=list)
    thread_ts: str | None = None
    """The ts of the message that this one replies to; None for what begins a thread or stands alone."""
    replies: list[str] = field(default_factory=list)
    """The ts of the replies in its thread that everybody sees, oldest first."""
    subtype: str | None = None
    """What Slack itself writes, such as `channel_join`."""


@dataclass(slots=True)
class Conversation:
    """A channel, or the direct message between one person and the app."""

    id: str
    kind: Literal["channel", "dm"]
    name: str = ""
    topic: str = ""
    members: set[str] = field(default_factory=set)
    archived: bool = False
    private: bool = False
    shared_with: list[str] = field(default_factory=list)
    """Workspaces of other companies whose people are in here (Slack Connect)."""
    created: int = 0
    messages: dict[str, Message] = field(default_factory=dict)
    """By ts, oldest first."""
    read: dict[str, str] = field(default_factory=dict)
    """The ts up to which each person has read."""

    def visible_to(self, user: str) -> Iterator[Message]:
        """Yield what this person sees, oldest first."""
        return (m for m in self.messages.values() if m.only_for in (None, user))

    def lasting(self) -> list[Message]:
        """Return what Slack stores: everything but ephemeral messages, oldest first."""
        return [m for m in self.messages.values() if m.only_for is None]

    def unread_by(self, user: str) -> list[Message]:
        """Return the messages of others that arrived since this person last looked, the newest first."""
        seen = self.read.get(user, "")
        new = takewhile(lambda message: message.ts > seen, reversed(self.messages.values()))
        return [m for m in new if m.user != user and m.only_for in (None, user)]
