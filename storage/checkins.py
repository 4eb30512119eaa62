"""Paces: how often and when each member gets messages, and what they got and answered so far."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, NamedTuple, Self

from sqlalchemy import CheckConstraint, ColumnElement, case, func, select, true
from sqlmodel import Field, col

from coaching.members import MemberKey
from coaching.timing import Cadence, local_date, zone_of
from storage import members, workspace_settings
from storage.database import Session
from storage.database.rows import (
    OwnedTable,
    Row,
    UtcTime,
    insert_into,
    insert_new,
    refers_to,
    update_rows,
)
from storage.members import Member
from storage.outbox.queue import MAY_HAVE_ARRIVED, Outgoing
from storage.workspace_settings import Setting


class Unchanged:
    """The type of `UNCHANGED`, the default of settings that `change_pace` leaves as they are."""


UNCHANGED: Final = Unchanged()


USUAL_CADENCE: Cadence = "fortnightly"
"""How often check-ins come for members who chose nothing."""

CHECKINS_OFF: Setting[bool] = Setting("checkins_off", default=False)
"""Whether check-ins are off in a workspace for members who chose nothing."""


class Pace(Row, table=True):
    """How often and when a member gets messages.

    `days_off` holds the weekdays without messages as digits, 0 for Monday. `cadence_before_off` is what
    `resume` restores where the cadence is "off". `snoozed_until` is the first local date on which messages
    are sent again. `heard_at` is when the member last answered a message or changed a
    setting: check-ins sent later without an answer count as ignored.
    """

    __table_args__ = (
        refers_to("member", user_id="user_id"),
        CheckConstraint("cadence IN ('weekly', 'fortnightly', 'monthly', 'off')", name="cadence"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
    )

    user_id: str = Field(primary_key=True)
    cadence: str = USUAL_CADENCE
    cadence_before_off: str | None = None
    weekday: int | None = None
    hour: int | None = None
    days_off: str = "56"
    snoozed_until: date | None = None
    heard_at: datetime | None = Field(default=None, sa_type=UtcTime)
    paused_at: datetime | None = Field(default=None, sa_type=UtcTime)
    shares_wins: bool = False
    reminded_at: datetime | None = Field(default=None, sa_type=UtcTime)


PERSONAL_DATA = OwnedTable(Pace, "check_ins", "settings", is_single=True)


async def get_pace(session: Session, key: MemberKey) -> Pace | None:
    """Return the member's pace, or None if they have none yet."""
    found: Pace | None = await session.scalar(
        select(Pace).where(is_pace_of(key)).execution_options(populate_existing=True)
    )
    return found


async def ensure_pace(session: Session, key: MemberKey, *, now: datetime) -> Pace:
    """Return the member's pace; create it with the default settings if they have none."""
    await members.ensure(session, key, now=now)
    while True:
        pace = await get_pace(session, key)
        pace = pace or await insert_new(session, Pace, _defaults(session, key))
        if pace:
            return pace


async def change_pace(
    session: Session,
    key: MemberKey,
    *,
    now: datetime,
    cadence: Cadence | Unchanged = UNCHANGED,
    weekday: int | Unchanged | None = UNCHANGED,
    hour: int | Unchanged | None = UNCHANGED,
    days_off: Iterable[int] | Unchanged = UNCHANGED,
) -> Pace:
    """Change the given settings and record activity; an automatic pause ends.

    `weekday` and `hour` are None for any; `days_off` are weekdays, 0 for Monday.
    """
    chosen = {"cadence": cadence, "weekday": weekday, "hour": hour}
    values: dict[str, Any] = {
        name: value for name, value in chosen.items() if not isinstance(value, Unchanged)
    }
    if not isinstance(days_off, Unchanged):
        values["days_off"] = "".join(str(day) for day in sorted(set(days_off)))
    if cadence == "off":
        before = await ensure_pace(session, key, now=now)
        values["cadence_before_off"] = (
            before.cadence_before_off if before.cadence == "off" else before.cadence
        )
    return await _record_activity_with(session, key, now=now, paused_at=None, **values)


