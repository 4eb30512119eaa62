"""Gradings: criteria answered about an agent, which become a grade in its history and a line in its channel.

Cards are private to the grader, who may have left the channel since. A card therefore shows what others
graded later only after the channel's members were looked up again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from logging import getLogger

from bot.assessments import cards
from bot.assessments.min_score import MIN_SCORE, grade_view_of
from bot.assessments.min_views import GradingResult, graded_card, graded_line
from bot.assessments.result_views import GradeView
from bot.assessments.session import AssessmentName, AssessmentSession, AssessmentSubject, load
from bot.assessments.start import CardRequest, open_card
from bot.assessments.values import LINK_URL, CardValue
from bot.deps import Deps
from bot.features.agents.edit_views import link_form
from bot.features.agents.notice_service import ChannelNotice, enqueue_notice, event_of, post_notice
from bot.features.agents.run_service import runs_in_words
from bot.features.agents.service import grade_view, grade_views
from bot.slack.api import Message
from bot.slack.blocks import notice, repeated
from bot.slack.directory import check_access, clock_of
from bot.slack.errors import LogUndeliverable
from bot.slack.payloads import Click, Request, Submission
from bot.slack.phrases import LONGEST_ADDRESS, host_of
from bot.slack.replies import Reply, open_modal
from coaching.assessment import Words
from coaching.members import MemberKey
from coaching.min_score import Criteria, min_standing
from storage.agents import agents, grades, history
from storage.agents.agents import Agent
from storage.assessments import assessments
from storage.assessments.assessments import Assessment
from storage.database import Session
from storage.outbox.queue import Outgoing

log = getLogger(__name__)


async def is_in_channel(deps: Deps, loaded: AssessmentSession) -> bool:
    """Return whether the grader is a member of the agent's channel now; False when Slack does not say."""
    async with deps.database.read() as session:
        agent = await agents.get(session, loaded.row.workspace_id, loaded.row.subject)
    if agent is None:
        return False
    # Without the members of the channel, the card stays as it was when the grading ended.
    with LogUndeliverable(log):
        async for page in deps.slack.channel_members(agent.channel_id):
            if loaded.row.user_id in page:
                return True
    return False


LOOKED_AT = 20
"""How many of an agent's grades are read to find those given at the same time."""


async def _save_grade(
    session: Session, deps: Deps, loaded: AssessmentSession, *, level: int
) -> None:
    """Save the grade and enqueue its notice, also for an agent that was removed meanwhile."""
    row = loaded.row
    agent = await agents.get(session, row.workspace_id, row.subject)
    if agent:
        line = _notice_of(deps, agent, loaded)
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
        await enqueue_notice(session, deps, line)


def _notice_of(deps: Deps, agent: Agent, loaded: AssessmentSession) -> ChannelNotice:
    """Return the notice of a grading; its event in the agent's history has the id of the assessment."""
    row = loaded.row
    return ChannelNotice(agent.channel_id, "graded", row.id, row.ended_at or deps.now())


async def grading_result(session: Session, deps: Deps, loaded: AssessmentSession) -> GradingResult:
    """Return the grade, the agent as it was when the grading ended, and what happened meanwhile."""
    row, ended = loaded.row, loaded.row.ended_at or deps.now()
    agent = await agents.get(session, row.workspace_id, row.subject)
    every = await grade_views(session, deps, row.subject, limit=LOOKED_AT)
    has_new_model = agent and row.started_at < agent.model_since <= ended
    return GradingResult(
        agent=await history.name_at(session, agent, ended) if agent else loaded.name.title,
        grade=grade_view_of(loaded),
        path=[grade for grade in every if grade.at < ended],
        others=await _at_the_same_time(session, loaded, every),
        new_model=agent.model if agent and has_new_model else None,
        is_listed=agent is not None and (agent.removed_at is None or agent.removed_at > ended),
    )


async def _at_the_same_time(
    session: Session, loaded: AssessmentSession, every: Sequence[GradeView]
) -> list[GradeView]:
    """Return the grades that others gave during this grading.

    For a member who may see it, also later ones whose grading began before this one ended.
    """
    row, found = loaded.row, []
    for grade in reversed(every):
        if grade.by in (None, row.user_id) or grade.at < row.started_at:
            continue
        is_later = row.ended_at is not None and grade.at > row.ended_at
        if not is_later or (loaded.sees_later and await _began_before(session, loaded, grade)):
            found.append(grade)
    return found


