"""The answers of a grading; the last one makes a grade, so it is looked at who gives it."""

from logging import getLogger

from bot import cards
from bot.actions.answering import answer_chosen
from bot.agents import drafting
from bot.agents.grading import outcome
from bot.conversations.loaded import Loaded
from bot.deps import Deps
from bot.ids import AnswerValue
from bot.origin import Click
from bot.slack_errors import Undeliverable, WorkspaceGone
from bot.teams.guarding import asked
from coaching.people import MemberKey
from storage import agents, gradings

log = getLogger(__name__)


async def grade_chosen(deps: Deps, click: Click) -> None:
    """Keep the answer; a grade is for members of the channel, as everything about its agents."""
    loaded = await _ending(deps, click)
    if loaded is None:
        await answer_chosen(deps, click)
        return
    async with deps.database.read() as session:
        agent = await agents.get(session, loaded.row.workspace_id, loaded.row.subject)
    channel = agent.channel_id if agent else ""
    found = await asked(deps, click.origin, channel, typed_here=False, to_change=True)
    if found.obstacle:
        why = deps.render("agents/obstacle", why=found.obstacle)
        await drafting.redraw(deps, loaded, note=f"{deps.render('agents/grade_blocked')} {why}")
        return
    await answer_chosen(deps, click)
    try:
        await _tell_others(deps, loaded, channel)
    except WorkspaceGone:
        raise
    except Undeliverable as problem:
        # The grade stands, and its card shows it: an apology would be wrong.
        log.warning("undeliverable", extra={"method": problem.method, "reason": problem.reason})


async def _ending(deps: Deps, click: Click) -> Loaded | None:
    """The grading that this answer would end; None for any other answer."""
    value = AnswerValue.parse(click.value)
    if value is None:
        return None
    async with deps.database.read() as session:
        loaded = await drafting.open_card_of(session, deps, click.origin, value.assessment_id)
    if loaded is None or loaded.row.revision != value.revision or not loaded.row.subject:
        return None
    answers = {**loaded.answers, value.question_id: value.level}
    return loaded if loaded.words.next_card(answers) is None else None


async def _tell_others(deps: Deps, loaded: Loaded, channel: str) -> None:
    """Bring the cards of those up to date who graded the same agent at the same time, and are here still."""
    workspace_id = loaded.row.workspace_id
    async with deps.database.read() as session:
        row = await gradings.last_about(session, loaded.member, loaded.row.subject)
        if row is None or row.id != loaded.row.id:
            return
        ended = await outcome(session, deps, await cards.load(session, deps, row))
        keys = [MemberKey(workspace_id, grade.by) for grade in ended.others if grade.by]
        found = [await gradings.last_about(session, key, row.subject) for key in keys]
    if not found:
        return
    here = [user async for page in deps.slack.channel_members(channel) for user in page]
    for other in found:
        if other and other.user_id in here:
            await cards.show(deps, workspace_id, other.id, sees_later=True)
