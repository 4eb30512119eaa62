"""A member's pace as views show it, and what holds a message back."""

from typing import cast

from bot.deps import Deps
from bot.views.pace import PaceShown
from coaching.pace import Cadence, effective_rule
from coaching.people import MemberKey
from coaching.timing import WEEKEND, local_date, zone_of
from storage import checkins, members
from storage.assessments import assessments
from storage.checkins import CHECKIN
from storage.database import Session
from storage.outbox import schedules


async def pace_of(session: Session, deps: Deps, key: MemberKey) -> PaceShown:
    """How the member hears from the coach; whoever has chosen nothing yet sees the usual settings."""
    member, pace = await members.get(session, key), await checkins.get_pace(session, key)
    planned = await schedules.get(session, key.workspace_id, CHECKIN, key.user_id)
    cadence = pace.cadence if pace else "fortnightly"
    silent = max(0, await checkins.count_ignored(session, key) - 1)
    is_paused = pace is not None and pace.paused_at is not None
    return PaceShown(
        cadence=cadence,
        rule=None if is_paused else effective_rule(cast("Cadence", cadence), silent),
        weekday=pace.weekday if pace else None,
        hour=pace.hour if pace else None,
        days_off=checkins.days_off_of(pace) if pace else WEEKEND,
        zone=member.zone if member else None,
        today=local_date(deps.now(), zone_of(member.zone if member else None)),
        next_on=planned.next_on if planned else None,
        snoozed_until=pace.snoozed_until if pace else None,
        is_paused=is_paused,
        shares_wins=pace.shares_wins if pace else False,
        assessed=await assessments.latest(session, key) is not None,
    )