async def _began_before(session: Session, loaded: AssessmentSession, later: GradeView) -> bool:
    """Return whether the grading of a later grade began before this one ended."""
    row = loaded.row
    key = MemberKey(row.workspace_id, later.by or "")
    other = await assessments.latest_about(session, key, row.subject)
    return bool(other and row.ended_at and other.started_at <= row.ended_at)


async def start_grading(deps: Deps, request: Request, agent: Agent) -> None:
    """Post the first criterion in the member's messages, or the one where they stopped."""
    if agent.framework not in deps.library.gradings:
        await Reply(deps, request).privately(notice(deps.render("agents/no_ladder")))
        return
    grading = CardRequest(agent.framework, agent.framework, subject=agent.id)
    await open_card(deps, request, grading, what="grading")


async def _grading_refused(deps: Deps, request: Request, loaded: AssessmentSession) -> str | None:
    """Return why this member may not grade the agent now; None when they may."""
    async with deps.database.read() as session:
        agent = await agents.get(session, loaded.row.workspace_id, loaded.row.subject)
    channel = agent.channel_id if agent else ""
    found = await check_access(deps, request, channel, to_change=True)
    if found.obstacle is None:
        return None
    why = deps.render("agents/obstacle", why=found.obstacle)
    return f"{deps.render('agents/grade_blocked')} {why}"


async def _update_other_cards(deps: Deps, loaded: AssessmentSession, channel: str) -> None:
    """Update the cards of members who graded this agent meanwhile and are still in the channel."""
    workspace_id = loaded.row.workspace_id
    async with deps.database.read() as session:
        row = await assessments.latest_about(session, loaded.member, loaded.row.subject)
        if row is None or row.id != loaded.row.id:
            return
        ended = await grading_result(session, deps, await load(session, deps, row))
        keys = [MemberKey(workspace_id, grade.by) for grade in ended.others if grade.by]
        found = [await assessments.latest_about(session, key, row.subject) for key in keys]
    if not found:
        return
    here = [user async for page in deps.slack.channel_members(channel) for user in page]
    for other in found:
        if other and other.user_id in here:
            await cards.refresh_card(deps, workspace_id, other.id, sees_later=True)


async def _post_graded(deps: Deps, _click: Click, loaded: AssessmentSession) -> None:
    """Post the line that says who graded which agent, and update the cards of others who did meanwhile."""
    row = loaded.row
    async with deps.database.read() as session:
        agent = await agents.get(session, row.workspace_id, row.subject)
    if agent is None:
        return
    await post_notice(deps, _notice_of(deps, agent, loaded))
    # The grade is saved and its card shows it, so the member gets no error.
    with LogUndeliverable(log):
        await _update_other_cards(deps, loaded, agent.channel_id)


async def _finish(session: Session, deps: Deps, loaded: AssessmentSession) -> None:
    """Complete the row and save the grade."""
    level = min_standing(loaded.words_as(Criteria), loaded.answers).level
    await assessments.complete(session, loaded.row, now=deps.now(), level=level)
    await _save_grade(session, deps, loaded, level=level)


async def _draw_result(
    session: Session, deps: Deps, loaded: AssessmentSession, note: str | None
) -> Message:
    """Return the level, what holds it back, and what to try next."""
    result = await grading_result(session, deps, loaded)
    clock = await clock_of(session, deps, loaded.member)
    return graded_card(deps.render, result, clock, note=note)


GRADING = replace(MIN_SCORE, finish=_finish, draw_result=_draw_result, after_result=_post_graded)
"""Gradings ask like self-checks by the lowest criterion; what follows differs."""

GRADE_COMMAND = "/rungs agent grade"


def is_agent(subject: str) -> bool:
    """Return whether the subject is an agent's id: other subjects begin with their kind and a colon."""
    return ":" not in subject


