"""What happens to the app and to people as a whole."""

from playground.errors import NotThere
from playground.payloads.event import app_uninstalled, tokens_revoked, user_change
from playground.service import Service


def happen(service: Service, event: str, *, user: str | None = None) -> None:
    """Uninstall the app, revoke its token, or deactivate or reactivate a person."""
    if event == "app_uninstalled":
        _end(service, app_uninstalled(), standing_after="uninstalled")
    elif event == "tokens_revoked":
        _end(service, tokens_revoked(service.workspace), standing_after="revoked")
    elif event in ("deactivate", "reactivate"):
        _set_active(service, user, active=event == "reactivate")
    else:
        raise NotThere(
            f"There is no event {event}. "
            "Choose app_uninstalled, tokens_revoked, deactivate or reactivate."
        )


def _end(service: Service, event: dict[str, object], *, standing_after: str) -> None:
    # Slack tells both, in either order, so the first does not silence the second.
    service.events.publish(service.workspace, event)
    service.standing = "uninstalled" if standing_after == "uninstalled" else "revoked"
    service.workspace.announce("state")


def _set_active(service: Service, user: str | None, *, active: bool) -> None:
    person = service.workspace.people.get(user or "")
    if person is None or person.bot:
        raise NotThere(f"Nobody here has the id {user}.")
    person.deactivated = not active
    service.publish(user_change(service.workspace, person))
    service.workspace.announce("state")
