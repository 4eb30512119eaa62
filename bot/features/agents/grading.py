"""What a conversation about agents is about, as it is kept: an agent's id, or a project of a channel."""

from collections.abc import Sequence
from logging import getLogger

from bot.assessments import cards
from bot.assessments.handlers import answer_chosen
from bot.assessments.min_score import as_grade
from bot.assessments.min_views import Graded, GradeShown
from bot.assessments.session import AssessmentSession, load
from bot.assessments.start import CardRequest, open_card
from bot.assessments.values import AnswerValue
from bot.deps import Deps
from bot.features.agents.channel_notices import Line, owe, tell
from bot.features.agents.register import path
from bot.slack.blocks import notice, shortened
from bot.slack.channel_access import check_access
from bot.slack.errors import Undeliverable, WorkspaceGone
from bot.slack.payloads import Click, Request
from bot.slack.replies import Reply
from coaching.members import MemberKey
from coaching.required_level import ProjectSubject
from content.ladders import NEED
from storage.agents import agents, grades, history
from storage.agents.agents import Agent
from storage.assessments import assessments
from storage.database import Session

log = getLogger(__name__)

LONGEST_NAME = 60
"""Characters of a project's name."""


async def is_there_still(deps: Deps, loaded: AssessmentSession) -> bool:
    """Look at the channel anew; what cannot be looked at counts as left."""
    async with deps.database.read() as session:
        agent = await agents.get(session, loaded.row.workspace_id, loaded.row.subject)
    if agent is None:
        return False
    try:
        async for page in deps.slack.channel_members(agent.channel_id):
            if loaded.row.user_id in page:
                return True
    except WorkspaceGone:
        raise
    except Undeliverable as problem:
        # The card needs no more than what was known when it ended.
        log.warning("undeliverable", extra={"method": problem.method, "reason": problem.reason})
    return False


LOOKED_AT = 20
"""So many of an agent's grades are looked at for those that came at the same time."""


async def keep_grade(
    session: Session, deps: Deps, loaded: AssessmentSession, *, level: int
) -> None:
    """Note the grade, also of an agent that was removed meanwhile: somebody did that work."""
    row = loaded.row
    agent = await agents.get(session, row.workspace_id, row.subject)
    if agent:
        line = line_of(deps, agent, loaded)
        await grades.add(
            session,
            agent,
            loaded.words,
            loaded.answers,
            loaded.notes,
            level=level,
            by=row.user_id,
            now=line.at,
            event=line.about,
        )
        await owe(session, deps, line)


def line_of(deps: Deps, agent: Agent, loaded: AssessmentSession) -> Line:
    """What the channel is told: in the history of the agent, a grading keeps the id that it has."""
    row = loaded.row
    return Line(agent.channel_id, "graded", row.id, row.ended_at or deps.now())


async def outcome(session: Session, deps: Deps, loaded: AssessmentSession) -> Graded:
    """The grade with the agent as it was by then, and what happened to it meanwhile."""
    row, ended = loaded.row, loaded.row.ended_at or deps.now()
    agent = await agents.get(session, row.workspace_id, row.subject)
    every = await path(session, deps, row.subject, limit=LOOKED_AT)
    has_new_model = agent and row.started_at < agent.model_since <= ended
    return Graded(
        agent=await history.name_at(session, agent, ended) if agent else loaded.name.title,
        grade=as_grade(loaded),
        path=[grade for grade in every if grade.at < ended],
        others=await _at_the_same_time(session, loaded, every),
        new_model=agent.model if agent and has_new_model else None,
        is_listed=agent is not None and (agent.removed_at is None or agent.removed_at > ended),
    )


async def _at_the_same_time(
    session: Session, loaded: AssessmentSession, every: Sequence[GradeShown]
) -> list[GradeShown]:
    """What others graded while this grading went on, or, for who may see it, began before it ended."""
    row, found = loaded.row, []
    for grade in reversed(every):
        if grade.by in (None, row.user_id) or grade.at < row.started_at:
            continue
        is_later = row.ended_at is not None and grade.at > row.ended_at
        if not is_later or (loaded.sees_later and await _began(session, loaded, grade)):
            found.append(grade)
    return found


