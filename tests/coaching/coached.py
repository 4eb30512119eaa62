"""A member whose messages are planned, waited for and sent by the rules alone, without a database."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from coaching.send_policy import MemberFacts, Send, Skip, decide_send
from coaching.timing import Occurrence, Plan, first_occurrence, next_occurrence

EXPIRES_AFTER = timedelta(days=3)


@dataclass(frozen=True)
class Sent:
    """One message that went out: what it was, and the time in UTC and in the member's zone."""

    kind: str
    due: Occurrence
    at: datetime
    local: datetime


@dataclass
class Coached:
    """One member with a plan for each kind of message."""

    plans: dict[str, Plan]
    zone: str = "UTC"
    upcoming: dict[str, Occurrence | None] = field(default_factory=dict)
    waiting: dict[tuple[str, date], tuple[Occurrence, datetime]] = field(default_factory=dict)
    taken: dict[str, date] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)

    def begin(self, now: datetime) -> None:
        self.upcoming = {
            kind: first_occurrence(plan, after=now) for kind, plan in self.plans.items()
        }

    def move(self, zone: str, now: datetime) -> None:
        """Move the member to another zone and plan everything anew."""
        self.zone = zone
        for kind, plan in self.plans.items():
            self.plans[kind] = replace(plan, zone=zone)
            self.upcoming[kind] = self._after(kind, now)

    def _after(self, kind: str, now: datetime) -> Occurrence | None:
        plan = self.plans[kind]
        if kind not in self.taken:
            return first_occurrence(plan, after=now)
        return next_occurrence(plan, occurrence_on=self.taken[kind], now=now)

    def tick(self, now: datetime) -> None:
        """Turn what is due into waiting messages."""
        for kind, due in self.upcoming.items():
            if due is not None and due.due_at <= now:
                assert (kind, due.on) not in self.waiting
                self.waiting[kind, due.on] = due, due.due_at
                self.taken[kind] = due.on
        self.upcoming = {
            kind: self._after(kind, now) if due and due.due_at <= now else due
            for kind, due in self.upcoming.items()
        }

    def send(self, now: datetime) -> None:
        """Apply the send policy to every waiting message that is due, and do what it decides."""
        for key, (due, not_before) in list(self.waiting.items()):
            verdict = decide_send(self._facts(due, now)) if not_before <= now else None
            if isinstance(verdict, Send):
                local = now.astimezone(ZoneInfo(self.zone))
                self.sent.append(Sent(key[0], due, at=now, local=local))
            if isinstance(verdict, Send | Skip):
                del self.waiting[key]
            elif verdict is not None:
                self.waiting[key] = due, verdict.until

    def _facts(self, due: Occurrence, now: datetime) -> MemberFacts:
        return MemberFacts(
            now=now,
            due_at=due.due_at,
            expires_at=due.due_at + EXPIRES_AFTER,
            is_installed=True,
            is_active=True,
            wants=True,
            is_paused=False,
            snoozed_until=None,
            zone=self.zone,
            days_off=frozenset({5, 6}),
            sent_days=[sent.local.date() for sent in self.sent],
        )
