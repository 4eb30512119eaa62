"""Who acted and where, read from Slack's payloads in one place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.buttons import HOME_VIEW
from coaching.members import MemberKey


@dataclass(frozen=True)
class Request:
    """A member's act: who, where, and what may be used to answer.

    `idempotency_key` names the act and never holds a user id. `in_dm` is true only where Slack
    says that the channel is our own conversation with the member: a D… id alone may be a DM of two people.
    `window` is the modal that the member clicked in.
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


@dataclass(frozen=True)
class Click:
    """A click on a button or a choice: in a menu, in a calendar, or of several boxes.

    `picked` is what every menu and field of the clicked message holds, `boxes` what is ticked in it, both
    by action id; what holds nothing is left out of `picked` and empty in `boxes`.
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
class Submission:
    """A form that was sent: what it carried along, what was chosen and what was written, by action id.

    A person who was chosen counts as written; what was left empty is missing.
    """

    request: Request
    carried: str
    chosen: Mapping[str, str]
    written: Mapping[str, str] = field(default_factory=dict)


def from_command(body: Mapping[str, Any]) -> Request:
    """The request of a slash command."""
    channel = _text(body, "channel_id")
    return Request(
        key=MemberKey(str(body["team_id"]), str(body["user_id"])),
        channel=channel,
        response_url=_text(body, "response_url"),
        trigger_id=_text(body, "trigger_id"),
        idempotency_key=f"trigger:{body.get('trigger_id', '')}",
        app_id=_text(body, "api_app_id"),
    )


def from_click(body: Mapping[str, Any]) -> Click:
    """The click in a block_actions payload."""
    action = body["actions"][0]
    container = body.get("container") or {}
    view = body.get("view") or {}
    channel = _text(container, "channel_id") or _text(body.get("channel") or {}, "id")
    team = body.get("team") or body.get("user", {})
    fields = _fields(body.get("state") or {})
    request = Request(
        key=MemberKey(str(team.get("id") or team["team_id"]), str(body["user"]["id"])),
        channel=channel,
        response_url=_text(body, "response_url"),
        trigger_id=_text(body, "trigger_id"),
        idempotency_key=f"trigger:{body.get('trigger_id', '')}",
        app_id=_text(body, "api_app_id"),
        on_home=view.get("callback_id") == HOME_VIEW,
        window=_text(view, "id") if view.get("type") == "modal" else None,
    )
    return Click(
        request=request,
        action_id=str(action["action_id"]),
        value=_held(action),
        message_ts=_text(container, "message_ts"),
        is_ephemeral=bool(container.get("is_ephemeral")),
        ticked=_ticked(action),
        picked={name: value for name, held in fields.items() if (value := _held(held))},
        boxes={name: _ticked(held) for name, held in fields.items() if "selected_options" in held},
    )


def from_submission(body: Mapping[str, Any]) -> Submission:
    """The form in a view_submission payload; its window is closed by the acknowledgement."""
    view = body["view"]
    team = body.get("team") or body["user"]
    fields = [field for block in view["state"]["values"].values() for field in block.items()]
    options = {action: (state.get("selected_option") or {}) for action, state in fields}
    request = Request(
        key=MemberKey(str(team.get("id") or team["team_id"]), str(body["user"]["id"])),
        channel=None,
        response_url=None,
        trigger_id=_text(body, "trigger_id"),
        idempotency_key=f"view:{view['id']}",
        app_id=_text(body, "api_app_id"),
    )
    chosen = {action: str(option["value"]) for action, option in options.items() if option}
    typed = {action: state.get("value") or state.get("selected_user") for action, state in fields}
    written = {action: str(text) for action, text in typed.items() if text}
    return Submission(request, str(view.get("private_metadata") or ""), chosen, written)


def from_event(body: Mapping[str, Any]) -> Request:
    """The request of an event; copies of one event share what they say, whatever their ids."""
    event = body["event"]
    channel = _text(event, "channel")
    stamp = _text(event, "ts") or _text(event, "event_ts") or str(body.get("event_id", ""))
    return Request(
        key=MemberKey(str(body["team_id"]), str(event.get("user", ""))),
        channel=channel,
        response_url=None,
        trigger_id=None,
        idempotency_key=f"event:{event.get('type')}:{channel}:{stamp}",
        in_dm=event.get("channel_type") == "im" or bool(channel and channel.startswith("D")),
        app_id=_text(body, "api_app_id"),
    )


def from_profile(body: Mapping[str, Any]) -> Request:
    """The request of an event about a person, whose whole profile stands in the place of their id."""
    profile = body["event"].get("user") or {}
    key = MemberKey(str(body["team_id"]), str(profile.get("id") or ""))
    act = f"event:user_change:{body.get('event_id', '')}"
    return Request(key=key, channel=None, response_url=None, trigger_id=None, idempotency_key=act)


def _fields(state: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What everything that can be chosen or filled in holds, by action id."""
    blocks = (state.get("values") or {}).values()
    return {name: held for block in blocks for name, held in block.items()}


def _held(field: Mapping[str, Any]) -> str:
    """What a button, a menu, a calendar or a text field holds; empty when that is nothing."""
    option = field.get("selected_option") or {}
    return str(field.get("value") or option.get("value") or field.get("selected_date") or "")


def _ticked(field: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(one["value"]) for one in field.get("selected_options") or ())


def _text(values: Mapping[str, Any], name: str) -> str | None:
    value = values.get(name)
    return str(value) if value else None
