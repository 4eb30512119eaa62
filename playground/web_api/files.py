"""files.*: announce, upload, share."""

from typing import Any

from playground.errors import SlackError
from playground.payloads.event import message_event
from playground.payloads.shapes import file_object
from playground.state.files import StoredFile
from playground.state.messages import FILE_SHARE
from playground.web_api.chat import check_open
from playground.web_api.method import Answer, Method, Request

LARGEST = 1_000_000_000


def get_upload_url(request: Request) -> Answer:
    """Announce a file and return the address for its bytes."""
    name = request.arguments.text("filename").replace("/", "_")
    try:
        size = int(request.arguments.text("length"))
    except ValueError:
        raise SlackError("invalid_arguments") from None
    if not 0 < size <= LARGEST:
        raise SlackError("invalid_arguments")
    workspace = request.workspace
    file = StoredFile(workspace.new_id("F"), name, size, int(request.clock.now()))
    workspace.files[file.id] = file
    return {"upload_url": f"{request.service.address}/upload/{file.id}", "file_id": file.id}


def complete_upload(request: Request) -> Answer:
    """Share uploaded files in a conversation, or keep them private."""
    listed = request.arguments.structure("files", error="invalid_arguments")
    if not isinstance(listed, list) or not listed:
        raise SlackError("invalid_arguments")
    files = [_uploaded(request, one) for one in listed]
    channel = request.arguments.optional_text("channel_id")
    if channel is not None:
        _share(request, files, channel=channel)
    shown = [file_object(request.workspace, one) for one in files]
    return {"files": shown}


def _uploaded(request: Request, listed: Any) -> StoredFile:
    file_id = listed.get("id") if isinstance(listed, dict) else None
    file = request.workspace.files.get(str(file_id))
    if file is None or file.content is None:
        raise SlackError("file_not_found")
    file.title = str(listed.get("title") or file.name)
    return file


def _share(request: Request, files: list[StoredFile], *, channel: str) -> None:
    conversation = request.conversation(channel)
    check_open(request, conversation)
    workspace = request.workspace
    comment = request.arguments.optional_text("initial_comment") or ""
    message = workspace.app_message(conversation, comment, [])
    message.subtype = FILE_SHARE
    message.files = [file.id for file in files]
    message.thread_ts = request.arguments.optional_text("thread_ts")
    for file in files:
        file.channel = conversation.id
    workspace.add_message(message)
    request.service.publish(message_event(workspace, conversation, message))


def info(request: Request) -> Answer:
    """Describe a file."""
    file = request.workspace.files.get(request.arguments.text("file"))
    if file is None:
        raise SlackError("file_not_found")
    return {"file": file_object(request.workspace, file)}


def delete(request: Request) -> Answer:
    """Delete a file of the app, wherever it was shared."""
    workspace = request.workspace
    file = workspace.files.get(request.arguments.text("file"))
    if file is None:
        raise SlackError("file_not_found")
    del workspace.files[file.id]
    conversation = workspace.conversations.get(file.channel or "")
    for message in conversation.messages.values() if conversation else ():
        if file.id in message.files:
            message.files.remove(file.id)
            workspace.announce("messages", channel=message.channel)
    return {}


METHODS = (
    Method("files.getUploadURLExternal", get_upload_url, scopes=("files:write",), tier="4"),
    Method("files.completeUploadExternal", complete_upload, scopes=("files:write",), tier="4"),
    Method("files.delete", delete, scopes=("files:write",), tier="3"),
    Method("files.info", info, scopes=("files:read",), tier="4"),
)