async def agent_name(
    session: Session, _deps: Deps, row: Assessment, words: Words
) -> AssessmentName:
    """Return the title with the agent's name at that time, and the command; no name for an unknown agent."""
    agent = await agents.get(session, row.workspace_id, row.subject)
    if agent is None:
        return AssessmentName(words.title, GRADE_COMMAND)
    # The name at that time: a grader who has left the channel still sees the card, not later names.
    name = await history.name_at(session, agent, row.ended_at or row.started_at)
    command = f"{GRADE_COMMAND} {name}" if name == agent.name else GRADE_COMMAND
    return AssessmentName(f"{words.title}: {name}", command)


async def runs_beside(session: Session, deps: Deps, row: Assessment) -> Mapping[str, str]:
    """Return the newest test runs of the agent in words, by criterion, without those sent since it began."""
    agent = await agents.get(session, row.workspace_id, row.subject)
    if agent is None:
        return {}
    clock = await clock_of(session, deps, MemberKey(row.workspace_id, row.user_id))
    # Runs from before it began: a grader who has left the channel still sees the card, not later runs.
    return await runs_in_words(session, deps, agent, clock, until=row.started_at)


AGENT = AssessmentSubject(
    is_agent, GRADING, agent_name, is_in_channel, _grading_refused, beside=runs_beside
)


async def grade_line(session: Session, deps: Deps, row: Outgoing) -> Message | None:
    """Return the line about a grade; None when the agent or the grade is not there any more.

    The grading has the same id as the event. After an erasure it is gone, and only its grade is left.
    """
    found = await event_of(session, row)
    if found is None or found[0].removed_at:
        return None
    agent, event = found
    assessment = await assessments.get(session, event.workspace_id, event.id)
    if assessment:
        result = await grading_result(session, deps, await load(session, deps, assessment))
    else:
        detail = history.detail_of(event)
        grade = await grades.get(session, event.workspace_id, detail["grade"])
        if grade is None:
            return None
        name = await history.name_at(session, agent, event.at)
        result = GradingResult(name, await grade_view(session, deps, grade), path=[])
    return graded_line(deps.render, result, typed=repeated(agent.name), by=event.by)


async def link_asked(deps: Deps, click: Click) -> None:
    """Open the form for a link ("Add a link", "Change the link") while its card is the current one."""
    value = CardValue.parse(click.value)
    async with deps.database.read() as session:
        assessment_id = value.assessment_id if value else ""
        row = await assessments.get(session, click.request.key.workspace_id, assessment_id)
        loaded = await load(session, deps, row) if row else None
    if (
        await cards.click_refused(deps, click, row)
        or row is None
        or loaded is None
        or value is None
    ):
        return
    name = _current_criterion(loaded, value.extra)
    if name is None:
        await cards.refresh_card(deps, row.workspace_id, row.id)
        return
    link = loaded.draft.notes.get(value.extra)
    await open_modal(
        deps, click.request, link_form(deps.render, name, link=link, carried=str(value))
    )


async def link_sent(deps: Deps, submission: Submission) -> None:
    """Save the link as draft of its criterion's card, or say on the card why not."""
    value = CardValue.parse(submission.carried)
    if value is None:
        return
    typed = submission.written.get(LINK_URL, "").strip()
    note = None
    async with deps.database.write() as session:
        loaded = await cards.open_card_of(
            session, deps, submission.request, value.assessment_id, lock=True
        )
        if loaded is None:
            return
        if _current_criterion(loaded, value.extra) is None:
            criterion = loaded.words_as(Criteria).criterion(value.extra)
            note = deps.render("agents/link_late", criterion=criterion.topic if criterion else "")
        elif typed and host_of(typed) is None:
            note = deps.render("agents/link_refused", longest=LONGEST_ADDRESS)
        else:
            loaded = await cards.keep_draft(session, loaded, {}, {value.extra: typed})
    await cards.redraw_card(deps, loaded, note=note)


def _current_criterion(loaded: AssessmentSession, criterion_id: str) -> str | None:
    """Return the name of the criterion while its card is the current one; else None."""
    card = loaded.next_card
    if loaded.row.state != "open" or card is None or card.id != criterion_id:
        return None
    criterion = loaded.words_as(Criteria).criterion(criterion_id)
    return criterion.name if criterion else None
