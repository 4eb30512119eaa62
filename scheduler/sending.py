"""One message: decided on and announced in one transaction, posted once, and its row brought up to date."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from logging import getLogger

from bot.delivery import Message
from bot.deps import Deps
from bot.fence import Lease
from bot.outgoing import Kind
from bot.slack_errors import Undeliverable
from coaching.gate import MemberFacts, Send, Skip, Verdict, Wait, decide
from coaching.people import MemberKey
from coaching.timing import local_date, zone_of
from scheduler.refusing import Halt, refused, say
from scheduler.work import Work
from storage import members
from storage.database import Session
from storage.outbox import claims
from storage.outbox.queue import Outgoing

log = getLogger(__name__)

TRIES = 5
"""So often a message may fail by an error of ours before it is given up."""

LATER = timedelta(minutes=1)
MUCH_LATER = timedelta(minutes=5)


@dataclass(frozen=True)
class Announced:
    """A post that is announced, and the lease under which it may go out."""

    message: Message
    channel: str
    lease: Lease


class Unaddressed(Exception):
    """The message may go out, but the conversation with its member is not open yet."""


class TakenOver(Exception):
    """Somebody else holds the message by now: nothing of this transaction counts."""


class Sending:
    """One claimed message on its way to Slack."""

    def __init__(
        self,
        work: Work,
        deps: Deps,
        row: Outgoing,
        *,
        quiet_until: datetime | None,
        channel: str | None,
    ) -> None:
        self._work = work
        self._deps = deps
        self._row = row
        self._quiet_until = quiet_until
        self._channel = channel

    async def run(self) -> Halt | None:
        """Bring it to its end, or back; says why the batch should stop, if it should."""
        kind = self._work.kinds.get(self._row.kind)
        try:
            announced = await self._prepare(kind)
            if announced is not None and kind is not None:
                await self._post(kind, announced)
        except Undeliverable as problem:
            return await refused(self._work, self._deps, self._row, problem)
        except Exception:
            # It is announced and may be posted: the row stays as it is, and one read decides later.
            log.exception("message_failed", extra={"kind": self._row.kind, "id": self._row.id})
        return None

    async def _prepare(self, kind: Kind | None) -> Announced | None:
        """Everything before the post; an error of ours here costs a minute, not the message."""
        if kind is None:  # a newer version of Rungs put it in, and will send it
            await self._put_back(until=self._work.now() + MUCH_LATER, reason="kind_unknown")
            return None
        try:
            try:
                return await self._announce(kind, self._channel)
            except Unaddressed:
                return await self._announce(kind, await self._open_channel())
        except Undeliverable:
            raise
        except Exception:
            log.exception("message_failed", extra={"kind": self._row.kind, "id": self._row.id})
            await self._stumble()
            return None

    async def _open_channel(self) -> str:
        channel = await self._deps.slack.open_dm(self._key.user_id)
        async with self._work.database.write() as session:
            await members.save_dm_channel(session, self._key, channel)
        return channel

    async def _announce(self, kind: Kind, channel: str | None) -> Announced | None:
        """Ask the gate and commit `sending`, in one transaction; None when it does not go out now."""
        work = self._work
        # The steady clock first: what passes until the other one is read shortens the lease.
        steady, now = work.steady(), work.now()
        lease = Lease(now + work.lease, steady + work.timings.lease, work.now, work.steady)
        try:
            async with work.database.write() as session:
                found = await self._decide(session, kind, channel, lease, now=now)
        except TakenOver:
            self._say("lost")
            return None
        if isinstance(found, Announced):
            return found
        self._say("skipped" if isinstance(found, Skip) else "waits", found.reason)
        return None

    async def _decide(
        self,
        session: Session,
        kind: Kind,
        channel: str | None,
        lease: Lease,
        *,
        now: datetime,
    ) -> Announced | Skip | Wait:
        """What becomes of it in this transaction, written down."""
        facts = await kind.facts(session, self._deps, self._row)
        if isinstance(facts, MemberFacts):
            facts = replace(facts, quiet_until=self._quiet_until)
        found: Announced | Verdict = decide(facts)
        if isinstance(found, Send):
            if channel is None:
                raise Unaddressed
            on = local_date(now, zone_of(facts.zone)) if isinstance(facts, MemberFacts) else None
            found = await self._begin(session, kind, channel, lease, on=on, now=now)
        return found if isinstance(found, Announced) else await self._keep(session, found, now=now)

    async def _begin(
        self,
        session: Session,
        kind: Kind,
        channel: str,
        lease: Lease,
        *,
        on: date | None,
        now: datetime,
    ) -> Announced | Skip:
        """Write the message, then announce it; what was written counts only if it is still ours."""
        row = self._row
        found = await kind.compose(session, self._deps, row)
        if isinstance(found, Skip):
            return found
        if not await claims.begin(
            session,
            row,
            channel=channel,
            lease=self._work.lease,
            on=on,
            form=found.form,
            step_id=found.step_id,
            now=now,
        ):
            raise TakenOver
        row.form, row.step_id, row.channel = found.form, found.step_id, channel
        return Announced(found.message, channel, lease)

    async def _keep(self, session: Session, found: Skip | Wait, *, now: datetime) -> Skip | Wait:
        """Note why it does not go out, or not yet."""
        row = self._row
        if isinstance(found, Skip) and found.reason == "not_installed":
            # Its workspace went while it was held; nothing there is claimed before it is back.
            found = Wait(until=row.not_before, reason=found.reason)
        if isinstance(found, Skip):
            is_kept = await claims.skip(session, row, reason=found.reason, now=now)
        else:
            is_kept = await claims.put_back(
                session, row, not_before=found.until, reason=found.reason, now=now
            )
        if not is_kept:
            raise TakenOver
        return found

    async def _post(self, kind: Kind, announced: Announced) -> None:
        """Post once, then say so; whoever dies in between leaves a row that one read decides."""
        row = self._row
        posted = await self._deps.slack.post_under(
            announced.lease, announced.channel, announced.message, key=row.id
        )
        now = self._work.now()
        async with self._work.database.write() as session:
            finished = await claims.finish(
                session, row, channel=posted.channel, ts=posted.ts, now=now
            )
            if finished:
                row.channel, row.slack_ts, row.sent_at = posted.channel, posted.ts, now
                await kind.sent(session, self._deps, row)
        self._say("sent" if finished else "sent_but_taken_over")

    async def _stumble(self) -> None:
        """An error of ours: tried again in a while, and given up after some tries."""
        row, now = self._row, self._work.now()
        async with self._work.database.write() as session:
            if row.attempt + 1 >= TRIES:
                await claims.fail(session, row, reason="error", now=now)
            else:
                await claims.postpone(session, row, not_before=now + LATER, reason="error", now=now)

    async def _put_back(self, *, until: datetime, reason: str) -> None:
        async with self._work.database.write() as session:
            await claims.put_back(
                session, self._row, not_before=until, reason=reason, now=self._work.now()
            )

    def _say(self, outcome: str, reason: str | None = None) -> None:
        say(self._row, outcome, reason)

    @property
    def _key(self) -> MemberKey:
        return MemberKey(self._row.workspace_id, self._row.user_id or "")
