"""What happens to the app, to people and to channels as a whole."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from playground.errors import NotThere
from playground.oauth.installation import end_installation, give_access, take_access
from playground.payloads.event import user_change
from playground.payloads.membership import (
    quiet_hours_changed,
    usergroup_changed,
    usergroup_members_changed,
)
from playground.person.channels import join, leave, set_archived
from playground.service import Service
from playground.state.people import Person

TO_CHANNELS = ("archive", "unarchive", "join", "leave")


def happen(
    service: Service, event: str, *, user: str | None = None, channel: str | None = None
) -> None:
    """Let one thing happen; for people and channels, who or which is given too."""
    if event == "install":
        _install(service)
    elif event == "app_uninstalled":
        end_installation(service.shared, service.holder, "uninstalled")
    elif event == "tokens_revoked":
        end_installation(service.shared, service.holder, "revoked")
    elif event == "team_access_granted":
        give_access(service)
    elif event == "team_access_revoked":
        take_access(service)
    elif event in ("deactivate", "reactivate"):
        _set_active(service, user, active=event == "reactivate")
    elif event in TO_CHANNELS:
        _to_channel(service, event, channel or "", user=user)
    else:
        raise NotThere(
            f"There is no event {event}. Choose install, app_uninstalled, tokens_revoked, "
            "team_access_granted, team_access_revoked, deactivate, reactivate, archive, unarchive, "
            "join or leave."
        )


def _install(service: Service) -> None:
    if not service.has_fixed_token:
        raise NotThere(
            "The app has no token for this workspace. Install it from the app's own page."
        )
    service.install()


def _to_channel(service: Service, event: str, channel: str, *, user: str | None) -> None:
    who = user or service.workspace.app.user_id
    if event == "join":
        join(service, channel, user=who, by=who)
    elif event == "leave":
        leave(service, channel, user=who, by=who)
    else:
        set_archived(service, channel, archive=event == "archive", by=who)


def _set_active(service: Service, user: str | None, *, active: bool) -> None:
    person = _person(service, user)
    person.deactivated = not active
    _changed(service, person)


def move_to_zone(service: Service, user: str, tz: str | None) -> None:
    """Give a person another time zone, and tell the app."""
    person = _person(service, user)
    if tz is not None:
        ZoneInfo(tz)
    person.tz = tz
    _changed(service, person)


def set_quiet_hours(service: Service, user: str, hours: tuple[int, int] | None) -> None:
    """Set or end a person's Do-not-disturb hours, and tell the app."""
    person = _person(service, user)
    person.dnd = hours
    service.publish(quiet_hours_changed(service.workspace, person))
    service.workspace.announce("state")


def change_usergroup(service: Service, usergroup: str, members: Iterable[str]) -> None:
    """Give a user group other members, and tell the app."""
    workspace = service.workspace
    group = workspace.usergroups.get(usergroup)
    if group is None:
        raise NotThere(f"There is no user group {usergroup}.")
    after = {_person(service, user).id for user in members}
    added, removed = after - group.members, group.members - after
    group.members = after
    service.publish(usergroup_members_changed(workspace, group, added=added, removed=removed))
    service.publish(usergroup_changed(workspace, group))
    workspace.announce("state")


def _changed(service: Service, person: Person) -> None:
    service.publish(user_change(service.workspace, person))
    service.workspace.announce("state")


def _person(service: Service, user: str | None) -> Person:
    person = service.workspace.people.get(user or "")
    if person is None or person.bot:
        raise NotThere(f"Nobody here has the id {user}.")
    return person
