"""The forms of agents: what is known of one, and a link to what shows a criterion."""

import json
from dataclasses import asdict, dataclass
from typing import Self

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
    UrlInputElement,
    UserSelectElement,
)
from slack_sdk.models.views import View

from bot import ids
from bot.views.bricks import paragraph, shortened
from bot.views.windows import loading, modal
from content.message_catalog import Render

ADD_TITLE, EDIT_TITLE, LINK_TITLE = "Add an agent", "Change the agent", "Link to evidence"
NAME, TOOL, MODEL, PURPOSE = 40, 40, 60, 300
"""Characters; a name stands in menus and inside sentences."""


@dataclass(frozen=True)
class Filled:
    """What the form of an agent holds; `owner` is a user id."""

    name: str = ""
    tool: str = ""
    model: str = ""
    owner: str | None = None
    purpose: str = ""


@dataclass(frozen=True)
class Carried:
    """What the form brings back: its channel, the agent and its state unless it is new, and the way back."""

    channel: str
    agent_id: str = ""
    revision: int = 0
    response_url: str | None = None

    def __str__(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, text: str) -> Self:
        """What was written into the form."""
        return cls(**json.loads(text))


def loading_form(*, is_new: bool) -> View:
    """What stands there while Slack is asked about the channel."""
    return loading(ADD_TITLE if is_new else EDIT_TITLE, callback=ids.AGENT_VIEW)


def agent_form(render: Render, carried: Carried, filled: Filled) -> View:
    """The form with what is known already."""
    is_new = not carried.agent_id
    view = modal(
        ADD_TITLE if is_new else EDIT_TITLE,
        [
            paragraph(render("agents/add_form" if is_new else "agents/edit_form")),
            _text("Name", ids.AGENT_NAME, filled.name, most=NAME),
            _text("Tool", ids.AGENT_TOOL, filled.tool, most=TOOL),
            _text("Model", ids.AGENT_MODEL, filled.model, most=MODEL),
            _owner(filled.owner),
            _text("What it is used for", ids.AGENT_PURPOSE, filled.purpose, most=PURPOSE),
        ],
        callback=ids.AGENT_VIEW,
    )
    return _to_send(view, carried=str(carried), label="Add" if is_new else "Save")


def no_form(text: str, *, is_new: bool) -> View:
    """The window when there is nothing to fill in."""
    title = ADD_TITLE if is_new else EDIT_TITLE
    return modal(title, [paragraph(text)], callback=ids.AGENT_VIEW)


def link_form(render: Render, criterion: str, *, link: str | None, carried: str) -> View:
    """One address, with the one that is kept already."""
    element = UrlInputElement(action_id=ids.LINK_URL, initial_value=link)
    address = InputBlock(
        label=_plain("Address"), element=element, block_id=ids.LINK_URL, optional=True
    )
    about = paragraph(render("agents/link_form", criterion=criterion))
    view = modal(LINK_TITLE, [about, address], callback=ids.LINK_VIEW)
    return _to_send(view, carried=carried, label="Keep")


def _to_send(view: View, *, carried: str, label: str) -> View:
    view.submit = _plain(label)
    view.close = _plain("Cancel")
    view.private_metadata = carried
    return view


def _text(label: str, action: str, value: str, *, most: int) -> Block:
    element = PlainTextInputElement(
        action_id=action,
        initial_value=shortened(value, most) or None,
        max_length=most,
        multiline=most > MODEL,
    )
    return InputBlock(label=_plain(label), element=element, block_id=action)


def _owner(user_id: str | None) -> Block:
    element = UserSelectElement(
        action_id=ids.AGENT_OWNER, placeholder="Choose a person", initial_user=user_id
    )
    label = _plain("Owner: who looks after it")
    return InputBlock(label=label, element=element, block_id=ids.AGENT_OWNER, optional=True)


def _plain(text: str) -> PlainTextObject:
    return PlainTextObject(text=text, emoji=False)
