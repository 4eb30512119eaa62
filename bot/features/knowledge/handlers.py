"""`/rungs quiz`: the list of skills, the start of a check, and the answers afterwards."""

from functools import partial

from slack_sdk.models.views import View

from bot.assessments.session import load
from bot.assessments.start import CardRequest, open_card
from bot.deps import Deps
from bot.feature import Call
from bot.features.knowledge import service
from bot.features.knowledge.list_views import skills_card
from bot.features.knowledge.views import (
    REVIEW_TITLE,
    REVIEW_VIEW,
    RULE_TITLE,
    review_view,
    rule_view,
)
from bot.slack.api import Message
from bot.slack.blocks import modal, notice, paragraph
from bot.slack.directory import ask_zone, clock_of
from bot.slack.payloads import Click, Request
from bot.slack.phrases import number
from bot.slack.replies import Reply, open_and_fill, unknown_click
from coaching.items import Skill
from coaching.knowledge.check import FRAMEWORK, OUTCOME_WORDS, KnowledgeCheck
from coaching.knowledge.checked import next_try_at
from coaching.knowledge.sequential import MOST_ITEMS
from coaching.members import MemberKey
from storage.assessments import assessments
from storage.knowledge import tries


async def quiz(deps: Deps, call: Call) -> None:
    """Show the skills, or begin or continue the check of the one that was typed."""
    typed = " ".join(call.arguments)
    if not typed:
        await Reply(deps, call.request).privately(await _skills(deps, call.request.key))
        return
    skill = service.skill_named(deps, typed)
    if skill is None:
        await Reply(deps, call.request).privately(service.unknown_skill(deps, typed))
        return
    await _open(deps, call.request, skill)


async def quiz_asked(deps: Deps, click: Click) -> None:
    """Show the skills."""
    await Reply(deps, click.request).privately(await _skills(deps, click.request.key))


async def quiz_started(deps: Deps, click: Click) -> None:
    """Begin or continue the check of the skill whose button was clicked."""
    skill = deps.library.knowledge.skill(click.value)
    if skill is None:
        await unknown_click(deps, click)
        return
    await _open(deps, click.request, skill)


async def _skills(deps: Deps, key: MemberKey) -> Message:
    async with deps.database.read() as session:
        shown = await service.skills_view(session, deps, key)
    return skills_card(deps.render, shown)


async def _open(deps: Deps, request: Request, skill: Skill) -> None:
    """Show the question of the open check, or the first one of a new one; or say why none can begin now.

    The result says dates, so Slack is asked for the zone of a member who is new.
    """
    if refused := await _refusal(deps, request.key, skill):
        await Reply(deps, request).privately(refused)
        return
    asked = CardRequest(FRAMEWORK, skill.id, subject=tries.subject_of(skill.id))
    await open_card(deps, request, asked, go_on=True, what="check")
    await ask_zone(deps, request.key)


async def _refusal(deps: Deps, key: MemberKey, skill: Skill) -> Message | None:
    """Return why no check of this skill can begin now; None when one can, or is open."""
    async with deps.database.read() as session:
        last = tries.latest_by_skill(await tries.tries_of(session, key)).get(skill.id)
        clock = await clock_of(session, deps, key)
        if last and last.state == "open":
            return None
        upcoming = next_try_at(last.last_at, now=clock.now) if last else None
    if last and upcoming:
        outcome = None if last.outcome is None else OUTCOME_WORDS[last.outcome]
        text = deps.render(
            "knowledge/waiting",
            title=skill.title,
            ended=clock.day(last.last_at),
            outcome=outcome,
            upcoming=clock.day(upcoming),
        )
        return notice(text)
    if service.has_enough(skill):
        return None
    text = deps.render("knowledge/short", title=skill.title, most=number(MOST_ITEMS))
    return notice(text)


async def rule_asked(deps: Deps, click: Click) -> None:
    """Open the rule and how often it is wrong."""

    async def content() -> View:
        return rule_view(deps.render, None)

    await open_and_fill(deps, click.request, RULE_TITLE, callback=REVIEW_VIEW, content=content)


async def answers_asked(deps: Deps, click: Click) -> None:
    """Open the answers of a finished check, with why each option is right or not."""
    content = partial(_review, deps, click.request.key, click.value, 0)
    await open_and_fill(deps, click.request, REVIEW_TITLE, callback=REVIEW_VIEW, content=content)


async def answer_turned_to(deps: Deps, click: Click) -> None:
    """Show another answer in the open window."""
    check_id, _, place = click.value.partition("|")
    if not (click.request.window and place.isdecimal()):
        await unknown_click(deps, click)
        return
    view = await _review(deps, click.request.key, check_id, int(place))
    await deps.slack.update_modal(click.request.window, view)


async def _review(deps: Deps, key: MemberKey, check_id: str, place: int) -> View:
    """Return one answer of the member's own finished check; nothing of an open one."""
    async with deps.database.read() as session:
        row = await assessments.get(session, key.workspace_id, check_id)
        is_theirs = row is not None and row.user_id == key.user_id and row.state == "completed"
        loaded = await load(session, deps, row) if row and is_theirs else None
    if loaded is None or not isinstance(loaded.words, KnowledgeCheck):
        gone = paragraph(deps.render("assessments/gone"))
        return modal(REVIEW_TITLE, [gone], callback=REVIEW_VIEW)
    given = loaded.words.given(loaded.answers)
    return review_view(deps.render, given, place, assessment_id=check_id)
