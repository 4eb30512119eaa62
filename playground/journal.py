"""What was said in both directions: the calls for tests, the log for the page."""

import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

LOG_LENGTH = 500
SECRET_KEYS = frozenset(
    {"token", "access_token", "refresh_token", "client_secret"}
    | {"trigger_id", "response_url", "url", "upload_url", "ssl_url"}
)


@dataclass(frozen=True, slots=True)
class Call:
    """One Web API call by the app."""

    method: str
    arguments: dict[str, Any]
    status: int | None
    """The HTTP status, or None when the connection was cut."""
    answer: dict[str, Any]
    at: float
    took_effect: bool
    team: str | None = None
    """The workspace or organization that the token belongs to; None without a known bot token."""

    @property
    def ok(self) -> bool:
        """Return whether Slack did what was asked."""
        return bool(self.answer.get("ok"))

    @property
    def error(self) -> str | None:
        """Return Slack's name for the refusal."""
        error = self.answer.get("error")
        return None if error is None else str(error)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the page's panel."""

    n: int
    at: float
    direction: Literal["to_slack", "to_app"]
    name: str
    status: int | None
    payload: object
    answer: object


class Journal:
    """Keeps everything for tests, the latest for the page, or nothing for benchmarks."""

    def __init__(self, *, record: bool) -> None:
        self.record = record
        self.calls: list[Call] = []
        self.entries: deque[Entry] = deque(maxlen=LOG_LENGTH)
        self.listeners: list[Callable[[], None]] = []
        self._n = 0

    def call(self, call: Call) -> None:
        """Note a Web API call."""
        if self.record:
            self.calls.append(call)
            self._note(call.at, "to_slack", call.method, call.status, call.arguments, call.answer)

    def delivery(
        self, name: str, *, at: float, status: int | None, payload: object, answer: object
    ) -> None:
        """Note something that was sent to the app."""
        if self.record:
            self._note(at, "to_app", name, status, payload, answer)

    def _note(
        self,
        at: float,
        direction: Literal["to_slack", "to_app"],
        name: str,
        status: int | None,
        payload: object,
        answer: object,
    ) -> None:
        self._n += 1
        self.entries.append(Entry(self._n, at, direction, name, status, payload, answer))
        for listener in self.listeners:
            listener()

    def since(self, n: int, *, limit: int = 200) -> list[dict[str, object]]:
        """Return log lines after the n-th, without secrets."""
        fresh = (entry for entry in self.entries if entry.n > n)
        return [_shown(entry) for entry in islice(fresh, limit)]

    def clear(self) -> None:
        """Forget everything."""
        self.calls.clear()
        self.entries.clear()


def _shown(entry: Entry) -> dict[str, object]:
    return {
        "n": entry.n,
        "at": entry.at,
        "direction": entry.direction,
        "name": entry.name,
        "status": entry.status,
        "summary": _summary(entry),
        "payload": redacted(entry.payload),
        "answer": redacted(entry.answer),
    }


def _summary(entry: Entry) -> str:
    if isinstance(entry.answer, Mapping) and entry.answer.get("error"):
        return f"refused: {entry.answer['error']}"
    payload = entry.payload if isinstance(entry.payload, Mapping) else {}
    text = payload.get("text") or payload.get("command") or payload.get("user_id") or ""
    return str(text)[:80]


def redacted(value: object) -> object:
    """Return a copy in which tokens, triggers and one-time addresses are blotted out."""
    if isinstance(value, Mapping):
        return {
            key: "…" if key in SECRET_KEYS and isinstance(item, str) else redacted(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [redacted(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else json.dumps(str(value))
