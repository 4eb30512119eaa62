"""The result that shows the step of a check-in: it follows when an answer settles that step."""

from dataclasses import replace
from logging import getLogger

from bot import cards
from bot.checkins.answering import CURRENT
from bot.deps import Deps
from bot.slack_errors import Undeliverable, WorkspaceGone
from coaching.people import MemberKey
from storage import steps
from storage.assessments import assessments
from storage.assessments.assessments import Assessment
from storage.database import Session
from storage.steps import Step

log = getLogger(__name__)

SETTLING = ("done", "not_for_me")
"""Answers after which a step is no longer the member's current one."""


async def result_with(session: Session, step: Step) -> Assessment | None:
    """The result that shows this step and buttons to decide about it: a result shows its newest step."""
    if step.assessment_id is None or step.state not in CURRENT:
        return None
    result = await assessments.get(session, step.workspace_id, step.assessment_id)
    newest = await steps.latest_after(session, result) if result else None
    return result if newest and newest.id == step.id else None


async def update_result(deps: Deps, result: Assessment, step: Step) -> None:
    """Say there what became of this step; the next one stands in the answer, and a click away from here.

    What the member answered stands without it, so a result that is gone harms nothing.
    """
    if not (result.card_channel and result.card_ts):
        return
    async with deps.database.read() as session:
        settled = await steps.get(session, MemberKey(result.workspace_id, result.user_id), step.id)
        if settled is None:
            # Erased in this very moment.
            return
        loaded = replace(await cards.load(session, deps, result), step=settled)
        message = await cards.draw(session, deps, loaded)
    try:
        await deps.slack.update(result.card_channel, result.card_ts, message)
    except WorkspaceGone:
        raise
    except Undeliverable as problem:
        log.warning("undeliverable", extra={"method": problem.method, "reason": problem.reason})
