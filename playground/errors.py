"""Errors with the names that Slack uses."""

from collections.abc import Mapping


class SlackError(Exception):
    """A Web API method refuses a call; `name` is Slack's error code."""

    def __init__(self, name: str, *, messages: tuple[str, ...] = (), **extra: object) -> None:
        super().__init__(name)
        self.name = name
        self.messages = messages
        self.extra: Mapping[str, object] = extra

    def answer(self) -> dict[str, object]:
        """Return the JSON body that Slack answers with."""
        body: dict[str, object] = {"ok": False, "error": self.name, **self.extra}
        if self.messages:
            body["errors"] = list(self.messages)
            body["response_metadata"] = {"messages": [f"[ERROR] {line}" for line in self.messages]}
        return body


class NotThere(LookupError):
    """Something that a person would use on the page does not exist (anymore)."""
