"""The windows in which admins say which servers are told of changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    Option,
    PlainTextInputElement,
    StaticMultiSelectElement,
)
from slack_sdk.models.views import View

from bot.slack.api import Message
from bot.slack.blocks import button, checks, fine_print, line, modal, paragraph, plain, row
from bot.slack.carried import Carried
from bot.slack.phrases import LONGEST_ADDRESS, capitalized
from coaching.safe_text import Render
from content.limits import BUTTON
from storage.changes.receivers import SCIM, WEBHOOK

SERVERS = "servers_asked"
SERVER_ADD = "server_added:"
SERVER_CHANGE = "server_changed"
SERVER_AGAIN = "server_again"
SERVERS_VIEW = "servers_view"
SERVER_VIEW = "server_view"
TITLE = "Servers that are told"
KINDS = {WEBHOOK: "webhook", SCIM: "SCIM server"}

URL = "server_url"
TOKEN = "server_token"  # noqa: S105 - the name of a field
PERMISSIONS = "server_permissions"
GROUP = "server_group_"
REMOVE = "server_removed"

MOST_OFFERED = 90
"""Permissions in a form: Slack allows a hundred options, and a hundred blocks."""

LONGEST_GROUP = 200
LONGEST_TOKEN = 3000
LONGEST_VALUE = 1900
"""What a button can carry, with some to spare."""


@dataclass(frozen=True)
class ServerForm(Carried):
    """What a form carries, and what a button to open it again does: `groups` by permission."""

    kind: str = WEBHOOK
    receiver_id: str = ""
    url: str = ""
    groups: Mapping[str, str | None] = field(default_factory=dict)
    response_url: str | None = None


@dataclass(frozen=True)
class ServerView:
    """A server in the window, with its text."""

    id: str
    name: str
    text: str


def servers_window(render: Render, servers: Sequence[ServerView], *, problem: str | None) -> View:
    """Return the window with all servers; `problem` is the name of the text why none can be added."""
    blocks: list[Block] = [paragraph(render("changes/about"))]
    for one in servers:
        change = button(
            "Change", action=SERVER_CHANGE, value=one.id, spoken=f"Change the {one.name}"
        )
        blocks += [line(), paragraph(one.text, beside=change)]
    if problem:
        return modal(TITLE, [*blocks, fine_print(render(problem))], callback=SERVERS_VIEW)
    add = [
        button(f"Add a {name}", action=f"{SERVER_ADD}{kind}", value=kind)
        for kind, name in KINDS.items()
    ]
    return modal(TITLE, [*blocks, line(), row(*add)], callback=SERVERS_VIEW)


def server_form(
    render: Render, filled: ServerForm, permissions: Sequence[tuple[str, str]], *, jwks: str
) -> View:
    """Return the form of one server with what is set; `permissions` are those to choose from, (title, id)."""
    offered = permissions[:MOST_OFFERED]
    is_scim, is_new = filled.kind == SCIM, not filled.receiver_id
    about = render("changes/scim") if is_scim else render("changes/webhook", jwks=jwks)
    address = PlainTextInputElement(
        action_id=URL, initial_value=filled.url or None, max_length=LONGEST_ADDRESS
    )
    blocks: list[Block] = [
        paragraph(about),
        InputBlock(label=plain("Address"), element=address, block_id=URL),
    ]
    if is_scim:
        blocks += [_token(is_new=is_new), *(_group(one, filled) for one in offered)]
    else:
        blocks.append(_permissions(filled, offered))
    if not is_new:
        box = checks(action=REMOVE, options=[("Remove this server", REMOVE)], chosen=())
        blocks.append(
            InputBlock(label=plain("Remove"), element=box, block_id=REMOVE, optional=True)
        )
    view = modal(capitalized(KINDS[filled.kind]), blocks, callback=SERVER_VIEW)
    view.submit, view.close = plain("Save"), plain("Cancel")
    kept = ServerForm(filled.kind, filled.receiver_id, response_url=filled.response_url)
    view.private_metadata = str(kept)
    return view


def _token(*, is_new: bool) -> Block:
    element = PlainTextInputElement(action_id=TOKEN, max_length=LONGEST_TOKEN)
    hint = "Rungs keeps it encrypted, and never shows it."
    return InputBlock(
        label=plain("Token"),
        element=element,
        hint=plain(hint if is_new else f"Empty to keep the one that is set. {hint}"),
        block_id=TOKEN,
        optional=not is_new,
    )


def _group(permission: tuple[str, str], filled: ServerForm) -> Block:
    title, id_ = permission
    element = PlainTextInputElement(
        action_id=f"{GROUP}{id_}",
        initial_value=filled.groups.get(id_) or None,
        max_length=LONGEST_GROUP,
    )
    label = plain(f"Group for: {title}", BUTTON)
    return InputBlock(label=label, element=element, block_id=f"{GROUP}{id_}", optional=True)


def _permissions(filled: ServerForm, offered: Sequence[tuple[str, str]]) -> Block:
    options = [Option(text=plain(title, BUTTON), value=id_) for title, id_ in offered]
    element = StaticMultiSelectElement(
        action_id=PERMISSIONS,
        placeholder="Choose permissions",
        options=options,
        initial_options=[one for one in options if one.value in filled.groups] or None,
    )
    return InputBlock(label=plain("Permissions"), element=element, block_id=PERMISSIONS)


def retry_card(text: str, typed: ServerForm) -> Message:
    """Return why a server was not saved, with a button that opens the form with what was typed."""
    value = str(typed)
    if len(value) > LONGEST_VALUE:
        value = str(ServerForm(typed.kind, typed.receiver_id, typed.url))
    again = button("Open the form again", action=SERVER_AGAIN, value=value, style="primary")
    return Message(text=text, blocks=[paragraph(text), row(again)])
