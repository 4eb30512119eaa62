"""Events, each in the envelope that the Events API puts around it."""

from playground.payloads.shapes import (
    VERIFICATION_TOKEN,
    Payload,
    message_object,
    user_of,
    view_object,
)
from playground.state.messages import Conversation, Message
from playground.state.people import Person
from playground.state.workspace import Workspace


def event_callback(workspace: Workspace, event: Payload, *, whole: bool = False) -> Payload:
    """Return the envelope; its `event_id` stays the same over retries.

    With `whole`, the event is about the app in the whole organization, and names no workspace.
    """
    event_id = workspace.new_id("Ev")
    team = None if whole else workspace.id
    organization = workspace.organization
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team,
        **({} if organization is None else {"enterprise_id": organization}),
        "context_team_id": team,
        "context_enterprise_id": organization,
        "api_app_id": workspace.app.id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(workspace.clock.now()),
        "authorizations": [
            {
                "enterprise_id": organization,
                "team_id": team,
                "user_id": workspace.app.user_id,
                "is_bot": True,
                "is_enterprise_install": whole or workspace.is_enterprise_install,
            }
        ],
        "is_ext_shared_channel": _is_shared(workspace, event),
        "event_context": f"4-{event_id}",
    }


def _is_shared(workspace: Workspace, event: Payload) -> bool:
    conversation = workspace.conversations.get(str(event.get("channel")))
    return conversation is not None and bool(conversation.shared_with)


def channel_type(conversation: Conversation) -> str:
    """Return Slack's word for the kind of conversation in message events."""
    if conversation.kind == "dm":
        return "im"
    return "group" if conversation.private else "channel"


def message_event(workspace: Workspace, conversation: Conversation, message: Message) -> Payload:
    """Return a message as the app hears of it, its own ones included."""
    event = message_object(workspace, message) | {
        "channel": conversation.id,
        "event_ts": message.ts,
        "channel_type": channel_type(conversation),
    }
    if not message.by_app:
        event["client_msg_id"] = f"{message.channel}-{message.ts}"
    return event


def app_mention(
    workspace: Workspace, conversation: Conversation, message: Message
) -> Payload | None:
    """Return the event for a person's message that names the app; None for any other, and in a DM."""
    if conversation.kind == "dm" or f"<@{workspace.app.user_id}>" not in message.text:
        return None
    event = message_event(workspace, conversation, message)
    return {key: event[key] for key in event if key != "channel_type"} | {"type": "app_mention"}


def message_changed(
    workspace: Workspace, conversation: Conversation, *, now: Message, before: Payload, ts: str
) -> Payload:
    """Return the event for an edited message."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": message_object(workspace, now),
        "previous_message": before,
        "channel": conversation.id,
        "hidden": True,
        "ts": ts,
        "event_ts": ts,
        "channel_type": channel_type(conversation),
    }


def message_deleted(
    workspace: Workspace, conversation: Conversation, message: Message, *, ts: str
) -> Payload:
    """Return the event for a deleted message."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": message_object(workspace, message),
        "channel": conversation.id,
        "hidden": True,
        "deleted_ts": message.ts,
        "ts": ts,
        "event_ts": ts,
        "channel_type": channel_type(conversation),
    }


def app_home_opened(workspace: Workspace, person: Person, *, tab: str) -> Payload:
    """Return the opened Home or Messages tab; `view` only if one was ever published."""
    event: Payload = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": workspace.dm(person.id).id,
        "tab": tab,
        "event_ts": workspace.new_ts(),
    }
    home = workspace.homes.get(person.id)
    if tab == "home" and home is not None:
        event["view"] = view_object(workspace, home)
    return event


def app_uninstalled() -> Payload:
    """Return the farewell."""
    return {"type": "app_uninstalled"}


def tokens_revoked(workspace: Workspace) -> Payload:
    """Return the revoked tokens; Slack lists user ids, not tokens."""
    return {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [workspace.app.user_id]}}


def team_access(done: str, workspace: Workspace) -> Payload:
    """Return the workspace that was added to the installation of an organization, or taken out of it."""
    return {
        "type": f"team_access_{done}",
        "team_ids": [workspace.id],
        "event_ts": workspace.new_ts(),
    }


def user_change(workspace: Workspace, person: Person) -> Payload:
    """Return a changed person."""
    now = workspace.clock.now()
    return {
        "type": "user_change",
        "user": user_of(workspace, person, now=now, with_locale=True),
        "cache_ts": int(now),
        "event_ts": workspace.new_ts(),
    }
