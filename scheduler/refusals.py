"""What an error from Slack means for a message, its receiver and the rest of the batch."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from logging import getLogger

from bot.deps import Deps
from bot.slack.errors import (
    ChannelGone,
    MemberGone,
    NotSent,
    TooMany,
    Undeliverable,
    Unsure,
    WorkspaceGone,
)
from bot.slack.installation import app_removed
from coaching.members import MemberKey
from scheduler.context import SchedulerContext
from storage import members
from storage.database import Session
from storage.outbox import claims, rates, schedules
from storage.outbox.queue import Outgoing

log = getLogger(__name__)


@dataclass(frozen=True)
class StopBatch:
    """The rest of the batch must not be sent: why, and until when."""

    reason: str
    not_before: datetime | None = None


async def handle_refusal(
    context: SchedulerContext, deps: Deps, row: Outgoing, problem: Undeliverable
) -> StopBatch | None:
    """Update the message after an error from Slack; return a StopBatch when the batch must stop."""
    if isinstance(problem, Unsure):
        # It may have arrived: the row stays `sending`, and recovery looks it up.
        log_outcome(row, "unsure", problem.reason)
        return None
    now = context.now()
    if isinstance(problem, TooMany):
        return await _wait(context, row, problem, now=now)
    if isinstance(problem, WorkspaceGone):
        await app_removed(deps, row.workspace_id, reason=problem.reason)
    async with context.database.write() as session:
        if isinstance(problem, NotSent | WorkspaceGone):
            outcome = "back"
            await _put_back(session, row, problem.reason, now=now)
        else:
            outcome = await _undeliverable(session, deps, row, problem, now=now)
    log_outcome(row, outcome, problem.reason)
    return StopBatch(problem.reason) if isinstance(problem, WorkspaceGone) else None


async def _wait(
    context: SchedulerContext, row: Outgoing, problem: TooMany, *, now: datetime
) -> StopBatch:
    until = now + timedelta(seconds=problem.seconds)
    async with context.database.write() as session:
        await rates.block_until(session, row.workspace_id, problem.method, until=until)
        await _put_back(session, row, problem.reason, now=now, until=until)
    log_outcome(row, "back", problem.reason)
    return StopBatch(problem.reason, until)


async def _undeliverable(
    session: Session, deps: Deps, row: Outgoing, problem: Undeliverable, *, now: datetime
) -> str:
    """Record that the member or channel is gone, and fail or retry the message; return the outcome to log.

    The features' hooks run in the same transaction, so that either the message fails and the plans for its
    receiver stop, or neither.
    """
    key = MemberKey(row.workspace_id, row.user_id or "")
    if isinstance(problem, MemberGone) and row.user_id:
        await members.deactivate(session, key, now=now)
        await deps.features.member_gone(session, deps, key)
    elif isinstance(problem, ChannelGone) and row.user_id:
        await members.save_dm_channel(session, key, None)
        if row.reason != problem.reason:  # Try once more in a newly opened conversation.
            await _put_back(session, row, problem.reason, now=now)
            return "back"
    elif isinstance(problem, ChannelGone):
        reason = "archived" if problem.reason == "is_archived" else "removed"
        await deps.features.channel_gone(session, deps, row.subject, reason=reason)
        await schedules.stop(session, row.workspace_id, row.kind, row.subject, now=now)
    await claims.fail(session, row, reason=problem.reason, now=now)
    return "failed"


async def _put_back(
    session: Session,
    row: Outgoing,
    reason: str,
    *,
    now: datetime,
    until: datetime | None = None,
) -> None:
    await claims.put_back(session, row, not_before=until or now, reason=reason, now=now)


def log_outcome(row: Outgoing, outcome: str, reason: str | None = None) -> None:
    """Log what became of a message. The receiver is never logged."""
    log.info(
        "message",
        extra={
            "workspace": row.workspace_id,
            "kind": row.kind,
            "id": row.id,
            "outcome": outcome,
            "reason": reason,
        },
    )
