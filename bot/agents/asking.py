"""What leads to a conversation: a grading of an agent, or the questions about a project."""

from bot.agents.subjects import LONGEST_NAME, Project
from bot.conversations.opening import Asked, open_card
from bot.deps import Deps
from bot.origin import Origin
from bot.replies import Reply
from bot.teams.guarding import asked
from bot.views.bricks import shortened
from bot.views.notices import notice
from content.model import NEED
from storage.tables import Agent


async def start_grading(deps: Deps, origin: Origin, agent: Agent) -> None:
    """Post the first criterion in the messages of whoever asked, or the one where they stopped."""
    if agent.framework not in deps.library.gradings:
        await Reply(deps, origin).privately(notice(deps.render("agents/no_ladder")))
        return
    grading = Asked(agent.framework, agent.framework, subject=agent.id)
    await open_card(deps, origin, grading, what="grading")


async def ask_need(deps: Deps, origin: Origin, name: str, *, typed_here: bool) -> None:
    """Post the first question about a project; asked in a channel of ours, the answer can be shared there."""
    ladder = deps.library.agent_ladder
    if ladder is None or ladder.id not in deps.library.needs:
        await Reply(deps, origin).privately(notice(deps.render("agents/no_ladder")))
        return
    channel = origin.channel or ""
    found = await asked(deps, origin, channel, typed_here=typed_here)
    plain = shortened(" ".join(name.split()), LONGEST_NAME)
    project = Project("" if found.obstacle else channel, plain)
    await open_card(deps, origin, Asked(ladder.id, NEED, subject=str(project)), what="need")
