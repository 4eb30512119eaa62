"""Batches: the due messages of one workspace, claimed together and sent at the pace that Slack allows.

Each workspace has at most one running batch per process, and a process runs at most
`Timings.workspaces_at_once`. Workspaces take turns, so one with many messages does not delay the others.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from logging import getLogger

from bot.deps import Deps
from bot.slack import directory
from bot.slack.errors import TooMany, Undeliverable, Unsure, WorkspaceGone
from bot.slack.installation import app_removed
from scheduler.context import SchedulerContext
from scheduler.sender import Sender, StopBatch
from storage import members, workspaces
from storage.outbox import claims, queue
from storage.outbox.claims import ClaimedBatch
from storage.outbox.queue import Outgoing
from storage.outbox.rates import RateLimit

log = getLogger(__name__)

POST_METHOD = "chat.postMessage"
LONGEST_WAIT = 1.0
"""The longest wait for the rate limit, in seconds; after a longer one the step would hold up the stop."""

SHORTEST_WAIT = 0.001
"""Shorter waits, in seconds, are skipped."""

PROFILES_RETRY_AFTER = timedelta(minutes=1)
"""When to try again after Slack did not give the profiles."""

LOOK_AGAIN = 0.5
"""How long a step waits for running batches before it looks for other workspaces, in seconds."""


async def send_due(context: SchedulerContext) -> bool:
    """Start batches for workspaces with due messages, and wait for the first batch that ends.

    Returns True when there may be more to send or a batch is still running.
    """
    if context.state.is_ending:
        return False
    running = context.state.batches
    await _start_batches(context)
    if not running:
        return False
    await asyncio.wait(running.values(), timeout=LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
    ended = [running.pop(one) for one in list(running) if running[one].done()]
    did = await asyncio.gather(*ended, return_exceptions=True)
    raise_first(did)
    return any(did) or bool(running)


async def _start_batches(context: SchedulerContext) -> None:
    """Give the free places to workspaces with due messages, in turns.

    So one with many messages holds one place, and the others do not wait until it has sent them.
    """
    running, state, places = (
        context.state.batches,
        context.state,
        context.timings.workspaces_at_once,
    )
    if len(running) >= places:
        return
    async with context.database.read() as session:
        due = await queue.workspaces_due(
            session, now=context.now(), after=state.served_last, limit=places
        )
    for one in [one for one in due if one not in running][: places - len(running)]:
        state.served_last = one
        deps = await context.coaches.of(one)
        if deps is not None:
            running[one] = asyncio.create_task(Batch(context, deps).run())


def raise_first(results: Sequence[object]) -> None:
    """Raise the first exception among the results of a `gather`, after all its tasks have ended."""
    for result in results:
        if isinstance(result, BaseException):
            raise result


class Batch:
    """The messages of one workspace that were claimed together."""

    def __init__(self, context: SchedulerContext, deps: Deps) -> None:
        self._context = context
        self._deps = deps
        self._workspace = deps.identity.workspace_id
        self._started = 0.0
        self._queue: deque[tuple[Outgoing, float]] = deque()
        self._quiet: dict[str, datetime] = {}
        self._channels: dict[str, str] = {}
        self._stop: StopBatch | None = None

    async def run(self) -> bool:
        """Claim and send; True when messages were sent, or the rate limit has room again."""
        claimed = await self._claim()
        if not claimed.messages:
            return await self._wait_for_room(claimed.again_at)
        self._stop = await self._refresh_receivers(claimed.messages)
        lanes = (self._lane() for _ in range(self._context.timings.lanes))
        ended = await asyncio.gather(*lanes, return_exceptions=True)
        await self._give_back()
        raise_first(ended)
        return self._stop is None

    async def _claim(self) -> ClaimedBatch:
        timings = self._context.timings
        limit = RateLimit(POST_METHOD, timings.posts_per_minute, timedelta(seconds=timings.ahead))
        now, self._started = self._context.now(), self._context.steady()
        async with self._context.database.write() as session:
            claimed = await claims.claim(
                session,
                self._workspace,
                owner=self._context.owner,
                lease=self._context.lease,
                limit=limit,
                batch=timings.batch,
                now=now,
            )
        # Waits are measured on the monotonic clock, because the wall clock may be set meanwhile.
        for message, slot in zip(claimed.messages, claimed.slots, strict=True):
            self._queue.append((message, self._started + (slot - now).total_seconds()))
        return claimed

    async def _wait_for_room(self, again_at: datetime | None) -> bool:
        if again_at is None:
            return False
        wait = (again_at - self._context.now()).total_seconds()
        if wait > LONGEST_WAIT:
            return False
        await self._context.pause(max(wait, 0))
        return True

    async def _refresh_receivers(self, messages: Sequence[Outgoing]) -> StopBatch | None:
        """Read channels, profiles and Do-not-disturb of all receivers; a StopBatch when Slack refuses."""
        users = [message.user_id for message in messages if message.user_id]
        if not users:
            return None
        async with self._context.database.read() as session:
            self._channels = await members.dm_channels(session, self._workspace, users)
            here = await workspaces.get(session, self._workspace)
        try:
            await directory.refresh(self._deps, users, older_than=self._context.timings.profile_age)
            self._quiet = await directory.do_not_disturb(self._deps, users)
        except WorkspaceGone as problem:
            await app_removed(self._deps, self._workspace, reason=problem.reason)
            return StopBatch(problem.reason)
        except Undeliverable as problem:
            return await self._people_unknown(problem)
        if here and here.refused_at:
            async with self._context.database.write() as session:
                await workspaces.clear_refusal(session, self._workspace)
        return None

    async def _people_unknown(self, problem: Undeliverable) -> StopBatch:
        """Log that Slack did not say what every message asks first; store it when it never will."""
        method, reason, now = problem.method, problem.reason, self._context.now()
        log.warning("people_unknown", extra={"method": method, "reason": reason})
        if isinstance(problem, TooMany):
            return StopBatch(reason, not_before=now + timedelta(seconds=problem.seconds))
        if not isinstance(problem, Unsure):
            async with self._context.database.write() as session:
                await workspaces.record_refusal(session, self._workspace, method, reason, now=now)
        return StopBatch(reason, not_before=now + PROFILES_RETRY_AFTER)

    async def _lane(self) -> None:
        """Send one message after the other, each at its time in the rate limit."""
        while self._queue and self._stop is None:
            message, moment = self._queue.popleft()
            if not await self._wait_until(moment):
                self._queue.appendleft((message, moment))
                return
            user = message.user_id or ""
            sender = Sender(
                self._context,
                self._deps,
                message,
                quiet_until=self._quiet.get(user),
                channel=self._channels.get(user) if user else message.subject,
            )
            stop = await sender.run()
            self._stop = self._stop or stop

    async def _wait_until(self, moment: float) -> bool:
        """Wait for a moment of the monotonic clock; False when the process or the batch stops before."""
        while not self._context.state.is_ending and self._stop is None:
            left = moment - self._context.steady()
            if left < SHORTEST_WAIT:
                return True
            await self._context.pause(min(left, 0.5))
        return False

    async def _give_back(self) -> None:
        """Give back the messages that were claimed and not begun."""
        if not self._queue:
            return
        now = self._context.now()
        async with self._context.database.write() as session:
            for message, _ in self._queue:
                await claims.put_back(
                    session,
                    message,
                    not_before=(self._stop and self._stop.not_before) or message.not_before,
                    reason=self._stop.reason if self._stop else message.reason,
                    now=now,
                )
