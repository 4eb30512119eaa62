"""Send what is due: a batch for each workspace, at the pace that Slack allows, two posts at a time.

Workspaces do not wait for each other: one with a lot to send has its batch under way while others begin
theirs and end.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from logging import getLogger

from bot import people
from bot.deps import Deps
from bot.lifecycle import app_removed
from bot.slack_errors import TooMany, Undeliverable, WorkspaceGone
from scheduler.refusing import Halt
from scheduler.sending import Sending
from scheduler.work import Work
from storage import members
from storage.outbox import claims, queue
from storage.outbox.claims import ClaimedBatch
from storage.outbox.queue import Outgoing
from storage.outbox.rates import RateLimit

log = getLogger(__name__)

POST = "chat.postMessage"
AT_MOST = 1.0
"""Seconds to wait for room in the rate limit before the step ends."""

MOMENT = 0.001
"""Seconds that are not worth a wait."""

LATER = timedelta(minutes=1)

LOOK_AGAIN = 0.5
"""Seconds after which a step looks for other workspaces, while a batch is under way."""


async def send(work: Work) -> bool:
    """One small step: begin what is due, and wait for the first batch that ends.

    True when there may be more to send, or a batch is still under way.
    """
    if work.shift.is_ending:
        return False
    under_way = work.shift.batches
    async with work.database.read() as session:
        due = await queue.workspaces_due(session, now=work.now())
    for one in due:
        if one in work.coaches and one not in under_way:
            under_way[one] = asyncio.create_task(Batch(work, work.coaches[one]).run())
    if not under_way:
        return False
    await asyncio.wait(under_way.values(), timeout=LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
    ended = [under_way.pop(one) for one in list(under_way) if under_way[one].done()]
    did = await asyncio.gather(*ended, return_exceptions=True)
    raise_first(did)
    return any(did) or bool(under_way)


def raise_first(results: Sequence[object]) -> None:
    """What went wrong, once everything beside it has ended."""
    for result in results:
        if isinstance(result, BaseException):
            raise result


class Batch:
    """Messages of one workspace that were claimed together."""

    def __init__(self, work: Work, deps: Deps) -> None:
        self._work = work
        self._deps = deps
        self._workspace = deps.identity.workspace_id
        self._started = 0.0
        self._queue: deque[tuple[Outgoing, float]] = deque()
        self._quiet: dict[str, datetime] = {}
        self._channels: dict[str, str] = {}
        self._halt: Halt | None = None

    async def run(self) -> bool:
        """Claim and send; True when there was something, or will be in a moment."""
        claimed = await self._claim()
        if not claimed.messages:
            return await self._wait_for_room(claimed.again_at)
        self._halt = await self._ask_about(claimed.messages)
        lanes = (self._lane() for _ in range(self._work.timings.lanes))
        ended = await asyncio.gather(*lanes, return_exceptions=True)
        await self._give_back()
        raise_first(ended)
        return self._halt is None

    async def _claim(self) -> ClaimedBatch:
        timings = self._work.timings
        limit = RateLimit(POST, timings.posts_per_minute, timedelta(seconds=timings.ahead))
        now, self._started = self._work.now(), self._work.steady()
        async with self._work.database.write() as session:
            claimed = await claims.claim(
                session,
                self._workspace,
                owner=self._work.owner,
                lease=self._work.lease,
                limit=limit,
                batch=timings.batch,
                now=now,
            )
        # The wait is counted on the steady clock: the other one may be set anew meanwhile.
        for message, slot in zip(claimed.messages, claimed.slots, strict=True):
            self._queue.append((message, self._started + (slot - now).total_seconds()))
        return claimed

    async def _wait_for_room(self, again_at: datetime | None) -> bool:
        if again_at is None:
            return False
        wait = (again_at - self._work.now()).total_seconds()
        if wait > AT_MOST:
            return False
        await self._work.pause(max(wait, 0))
        return True

    async def _ask_about(self, messages: Sequence[Outgoing]) -> Halt | None:
        """Ask once for all: where they are, who moved or left, and who does not want to be disturbed."""
        users = [message.user_id for message in messages if message.user_id]
        if not users:
            return None
        async with self._work.database.read() as session:
            self._channels = await members.dm_channels(session, self._workspace, users)
        try:
            await people.refresh(self._deps, users, older_than=self._work.timings.profile_age)
            self._quiet = await people.quiet(self._deps, users)
        except WorkspaceGone as problem:
            await app_removed(self._deps, self._workspace, reason=problem.reason)
            return Halt(problem.reason)
        except Undeliverable as problem:
            log.warning(
                "people_unknown", extra={"method": problem.method, "reason": problem.reason}
            )
            wait = timedelta(seconds=problem.seconds) if isinstance(problem, TooMany) else LATER
            return Halt(problem.reason, not_before=self._work.now() + wait)
        return None

    async def _lane(self) -> None:
        """One message after the other, each at its moment."""
        while self._queue and self._halt is None:
            message, moment = self._queue.popleft()
            if not await self._until(moment):
                self._queue.appendleft((message, moment))
                return
            user = message.user_id or ""
            sending = Sending(
                self._work,
                self._deps,
                message,
                quiet_until=self._quiet.get(user),
                channel=self._channels.get(user) if user else message.subject,
            )
            halt = await sending.run()
            self._halt = self._halt or halt

    async def _until(self, moment: float) -> bool:
        """Wait; False when the work ends before."""
        while not self._work.shift.is_ending and self._halt is None:
            left = moment - self._work.steady()
            if left < MOMENT:
                return True
            await self._work.pause(min(left, 0.5))
        return False

    async def _give_back(self) -> None:
        """What was claimed and not begun is anyone's again."""
        if not self._queue:
            return
        now = self._work.now()
        async with self._work.database.write() as session:
            for message, _ in self._queue:
                await claims.put_back(
                    session,
                    message,
                    not_before=(self._halt and self._halt.not_before) or message.not_before,
                    reason=self._halt.reason if self._halt else message.reason,
                    now=now,
                )
