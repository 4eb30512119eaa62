"""Trigger ids: a person's click lets the app open one view, for three seconds."""

import secrets
from dataclasses import dataclass

from playground.errors import SlackError

LIFETIME = 3.0
REMEMBERED = 20_000


@dataclass(slots=True)
class Trigger:
    """A person did something; the view it came from is set for a click in a view."""

    user: str
    at: float
    view_id: str | None = None
    spent: bool = False
    team: str | None = None
    """The workspace in which it happened; None works in any."""


class Triggers:
    """Every trigger handed out lately."""

    def __init__(self) -> None:
        self._known: dict[str, Trigger] = {}

    def issue(
        self, user: str, *, now: float, view_id: str | None = None, team: str | None = None
    ) -> str:
        """Hand out a trigger id."""
        trigger_id = f"{int(now * 1000)}.{len(self._known)}.{secrets.token_hex(16)}"
        self._known[trigger_id] = Trigger(user, now, view_id, team=team)
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        return trigger_id

    def team_of(self, trigger_id: str) -> str | None:
        """Return the workspace in which a trigger was handed out."""
        trigger = self._known.get(trigger_id)
        return None if trigger is None else trigger.team

    def spend(self, trigger_id: str, *, now: float, team: str) -> Trigger:
        """Use a trigger up; Slack refuses unknown, old and used ones, and those of other workspaces."""
        trigger = self._known.get(trigger_id)
        if trigger is None or trigger.team not in (None, team):
            raise SlackError("invalid_trigger_id")
        if trigger.spent:
            raise SlackError("exchanged_trigger_id")
        if now - trigger.at > LIFETIME:
            raise SlackError("expired_trigger_id")
        trigger.spent = True
        return trigger
