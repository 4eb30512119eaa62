"""Recovery: messages whose sender died, and messages of a restored database.

Why a message in state `sending` cannot simply be sent again: the sender commits `sending`, posts, and commits
`sent`. If it dies in between, nobody knows whether Slack has the message, and a second post would be a
duplicate. So recovery takes the message over and reads the conversation: if the post is there, the row
becomes `sent`; if not, it goes back to be sent again.

That read is only conclusive once the old post can no longer arrive. So recovery waits until this process has
itself seen the message, under the same epoch, for a whole lease plus the quarantine on its own monotonic
clock. By then the sender's lease has closed (it posts within the lease or not at all), and a post that began
within it has taken effect or never will. No two machines' wall clocks are compared.

Where Slack limits reading, one message a minute is looked up in each workspace, and one page of its
conversation is read. What waits too long for its turn, or is behind too many pages, becomes `unknown`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from logging import getLogger

from bot.deps import Deps
from bot.slack.errors import MoreToRead, TooMany, Undeliverable, WorkspaceGone
from bot.slack.installation import app_removed
from bot.slack.reader import Posted
from coaching.members import MemberKey
from scheduler.context import SchedulerContext, Unread
from scheduler.planner import plan_due
from scheduler.sender import log_outcome
from storage import members
from storage.outbox import claims, recovery
from storage.outbox.queue import Outgoing

log = getLogger(__name__)

CLAIMS_AT_ONCE = 500
LOOK_UP_FROM = timedelta(hours=2)
"""How far before `sending_at` to read: Slack's clock may differ from ours, and ours may have been set."""


async def recover(context: SchedulerContext) -> bool:
    """Do one small step; True when at least one message was settled.

    Claims that expired before anything was sent are released; messages in state `sending` are looked up.
    """
    now = context.now()
    async with context.database.write() as session:
        released = await recovery.release_expired(
            session, lease=context.lease, limit=CLAIMS_AT_ONCE, now=now
        )
    if released:
        log.warning("claims_released", extra={"count": len(released)})
    async with context.database.read() as session:
        held = await recovery.list_sending(session)
    ready = sorted(abandoned(context, held), key=lambda row: row.workspace_id)
    settled = [
        await _settle_here(context, workspace_id, list(rows))
        for workspace_id, rows in groupby(ready, key=lambda row: row.workspace_id)
    ]
    return bool(released) or any(settled)


def abandoned(context: SchedulerContext, held: list[Outgoing]) -> list[Outgoing]:
    """Return the messages that were seen long enough that their sender cannot be sending them any more."""
    seen, steady = context.state.first_seen, context.steady()
    known = {(row.workspace_id, row.id, row.epoch): row for row in held}
    for gone in seen.keys() - known.keys():
        del seen[gone]
    wait = context.timings.lease + context.timings.quarantine
    return [row for key, row in known.items() if steady - seen.setdefault(key, steady) >= wait]


async def _settle_here(
    context: SchedulerContext, workspace_id: str, rows: Sequence[Outgoing]
) -> bool:
    """Settle these messages of one workspace; True when at least one is settled.

    Once it is not the workspace's turn to read, only those are left that have waited for it too long.
    """
    deps = await context.coaches.of(workspace_id)
    if deps is None:
        return False
    did, has_turns = False, True
    for row in rows:
        if context.state.is_ending:
            break
        has_turns = has_turns and await _has_turn(deps)
        if has_turns:
            did = await _settle(context, deps, row) or did
        elif _has_waited(context, row):
            did = await _give_up(context, row) or did
    return did


async def _has_turn(deps: Deps) -> bool:
    """Take the workspace's turn to read a conversation; False when it is not its turn."""
    try:
        await deps.slack.reads.take()
    except TooMany:
        return False
    return True


def _has_waited(context: SchedulerContext, row: Outgoing) -> bool:
    since = context.state.first_seen[row.workspace_id, row.id, row.epoch]
    return context.steady() - since >= context.timings.read_within


