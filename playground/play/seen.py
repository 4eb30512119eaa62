"""What one person sees: the workspace, their conversations, their Home tab, their modals."""

from typing import Any

from playground.errors import NotThere
from playground.payloads.shapes import view_object
from playground.person.slack_commands import COMMANDS
from playground.service import Service
from playground.state.messages import Conversation, Message
from playground.state.people import Person
from playground.state.workspace import Workspace

Seen = dict[str, Any]


def state_for(service: Service, user: str | None) -> Seen:
    """Return everything but messages; without a user, only what everybody may see."""
    workspace = service.workspace
    shared: Seen = {
        "workspace": {"id": workspace.id, "name": workspace.name},
        "workspaces": [_place(one) for one in service.shared.services.values()],
        "app": _app(service),
        "people": [_person(person) for person in workspace.members()],
        "commands": [
            {"command": c.command, "description": c.description, "usage_hint": c.usage_hint}
            for c in [*service.manifest.commands, *COMMANDS]
        ],
        "now": service.clock.now(),
    }
    return shared | _own(workspace, user)


def _place(service: Service) -> Seen:
    workspace = service.workspace
    return {
        "id": workspace.id,
        "name": workspace.name,
        "organization": workspace.organization,
        "standing": service.standing,
    }


def _own(workspace: Workspace, user: str | None) -> Seen:
    if user is None:
        return {"conversations": [], "home": {"view": None}, "modals": []}
    if user not in workspace.people:
        raise NotThere(f"Nobody here has the id {user}.")
    home = workspace.homes.get(user)
    modals = workspace.modal_stack(user)
    return {
        "conversations": _conversations(workspace, user),
        "home": {"view": None if home is None else view_object(workspace, home)},
        "modals": [view_object(workspace, view) for view in modals],
    }


def _app(service: Service) -> Seen:
    transport = service.courier.transport
    app = service.workspace.app
    return {
        "id": app.id,
        "bot_user_id": app.user_id,
        "bot_id": app.bot_id,
        "name": app.name,
        "connected": transport is not None,
        "transport": transport,
        "standing": service.standing,
    }


def _person(person: Person) -> Seen:
    return {
        "id": person.id,
        "name": person.name,
        "handle": person.handle,
        "title": person.title,
        "tz": person.tz,
        "locale": person.locale,
        "guest": person.guest,
        "admin": person.is_admin,
        "owner": person.is_owner,
        "org_admin": person.org_admin,
        "stranger": person.stranger,
        "deactivated": person.deactivated,
        "avatar": person.initials,
        "color": f"#{person.color}",
    }


def _conversations(workspace: Workspace, user: str) -> list[Seen]:
    dm = workspace.dm(user)
    channels = [
        one
        for one in workspace.conversations.values()
        if one.kind == "channel" and user in one.members
    ]
    return [_conversation(workspace, one, user) for one in [*channels, dm]]


def _conversation(workspace: Workspace, conversation: Conversation, user: str) -> Seen:
    is_dm = conversation.kind == "dm"
    unread = conversation.unread_by(user)
    return {
        "id": conversation.id,
        "kind": conversation.kind,
        "name": workspace.app.name if is_dm else conversation.name,
        "topic": conversation.topic,
        "unread": len(unread),
        "notice": next(
            (_notice(workspace, m) for m in unread if _notifies(m, user, is_dm=is_dm)), None
        ),
        "archived": conversation.archived,
        "members": len(conversation.members),
        "app_is_in": workspace.app_is_in(conversation),
    }


def _notifies(message: Message, user: str, *, is_dm: bool) -> bool:
    """Return whether Slack notifies this person: of a direct message, or where they are named."""
    named = any(mark in message.text for mark in (f"<@{user}>", "<!channel>", "<!here>"))
    return message.only_for is None and (is_dm or named)


def _notice(workspace: Workspace, message: Message) -> Seen:
    """Return what the notification says: who wrote, and the message's text without its blocks."""
    return {"ts": message.ts, "name": _author(workspace, message), "text": message.text}


def _author(workspace: Workspace, message: Message) -> str:
    author = workspace.people.get(message.user or "")
    return author.name if author else "Somebody"


def messages_for(service: Service, user: str, channel: str) -> Seen:
    """Return a conversation's messages, the oldest first, and note them as read."""
    workspace = service.workspace
    conversation = workspace.conversations.get(channel)
    if conversation is None or user not in conversation.members:
        raise NotThere(f"{user} is not in a conversation {channel}.")
    messages = [_message(workspace, one) for one in conversation.visible_to(user)]
    if messages:
        conversation.read[user] = messages[-1]["ts"]
    return {"channel": conversation.id, "messages": messages}


def _message(workspace: Workspace, message: Message) -> Seen:
    files = [workspace.files[file_id] for file_id in message.files]
    return {
        "ts": message.ts,
        "user": message.user,
        "bot_id": workspace.app.bot_id if message.by_app else None,
        "name": _author(workspace, message),
        "text": message.text,
        "blocks": message.blocks,
        "edited": message.edited is not None,
        "ephemeral": message.only_for is not None,
        "thread_ts": message.thread_ts,
        "metadata": message.metadata,
        "files": [
            {"id": f.id, "name": f.name, "size": f.size, "url": f"/files/{f.id}/{f.name}"}
            for f in files
        ],
    }
