"""The forms of agents and of links to evidence, and the questions before something is removed."""

import json
from dataclasses import asdict, dataclass
from typing import Self

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    InputBlock,
    PlainTextInputElement,
    UrlInputElement,
    UserSelectElement,
)
from slack_sdk.models.views import View

from bot.assessments.values import LINK_URL, LINK_VIEW
from bot.buttons import AGENT_GRADE
from bot.features.agents.views import (
    AGENT_AGAIN,
    AGENT_KEPT,
    AGENT_MODEL,
    AGENT_NAME,
    AGENT_OWNER,
    AGENT_PURPOSE,
    AGENT_REMOVED,
    AGENT_TOOL,
    AGENT_VIEW,
    PROJECT_REMOVED,
)
from bot.slack.api import Message
from bot.slack.blocks import button, modal, paragraph, plain, repeated, row
from coaching.safe_text import Render, is_slack_id

ADD_TITLE, EDIT_TITLE, LINK_TITLE = "Add an agent", "Change the agent", "Link to evidence"
NAME, TOOL, MODEL, PURPOSE = 40, 40, 60, 300
"""Characters; a name stands in menus and inside sentences."""


@dataclass(frozen=True)
class AgentFormValues:
    """The values of an agent's form; `owner` is a user id."""

    name: str = ""
    tool: str = ""
    model: str = ""
    owner: str | None = None
    purpose: str = ""


@dataclass(frozen=True)
class AgentFormState:
    """The private metadata of an agent's form; `agent_id` is empty for a new agent."""

    channel: str
    agent_id: str = ""
    revision: int = 0
    response_url: str | None = None

    def __str__(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the state that `str` wrote."""
        return cls(**json.loads(text))


def agent_form(render: Render, carried: AgentFormState, filled: AgentFormValues) -> View:
    """Return the form with these values."""
    is_new = not carried.agent_id
    view = modal(
        ADD_TITLE if is_new else EDIT_TITLE,
        [
            paragraph(render("agents/add_form" if is_new else "agents/edit_form")),
            _text("Name", AGENT_NAME, filled.name, most=NAME),
            _text("Tool", AGENT_TOOL, filled.tool, most=TOOL),
            _text("Model", AGENT_MODEL, filled.model, most=MODEL),
            _owner(filled.owner),
            _text("What it is used for", AGENT_PURPOSE, filled.purpose, most=PURPOSE),
        ],
        callback=AGENT_VIEW,
    )
    return _to_send(view, carried=str(carried), label="Add" if is_new else "Save")


def blocked_agent_form(text: str, *, is_new: bool) -> View:
    """Return the modal that says why there is no form."""
    title = ADD_TITLE if is_new else EDIT_TITLE
    return modal(title, [paragraph(text)], callback=AGENT_VIEW)


def link_form(render: Render, criterion: str, *, link: str | None, carried: str) -> View:
    """Return the form for one address, with the one that is stored already."""
    element = UrlInputElement(action_id=LINK_URL, initial_value=link)
    address = InputBlock(label=plain("Address"), element=element, block_id=LINK_URL, optional=True)
    about = paragraph(render("agents/link_form", criterion=criterion))
    view = modal(LINK_TITLE, [about, address], callback=LINK_VIEW)
    return _to_send(view, carried=carried, label="Keep")


def _to_send(view: View, *, carried: str, label: str) -> View:
    view.submit = plain(label)
    view.close = plain("Cancel")
    view.private_metadata = carried
    return view


def _text(label: str, action: str, value: str, *, most: int) -> Block:
    element = PlainTextInputElement(
        action_id=action,
        initial_value=plain(value, most).text or None,
        max_length=most,
        multiline=most > MODEL,
    )
    return InputBlock(label=plain(label), element=element, block_id=action)


def _owner(user_id: str | None) -> Block:
    known = user_id if user_id and is_slack_id(user_id) else None
    element = UserSelectElement(
        action_id=AGENT_OWNER, placeholder="Choose a person", initial_user=known
    )
    label = plain("Owner: who looks after it")
    return InputBlock(label=label, element=element, block_id=AGENT_OWNER, optional=True)


def agent_removal_card(render: Render, *, agent_id: str, name: str) -> Message:
    """Return the question before an agent is removed."""
    text = render("agents/remove_question", name=name)
    remove = button("Remove it", action=AGENT_REMOVED, value=agent_id, style="danger")
    keep = button("Keep it", action=AGENT_KEPT)
    return Message(text=text, blocks=[paragraph(text), row(remove, keep)])


def project_removal_card(render: Render, *, project_id: str, name: str) -> Message:
    """Return the question before a project is removed."""
    text = render("required_level/project_question", name=name)
    remove = button("Take it off", action=PROJECT_REMOVED, value=project_id, style="danger")
    keep = button("Keep it", action=AGENT_KEPT)
    return Message(text=text, blocks=[paragraph(text), row(remove, keep)])


def added_card(render: Render, *, agent_id: str, name: str) -> Message:
    """Return the answer after an agent was added, with a button to grade it."""
    text = render("agents/added", name=name, typed=repeated(name))
    return Message(text=text, blocks=[paragraph(text), row(grade_button(agent_id))])


def retry_card(text: str, carried: AgentFormState, filled: AgentFormValues) -> Message:
    """Return the reason why nothing was saved, with a button that opens the form again."""
    again = button("Open the form again", action=AGENT_AGAIN, value=_retry_value(carried, filled))
    return Message(text=text, blocks=[paragraph(text), row(again)])


def grade_button(agent_id: str, label: str = "Grade it") -> ButtonElement:
    """Return a button that starts a grading."""
    return button(label, action=AGENT_GRADE, value=agent_id, style="primary")


def _retry_value(carried: AgentFormState, filled: AgentFormValues) -> str:
    return json.dumps({"carried": asdict(carried), "filled": asdict(filled)}, ensure_ascii=False)


def parse_retry(value: str) -> tuple[AgentFormState, AgentFormValues] | None:
    """Return what the button of `retry_card` carries; None when it is malformed."""
    try:
        kept = json.loads(value)
        return AgentFormState(**kept["carried"]), AgentFormValues(**kept["filled"])
    except (ValueError, TypeError, KeyError):
        return None
