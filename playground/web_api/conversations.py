"""conversations.*: channels and direct messages."""

from collections.abc import Iterable

from playground.errors import SlackError
from playground.limits import MOST_READ
from playground.payloads.shapes import conversation_object, message_object
from playground.state.messages import Conversation, Message
from playground.web_api.cursors import page_of
from playground.web_api.method import Answer, Method, Request

MOST_PEOPLE = 8
OPENING_SCOPES = ("im:write", "mpim:write", "channels:manage", "groups:write")


def _family(conversation: Conversation) -> str:
    if conversation.kind == "dm":
        return "im"
    return "groups" if conversation.private else "channels"


def open_dm(request: Request) -> Answer:
    """Open the direct message with one person."""
    if request.arguments.has("channel"):
        conversation = request.conversation(request.arguments.text("channel"))
        return {"channel": {"id": conversation.id}, "no_op": True, "already_open": True}
    users = [user for user in request.arguments.text("users").split(",") if user]
    if len(users) > MOST_PEOPLE:
        raise SlackError("too_many_users")
    if len(users) != 1:
        raise SlackError("method_not_supported_for_channel_type")
    return _opened(request, users[0])


def _opened(request: Request, user: str) -> Answer:
    person = request.person(user)
    if person.deactivated:
        raise SlackError("user_disabled")
    if person.bot:
        raise SlackError("cannot_dm_bot")
    known = user in request.workspace.dms
    conversation = request.workspace.dm(user)
    shown: Answer = {"id": conversation.id}
    if request.arguments.flag("return_im"):
        shown = conversation_object(request.workspace, conversation)
    extra = {"no_op": True, "already_open": True} if known else {}
    return {"channel": shown, **extra}


def info(request: Request) -> Answer:
    """Describe a conversation."""
    conversation = request.conversation(request.arguments.text("channel"))
    request.need_scope(f"{_family(conversation)}:read")
    shown = conversation_object(request.workspace, conversation)
    if not request.arguments.flag("include_num_members"):
        shown.pop("num_members", None)
    return {"channel": shown}


def history(request: Request) -> Answer:
    """Return messages, the newest first; replies in threads are not among them."""
    conversation = _readable(request, "conversations.history")
    top_level = [m for m in conversation.lasting() if m.thread_ts in (None, m.ts)]
    return _page(request, _between(request, reversed(top_level)))


def replies(request: Request) -> Answer:
    """Return a message and the replies in its thread, the oldest first."""
    conversation = _readable(request, "conversations.replies")
    root = conversation.messages.get(request.arguments.text("ts"))
    if root is None or root.only_for is not None:
        raise SlackError("thread_not_found")
    thread = [m for m in conversation.lasting() if root.ts in (m.ts, m.thread_ts)]
    return _page(request, _between(request, thread))


def _readable(request: Request, method: str) -> Conversation:
    if not request.reads_freely:
        now, team = request.clock.now(), request.workspace.id
        request.service.limits.check_history(method, now=now, team=team)
    conversation = request.conversation(request.arguments.text("channel"))
    request.need_scope(f"{_family(conversation)}:history")
    if not request.workspace.app_is_in(conversation):
        raise SlackError("not_in_channel")
    return conversation


def _page(request: Request, found: list[Message]) -> Answer:
    most = 999 if request.reads_freely else MOST_READ
    page, more = page_of(found, request.arguments, default=min(100, most), most=most)
    with_metadata = request.arguments.flag("include_all_metadata")
    shown = [
        message_object(request.workspace, message, with_metadata=with_metadata) for message in page
    ]
    return {"messages": shown, "has_more": bool(more["response_metadata"]["next_cursor"]), **more}


def _between(request: Request, messages: Iterable[Message]) -> list[Message]:
    oldest = _moment(request, "oldest", default=0.0)
    latest = _moment(request, "latest", default=float("inf"))
    inclusive = request.arguments.flag("inclusive")
    found = []
    for message in messages:
        at = float(message.ts)
        if oldest < at < latest or (inclusive and at in (oldest, latest)):
            found.append(message)
    return found


def _moment(request: Request, name: str, *, default: float) -> float:
    value = request.arguments.optional_text(name)
    try:
        return default if value in (None, "") else float(str(value))
    except ValueError:
        raise SlackError(f"invalid_ts_{name}") from None


def members(request: Request) -> Answer:
    """Return who is in a conversation."""
    conversation = request.conversation(request.arguments.text("channel"))
    request.need_scope(f"{_family(conversation)}:read")
    people = request.workspace.people
    present = [user for user in sorted(conversation.members) if not people[user].deactivated]
    page, more = page_of(present, request.arguments)
    return {"members": list(page), **more}


KINDS = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def _of_kinds(request: Request) -> list[Conversation]:
    asked = (request.arguments.optional_text("types") or "public_channel").split(",")
    if any(kind not in KINDS for kind in asked):
        raise SlackError("invalid_types")
    families = {KINDS[kind] for kind in asked}
    for family in sorted(families):
        request.need_scope(f"{family}:read")
    return [
        one
        for one in request.workspace.conversations.values()
        if _family(one) in families
        and not (one.archived and request.arguments.flag("exclude_archived"))
        and (not one.private or request.workspace.app_is_in(one))
    ]


def listing(request: Request) -> Answer:
    """Return the conversations of the workspace."""
    page, more = page_of(_of_kinds(request), request.arguments)
    return {"channels": [conversation_object(request.workspace, one) for one in page], **more}


def of_user(request: Request) -> Answer:
    """Return the conversations that the app, or a person, is in."""
    user = request.arguments.optional_text("user") or request.workspace.app.user_id
    request.person(user)
    app = request.workspace.app.user_id
    shared = [one for one in _of_kinds(request) if user in one.members]
    seen = [one for one in shared if one.kind != "dm" or app in one.members]
    page, more = page_of(seen, request.arguments)
    return {"channels": [conversation_object(request.workspace, one) for one in page], **more}


READING = ("channels:read", "groups:read", "im:read", "mpim:read")
METHODS = (
    Method("conversations.open", open_dm, scopes=OPENING_SCOPES, tier="3"),
    Method("conversations.info", info, scopes=READING, tier="3"),
    Method("conversations.history", history, tier="3"),
    Method("conversations.replies", replies, tier="3"),
    Method("conversations.members", members, scopes=READING, tier="4"),
    Method("conversations.list", listing, scopes=READING, tier="2", team="team_id"),
    Method("users.conversations", of_user, scopes=READING, tier="2", team="team_id"),
)
