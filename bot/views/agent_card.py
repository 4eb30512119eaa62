"""One agent of the channel: who looks after it, what its grade says, and how that came about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import ButtonElement

from bot import ids
from bot.delivery import Message
from bot.views.agent_list import fit_lines
from bot.views.agent_shown import AgentShown, GradeShown, Register, who
from bot.views.bricks import button, row
from bot.views.dates import day
from bot.views.grade_profile import path_lines, profile, to_try
from bot.views.grade_result import describes
from bot.views.numbers import number
from bot.views.page import Page
from content.message_catalog import Render

PROJECTS = 5
FIT_ROOM = 1500


@dataclass(frozen=True)
class Kept:
    """Where an agent on the list comes from, and its earlier grades, newest first."""

    added_by: str | None
    added_at: datetime
    path: Sequence[GradeShown]
    criteria: int


def agent_card(render: Render, register: Register, agent: AgentShown, kept: Kept) -> Message:
    """Everything about one agent, and what can be done with it."""
    page = Page(render)
    page.title(agent.name)
    added = {"added_by": who(kept.added_by), "added_on": day(kept.added_at)}
    page.tell(render("agents/facts", agent=agent, **added))
    grade = agent.grade
    if grade is None:
        page.tell(render("agents/not_graded", count=number(kept.criteria)))
    else:
        graded = {"on": grade.on, "who": grade.who}
        page.tell(render("agents/level", name=grade.name, describes=describes(grade), **graded))
        if stale := agent.stale(register.now):
            page.tell(render("agents/stale", stale=stale))
        profile(page, render, grade)
        to_try(page, render, grade)
    page.listing(fit_lines(render, register, agent, most=PROJECTS), room=FIT_ROOM)
    path_lines(page, render, kept.path)
    page.show(row(*_buttons(agent), name="agent"))
    if grade:
        page.small(render("agents/rule", not_tried=grade.words.not_tried))
    return page.message()


def _buttons(agent: AgentShown) -> list[ButtonElement]:
    grade = button(
        "Grade again" if agent.grade else "Grade it",
        action=ids.AGENT_GRADE,
        value=agent.id,
        style="primary",
    )
    return [
        grade,
        button("Change", action=ids.AGENT_EDIT, value=agent.id),
        button("History", action=ids.AGENT_HISTORY, value=agent.id),
        button("Remove", action=ids.AGENT_REMOVE, value=agent.id),
    ]
