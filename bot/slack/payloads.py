"""Slack's payloads as values: who acted, where, and what they clicked or wrote."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.buttons import HOME_VIEW
from coaching.members import MemberKey
from coaching.safe_text import is_slack_id


@dataclass(frozen=True)
class Request:
    """A member's act: who, where, and what can be used to answer.

    `idempotency_key` identifies the act and contains no user id. `in_dm` is true only where Slack says that
    the channel is the member's DM with the bot, because a D… id may also be a DM of two people. `window` is
    the id of the modal that the member clicked in. `is_mention` is true for a message in a channel that
    names the bot, and `thread` is the thread that it stands in. `enterprise_id` is the organization in all of
    which the app is installed; None where it is installed in the workspace alone. `key` has the workspace in
    which the member acts, and `home` is the workspace or organization that they come from, where the payload
    says so: of people of other companies in a shared channel it is another one.
    """

    key: MemberKey
    channel: str | None
    response_url: str | None
    trigger_id: str | None
    idempotency_key: str
    in_dm: bool = False
    app_id: str | None = None
    on_home: bool = False
    window: str | None = None
    is_mention: bool = False
    thread: str | None = None
    enterprise_id: str | None = None
    home: str | None = None

    @property
    def place(self) -> str:
        """Where the member acted, for the audit log; a DM without its id, which would tell who it was."""
        if self.on_home:
            return "home"
        if self.channel is None:
            return "form"
        if self.in_dm or self.channel.startswith("D"):
            return "direct_message"
        return f"channel:{self.channel}"


@dataclass(frozen=True)
class Click:
    """A click on a button, or a choice in a menu, a calendar or checkboxes.

    `picked` has the value of every menu and field of the clicked message that has one, `boxes` the ticked
    values of all its checkboxes, both by action id.
    """

    request: Request
    action_id: str
    value: str
    message_ts: str | None
    is_ephemeral: bool = False
    ticked: tuple[str, ...] = ()
    picked: Mapping[str, str] = field(default_factory=dict)
    boxes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Ticks:
    """A field with several choices, such as checkboxes or people: the choices now, and when it opened."""

    now: tuple[str, ...] = ()
    before: tuple[str, ...] = ()


@dataclass(frozen=True)
class Submission:
    """A submitted form: `carried` is its private metadata, `chosen` and `written` are values by action id.

    A chosen person or day counts as written; empty fields are left out. `ticked` has the fields with several
    choices, also when nothing is chosen there.
    """

    request: Request
    carried: str
    chosen: Mapping[str, str]
    written: Mapping[str, str] = field(default_factory=dict)
    ticked: Mapping[str, Ticks] = field(default_factory=dict)


def from_command(body: Mapping[str, Any]) -> Request:
    """Return the request of a slash command."""
    channel = _id(body.get("channel_id"))
    return Request(
        key=_member(body["team_id"], body["user_id"]),
        channel=channel,
        response_url=_text(body, "response_url"),
        trigger_id=_text(body, "trigger_id"),
        idempotency_key=f"trigger:{body.get('trigger_id', '')}",
        app_id=_id(body.get("api_app_id")),
        enterprise_id=_organization(body),
    )


def from_click(body: Mapping[str, Any]) -> Click:
    """Return the click in a block_actions payload."""
    action = body["actions"][0]
    container = body.get("container") or {}
    view = body.get("view") or {}
    channel = _id(container.get("channel_id") or (body.get("channel") or {}).get("id"))
    fields = _fields(body.get("state") or {})
    request = Request(
        key=_actor(body),
        channel=channel,
        response_url=_text(body, "response_url"),
        trigger_id=_text(body, "trigger_id"),
        idempotency_key=f"trigger:{body.get('trigger_id', '')}",
        app_id=_id(body.get("api_app_id")),
        on_home=view.get("callback_id") == HOME_VIEW,
        enterprise_id=_organization(body),
        home=_home(body),
        window=_text(view, "id") if view.get("type") == "modal" else None,
    )
    return Click(
        request=request,
        action_id=str(action["action_id"]),
        value=_value(action),
        message_ts=_text(container, "message_ts"),
        is_ephemeral=bool(container.get("is_ephemeral")),
        ticked=_ticked(action),
        picked={name: value for name, held in fields.items() if (value := _value(held))},
        boxes={name: _ticked(held) for name, held in fields.items() if "selected_options" in held},
    )


WRITTEN = ("value", "selected_user", "selected_channel", "selected_date")
"""What the state of a field has that counts as written."""


def from_submission(body: Mapping[str, Any]) -> Submission:
    """Return the form in a view_submission payload; the acknowledgement closes its modal."""
    view = body["view"]
    fields = [field for block in view["state"]["values"].values() for field in block.items()]
    options = {action: (state.get("selected_option") or {}) for action, state in fields}
    request = Request(
        key=_actor(body),
        channel=None,
        response_url=None,
        trigger_id=_text(body, "trigger_id"),
        idempotency_key=f"view:{view['id']}",
        app_id=_id(body.get("api_app_id")),
        enterprise_id=_organization(body),
        home=_home(body),
    )
    chosen = {action: str(option["value"]) for action, option in options.items() if option}
    typed = {
        action: next((state[name] for name in WRITTEN if state.get(name)), None)
        for action, state in fields
    }
    written = {action: str(text) for action, text in typed.items() if text}
    carried = str(view.get("private_metadata") or "")
    return Submission(request, carried, chosen, written, _ticks(view))


def from_event(body: Mapping[str, Any]) -> Request:
    """Return the request of an event; its key is the same for all deliveries, also those with other ids."""
    event = body["event"]
    channel = _id(event.get("channel"))
    stamp = _text(event, "ts") or _text(event, "event_ts") or str(body.get("event_id", ""))
    return Request(
        key=_member(_team_of_event(body), event.get("user")),
        channel=channel,
        response_url=None,
        trigger_id=None,
        idempotency_key=f"event:{event.get('type')}:{channel}:{stamp}",
        in_dm=event.get("channel_type") == "im" or bool(channel and channel.startswith("D")),
        app_id=_id(body.get("api_app_id")),
        is_mention=event.get("type") == "app_mention",
        thread=_text(event, "thread_ts"),
        enterprise_id=_organization(body),
        home=_author_from(event),
    )


def from_profile(body: Mapping[str, Any]) -> Request:
    """Return the request of an event about a profile, which has the whole profile instead of a user id."""
    profile = body["event"].get("user") or {}
    key = _member(_team_of_event(body), profile.get("id"))
    act = f"event:user_change:{body.get('event_id', '')}"
    return Request(
        key=key,
        channel=None,
        response_url=None,
        trigger_id=None,
        idempotency_key=act,
        enterprise_id=_organization(body),
    )


class NotAnId(ValueError):
    """A payload has a text where Slack sends an id; nothing of it is used."""


def _id(value: object) -> str | None:
    """Return the id of a person, a channel or a workspace; raise NotAnId for another text."""
    if not value:
        return None
    if not isinstance(value, str) or not is_slack_id(value):
        raise NotAnId("This payload has a text where Slack sends an id.")
    return value


def _organization(body: Mapping[str, Any]) -> str | None:
    """Return the organization in all of which the app is installed, as every kind of payload says it."""
    about = _granted(body)
    if not isinstance(about, Mapping) or about.get("is_enterprise_install") not in (True, "true"):
        return None
    enterprise = about.get("enterprise")
    return _id(
        enterprise.get("id") if isinstance(enterprise, Mapping) else about.get("enterprise_id")
    )


def _granted(body: Mapping[str, Any]) -> object:
    """Return what says where the app is installed: of an event its first authorization, else the payload."""
    granted = body.get("authorizations")
    return granted[0] if isinstance(granted, list) and granted else body


def _member(team: object, user: object) -> MemberKey:
    return MemberKey(_id(team) or "", _id(user) or "")


def _actor(body: Mapping[str, Any]) -> MemberKey:
    """Return who clicked or submitted, and in which workspace of the app.

    That is the payload's team, but in a view that somebody of another company sees, the view names it. In
    views of an organization's app the team is null, and it is the one in which the user acts.
    """
    user, team, view = body["user"], body.get("team") or {}, body.get("view") or {}
    installed_in = _workspace(view.get("app_installed_team_id"))
    return _member(installed_in or team.get("id") or user["team_id"], user["id"])


def _author_from(event: Mapping[str, Any]) -> str | None:
    """Return the workspace or organization that the author of a message comes from."""
    if event.get("type") not in ("message", "app_mention"):
        return None
    return _id(event.get("user_team") or event.get("source_team") or event.get("team"))


def _home(body: Mapping[str, Any]) -> str | None:
    """Return the workspace that the person of a click or form comes from."""
    return _id(body["user"].get("team_id") or (body.get("team") or {}).get("id"))


def _team_of_event(body: Mapping[str, Any]) -> str | None:
    """Return the workspace of the app that an event is sent for.

    In a channel shared with another company, `team_id` may be theirs, and the authorization names ours. For
    an organization's app the authorization may name none. Elsewhere two different workspaces contradict each
    other: then it is for none.
    """
    granted = body.get("authorizations")
    about = granted[0] if isinstance(granted, list) and granted else {}
    first = about.get("team_id") if isinstance(about, Mapping) else None
    named = [body.get("team_id"), body.get("context_team_id"), first]
    if body.get("is_ext_shared_channel"):
        named.reverse()
    elif _workspace(first) not in (None, _workspace(body.get("team_id"))):
        return None
    return next(filter(None, map(_workspace, named)), None)


def _workspace(value: object) -> str | None:
    """Return the id of a workspace; None for that of an organization, which stands in its place."""
    found = _id(value)
    return None if found is None or found.startswith("E") else found


def _fields(state: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the state of all fields by action id."""
    blocks = (state.get("values") or {}).values()
    return {name: held for block in blocks for name, held in block.items()}


def _value(field: Mapping[str, Any]) -> str:
    """Return the value of a button, menu, calendar or text field; empty when there is none."""
    option = field.get("selected_option") or {}
    return str(field.get("value") or option.get("value") or field.get("selected_date") or "")


def _ticked(field: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(one["value"]) for one in field.get("selected_options") or ())


def _ticks(view: Mapping[str, Any]) -> dict[str, Ticks]:
    """Return the fields of a form that take several choices; what they began with stands in its blocks."""
    held = _fields(view["state"])
    elements = [block.get("element") or {} for block in view.get("blocks") or ()]
    return {
        str(one["action_id"]): Ticks(
            _several(held.get(one["action_id"]) or {}, "selected"), _several(one, "initial")
        )
        for one in elements
        if one.get("type") == "checkboxes" or str(one.get("type")).startswith("multi_")
    }


def _several(field: Mapping[str, Any], which: str) -> tuple[str, ...]:
    """Return the values of options, or the ids of people, that are selected or were at first."""
    options = (str(one["value"]) for one in field.get(f"{which}_options") or ())
    return (*options, *(str(one) for one in field.get(f"{which}_users") or ()))


def _text(values: Mapping[str, Any], name: str) -> str | None:
    value = values.get(name)
    return str(value) if value else None
