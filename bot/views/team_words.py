"""When a digest comes and who set it up, in words."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.views.rhythm import WEEKDAYS, hours_words
from content.message_catalog import SafeText
from storage.tables import Team


@dataclass(frozen=True)
class HourShown:
    """The day and the hours of a digest, its zone, and who set it up."""

    weekday: int
    hour: int
    zone: str
    set_by: str | None

    @property
    def day(self) -> str:
        return WEEKDAYS[self.weekday]

    @property
    def hours(self) -> SafeText:
        return hours_words(self.hour)

    @property
    def place(self) -> SafeText:
        """The zone as people name it, such as "Africa/Lagos"."""
        return SafeText(self.zone.replace("_", " "))

    @property
    def who(self) -> SafeText | None:
        return person(self.set_by) if self.set_by else None


def hour_shown(team: Team) -> HourShown:
    """The words for this team's hour."""
    return HourShown(team.weekday, team.hour, team.zone, team.set_by)


def person(user_id: str) -> SafeText:
    """A person as Slack shows them to each reader."""
    return SafeText(f"<@{user_id}>")


def on_day(day: date) -> SafeText:
    """A local date, such as "23 November"."""
    return SafeText(f"{day.day} {day:%B}")


def at(moment: datetime) -> SafeText:
    """A moment that Slack shows in the reader's own zone; the fallback is in UTC."""
    fallback = f"{moment.day} {moment:%B, %H:%M} UTC"
    return SafeText(f"<!date^{int(moment.timestamp())}^{{date}} at {{time}}|{fallback}>")
