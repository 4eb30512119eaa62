"""Members who join and leave channels, and channels that are archived."""

from playground.errors import NotThere
from playground.payloads.event import message_event
from playground.payloads.membership import app_left, archived, joined, left
from playground.service import Service
from playground.state.messages import Conversation, Message


def set_archived(service: Service, channel: str, *, archive: bool, by: str) -> None:
    """Archive a channel, or bring it back, and tell the app."""
    conversation = _channel(service, channel)
    conversation.archived = archive
    if not conversation.private or service.workspace.app_is_in(conversation):
        service.publish(archived(service.workspace, conversation, by=by))
    service.workspace.announce("state")


def join(service: Service, channel: str, *, user: str, by: str) -> None:
    """Add a person or the app to a channel, and tell the app if it is there by then."""
    conversation = _open_channel(service, channel)
    if user not in service.workspace.people:
        raise NotThere(f"Nobody here has the id {user}.")
    if user in conversation.members:
        return
    conversation.members.add(user)
    _write(service, conversation, user=user, subtype="channel_join", words="has joined the channel")
    if service.workspace.app_is_in(conversation):
        service.publish(joined(service.workspace, conversation, user=user, by=by))
    service.workspace.announce("state")


def leave(service: Service, channel: str, *, user: str, by: str) -> None:
    """Remove a person or the app from a channel; the app gets another event for its own removal."""
    conversation = _open_channel(service, channel)
    workspace = service.workspace
    if user not in conversation.members:
        raise NotThere(f"{user} is not in a conversation {channel}.")
    conversation.members.remove(user)
    _write(service, conversation, user=user, subtype="channel_leave", words="has left the channel")
    if user == workspace.app.user_id:
        service.publish(app_left(workspace, conversation, by=by))
    elif workspace.app_is_in(conversation):
        service.publish(left(workspace, conversation, user=user))
    workspace.announce("state")


def _channel(service: Service, channel: str) -> Conversation:
    conversation = service.workspace.conversations.get(channel)
    if conversation is None or conversation.kind != "channel":
        raise NotThere(f"There is no channel {channel}.")
    return conversation


def _open_channel(service: Service, channel: str) -> Conversation:
    conversation = _channel(service, channel)
    if conversation.archived:
        raise NotThere(f"The channel {channel} is archived. Nobody comes or goes there.")
    return conversation


def _write(
    service: Service, conversation: Conversation, *, user: str, subtype: str, words: str
) -> None:
    workspace = service.workspace
    text = f"<@{user}> {words}"
    message = Message(workspace.new_ts(), conversation.id, text, user=user, subtype=subtype)
    workspace.add_message(message)
    if workspace.app_is_in(conversation):
        service.publish(message_event(workspace, conversation, message))
