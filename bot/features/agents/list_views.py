"""The list of a channel's agents beside its projects, one agent, and the history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import Block, ButtonElement, StaticSelectElement

from bot.assessments.min_views import (
    show_level,
    show_path,
    show_profile,
    show_to_try,
)
from bot.assessments.result_views import GradeView
from bot.buttons import AGENT_ADD, AGENT_GRADE, AGENT_LEVEL, AGENT_NEED
from bot.features.agents.views import (
    AGENT_EDIT,
    AGENT_HISTORY,
    AGENT_PICK,
    AGENT_REMOVE,
    AGENT_RUNS,
    AgentView,
    Register,
)
from bot.slack.api import Message
from bot.slack.blocks import bullets, button, menu, row, shortened
from bot.slack.pages import Page
from bot.slack.phrases import MemberClock, number, who
from coaching.safe_text import Render

MOST_AGENTS_IN_MENU = 100
MOST_DUE = 25
MOST_OFFERED = 20
BESIDE = 2
"""How many projects each agent of a list is compared with."""

AGENTS_ROOM = 4500
PROJECTS_ROOM = 1200
"""Characters; the names in a menu count too."""


def list_card(render: Render, register: Register, clock: MemberClock) -> Message:
    """Return everything on the list, and the buttons to change it."""
    page = Page(render)
    page.title("AI agents of this channel")
    projects = [
        render("required_level/project", project=one, on=clock.day(one.at))
        for one in register.projects
    ]
    page.listing(projects, room=PROJECTS_ROOM)
    if not register.agents:
        page.tell(render("agents/none"))
    lines = ["\n".join(_entry(render, register, agent, clock)) for agent in register.agents]
    page.listing(lines, room=AGENTS_ROOM, between="\n\n")
    page.show(row(*_ways(), name="ways"), _menus(register))
    return page.message()


def fit_lines(render: Render, register: Register, agent: AgentView, *, most: int) -> list[str]:
    """Return how the agent fits the newest projects, in words."""
    return [render("agents/fit", fit=fit) for fit in register.fits(agent, most=most)]


def _entry(render: Render, register: Register, agent: AgentView, clock: MemberClock) -> list[str]:
    on = clock.day(agent.grade.at) if agent.grade else None
    line = render("agents/line", agent=agent, on=on, stale=agent.stale(register.now))
    return [line, *fit_lines(render, register, agent, most=BESIDE)]


def _ways() -> list[ButtonElement]:
    return [
        button("Add an agent", action=AGENT_ADD),
        button("Which level does a project need?", action=AGENT_NEED),
        button("The levels", action=f"{AGENT_LEVEL}all"),
    ]


def _menus(register: Register) -> Block | None:
    every = [(agent.id, agent.name) for agent in register.agents]
    due = [(a.id, a.name) for a in register.agents if a.grade is None or a.stale(register.now)]
    listed = [(project.id, project.name) for project in register.projects]
    menus = [
        agent_menu("See an agent", "show", every) if every else None,
        agent_menu("Grade one that's due", "grade", due[:MOST_DUE]) if due else None,
        agent_menu("Take a project off", "project", listed[:MOST_OFFERED]) if listed else None,
    ]
    return row(*menus, name="agents") if every or listed else None


def agent_menu(
    placeholder: str, verb: str, agents: Sequence[tuple[str, str]]
) -> StaticSelectElement:
    """Return a menu of agents, given as (id, name); the `verb` says what the choice is for."""
    options = [(name, f"{verb}|{agent_id}") for agent_id, name in agents[:MOST_AGENTS_IN_MENU]]
    return menu(placeholder, action=f"{AGENT_PICK}{verb}", options=options)


def which_card(
    render: Render, verb: str, agents: Sequence[tuple[str, str]], *, why: str
) -> Message:
    """Return the choice of an agent when none was named, or an unknown one."""
    page = Page(render)
    page.tell(why)
    choice = agent_menu("Choose an agent", verb, agents) if agents else None
    add = None if agents else button("Add an agent", action=AGENT_ADD)
    page.show(row(choice, add, name="agents"))
    return page.message()


PROJECTS = 5
FIT_ROOM = 1500


@dataclass(frozen=True)
class AgentDetails:
    """What is known of an agent beside its newest grade.

    Who added it and when, its earlier grades, newest first, how many criteria a grading has, and its test
    runs in words by criterion. With `takes_runs`, a CI can send some.
    """

    added_by: str | None
    added_at: datetime
    path: Sequence[GradeView]
    criteria: int
    runs: Mapping[str, str] = field(default_factory=dict)
    takes_runs: bool = False


def agent_card(
    render: Render,
    register: Register,
    agent: AgentView,
    kept: AgentDetails,
    clock: MemberClock,
) -> Message:
    """Return everything about one agent, and the buttons to change it."""
    page = Page(render)
    page.title(agent.name)
    added = {"added_by": who(kept.added_by), "added_on": clock.day(kept.added_at)}
    page.tell(render("agents/facts", agent=agent, **added))
    grade = agent.grade
    if grade is None:
        page.tell(render("agents/not_graded", count=number(kept.criteria)))
    else:
        show_level(page, render, grade, on=clock.day(grade.at), who=grade.who)
        if stale := agent.stale(register.now):
            page.tell(render("agents/stale", stale=stale))
        show_profile(page, render, grade, beside=kept.runs)
        show_to_try(page, render, grade)
    page.listing(fit_lines(render, register, agent, most=PROJECTS), room=FIT_ROOM)
    show_path(page, render, kept.path, clock)
    page.show(row(*_buttons(agent, takes_runs=kept.takes_runs), name="agent"))
    if grade:
        page.small(render("agents/rule", not_tried=grade.words.not_tried))
    return page.message()


def _buttons(agent: AgentView, *, takes_runs: bool) -> list[ButtonElement | None]:
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
        button("Test runs", action=AGENT_RUNS, value=agent.id) if takes_runs else None,
        button("Remove", action=AGENT_REMOVE, value=agent.id),
    ]


ROOM = 9000
LONGEST_VALUE = 60
FIELD_NAMES = {
    "name": "the name",
    "tool": "the tool",
    "model": "the model",
    "owner": "the owner",
    "purpose": "what it is used for",
}


@dataclass(frozen=True)
class EventView:
    """One event of an agent's history; `changes` maps fields to [before, after]."""

    name: str
    kind: str
    by: str | None
    at: datetime
    changes: Mapping[str, Sequence[Any]]
    level: str | None = None


def agent_history_card(
    render: Render, name: str | None, events: Sequence[EventView], clock: MemberClock
) -> Message:
    """Return the events of one agent, or of all of a channel, newest first."""
    page = Page(render)
    lines = [_line(render, event, clock) for event in events]
    if not lines:
        page.tell(render("agents/no_history"))
    page.listing(bullets(lines), room=ROOM, heading=render("agents/history", name=name))
    return page.message()


def _line(render: Render, event: EventView, clock: MemberClock) -> str:
    return render(
        "agents/event",
        on=clock.day(event.at),
        kind=event.kind,
        who=who(event.by),
        name=event.name,
        level=event.level,
        changes=[_change(field, values) for field, values in event.changes.items()],
    )


def _change(field: str, values: Sequence[Any]) -> str:
    """Return what was changed; for an owner only that it was, because people stay out of the history."""
    name = FIELD_NAMES.get(field, field)
    if len(values) != len(("before", "after")):
        return name
    before, after = (shortened(str(value), LONGEST_VALUE) for value in values)
    return f'{name} from "{before}" to "{after}"'