async def _began(session: Session, loaded: AssessmentSession, later: GradeShown) -> bool:
    """Whether a later grade was begun before this grading ended."""
    row = loaded.row
    key = MemberKey(row.workspace_id, later.by or "")
    other = await assessments.latest_about(session, key, row.subject)
    return bool(other and row.ended_at and other.started_at <= row.ended_at)


async def start_grading(deps: Deps, request: Request, agent: Agent) -> None:
    """Post the first criterion in the messages of whoever asked, or the one where they stopped."""
    if agent.framework not in deps.library.gradings:
        await Reply(deps, request).privately(notice(deps.render("agents/no_ladder")))
        return
    grading = CardRequest(agent.framework, agent.framework, subject=agent.id)
    await open_card(deps, request, grading, what="grading")


async def ask_need(deps: Deps, request: Request, name: str, *, typed_here: bool) -> None:
    """Post the first question about a project; asked in a channel of ours, the answer can be shared there."""
    ladder = deps.library.agent_ladder
    if ladder is None or ladder.id not in deps.library.needs:
        await Reply(deps, request).privately(notice(deps.render("agents/no_ladder")))
        return
    channel = request.channel or ""
    found = await check_access(deps, request, channel, typed_here=typed_here)
    plain = shortened(" ".join(name.split()), LONGEST_NAME)
    project = ProjectSubject("" if found.obstacle else channel, plain)
    await open_card(deps, request, CardRequest(ladder.id, NEED, subject=str(project)), what="need")


async def grade_chosen(deps: Deps, click: Click) -> None:
    """Keep the answer; a grade is for members of the channel, as everything about its agents."""
    loaded = await _ending(deps, click)
    if loaded is None:
        await answer_chosen(deps, click)
        return
    async with deps.database.read() as session:
        agent = await agents.get(session, loaded.row.workspace_id, loaded.row.subject)
    channel = agent.channel_id if agent else ""
    found = await check_access(deps, click.request, channel, typed_here=False, to_change=True)
    if found.obstacle:
        why = deps.render("agents/obstacle", why=found.obstacle)
        await cards.redraw(deps, loaded, note=f"{deps.render('agents/grade_blocked')} {why}")
        return
    await answer_chosen(deps, click)
    try:
        await _tell_others(deps, loaded, channel)
    except WorkspaceGone:
        raise
    except Undeliverable as problem:
        # The grade stands, and its card shows it: an apology would be wrong.
        log.warning("undeliverable", extra={"method": problem.method, "reason": problem.reason})


async def _ending(deps: Deps, click: Click) -> AssessmentSession | None:
    """The grading that this answer would end; None for any other answer."""
    value = AnswerValue.parse(click.value)
    if value is None:
        return None
    async with deps.database.read() as session:
        loaded = await cards.open_card_of(session, deps, click.request, value.assessment_id)
    if loaded is None or loaded.row.revision != value.revision or not loaded.row.subject:
        return None
    answers = {**loaded.answers, value.question_id: value.level}
    return loaded if loaded.words.next_card(answers) is None else None


async def _tell_others(deps: Deps, loaded: AssessmentSession, channel: str) -> None:
    """Bring the cards of those up to date who graded the same agent at the same time, and are here still."""
    workspace_id = loaded.row.workspace_id
    async with deps.database.read() as session:
        row = await assessments.latest_about(session, loaded.member, loaded.row.subject)
        if row is None or row.id != loaded.row.id:
            return
        ended = await outcome(session, deps, await load(session, deps, row))
        keys = [MemberKey(workspace_id, grade.by) for grade in ended.others if grade.by]
        found = [await assessments.latest_about(session, key, row.subject) for key in keys]
    if not found:
        return
    here = [user async for page in deps.slack.channel_members(channel) for user in page]
    for other in found:
        if other and other.user_id in here:
            await cards.show(deps, workspace_id, other.id, sees_later=True)


async def tell_graded(deps: Deps, loaded: AssessmentSession) -> None:
    """Say who graded which agent."""
    row = loaded.row
    async with deps.database.read() as session:
        agent = await agents.get(session, row.workspace_id, row.subject)
    if agent:
        await tell(deps, line_of(deps, agent, loaded))
