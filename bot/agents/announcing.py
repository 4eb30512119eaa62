"""Telling a channel what happens to its agents, with who did it: at once, or by a clock if that failed."""

import time
from logging import getLogger

from bot.agents import grading, lines
from bot.agents.owing import KIND, LEASE, OWNER, Line
from bot.conversations.loaded import Loaded
from bot.delivery import Message
from bot.deps import Deps
from bot.fence import Lease, fenced
from bot.outgoing import Composed
from bot.slack_errors import NotSent, TooMany, Undeliverable, Unsure, WorkspaceGone
from coaching.gate import ChannelFacts, Skip
from storage import members
from storage.agents import agents
from storage.database import Session
from storage.outbox import claims, queue
from storage.outbox.queue import Outgoing

log = getLogger(__name__)

POST = "chat.postMessage"


async def tell(deps: Deps, line: Line) -> bool:
    """Post a line that is owed; False when it does not stand in the channel by now.

    What Slack did not refuse for good, or nobody began here, a clock settles later. An error of ours is no
    reason to say that the change did not work: it is saved.
    """
    try:
        return await _told(deps, line)
    except Undeliverable:
        raise
    except Exception:
        log.exception("message_failed", extra={"kind": KIND, "id": line.message(deps).id})
        return False


async def tell_graded(deps: Deps, loaded: Loaded) -> None:
    """Say who graded which agent."""
    row = loaded.row
    async with deps.database.read() as session:
        agent = await agents.get(session, row.workspace_id, row.subject)
    if agent:
        await tell(deps, grading.line_of(deps, agent, loaded))


async def facts(session: Session, deps: Deps, row: Outgoing) -> ChannelFacts:
    """What the gate asks about: a list of agents needs no digest, so every channel follows it."""
    workspace = await members.get_workspace(session, row.workspace_id)
    return ChannelFacts(
        now=deps.now(),
        due_at=row.due_at,
        expires_at=row.expires_at,
        is_installed=workspace is not None and workspace.disconnected_at is None,
        is_followed=True,
    )


async def compose(session: Session, deps: Deps, row: Outgoing) -> Composed | Skip:
    """The line as it is told now: by somebody who has left meanwhile, without their name."""
    message = await lines.written(session, deps, row)
    return Composed(message, form=row.form) if message else Skip("off_the_list")


async def sent(_session: Session, _deps: Deps, _row: Outgoing) -> None:
    """Nothing follows from a line."""


async def _told(deps: Deps, line: Line) -> bool:
    """Announce it, post it once, and say so."""
    steady, now = time.monotonic(), deps.now()
    async with deps.database.write() as session:
        row = await queue.get(session, deps.identity.workspace_id, line.message(deps).id)
        message = await _begun(session, deps, row) if row and row.owner == OWNER else None
    if row is None or message is None:
        return False
    lease = Lease(now + LEASE, steady + LEASE.total_seconds(), deps.now, time.monotonic)
    try:
        with fenced(lease):
            posted = await deps.slack.post(row.subject, message, key=row.id)
    except Undeliverable as problem:
        await _not_posted(deps, row, problem)
        return False
    async with deps.database.write() as session:
        await claims.finish(session, row, channel=posted.channel, ts=posted.ts, now=deps.now())
    return True


async def _begun(session: Session, deps: Deps, row: Outgoing) -> Message | None:
    """What it says, with its post announced; None when a clock has it by now, or it is not told."""
    now, composed = deps.now(), await compose(session, deps, row)
    if isinstance(composed, Skip):
        await claims.skip(session, row, reason=composed.reason, now=now)
        return None
    is_ours = await claims.begin(
        session, row, channel=row.subject, lease=LEASE, form=composed.form, now=now
    )
    return composed.message if is_ours else None


async def _not_posted(deps: Deps, row: Outgoing, problem: Undeliverable) -> None:
    """What Slack refused is over; of what may have arrived, one read decides later."""
    log.warning("undeliverable", extra={"method": problem.method, "reason": problem.reason})
    is_open = isinstance(problem, Unsure | TooMany | NotSent) or problem.method != POST
    async with deps.database.write() as session:
        now = deps.now()
        if isinstance(problem, WorkspaceGone) and not is_open:
            reason = problem.reason
            await claims.put_back(session, row, not_before=now, reason=reason, now=now)
        elif not is_open:
            await claims.fail(session, row, reason=problem.reason, now=now)
    if isinstance(problem, WorkspaceGone):
        raise problem
