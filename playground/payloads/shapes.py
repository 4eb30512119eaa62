"""Messages, views, people and places as they appear inside payloads and answers."""

from typing import Any

from playground.state.files import StoredFile
from playground.state.messages import FILE_SHARE, Conversation, Message
from playground.state.people import Person, user_object
from playground.state.views import View
from playground.state.workspace import Workspace

Payload = dict[str, Any]
VERIFICATION_TOKEN = "playground-verification"  # noqa: S105 (Slack's deprecated field, no secret)


def message_object(
    workspace: Workspace, message: Message, *, with_metadata: bool = False
) -> Payload:
    """Return a message as answers and payloads carry it."""
    shown: Payload = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": workspace.home_of(message.user),
    }
    shown |= _stranger(workspace, message)
    if message.subtype is not None:
        shown["subtype"] = message.subtype
    # Slack signs what an app posts, but not the message with which it shares a file.
    if message.by_app and message.subtype != FILE_SHARE:
        shown |= _app_signature(workspace)
    if message.blocks:
        shown["blocks"] = message.blocks
    if message.attachments:
        shown["attachments"] = message.attachments
    shown |= _thread(workspace, message)
    if message.edited is not None:
        shown["edited"] = {"user": message.user, "ts": message.edited}
    if message.files:
        shown["files"] = [file_object(workspace, workspace.files[f]) for f in message.files]
    if with_metadata and message.metadata is not None:
        shown["metadata"] = message.metadata
    return shown


def _stranger(workspace: Workspace, message: Message) -> Payload:
    """Return from where the author comes, for people of other companies."""
    author = workspace.people.get(message.user or "")
    if author is None or author.stranger is None:
        return {}
    profile = {
        "real_name": author.name,
        "display_name": author.handle,
        "name": author.handle,
        "team": author.stranger,
        "is_restricted": False,
        "is_ultra_restricted": False,
    }
    home = author.stranger
    return {"user_team": home, "source_team": home, "user_profile": profile}


def _thread(workspace: Workspace, message: Message) -> Payload:
    if message.replies:
        count = {"reply_count": len(message.replies), "latest_reply": message.replies[-1]}
        return {"thread_ts": message.ts, **count}
    if message.thread_ts is None:
        return {}
    root = workspace.message(message.channel, message.thread_ts)
    author = {} if root is None else {"parent_user_id": root.user}
    return {"thread_ts": message.thread_ts, **author}


def _app_signature(workspace: Workspace) -> Payload:
    app = workspace.app
    profile = {
        "id": app.bot_id,
        "app_id": app.id,
        "user_id": app.user_id,
        "name": app.name,
        "deleted": False,
        "team_id": workspace.id,
    }
    return {"bot_id": app.bot_id, "app_id": app.id, "bot_profile": profile}


def file_object(workspace: Workspace, file: StoredFile) -> Payload:
    """Return a file as answers carry it."""
    address = f"{workspace.address}/files/{file.id}/{file.name}"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "size": file.size,
        "user": workspace.app.user_id,
        "url_private": address,
        "url_private_download": address,
        "permalink": address,
        "channels": [],
        "groups": [],
        "ims": [file.channel] if file.channel else [],
    }


def view_object(workspace: Workspace, view: View) -> Payload:
    """Return a view as answers and payloads carry it."""
    content = view.content
    return {
        "id": view.id,
        "team_id": workspace.id,
        "type": content["type"],
        "blocks": view.blocks,
        "private_metadata": content.get("private_metadata") or "",
        "callback_id": content.get("callback_id") or "",
        "state": {"values": view.values},
        "hash": view.hash,
        "title": content.get("title"),
        "clear_on_close": bool(content.get("clear_on_close")),
        "notify_on_close": bool(content.get("notify_on_close")),
        "close": content.get("close"),
        "submit": content.get("submit"),
        "previous_view_id": view.previous,
        "root_view_id": view.root,
        "app_id": workspace.app.id,
        "external_id": view.external_id,
        "app_installed_team_id": workspace.id,
        "bot_id": workspace.app.bot_id,
    }


def person_object(workspace: Workspace, person: Person) -> Payload:
    """Return the person who clicked."""
    return {
        "id": person.id,
        "username": person.handle,
        "name": person.handle,
        "team_id": workspace.home_of(person.id),
    }


def user_of(
    workspace: Workspace,
    person: Person,
    *,
    now: float,
    with_locale: bool,
    with_email: bool = False,
) -> dict[str, object]:
    """Return a person as `users.info` and `user_change` show them in a workspace."""
    shown = user_object(
        person,
        team=workspace.id,
        now=now,
        with_locale=with_locale,
        with_email=with_email,
        is_unseen=workspace.is_unseen(person),
    )
    if workspace.organization is not None and person.stranger is None:
        shown["enterprise_user"] = {
            "id": person.id,
            "enterprise_id": workspace.organization,
            "enterprise_name": workspace.organization_name,
            "is_admin": person.org_admin,
            "is_owner": False,
            "teams": [workspace.id],
        }
    return shown


def team_object(workspace: Workspace) -> Payload:
    """Return the team inside an interaction payload."""
    shown: Payload = {"id": workspace.id, "domain": workspace.domain}
    if workspace.organization is None:
        return shown
    name = workspace.organization_name
    return shown | {"enterprise_id": workspace.organization, "enterprise_name": name}


def organization_object(workspace: Workspace) -> Payload | None:
    """Return the organization that the workspace belongs to."""
    if workspace.organization is None:
        return None
    return {"id": workspace.organization, "name": workspace.organization_name}


def conversation_object(workspace: Workspace, conversation: Conversation) -> Payload:
    """Return a conversation as `conversations.info` shows it."""
    shared: Payload = {
        "id": conversation.id,
        "created": conversation.created,
        "is_archived": conversation.archived,
        "is_im": conversation.kind == "dm",
        "is_org_shared": False,
        "context_team_id": workspace.id,
        "updated": conversation.created * 1000,
    }
    if conversation.kind == "dm":
        return shared | {"user": workspace.partner(conversation), "is_open": True, "priority": 0}
    return shared | {
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_channel": True,
        "is_group": False,
        "is_mpim": False,
        "is_private": conversation.private,
        "is_general": False,
        "is_member": workspace.app_is_in(conversation),
        "is_shared": bool(conversation.shared_with),
        "is_ext_shared": bool(conversation.shared_with),
        "is_pending_ext_shared": False,
        "shared_team_ids": [workspace.id, *conversation.shared_with],
        "topic": {"value": conversation.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(conversation.members),
    }
