"""The result of something a person did."""

from dataclasses import dataclass, field
from typing import Any

from playground.delivery.parcel import Ack

TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether the app acknowledged, and what Slack showed the person if it did not."""

    acked: bool
    status: int | None = None
    body: dict[str, Any] | str | None = None
    seconds: float = 0.0
    shown: str | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Return whether the person saw no complaint."""
        return self.shown is None and not self.errors


def outcome_of(ack: Ack, *, shown: str | None, errors: dict[str, str] | None = None) -> Outcome:
    """Return the outcome of a delivery; `shown` is what the person reads if it failed."""
    return Outcome(
        acked=ack.ok,
        status=ack.status,
        body=ack.body,
        seconds=ack.seconds,
        shown=shown,
        errors=errors or {},
    )


def command_complaint(command: str, ack: Ack) -> str:
    """Return what Slack shows when a slash command was not acknowledged."""
    error = "operation_timeout" if ack.reason == "http_timeout" else "dispatch_failed"
    return f'{command} failed with the error "{error}"'


def click_complaint(ack: Ack) -> str:
    """Return what Slack shows when a click was not acknowledged."""
    if ack.reason == "http_timeout":
        return "Operation timed out. Apps need to respond within 3 seconds."
    if ack.status is not None:
        return f"This app responded with Status Code {ack.status}."
    return "This app could not be reached."
