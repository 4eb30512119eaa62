"""chat.*: posting, editing and deleting messages."""

from playground.errors import SlackError
from playground.payloads.event import message_changed, message_deleted, message_event
from playground.payloads.shapes import message_object
from playground.state.messages import Conversation, Message
from playground.validation.values import utf16_length
from playground.web_api.content import Content, read_content
from playground.web_api.method import Answer, Method, Request

LONGEST_UPDATE = 4000
ALIASES = ("username", "icon_emoji", "icon_url")


def _destination(request: Request) -> Conversation:
    channel = request.arguments.text("channel")
    if channel in request.workspace.people:
        return _own_dm(request, channel)
    if channel.startswith("#"):
        named = [c for c in request.workspace.conversations.values() if c.name == channel[1:]]
        return named[0] if named else request.conversation(channel)
    return request.conversation(channel)


def _own_dm(request: Request, user: str) -> Conversation:
    person = request.workspace.person(user)
    known = user in request.workspace.dms
    if person.bot or (person.deactivated and not known):
        raise SlackError("channel_not_found")
    return request.workspace.dm(user)


def check_open(request: Request, conversation: Conversation) -> None:
    """Refuse unless the app may write there."""
    if conversation.archived:
        raise SlackError("is_archived")
    if not request.workspace.app_is_in(conversation):
        raise SlackError("not_in_channel")
    if conversation.kind == "dm" and not request.service.manifest.has_messages:
        raise SlackError("messages_tab_disabled")


def post_message(request: Request) -> Answer:
    """Post to a channel or a direct message."""
    if any(request.arguments.has(name) for name in ALIASES):
        request.need_scope("chat:write.customize")
    conversation = _destination(request)
    check_open(request, conversation)
    content = read_content(request)
    return _posted(request, put(request, conversation, content))


def put(request: Request, conversation: Conversation, content: Content) -> Message:
    """Put a message by the app into a conversation and tell the app of it, as Slack does."""
    workspace = request.workspace
    message = workspace.app_message(conversation, content.shown_text, content.blocks or [])
    message.attachments = content.attachments or []
    message.metadata = content.metadata or None
    message.thread_ts = _thread(request, conversation)
    workspace.add_message(message)
    request.service.publish(message_event(workspace, conversation, message))
    return message


def _thread(request: Request, conversation: Conversation) -> str | None:
    ts = request.arguments.optional_text("thread_ts")
    return request.workspace.thread_of(conversation, ts)


def _posted(request: Request, message: Message) -> Answer:
    shown = message_object(request.workspace, message, with_metadata=True)
    return {"channel": message.channel, "ts": message.ts, "message": shown}


def _own_message(request: Request, *, refusal: str) -> tuple[Conversation, Message]:
    conversation = request.conversation(request.arguments.text("channel"))
    message = conversation.messages.get(request.arguments.text("ts"))
    if message is None or message.only_for is not None:
        raise SlackError("message_not_found")
    if not message.by_app:
        raise SlackError(refusal)
    return conversation, message


def update(request: Request) -> Answer:
    """Edit a message; text without blocks takes the old blocks away."""
    conversation, message = _own_message(request, refusal="cant_update_message")
    if conversation.archived:
        raise SlackError("is_inactive")
    content = read_content(request)
    if content.text is not None and utf16_length(content.text) > LONGEST_UPDATE:
        raise SlackError("msg_too_long")
    change(request, conversation, message, content)
    return _posted(request, message) | {"text": message.text}


def change(
    request: Request, conversation: Conversation, message: Message, content: Content
) -> None:
    """Give a message new content and tell the app of it, as Slack does."""
    workspace = request.workspace
    before = message_object(workspace, message)
    message.text = content.shown_text
    message.blocks = content.blocks or []
    message.attachments = content.attachments or []
    if content.metadata is not None:
        message.metadata = content.metadata or None
    message.edited = workspace.new_ts()
    workspace.announce("messages", channel=conversation.id, user=message.only_for)
    if message.only_for is None:
        ts = workspace.new_ts()
        event = message_changed(workspace, conversation, now=message, before=before, ts=ts)
        request.service.publish(event)


def delete(request: Request) -> Answer:
    """Delete one of the app's own messages."""
    conversation, message = _own_message(request, refusal="cant_delete_message")
    take_away(request, conversation, message)
    return {"channel": message.channel, "ts": message.ts}


def take_away(request: Request, conversation: Conversation, message: Message) -> None:
    """Remove a message and tell the app of it, as Slack does."""
    workspace = request.workspace
    workspace.remove_message(message)
    if message.only_for is None:
        ts = workspace.new_ts()
        request.service.publish(message_deleted(workspace, conversation, message, ts=ts))


def post_ephemeral(request: Request) -> Answer:
    """Show a message to one person in a channel; Slack does not keep it."""
    conversation = _destination(request)
    check_open(request, conversation)
    user = request.arguments.text("user")
    person = request.workspace.people.get(user)
    if person is None or person.deactivated or user not in conversation.members:
        raise SlackError("user_not_in_channel")
    content = read_content(request)
    message = whisper(request, conversation, content, user=user)
    return {"message_ts": message.ts}


def whisper(
    request: Request, conversation: Conversation, content: Content, *, user: str
) -> Message:
    """Show a message to one person."""
    workspace = request.workspace
    message = workspace.app_message(conversation, content.shown_text, content.blocks or [])
    message.attachments = content.attachments or []
    message.only_for = user
    message.thread_ts = _thread(request, conversation)
    return workspace.add_message(message)


METHODS = (
    Method("chat.postMessage", post_message, scopes=("chat:write",), tier="post"),
    Method("chat.update", update, scopes=("chat:write",), tier="3"),
    Method("chat.delete", delete, scopes=("chat:write",), tier="3"),
    Method("chat.postEphemeral", post_ephemeral, scopes=("chat:write",), tier="4"),
)
