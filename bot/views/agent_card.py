"""One agent of the channel: who looks after it, what its grade says, and how that came about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import ButtonElement

from bot.assessments.min_views import GradeShown, describes, path_lines, profile, to_try
from bot.buttons import AGENT_GRADE
from bot.features.agents.views import AGENT_EDIT, AGENT_HISTORY, AGENT_REMOVE
from bot.slack.api import Message
from bot.slack.blocks import Say, button, row
from bot.slack.pages import Page
from bot.slack.phrases import day, number, who
from bot.views.agent_list import fit_lines
from bot.views.agent_shown import AgentShown, Register

PROJECTS = 5
FIT_ROOM = 1500


@dataclass(frozen=True)
class Kept:
    """Where an agent on the list comes from, and its earlier grades, newest first."""

    added_by: str | None
    added_at: datetime
    path: Sequence[GradeShown]
    criteria: int


def agent_card(say: Say, register: Register, agent: AgentShown, kept: Kept) -> Message:
    """Everything about one agent, and what can be done with it."""
    page = Page(say)
    page.title(agent.name)
    added = {"added_by": who(kept.added_by), "added_on": day(kept.added_at)}
    page.tell(say("agent/facts", agent=agent, **added))
    grade = agent.grade
    if grade is None:
        page.tell(say("agent/not_graded", count=number(kept.criteria)))
    else:
        graded = {"on": grade.on, "who": grade.who}
        page.tell(say("agent/level", name=grade.name, describes=describes(grade), **graded))
        if stale := agent.stale(register.now):
            page.tell(say("agent/stale", stale=stale))
        profile(page, say, grade)
        to_try(page, say, grade)
    page.listing(fit_lines(say, register, agent, most=PROJECTS), room=FIT_ROOM)
    path_lines(page, say, kept.path)
    page.show(row(*_buttons(agent), name="agent"))
    if grade:
        page.small(say("agent/rule", not_tried=grade.words.not_tried))
    return page.message()


def _buttons(agent: AgentShown) -> list[ButtonElement]:
    grade = button(
        "Grade again" if agent.grade else "Grade it",
        action=AGENT_GRADE,
        value=agent.id,
        style="primary",
    )
    return [
        grade,
        button("Change", action=AGENT_EDIT, value=agent.id),
        button("History", action=AGENT_HISTORY, value=agent.id),
        button("Remove", action=AGENT_REMOVE, value=agent.id),
    ]
