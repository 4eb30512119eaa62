"""What the gate is told about a member, fresh from the database."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.deps import Deps
from coaching.members import MemberKey
from coaching.send_policy import MemberFacts
from coaching.timing import WEEKEND, local_date, zone_of
from storage import members, paces, workspaces
from storage.checkins import REMINDER
from storage.tables import Outgoing, Pace

WEEK = timedelta(days=7)


def key_of(row: Outgoing) -> MemberKey:
    """To whom a message goes."""
    return MemberKey(row.workspace_id, row.subject)


async def facts(session: AsyncSession, deps: Deps, row: Outgoing) -> MemberFacts:
    """Everything that decides whether this message may go out now; `quiet_until` is asked elsewhere."""
    key, now = key_of(row), deps.now()
    # Held first, as in an erasure: neither then waits for the other.
    member, pace = await members.hold(session, key), await paces.get(session, key)
    workspace = await workspaces.get(session, row.workspace_id)
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
        days_off=paces.days_off(pace) if pace else WEEKEND,
        sent_days=await paces.sent_days(session, key, since=since),
    )


def _wants(row: Outgoing, pace: Pace | None) -> bool:
    """Off means that nothing comes by itself; without settings only the one reminder may come."""
    return row.kind == REMINDER if pace is None else pace.cadence != "off"