async def _take_over(context: SchedulerContext, row: Outgoing) -> Outgoing | None:
    async with context.database.write() as session:
        return await recovery.take_over(
            session, row, owner=context.owner, lease=context.lease, now=context.now()
        )


async def _give_up(context: SchedulerContext, row: Outgoing) -> bool:
    """Mark a message `unknown` whose turn to be looked up did not come in time; True if it was ours."""
    taken = await _take_over(context, row)
    return taken is not None and await _unknown(context, taken, "no_turn_to_read")


async def _settle(context: SchedulerContext, deps: Deps, row: Outgoing) -> bool:
    """Take the message over, look it up in Slack once, and update its row; True when it is settled."""
    taken = await _take_over(context, row)
    if taken is None:
        return False
    try:
        found = await _look_up(context, deps, taken)
    except Undeliverable as problem:
        return await _not_read(context, deps, taken, problem)
    await (_arrived(context, deps, taken, found) if found else _absent(context, taken))
    context.state.unread.pop((row.workspace_id, row.id), None)
    return True


async def _look_up(context: SchedulerContext, deps: Deps, row: Outgoing) -> Posted | None:
    channel = row.channel or await _channel(context, deps, row)
    since = (row.sending_at or row.changed_at) - LOOK_UP_FROM
    before = context.state.unread.get((row.workspace_id, row.id), Unread())
    return await deps.slack.find_post(
        channel, row.id, since=since.timestamp(), cursor=before.cursor, has_turn=True
    )


async def _channel(context: SchedulerContext, deps: Deps, row: Outgoing) -> str:
    """Return the conversation of a message whose row does not name it, as after a restore."""
    if row.user_id is None:
        return row.subject
    async with context.database.read() as session:
        member = await members.get(session, MemberKey(row.workspace_id, row.user_id))
    known = member.dm_channel if member else None
    return known or await deps.slack.open_dm(row.user_id)


async def _arrived(context: SchedulerContext, deps: Deps, row: Outgoing, found: Posted) -> None:
    now = context.now()
    async with context.database.write() as session:
        if await claims.finish(session, row, channel=found.channel, ts=found.ts, now=now):
            row.channel, row.slack_ts, row.sent_at = found.channel, found.ts, now
            kind = context.kinds.get(row.kind)
            if kind is not None:
                await kind.sent(session, deps, row)
    log_outcome(row, "found")


async def _absent(context: SchedulerContext, row: Outgoing) -> None:
    now = context.now()
    async with context.database.write() as session:
        await claims.put_back(session, row, not_before=now, reason="not_arrived", now=now)
    log_outcome(row, "absent")


async def _not_read(
    context: SchedulerContext, deps: Deps, row: Outgoing, problem: Undeliverable
) -> bool:
    """Leave the message for a later look-up; after some failures mark it `unknown` for the operator."""
    if isinstance(problem, WorkspaceGone):
        await app_removed(deps, row.workspace_id, reason=problem.reason)
        return False
    key = (row.workspace_id, row.id)
    before = context.state.unread.get(key, Unread())
    cursor = problem.cursor if isinstance(problem, MoreToRead) else before.cursor
    after = context.state.unread[key] = Unread(before.tries + 1, cursor)
    if after.tries < context.timings.reads_tried:
        log_outcome(row, "unread", problem.reason)
        return False
    return await _unknown(context, row, problem.reason)


async def _unknown(context: SchedulerContext, row: Outgoing, reason: str) -> bool:
    """Leave it to the operator whether a message is sent again."""
    async with context.database.write() as session:
        await recovery.mark_unknown(session, row, reason=reason, now=context.now())
    context.state.unread.pop((row.workspace_id, row.id), None)
    log_outcome(row, "unknown", reason)
    return True


async def reconcile(context: SchedulerContext, *, since: datetime) -> int:
    """After a restore, hold back all messages that may have been sent since that moment; return how many.

    Call it before the clock starts. Plans that are due become messages first, because those messages may have
    been sent too. `recover` then looks each one up in Slack before it goes out.
    """
    while await plan_due(context):
        pass
    async with context.database.write() as session:
        return await recovery.hold_all_for_lookup(session, since=since, now=context.now())
