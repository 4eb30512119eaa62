"""The people of the workspace."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

COLORS = (
    "4a6fa5", "2f7d6d", "9a5b2e", "7b4b94", "a23b5c", "3d6b8e",
    "6b7a2f", "8c4a3c", "2e6e5e", "5a5fa8", "96632b", "50626e",
)  # fmt: skip
DAY = 86_400


@dataclass(slots=True)
class Person:
    """A member of the workspace, with as much as Slack knows about them."""

    id: str
    handle: str
    name: str
    title: str = ""
    tz: str | None = "Etc/UTC"
    tz_offset: int | None = None
    """Seconds from UTC, shown as it is; None shows what the zone's rules say."""
    locale: str | None = "en-US"
    guest: bool = False
    admin: bool = False
    owner: bool = False
    """An owner is an admin too."""
    primary_owner: bool = False
    org_admin: bool = False
    """Whether they administer the organization of their workspace."""
    stranger: str | None = None
    """The workspace that they come from, for people of another company in a shared channel."""
    deactivated: bool = False
    bot: bool = False
    email: str | None = None
    """Their address, where it is not made from the handle."""
    is_email_confirmed: bool = True
    color: str = COLORS[0]
    dnd: tuple[int, int] | None = None
    """Do-not-disturb as start and end, in seconds since the epoch; it comes back every day."""

    @property
    def is_owner(self) -> bool:
        """Return whether they own the workspace, as one of several or as the primary owner."""
        return self.owner or self.primary_owner

    @property
    def is_admin(self) -> bool:
        """Return whether they may administer the workspace."""
        return self.admin or self.is_owner

    @property
    def address(self) -> str:
        """Return their email address."""
        return self.email if self.email is not None else f"{self.handle}@example.com"

    @property
    def initials(self) -> str:
        """Return the letters of the avatar."""
        words = self.name.split()
        letters = [word[0] for word in (words[:1] + words[1:][-1:])]
        return "".join(letters).upper() or "?"


@dataclass(slots=True)
class UserGroup:
    """People who can be named together."""

    id: str
    handle: str
    name: str
    members: set[str] = field(default_factory=set)
    disabled: bool = False
    created: int = 0


def usergroup_object(
    group: UserGroup, *, team: str, with_count: bool = True, with_users: bool = True
) -> dict[str, object]:
    """Return a user group as `usergroups.list` and its events show it."""
    shown: dict[str, object] = {
        "id": group.id,
        "team_id": team,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": group.created,
        "date_update": group.created,
        "date_delete": group.created if group.disabled else 0,
        "auto_type": None,
        "prefs": {"channels": [], "groups": []},
    }
    if with_users:
        shown["users"] = sorted(group.members)
    if with_count:
        shown["user_count"] = len(group.members)
    return shown


def quiet_hours(person: Person, *, now: float) -> tuple[int, int] | None:
    """Return the Do-not-disturb hours that run now, or else come next."""
    if person.dnd is None:
        return None
    start, end = person.dnd
    days = max(0, int((now - end) // DAY) + 1)
    return start + days * DAY, end + days * DAY


def user_object(
    person: Person,
    *,
    team: str,
    now: float,
    with_locale: bool,
    with_email: bool = False,
    is_unseen: bool = False,
) -> dict[str, object]:
    """Return the person as `users.info` and `user_change` show them.

    Of another company, `is_unseen` says whether they are in no channel that the app is in: that is what
    Slack calls a stranger.
    """
    team = person.stranger or team
    shown: dict[str, object] = {
        "id": person.id,
        "team_id": team,
        "name": person.handle,
        "deleted": person.deactivated,
        "profile": _profile(person, team=team) | _email(person, is_shown=with_email),
        "is_bot": person.bot,
        "is_app_user": False,
        "updated": int(now),
    }
    if person.stranger is not None:
        shown["is_stranger"] = is_unseen
    if not person.deactivated:
        shown |= _standing(person) | _time_zone(person, now=now)
        if with_locale and person.locale is not None:
            shown["locale"] = person.locale
    return shown


def _standing(person: Person) -> dict[str, object]:
    return {
        "color": person.color,
        "real_name": person.name,
        "is_admin": person.is_admin,
        "is_owner": person.is_owner,
        "is_primary_owner": person.primary_owner,
        "is_restricted": person.guest,
        "is_ultra_restricted": person.guest,
        "is_email_confirmed": person.is_email_confirmed and not person.bot,
        "who_can_share_contact_card": "EVERYONE",
    }


def _time_zone(person: Person, *, now: float) -> dict[str, object]:
    if person.tz_offset is not None:
        return {"tz": person.tz, "tz_label": "Local Time", "tz_offset": person.tz_offset}
    if person.tz is None:
        return {}
    local = datetime.fromtimestamp(now, ZoneInfo(person.tz))
    offset = local.utcoffset()
    seconds = int(offset.total_seconds()) if offset is not None else 0
    return {"tz": person.tz, "tz_label": local.tzname() or person.tz, "tz_offset": seconds}


def _profile(person: Person, *, team: str) -> dict[str, object]:
    return {
        "title": person.title,
        "phone": "",
        "skype": "",
        "real_name": person.name,
        "real_name_normalized": person.name,
        "display_name": person.handle,
        "display_name_normalized": person.handle,
        "first_name": person.name.split(" ")[0],
        "last_name": " ".join(person.name.split(" ")[1:]),
        "status_text": "",
        "status_emoji": "",
        "avatar_hash": "",
        "team": team,
    }


def _email(person: Person, *, is_shown: bool) -> dict[str, object]:
    return {"email": person.address} if is_shown and not person.bot else {}
