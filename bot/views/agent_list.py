"""The agents of a channel beside its projects, and the choice of one of them."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ButtonElement, StaticSelectElement

from bot import ids
from bot.delivery import Message
from bot.views.agent_shown import AgentShown, Register
from bot.views.bricks import button, menu, row
from bot.views.page import Page
from content.message_catalog import Render

MOST_IN_MENU = 100
MOST_DUE = 25
MOST_OFFERED = 20
BESIDE = 2
"""So many projects are held against each agent of a list."""

AGENTS_ROOM = 4500
PROJECTS_ROOM = 1200
NAMES_ROOM = 600
"""Characters; the names in a menu count too."""


def list_card(render: Render, register: Register) -> Message:
    """Everything on the list, and what can be done about it."""
    page = Page(render)
    page.title("AI engineers of this channel")
    projects = [render("required_level/project", project=one) for one in register.projects]
    page.listing(projects, room=PROJECTS_ROOM)
    if not register.agents:
        page.tell(render("agents/none"))
    lines = ["\n".join(_entry(render, register, agent)) for agent in register.agents]
    page.listing(lines, room=AGENTS_ROOM, between="\n\n")
    page.show(row(*_ways(), name="ways"), _menus(register))
    return page.message()


def fit_lines(render: Render, register: Register, agent: AgentShown, *, most: int) -> list[str]:
    """The agent beside the newest projects, in words."""
    return [render("agents/fit", fit=fit) for fit in register.fits(agent, most=most)]


def _entry(render: Render, register: Register, agent: AgentShown) -> list[str]:
    line = render("agents/line", agent=agent, stale=agent.stale(register.now))
    return [line, *fit_lines(render, register, agent, most=BESIDE)]


def _ways() -> list[ButtonElement]:
    return [
        button("Add an agent", action=ids.AGENT_ADD),
        button("Which level does a project need?", action=ids.AGENT_NEED),
        button("The levels", action=f"{ids.AGENT_LEVEL}all"),
    ]


def _menus(register: Register) -> Block | None:
    every = [(agent.id, agent.name) for agent in register.agents]
    due = [(a.id, a.name) for a in register.agents if a.grade is None or a.stale(register.now)]
    listed = [(project.id, project.name) for project in register.projects]
    menus = [
        agent_menu("See an agent", "show", every) if every else None,
        agent_menu("Grade one that is due", "grade", due[:MOST_DUE]) if due else None,
        agent_menu("Take a project off", "project", listed[:MOST_OFFERED]) if listed else None,
    ]
    return row(*menus, name="agents") if every or listed else None


def agent_menu(
    placeholder: str, verb: str, agents: Sequence[tuple[str, str]]
) -> StaticSelectElement:
    """Agents to choose from, as (id, name); the `verb` says what is done with the chosen one."""
    options = [(name, f"{verb}|{agent_id}") for agent_id, name in agents[:MOST_IN_MENU]]
    return menu(placeholder, action=f"{ids.AGENT_PICK}{verb}", options=options)


def which_card(
    render: Render, verb: str, agents: Sequence[tuple[str, str]], *, why: str
) -> Message:
    """The choice of an agent when none was named, or one that is not on the list."""
    page = Page(render)
    page.tell(why)
    choice = agent_menu("Choose an agent", verb, agents) if agents else None
    add = None if agents else button("Add an agent", action=ids.AGENT_ADD)
    page.show(row(choice, add, name="agents"))
    return page.message()
