"""The workspace as plain data, and back."""

import base64
from dataclasses import asdict
from typing import Any

from playground.state.files import StoredFile
from playground.state.messages import Conversation, Message
from playground.state.people import Person, UserGroup
from playground.state.views import View
from playground.state.workspace import Workspace

Snapshot = dict[str, Any]


def snapshot(workspace: Workspace) -> Snapshot:
    """Return everything that outlasts a restart; open modals and ephemeral messages do not."""
    return {
        "count": workspace.count,
        "last_ts": workspace.last_ts,
        "people": [asdict(person) for person in workspace.people.values()],
        "usergroups": [_usergroup(group) for group in workspace.usergroups.values()],
        "conversations": [_conversation(one) for one in workspace.conversations.values()],
        "dms": workspace.dms,
        "homes": [asdict(view) for view in workspace.homes.values()],
        "files": [_file(file) for file in workspace.files.values()],
    }


def _usergroup(group: UserGroup) -> Snapshot:
    return asdict(group) | {"members": sorted(group.members)}


def _conversation(conversation: Conversation) -> Snapshot:
    return {
        "id": conversation.id,
        "kind": conversation.kind,
        "name": conversation.name,
        "topic": conversation.topic,
        "members": sorted(conversation.members),
        "archived": conversation.archived,
        "private": conversation.private,
        "shared_with": conversation.shared_with,
        "created": conversation.created,
        "read": conversation.read,
        "messages": [asdict(message) for message in conversation.lasting()],
    }


def _file(file: StoredFile) -> Snapshot:
    content = None if file.content is None else base64.b64encode(file.content).decode()
    return asdict(file) | {"content": content}


def restore(workspace: Workspace, saved: Snapshot) -> None:
    """Put saved data in the place of whatever the workspace holds."""
    people = [_person(one) for one in saved["people"]]
    conversations = [_restored_conversation(one) for one in saved["conversations"]]
    homes = [View(**one) for one in saved["homes"]]
    files = [_restored_file(one) for one in saved["files"]]
    groups = [_restored_usergroup(one) for one in saved.get("usergroups", ())]
    workspace.count, workspace.last_ts = int(saved["count"]), int(saved["last_ts"])
    workspace.dms = dict(saved["dms"])
    workspace.usergroups = {one.id: one for one in groups}
    workspace.people = {one.id: one for one in people}
    workspace.conversations = {one.id: one for one in conversations}
    workspace.homes = {one.user: one for one in homes}
    workspace.files = {one.id: one for one in files}


def _person(saved: Snapshot) -> Person:
    dnd = saved["dnd"]
    return Person(**{**saved, "dnd": None if dnd is None else (dnd[0], dnd[1])})


def _restored_usergroup(saved: Snapshot) -> UserGroup:
    return UserGroup(**{**saved, "members": set(saved["members"])})


def _restored_conversation(saved: Snapshot) -> Conversation:
    messages = [Message(**one) for one in saved["messages"]]
    return Conversation(
        **{
            **saved,
            "members": set(saved["members"]),
            "messages": {message.ts: message for message in messages},
        }
    )


def _restored_file(saved: Snapshot) -> StoredFile:
    content = saved["content"]
    return StoredFile(
        **{**saved, "content": None if content is None else base64.b64decode(content)}
    )
