"""Short answers and lines about the agents of a channel."""

import json
from dataclasses import asdict

from slack_sdk.models.blocks import ButtonElement

from bot import ids
from bot.delivery import Message
from bot.views.agent_form import Carried, Filled
from bot.views.bricks import button, paragraph, row
from bot.views.typed import repeated
from content.message_catalog import Render


def remove_card(render: Render, *, agent_id: str, name: str) -> Message:
    """The question before an agent is removed."""
    text = render("agents/remove_question", name=name)
    remove = button("Remove it", action=ids.AGENT_REMOVED, value=agent_id, style="danger")
    keep = button("Keep it", action=ids.AGENT_KEPT)
    return Message(text=text, blocks=[paragraph(text), row(remove, keep)])


def project_card(render: Render, *, project_id: str, name: str) -> Message:
    """The question before a project is taken off the list."""
    text = render("required_level/project_question", name=name)
    remove = button("Take it off", action=ids.PROJECT_REMOVED, value=project_id, style="danger")
    keep = button("Keep it", action=ids.AGENT_KEPT)
    return Message(text=text, blocks=[paragraph(text), row(remove, keep)])


def added_card(render: Render, *, agent_id: str, name: str) -> Message:
    """The agent is on the list; grading it comes next."""
    text = render("agents/added", name=name, typed=repeated(name))
    return Message(text=text, blocks=[paragraph(text), row(grade_button(agent_id))])


def retry_card(text: str, carried: Carried, filled: Filled) -> Message:
    """Nothing was saved; the form opens again with what was typed."""
    again = button("Open the form again", action=ids.AGENT_AGAIN, value=_kept(carried, filled))
    return Message(text=text, blocks=[paragraph(text), row(again)])


def grade_button(agent_id: str, label: str = "Grade it") -> ButtonElement:
    """The way to a grading."""
    return button(label, action=ids.AGENT_GRADE, value=agent_id, style="primary")


def _kept(carried: Carried, filled: Filled) -> str:
    return json.dumps({"carried": asdict(carried), "filled": asdict(filled)}, ensure_ascii=False)


def kept_form(value: str) -> tuple[Carried, Filled] | None:
    """What a button of `retry_card` carries; None when it is not one of ours."""
    try:
        kept = json.loads(value)
        return Carried(**kept["carried"]), Filled(**kept["filled"])
    except (ValueError, TypeError, KeyError):
        return None
