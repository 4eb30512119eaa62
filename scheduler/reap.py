"""Settle what its holder left behind: given back if nothing was announced, else one read decides.

A message that is being sent is touched only after this process has seen it, under the same epoch, for a
whole lease and the quarantine on its own steady clock. By then the fence has closed, and a post that had
passed it has taken effect or never will, whatever any wall clock says.
"""

from datetime import timedelta
from logging import getLogger

from bot.delivery import Posted
from bot.deps import Deps
from bot.lifecycle import app_removed
from bot.slack_errors import Undeliverable, WorkspaceGone
from coaching.people import MemberKey
from scheduler.refusing import say
from scheduler.work import Work
from storage import members
from storage.outbox import claims, recovery
from storage.outbox.queue import Outgoing

log = getLogger(__name__)

ROWS = 500
LOOK_BACK = timedelta(hours=2)
"""Slack's clock and ours need not agree, and ours may have been set anew."""


async def reap(work: Work) -> bool:
    """One small step; True when it settled something."""
    now = work.now()
    async with work.database.write() as session:
        released = await recovery.release_expired(session, lease=work.lease, limit=ROWS, now=now)
    if released:
        log.warning("claims_released", extra={"count": len(released)})
    async with work.database.read() as session:
        held = await recovery.list_sending(session)
    settled = [await _settle(work, row) for row in ripe(work, held) if not work.shift.is_ending]
    return bool(released) or any(settled)


def ripe(work: Work, held: list[Outgoing]) -> list[Outgoing]:
    """Those whose holder cannot be sending them any more."""
    seen, steady = work.shift.first_seen, work.steady()
    known = {(row.workspace_id, row.id, row.epoch): row for row in held}
    for gone in seen.keys() - known.keys():
        del seen[gone]
    wait = work.timings.lease + work.timings.quarantine
    return [row for key, row in known.items() if steady - seen.setdefault(key, steady) >= wait]


async def _settle(work: Work, row: Outgoing) -> bool:
    """Hold it instead of whoever held it, look once, and decide; True when it is settled."""
    deps = work.coaches.get(row.workspace_id)
    if deps is None:
        return False
    async with work.database.write() as session:
        taken = await recovery.take_over(
            session, row, owner=work.owner, lease=work.lease, now=work.now()
        )
    if taken is None:
        return False
    try:
        found = await _look(work, deps, taken)
    except Undeliverable as problem:
        return await _not_read(work, deps, taken, problem)
    await (_arrived(work, deps, taken, found) if found else _absent(work, taken))
    work.shift.unread.pop((row.workspace_id, row.id), None)
    return True


async def _look(work: Work, deps: Deps, row: Outgoing) -> Posted | None:
    channel = row.channel or await _channel(work, deps, row)
    since = (row.sending_at or row.changed_at) - LOOK_BACK
    return await deps.slack.find_post(channel, row.id, since=since.timestamp())


async def _channel(work: Work, deps: Deps, row: Outgoing) -> str:
    """Where it would have gone: a restored row may not know yet."""
    if row.user_id is None:
        return row.subject
    async with work.database.read() as session:
        member = await members.get(session, MemberKey(row.workspace_id, row.user_id))
    known = member.dm_channel if member else None
    return known or await deps.slack.open_dm(row.user_id)


async def _arrived(work: Work, deps: Deps, row: Outgoing, found: Posted) -> None:
    now = work.now()
    async with work.database.write() as session:
        if await claims.finish(session, row, channel=found.channel, ts=found.ts, now=now):
            row.channel, row.slack_ts, row.sent_at = found.channel, found.ts, now
            kind = work.kinds.get(row.kind)
            if kind is not None:
                await kind.sent(session, deps, row)
    say(row, "found")


async def _absent(work: Work, row: Outgoing) -> None:
    now = work.now()
    async with work.database.write() as session:
        await claims.put_back(session, row, not_before=now, reason="not_arrived", now=now)
    say(row, "absent")


async def _not_read(work: Work, deps: Deps, row: Outgoing, problem: Undeliverable) -> bool:
    """Looked up again later; after some tries it is the operator's to decide."""
    if isinstance(problem, WorkspaceGone):
        await app_removed(deps, row.workspace_id, reason=problem.reason)
        return False
    key = (row.workspace_id, row.id)
    tries = work.shift.unread[key] = work.shift.unread.get(key, 0) + 1
    if tries < work.timings.reads_tried:
        say(row, "unread", problem.reason)
        return False
    async with work.database.write() as session:
        await recovery.mark_unknown(session, row, reason=problem.reason, now=work.now())
    del work.shift.unread[key]
    say(row, "unknown", problem.reason)
    return True
