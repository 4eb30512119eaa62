"""The result that shows the step of a check-in: it follows when an answer settles that step."""

from logging import getLogger

from sqlalchemy.ext.asyncio import AsyncSession

from bot import cards
from bot.checkins.answering import CURRENT
from bot.deps import Deps
from bot.slack_errors import Undeliverable, WorkspaceGone
from storage import assessments, steps
from storage.tables import Assessment, Step

log = getLogger(__name__)

SETTLING = ("done", "not_for_me")
"""Answers after which a step is no longer the member's current one."""


async def result_with(session: AsyncSession, step: Step) -> Assessment | None:
    """The result that shows this step and buttons to decide about it: a result shows its newest step."""
    if step.assessment_id is None or step.state not in CURRENT:
        return None
    result = await assessments.get(session, step.workspace_id, step.assessment_id)
    newest = await steps.latest_of(session, result) if result else None
    return result if newest and newest.id == step.id else None


async def update_result(deps: Deps, result: Assessment) -> None:
    """Draw it anew; what the member answered stands without it, so a result that is gone harms nothing."""
    try:
        await cards.show(deps, result.workspace_id, result.id)
    except WorkspaceGone:
        raise
    except Undeliverable as problem:
        log.warning("undeliverable", extra={"method": problem.method, "reason": problem.reason})