async def snooze(session: Session, key: MemberKey, *, until: date | None, now: datetime) -> Pace:
    """Send no messages before this local date, or None to end that; an automatic pause ends."""
    return await _record_activity_with(session, key, now=now, paused_at=None, snoozed_until=until)


async def resume(
    session: Session, key: MemberKey, *, now: datetime, on: date | None = None
) -> Pace:
    """End a snooze and an automatic pause, on that date if one is given; what is off is on again."""
    pace = await ensure_pace(session, key, now=now)
    cadence = (pace.cadence_before_off or USUAL_CADENCE) if pace.cadence == "off" else pace.cadence
    values: dict[str, Any] = {"cadence": cadence, "paused_at": None, "snoozed_until": on}
    return await _record_activity_with(session, key, now=now, **values)


class PaceBefore(NamedTuple):
    """The settings that stopping, pausing and resuming change, as they stood before."""

    cadence: str
    cadence_before_off: str | None = None
    snoozed_until: date | None = None
    paused_at: datetime | None = None

    @classmethod
    def of(cls, pace: Pace) -> Self:
        """Return these settings of a pace."""
        return cls(pace.cadence, pace.cadence_before_off, pace.snoozed_until, pace.paused_at)


async def restore(session: Session, key: MemberKey, *, before: PaceBefore, now: datetime) -> Pace:
    """Put these settings back."""
    return await _record_activity_with(session, key, now=now, **before._asdict())


async def record_activity(
    session: Session, key: MemberKey, *, now: datetime, off_by_default: bool = False
) -> Pace:
    """Record that the member did something: earlier messages no longer count as ignored.

    With `off_by_default`, check-ins are off from now on for a member who never did anything before, also
    when a reminder had made the settings.
    """
    if not off_by_default:
        return await _record_activity_with(session, key, now=now)
    never = col(Pace.heard_at).is_(None)
    cadence = case((never, "off"), else_=col(Pace.cadence))
    return await _record_activity_with(
        session, key, now=now, if_new={"cadence": "off"}, cadence=cadence
    )


async def save_sharing(session: Session, key: MemberKey, *, shares: bool, now: datetime) -> Pace:
    """Store whether the digest of the member's team may name what they finished."""
    return await _record_activity_with(session, key, now=now, shares_wins=shares)


async def pause(session: Session, key: MemberKey, *, now: datetime) -> bool:
    """Pause all messages until the member does something; return False if they were paused already."""
    await ensure_pace(session, key, now=now)
    is_running = is_pace_of(key) & col(Pace.paused_at).is_(None)
    return await update_rows(session, Pace, is_running, paused_at=now)


async def claim_reminder(session: Session, key: MemberKey, *, now: datetime) -> bool:
    """Return True exactly once per member; the caller then reminds them."""
    await ensure_pace(session, key, now=now)
    is_new = is_pace_of(key) & col(Pace.reminded_at).is_(None)
    return await update_rows(session, Pace, is_new, reminded_at=now)


async def count_ignored(session: Session, key: MemberKey) -> int:
    """Return how many check-ins were sent, and not answered, since the member's last activity."""
    counted = (
        select(func.count())
        .select_from(Outgoing)
        .outerjoin(Pace, is_pace_of(key))
        .where(
            _is_to_member(key),
            col(Outgoing.kind) == "checkin",
            col(Outgoing.state) == "sent",
            # A quick answer can be stored before `sent_at`, which is then later than `heard_at`.
            col(Outgoing.answered_at).is_(None),
            col(Pace.heard_at).is_(None) | (col(Outgoing.sent_at) > col(Pace.heard_at)),
        )
    )
    return await session.scalar(counted) or 0


