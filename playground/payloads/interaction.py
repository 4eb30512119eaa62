"""Clicks, submissions and closed modals."""

from typing import Any

from playground.payloads.shapes import (
    VERIFICATION_TOKEN,
    Payload,
    message_object,
    organization_object,
    person_object,
    team_object,
    view_object,
)
from playground.state.messages import Conversation, Message
from playground.state.people import Person
from playground.state.views import View
from playground.state.workspace import Workspace


def _interaction(workspace: Workspace, person: Person, kind: str) -> Payload:
    return {
        "type": kind,
        "user": person_object(workspace, person),
        "api_app_id": workspace.app.id,
        "token": VERIFICATION_TOKEN,
        "team": team_object(workspace),
        "enterprise": organization_object(workspace),
        "is_enterprise_install": workspace.is_enterprise_install,
    }


def _about_view(workspace: Workspace, person: Person, kind: str) -> Payload:
    """Return what happened in a view.

    Of an organization's app, Slack does not say the workspace there; of a person of another company it says
    theirs, and the view says where the app is installed.
    """
    shown = _interaction(workspace, person, kind)
    if person.stranger is not None:
        return shown | {"team": {"id": person.stranger, "domain": person.stranger.lower()}}
    return shown | {"team": None} if workspace.is_enterprise_install else shown


def message_action(
    workspace: Workspace,
    person: Person,
    conversation: Conversation,
    message: Message,
    *,
    action: Payload,
    values: dict[str, Any],
    trigger_id: str,
    response_url: str,
) -> Payload:
    """Return the click on an element of a message."""
    ephemeral = message.only_for is not None
    payload = _interaction(workspace, person, "block_actions") | {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": conversation.id,
            "is_ephemeral": ephemeral,
            **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
        },
        "trigger_id": trigger_id,
        "channel": {"id": conversation.id, "name": conversation.name},
        "state": {"values": values},
        "response_url": response_url,
        "actions": [action],
    }
    # Slack does not store ephemeral messages, so it cannot send them back.
    if not ephemeral:
        payload["message"] = message_object(workspace, message)
    return payload


def view_action(
    workspace: Workspace, person: Person, view: View, *, action: Payload, trigger_id: str
) -> Payload:
    """Return the click on an element of a modal or the Home tab."""
    return _about_view(workspace, person, "block_actions") | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": trigger_id,
        "view": view_object(workspace, view),
        "actions": [action],
    }


def view_submission(
    workspace: Workspace, person: Person, view: View, *, trigger_id: str
) -> Payload:
    """Return a submitted modal."""
    return _about_view(workspace, person, "view_submission") | {
        "trigger_id": trigger_id,
        "view": view_object(workspace, view),
        "response_urls": [],
    }


def view_closed(workspace: Workspace, person: Person, view: View, *, cleared: bool) -> Payload:
    """Return a closed modal; what was typed is not part of it."""
    shown = view_object(workspace, view)
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    kept = {block: values for block, values in view.values.items() if block not in inputs}
    return _about_view(workspace, person, "view_closed") | {
        "view": shown | {"state": {"values": kept}},
        "is_cleared": cleared,
    }
