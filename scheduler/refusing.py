"""What a refusal of Slack's means for a message, its receiver and the rest of its batch."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from logging import getLogger

from bot.deps import Deps
from bot.lifecycle import app_removed
from bot.slack_errors import (
    ChannelGone,
    MemberGone,
    NotSent,
    TooMany,
    Undeliverable,
    Unsure,
    WorkspaceGone,
)
from bot.teams import stopping
from coaching.people import MemberKey
from scheduler.work import Work
from storage import members
from storage.database import Session
from storage.outbox import claims, rates, schedules
from storage.outbox.queue import Outgoing

log = getLogger(__name__)


@dataclass(frozen=True)
class Halt:
    """Why nothing more of this batch goes out, and until when."""

    reason: str
    not_before: datetime | None = None


async def refused(work: Work, deps: Deps, row: Outgoing, problem: Undeliverable) -> Halt | None:
    """Bring the row up to date; says why the batch should stop, if it should."""
    if isinstance(problem, Unsure):
        # It may have arrived: the row stays as it is, and one read decides later.
        say(row, "unsure", problem.reason)
        return None
    now = work.now()
    if isinstance(problem, TooMany):
        return await _wait(work, row, problem, now=now)
    if isinstance(problem, WorkspaceGone):
        await app_removed(deps, row.workspace_id, reason=problem.reason)
    async with work.database.write() as session:
        if isinstance(problem, NotSent | WorkspaceGone):
            outcome = "back"
            await _back(session, row, problem.reason, now=now)
        else:
            outcome = await _not_possible(session, deps, row, problem, now=now)
    say(row, outcome, problem.reason)
    return Halt(problem.reason) if isinstance(problem, WorkspaceGone) else None


async def _wait(work: Work, row: Outgoing, problem: TooMany, *, now: datetime) -> Halt:
    until = now + timedelta(seconds=problem.seconds)
    async with work.database.write() as session:
        await rates.block_until(session, row.workspace_id, problem.method, until=until)
        await _back(session, row, problem.reason, now=now, until=until)
    say(row, "back", problem.reason)
    return Halt(problem.reason, until)


async def _not_possible(
    session: Session, deps: Deps, row: Outgoing, problem: Undeliverable, *, now: datetime
) -> str:
    """The message cannot be delivered, and what that says of its member or channel."""
    key = MemberKey(row.workspace_id, row.user_id or "")
    if isinstance(problem, MemberGone) and row.user_id:
        await members.deactivate(session, key, now=now)
        await schedules.stop_all_of_member(session, key, now=now)
    elif isinstance(problem, ChannelGone) and row.user_id:
        await members.save_dm_channel(session, key, None)
        if row.reason != problem.reason:  # once more, in a conversation opened anew
            await _back(session, row, problem.reason, now=now)
            return "back"
    elif isinstance(problem, ChannelGone):
        reason = "archived" if problem.reason == "is_archived" else "removed"
        await stopping.stop(session, deps, row.subject, reason=reason)
        await schedules.stop(session, row.workspace_id, row.kind, row.subject, now=now)
    await claims.fail(session, row, reason=problem.reason, now=now)
    return "failed"


async def _back(
    session: Session,
    row: Outgoing,
    reason: str,
    *,
    now: datetime,
    until: datetime | None = None,
) -> None:
    await claims.put_back(session, row, not_before=until or now, reason=reason, now=now)


def say(row: Outgoing, outcome: str, reason: str | None = None) -> None:
    """One line in the log for what became of a message; never to whom it went."""
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
