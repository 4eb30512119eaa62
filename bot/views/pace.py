"""How often and when a member hears from the coach, and when next, in one or two sentences."""

from dataclasses import dataclass
from datetime import date

from bot.views.rhythm import day_words, hours_words, rhythm
from content.message_catalog import Render, SafeText

PAUSES = ("off", "paused")


@dataclass(frozen=True)
class PaceShown:
    """A member's pace as it holds now; dates are local ones.

    `rule` is how often check-ins really come, None when they are off or paused; `weekday` the chosen one;
    `assessed` says whether there is a result to coach from.
    """

    cadence: str
    rule: str | None
    weekday: int | None
    hour: int | None
    days_off: frozenset[int]
    zone: str | None
    today: date
    next_on: date | None
    snoozed_until: date | None
    is_paused: bool
    shares_wins: bool
    assessed: bool

    @property
    def state(self) -> str:
        """Whether messages are off, paused by the coach, snoozed by the member, or on."""
        if self.cadence == "off":
            return "off"
        if self.is_paused:
            return "paused"
        return "snoozed" if self.is_snoozed else "on"

    @property
    def is_snoozed(self) -> bool:
        return self.snoozed_until is not None and self.today < self.snoozed_until

    @property
    def rhythm(self) -> SafeText:
        """How often, as the member chose it or as it has become."""
        every = self.rule or (self.cadence if self.cadence != "off" else "fortnightly")
        return rhythm(every, self.next_on.weekday() if self.next_on else self.weekday)


def coming(render: Render, pace: PaceShown) -> str:
    """When the next check-in comes, or why none does."""
    until = pace.snoozed_until if pace.is_snoozed else None
    return render(
        "checkins/coming",
        state=pace.state,
        assessed=pace.assessed,
        until=day_words(until, today=pace.today) if until else None,
        day=day_words(pace.next_on, today=pace.today) if pace.next_on else None,
        hours=hours_words(pace.hour),
    )