async def sent_days(
    session: Session,
    key: MemberKey,
    *,
    since: date,
    kinds: Collection[str] | None = None,
    without: Collection[str] = (),
) -> list[date]:
    """Return the local date of each message that was sent, or may have been, from `since` on.

    It counts those of `kinds`, or of all kinds, except those in `without`.

    It is the latest of three: the date in the member's zone now, in their zone when it was sent, and the date
    that the message belongs to. So a member who crosses the date line gets no second message on a date.
    """
    midnight = datetime.combine(since, time.min, UTC)
    left_at = func.coalesce(col(Outgoing.sending_at), col(Outgoing.due_at))
    rows = await session.execute(
        select(left_at, col(Outgoing.local_date), col(Outgoing.sent_on), col(Member.zone))
        .join(Member, members.is_member(key))
        .where(
            _is_to_member(key),
            col(Outgoing.state).in_(MAY_HAVE_ARRIVED),
            # Zones are up to 14 hours ahead of UTC.
            left_at >= midnight - timedelta(hours=14),
            true() if kinds is None else col(Outgoing.kind).in_(kinds),
            col(Outgoing.kind).not_in(without) if without else true(),
        )
    )
    days = [
        max(on, then or on, local_date(moment, zone_of(zone))) for moment, on, then, zone in rows
    ]
    return sorted(day for day in days if day >= since)


def days_off_of(pace: Pace) -> frozenset[int]:
    """Return the weekdays without messages, 0 for Monday."""
    return frozenset(int(day) for day in pace.days_off)


def is_pace_of(key: MemberKey) -> ColumnElement[bool]:
    """Return the condition that matches this member's pace."""
    return (col(Pace.workspace_id) == key.workspace_id) & (col(Pace.user_id) == key.user_id)


def _is_to_member(key: MemberKey) -> ColumnElement[bool]:
    of_workspace = col(Outgoing.workspace_id) == key.workspace_id
    return of_workspace & (col(Outgoing.user_id) == key.user_id)


def _defaults(session: Session, key: MemberKey) -> dict[str, Any]:
    """Return the settings of a member who chose nothing; the database looks up the cadence."""
    is_off = workspace_settings.is_on(session, key.workspace_id, CHECKINS_OFF)
    usual = Pace(workspace_id=key.workspace_id, user_id=key.user_id).model_dump()
    return usual | {"cadence": case((is_off, "off"), else_=USUAL_CADENCE)}


async def _record_activity_with(
    session: Session,
    key: MemberKey,
    *,
    now: datetime,
    if_new: Mapping[str, Any] | None = None,
    **values: Any,
) -> Pace:
    """Change the pace, or create it with these values and those of `if_new`, and record activity."""
    await members.ensure(session, key, now=now)
    changes = values | {"heard_at": now}
    written = (
        insert_into(session, Pace)
        .values(_defaults(session, key) | changes | dict(if_new or {}))
        .on_conflict_do_update(index_elements=["workspace_id", "user_id"], set_=changes)
        .returning(Pace)
    )
    pace = await session.scalar(written.execution_options(populate_existing=True))
    if pace is None:
        raise LookupError(f"The pace of {key} could not be written down.")
    return pace


CHECKIN = "checkin"

REASSESS = "reassess"

REMINDER = "reminder"


class KindHistory(NamedTuple):
    """What a member got and answered of one kind of message."""

    latest_on: date | None = None
    """The latest local date that a message belongs to, in any state."""
    answered_at: datetime | None = None
    """When the member last answered such a message."""


async def history_by_kind(session: Session, key: MemberKey) -> dict[str, KindHistory]:
    """Return what the member got and answered by kind; kinds without messages are left out."""
    latest, answered = func.max(col(Outgoing.local_date)), func.max(col(Outgoing.answered_at))
    rows = await session.execute(
        select(col(Outgoing.kind), latest, answered)
        .where(_has_member_as_subject(key))
        .group_by(col(Outgoing.kind))
    )
    return {kind: KindHistory(on, at) for kind, on, at in rows}


def _has_member_as_subject(key: MemberKey) -> ColumnElement[bool]:
    of_workspace = col(Outgoing.workspace_id) == key.workspace_id
    return of_workspace & (col(Outgoing.subject) == key.user_id)
