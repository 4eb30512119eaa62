"""Payloads for the app, and its answers."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

Kind = Literal["events_api", "slash_commands", "interactive"]
ACK_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Parcel:
    """A payload on its way to the app."""

    kind: Kind
    payload: dict[str, Any]

    @property
    def name(self) -> str:
        """Return the name that the page's panel shows."""
        if self.kind == "slash_commands":
            return str(self.payload["command"])
        if self.kind == "interactive":
            return str(self.payload["type"])
        return str(self.payload["event"]["type"])


@dataclass(frozen=True, slots=True)
class Retry:
    """The number of a retry of an event, and its reason."""

    attempt: int
    reason: str


@dataclass(frozen=True, slots=True)
class Ack:
    """The app's answer; `reason` says what went wrong when it is not ok."""

    ok: bool
    seconds: float
    status: int | None = None
    body: dict[str, Any] | str | None = None
    reason: str = ""
    no_retry: bool = False


class Transport(Protocol):
    """A transport that delivers payloads to the app."""

    async def send(self, parcel: Parcel, retry: Retry | None) -> Ack:
        """Deliver once and wait at most three seconds for the answer."""
        ...
