"""The sender: takes one claimed message through the send policy, posts it, and updates its row.

An error from Slack is judged here too: what it means for the message, its receiver and the rest of the batch.

Why a message is posted at most once: two transactions enclose the post. The first reads the facts, applies
the send policy, composes the message and commits the state `sending`, but only if this process still holds
the claim (else `ClaimLost` rolls everything back). Only after that commit is the message posted, under a
lease: the lease guard refuses the post once the lease has passed. The second transaction commits `sent`. A
process that dies between the two leaves a row in `sending`, which nobody posts again before recovery has
looked the message up in Slack.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from logging import getLogger

from bot.deps import Deps
from bot.outgoing.kinds import Kind
from bot.slack.api import Message
from bot.slack.client import Lease
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
from coaching.send_policy import MemberFacts, Send, SendDecision, Skip, Wait, decide_send
from coaching.timing import local_date, zone_of
from scheduler.context import SchedulerContext
from storage import members
from storage.database import Session
from storage.outbox import claims, rates, schedules
from storage.outbox.queue import Outgoing

log = getLogger(__name__)

MOST_ATTEMPTS = 5
"""How often a message may fail by an error in our code before it is given up."""

RETRY_AFTER = timedelta(minutes=1)
UNKNOWN_KIND_RETRY_AFTER = timedelta(minutes=5)


@dataclass(frozen=True)
class LeasedPost:
    """A message whose row is `sending`, and the lease within which it may be posted."""

    message: Message
    channel: str
    lease: Lease


@dataclass(frozen=True)
class StopBatch:
    """The rest of the batch must not be sent: why, and until when."""

    reason: str
    not_before: datetime | None = None


class ChannelUnknown(Exception):
    """The message may go out, but the conversation with its member is not open yet."""


class ClaimLost(Exception):
    """Another process holds the message by now; raised to roll the transaction back."""


class Sender:
    """Sends one claimed message."""

    def __init__(
        self,
        context: SchedulerContext,
        deps: Deps,
        row: Outgoing,
        *,
        quiet_until: datetime | None,
        channel: str | None,
    ) -> None:
        self._context = context
        self._deps = deps
        self._row = row
        self._quiet_until = quiet_until
        self._channel = channel

    async def run(self) -> StopBatch | None:
        """Send the message, or record why not; return a StopBatch when the batch must stop."""
        kind = self._context.kinds.get(self._row.kind)
        try:
            post = await self._prepare(kind)
            if post is not None and kind is not None:
                await self._post(kind, post)
        except Undeliverable as problem:
            return await _handle_refusal(self._context, self._deps, self._row, problem)
        except Exception:
            # It may have been posted: the row stays `sending`, and recovery looks it up.
            log.exception("message_failed", extra={"kind": self._row.kind, "id": self._row.id})
        return None

    async def _prepare(self, kind: Kind | None) -> LeasedPost | None:
        """Do everything before the post; after an error in our code the message is postponed."""
        if kind is None:  # A newer version of Rungs planned it, and will send it.
            await self._put_back(
                until=self._context.now() + UNKNOWN_KIND_RETRY_AFTER, reason="kind_unknown"
            )
            return None
        try:
            try:
                return await self._begin_sending(kind, self._channel)
            except ChannelUnknown:
                return await self._begin_sending(kind, await self._open_channel())
        except Undeliverable:
            raise
        except Exception:
            log.exception("message_failed", extra={"kind": self._row.kind, "id": self._row.id})
            await self._postpone_after_error()
            return None

    async def _open_channel(self) -> str:
        channel = await self._deps.slack.open_dm(self._key.user_id)
        async with self._context.database.write() as session:
            await members.save_dm_channel(session, self._key, channel)
        return channel

    async def _begin_sending(self, kind: Kind, channel: str | None) -> LeasedPost | None:
        """Apply the send policy and commit `sending` in one transaction; None when it must not go out now."""
        context = self._context
        # The monotonic clock is read first: time that passes between the two reads shortens the lease.
        steady, now = context.steady(), context.now()
        lease = Lease(
            now + context.lease, steady + context.timings.lease, context.now, context.steady
        )
        try:
            async with context.database.write() as session:
                found = await self._decide(session, kind, channel, lease, now=now)
        except ClaimLost:
            self._log("lost")
            return None
        if isinstance(found, LeasedPost):
            return found
        self._log("skipped" if isinstance(found, Skip) else "waits", found.reason)
        return None

    async def _decide(
        self,
        session: Session,
        kind: Kind,
        channel: str | None,
        lease: Lease,
        *,
        now: datetime,
    ) -> LeasedPost | Skip | Wait:
        """Apply the send policy and record the decision, in this transaction."""
        if self._deps.features.is_off(self._row.kind):
            return await self._record(session, Skip("switched_off"), now=now)
        facts = await kind.facts(session, self._deps, self._row)
        if isinstance(facts, MemberFacts):
            facts = replace(facts, quiet_until=self._quiet_until)
        found: LeasedPost | SendDecision = decide_send(facts)
        if isinstance(found, Send):
            if channel is None:
                raise ChannelUnknown
            on = local_date(now, zone_of(facts.zone)) if isinstance(facts, MemberFacts) else None
            found = await self._compose(session, kind, channel, lease, on=on, now=now)
        return (
            found if isinstance(found, LeasedPost) else await self._record(session, found, now=now)
        )

    async def _compose(
        self,
        session: Session,
        kind: Kind,
        channel: str,
        lease: Lease,
        *,
        on: date | None,
        now: datetime,
    ) -> LeasedPost | Skip:
        """Compose the message and set its row to `sending`; raise ClaimLost when another process holds it."""
        row = self._row
        found = await kind.compose(session, self._deps, row)
        if isinstance(found, Skip):
            return found
        if not await claims.begin(
            session,
            row,
            channel=channel,
            lease=self._context.lease,
            on=on,
            form=found.form,
            step_id=found.step_id,
            now=now,
        ):
            raise ClaimLost
        row.form, row.step_id, row.channel = found.form, found.step_id, channel
        return LeasedPost(found.message, channel, lease)

    async def _record(self, session: Session, found: Skip | Wait, *, now: datetime) -> Skip | Wait:
        """Record why it is skipped, or why and until when it waits."""
        row = self._row
        if isinstance(found, Skip) and found.reason == "not_installed":
            # The app was removed while the message was claimed. It waits: in such a workspace nothing is
            # claimed before the app is installed again.
            found = Wait(until=row.not_before, reason=found.reason)
        if isinstance(found, Skip):
            is_recorded = await claims.skip(session, row, reason=found.reason, now=now)
        else:
            is_recorded = await claims.put_back(
                session, row, not_before=found.until, reason=found.reason, now=now
            )
        if not is_recorded:
            raise ClaimLost
        return found

    async def _post(self, kind: Kind, post: LeasedPost) -> None:
        """Post, then commit `sent`; a process that dies in between leaves the row to recovery."""
        row = self._row
        posted = await self._deps.slack.post_under(
            post.lease, post.channel, post.message, key=row.id
        )
        now = self._context.now()
        async with self._context.database.write() as session:
            finished = await claims.finish(
                session, row, channel=posted.channel, ts=posted.ts, now=now
            )
            if finished:
                row.channel, row.slack_ts, row.sent_at = posted.channel, posted.ts, now
                await kind.sent(session, self._deps, row)
        self._log("sent" if finished else "sent_but_taken_over")

    async def _postpone_after_error(self) -> None:
        """Try again later after an error in our code; give up after `MOST_ATTEMPTS` attempts."""
        row, now = self._row, self._context.now()
        async with self._context.database.write() as session:
            if row.attempt + 1 >= MOST_ATTEMPTS:
                await claims.fail(session, row, reason="error", now=now)
            else:
                await claims.postpone(
                    session, row, not_before=now + RETRY_AFTER, reason="error", now=now
                )

    async def _put_back(self, *, until: datetime, reason: str) -> None:
        async with self._context.database.write() as session:
            await claims.put_back(
                session, self._row, not_before=until, reason=reason, now=self._context.now()
            )

    def _log(self, outcome: str, reason: str | None = None) -> None:
        log_outcome(self._row, outcome, reason)

    @property
    def _key(self) -> MemberKey:
        return MemberKey(self._row.workspace_id, self._row.user_id or "")


async def _handle_refusal(
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
            await claims.put_back(session, row, not_before=now, reason=problem.reason, now=now)
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
        await claims.put_back(session, row, not_before=until, reason=problem.reason, now=now)
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
            await claims.put_back(session, row, not_before=now, reason=problem.reason, now=now)
            return "back"
    elif isinstance(problem, ChannelGone):
        reason = "archived" if problem.reason == "is_archived" else "removed"
        await deps.features.channel_gone(session, deps, row.subject, reason=reason)
        await schedules.stop(session, row.workspace_id, row.kind, row.subject, now=now)
    await claims.fail(session, row, reason=problem.reason, now=now)
    return "failed"


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
