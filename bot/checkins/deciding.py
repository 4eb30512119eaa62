"""What the gate is told about a member, fresh from the database."""

from datetime import timedelta

from bot.deps import Deps
from coaching.gate import MemberFacts
from coaching.people import MemberKey
from coaching.timing import WEEKEND, local_date, zone_of
from storage import checkins, members
from storage.checkins import REMINDER, Pace
from storage.database import Session
from storage.outbox.queue import Outgoing

WEEK = timedelta(days=7)


def key_of(row: Outgoing) -> MemberKey:
    """To whom a message goes."""
    return MemberKey(row.workspace_id, row.subject)


async def facts(session: Session, deps: Deps, row: Outgoing) -> MemberFacts:
    """Everything that decides whether this message may go out now; `quiet_until` is asked elsewhere."""
    key, now = key_of(row), deps.now()
    # Held first, as in an erasure: neither then waits for the other.
    member, pace = await members.lock(session, key), await checkins.get_pace(session, key)
    workspace = await members.get_workspace(session, row.workspace_id)
    zone = member.zone if member else None
    since = local_date(now, zone_of(zone)) - WEEK
    return MemberFacts(
        now=now,
        due_at=row.due_at,
        expires_at=row.expires_at,
        is_installed=workspace is not None and workspace.disconnected_at is None,
        is_active=member is not None and member.deactivated_at is None,
        wants=_wants(row, pace),
        is_paused=pace is not None and pace.paused_at is not None,
        snoozed_until=pace.snoozed_until if pace else None,
        zone=zone,
        days_off=checkins.days_off_of(pace) if pace else WEEKEND,
        sent_days=await checkins.sent_days(session, key, since=since),
    )


def _wants(row: Outgoing, pace: Pace | None) -> bool:
    """Off means that nothing comes by itself; without settings only the one reminder may come."""
    return row.kind == REMINDER if pace is None else pace.cadence != "off"
