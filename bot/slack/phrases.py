"""Numbers, dates, rhythms, people and links in words, for messages."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from ipaddress import IPv4Address, IPv6Address
from typing import TypeVar
from urllib.parse import SplitResult, quote, urlsplit

import idna

from coaching.english import joined, number_word, part_word
from coaching.safe_text import SafeText, escape, is_slack_id
from coaching.timing import local_date, zone_of

Text = TypeVar("Text", bound=str)


def number(count: int) -> SafeText:
    """Return a number in words, such as "three"."""
    return SafeText(number_word(count))


def counted(count: int, what: str) -> SafeText:
    """Return so many of something, such as "two messages"; `what` is the singular of a regular plural."""
    return SafeText(f"{number(count)} {what}" + ("" if count == 1 else "s"))


def listed(items: Iterable[str]) -> SafeText:
    """Return the items as a list in a sentence, such as "one step, two files, and your name"."""
    return SafeText(joined(list(items)))


def capitalized(text: Text) -> Text:
    """Return the text with a capital letter at its beginning; one that is escaped stays marked as such."""
    return type(text)(text[:1].upper() + text[1:])


def part(count: int) -> SafeText:
    """Return a part of a number in words, such as "none" of three."""
    return SafeText(part_word(count))


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

RHYTHMS = {
    "weekly": "every",
    "fortnightly": "every other",
    "monthly": "every fourth",
    "bimonthly": "every eighth",
}
"""The words before the name of a day."""

WEEKLY_RHYTHMS = {
    "weekly": "every week",
    "fortnightly": "every other week",
    "monthly": "every four weeks",
    "bimonthly": "every eight weeks",
}
"""The words where no day is named."""


def cadence_words(rule: str, weekday: int | None = None) -> SafeText:
    """Return how often, such as "every other Tuesday"."""
    if weekday is None:
        return SafeText(WEEKLY_RHYTHMS[rule])
    return SafeText(f"{RHYTHMS[rule]} {WEEKDAYS[weekday]}")


def day_words(on: date, *, today: date) -> SafeText:
    """Return a date such as "Tuesday, December 8", with the year if it is not the current one."""
    year = f", {on.year}" if on.year != today.year else ""
    return SafeText(f"{WEEKDAYS[on.weekday()]}, {on:%B} {on.day}{year}")


@dataclass(frozen=True)
class MemberClock:
    """The time now, and the time zone of the member who reads; None while it is not known."""

    now: datetime
    zone: str | None

    @property
    def today(self) -> date:
        """The date where the member is."""
        return local_date(self.now, zone_of(self.zone))

    def day(self, moment: datetime) -> SafeText:
        """Return the date of a moment where the member is, such as "Tuesday, December 8"."""
        return day_words(local_date(moment, zone_of(self.zone)), today=self.today)

    def minute(self, moment: datetime) -> SafeText:
        """Return the date with the minute where the member is, such as "Tuesday, December 8, 10:07"."""
        local = moment.astimezone(zone_of(self.zone))
        place = "" if self.zone else " UTC"
        return SafeText(f"{self.day(moment)}, {local.hour}:{local:%M}{place}")

    def around(self, moment: datetime, *, beside_zone: str | None = None) -> SafeText:
        """Return the date with the nearest half hour, such as "Tuesday, December 8, around 10:00".

        It ends with "your time" where hours in another zone, `beside_zone`, stand in the same sentence.
        """
        about = _nearest_half_hour(moment, zone_of(self.zone))
        is_told = beside_zone is not None and beside_zone != self.zone
        place = (" your time" if is_told else "") if self.zone else " UTC"
        return SafeText(f"{self.day(about)}, around {about.hour}:{about:%M}{place}")


HALF_HOUR = timedelta(minutes=30)


def _nearest_half_hour(moment: datetime, zone: tzinfo) -> datetime:
    local = moment.astimezone(zone)
    past = timedelta(minutes=local.minute % 30, seconds=local.second)
    return local + (HALF_HOUR - past if past * 2 >= HALF_HOUR else -past)


def channel_moment(moment: datetime) -> SafeText:
    """Return the date with the nearest half hour in the zone of each reader; the fallback is in UTC."""
    about = _nearest_half_hour(moment, UTC)
    day = day_words(about.date(), today=date.min)
    fallback = f"{day}, around {about.hour}:{about:%M} UTC"
    shown = "{date_long}, around {time} your time"
    return SafeText(f"<!date^{int(about.timestamp())}^{shown}|{fallback}>")


MINUTE, HOUR = 60, 3600


def wait_words(seconds: float) -> SafeText:
    """Return in how much time something can be tried again, such as "in about two hours"."""
    hours, minutes = round(seconds / HOUR), round(seconds / MINUTE)
    if hours > 1:
        return SafeText(f"in about {number(hours)} hours")
    return SafeText(f"in about {number(minutes)} minutes" if minutes > 1 else "in a minute")


def hours_words(hour: int | None) -> SafeText:
    """Return the hours of the day in which a message comes."""
    start, end = (9, 17) if hour is None else (hour, hour + 1)
    return SafeText(f"between {start}:00 and {end}:00")


def days_words(days: Iterable[int]) -> SafeText:
    """Return days of the week as a list, such as "Saturday and Sunday"."""
    return listed(WEEKDAYS[day] for day in sorted(days))


def ago(then: date, *, today: date) -> SafeText:
    """Return roughly how long ago a day was."""
    days = (today - then).days
    if days <= 1:
        return SafeText("yesterday" if days == 1 else "today")
    if days < 7:
        return SafeText(f"{number(days)} days ago")
    weeks = (days + 3) // 7
    said = "a week ago" if weeks == 1 else f"{number(weeks)} weeks ago"
    return SafeText(said if days % 7 == 0 else f"about {said}")


ERASED = SafeText("someone whose name was erased")
ERASED_FIRST = SafeText("Someone whose name was erased")
"""Stand in place of a person who erased their data; they may still be in the channel."""

UNKNOWN = SafeText("an unknown person")


def who(user_id: str | None) -> SafeText:
    """Return a mention of this person; `ERASED` without an id."""
    return person(user_id) if user_id else ERASED


def who_first(user_id: str | None) -> SafeText:
    """Return what `who` does, for the beginning of a sentence."""
    return person(user_id) if user_id else ERASED_FIRST


def person(user_id: str) -> SafeText:
    """Return a mention, which Slack shows as the person's name; `UNKNOWN` for what is no id."""
    return SafeText(f"<@{user_id}>") if is_slack_id(user_id) else UNKNOWN


def channel_link(channel: str) -> SafeText:
    """Return a link to the channel, which Slack shows by its name; words for what is no id."""
    return SafeText(f"<#{channel}>") if is_slack_id(channel) else SafeText("the channel")


def axis_days(days: Sequence[date]) -> list[SafeText]:
    """Return dates for a chart's axis, such as "Dec 8"; of several years, with the year."""
    has_years = len({day.year for day in days}) > 1
    return [SafeText(f"{day:%b} {day.day}{f', {day.year}' if has_years else ''}") for day in days]


LONGEST_ADDRESS = 500
"""Characters; Slack takes 3,000, but a card may have ten links."""

LONGEST_HOST_SHOWN = 60
LONGEST_PATH_SHOWN = 24
HOST_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")


def host_of(address: str) -> str | None:
    """Return the host that a browser opens, in ASCII; None when the address is not taken.

    Not taken is what people and programs read differently: other schemes than http and https, a backslash
    (browsers read it as a slash), a name or password before the host, spaces and invisible characters, and
    hosts that are neither a name nor an IP address in its usual form.
    """
    if len(address) > LONGEST_ADDRESS or "\\" in address:
        return None
    if any(sign.isspace() or not sign.isprintable() for sign in address):
        return None
    try:
        parts = urlsplit(address)
        return _host(parts) if parts.scheme in ("http", "https") else None
    except ValueError:  # A broken port or IP address, or a label that IDNA refuses.
        return None


def _host(parts: SplitResult) -> str | None:
    host = parts.hostname
    if host is None or "@" in parts.netloc or (parts.port is None and parts.netloc.endswith(":")):
        return None
    if parts.netloc.startswith("["):
        return None if "%" in host else f"[{IPv6Address(host)}]"
    name = host if host.isascii() else idna.encode(host, uts46=True).decode()
    labels = name.removesuffix(".").split(".")
    if len(name) > 253 or not all(HOST_LABEL.fullmatch(label) for label in labels):
        return None
    # Browsers read 2130706433 and 0x7f.1 as IP addresses.
    return str(IPv4Address(name)) if NUMERIC_LABEL.fullmatch(labels[-1]) else name


def link_markup(address: str, *, with_path: bool = False) -> SafeText:
    """Return a link that is shown by its host; an address that is not taken is shown as text alone.

    A long host is cut at its beginning, because its end says whose it is. `with_path` shows the end of what
    follows too, for links of which several have the same host.
    """
    host = host_of(address)
    if host is None:
        return escape(address)
    label = host if len(host) <= LONGEST_HOST_SHOWN else f"…{host[-LONGEST_HOST_SHOWN:]}"
    safe = escape(address).replace("|", "%7C")
    label += _end_of_path(address) if with_path else ""
    return SafeText(f"<{safe}|{escape(label)}>")


def _end_of_path(address: str) -> str:
    """Return the end of what follows the host, in ASCII and without quotes and stars; "" for none."""
    rest = urlsplit(address)._replace(scheme="", netloc="").geturl()
    shown = quote(rest, safe="/?#=&%-._+,;:@").replace("~", "%7E").lstrip("/")
    if len(shown) > LONGEST_PATH_SHOWN:
        return f"/…{shown[-LONGEST_PATH_SHOWN:]}"
    return f"/{shown}" if shown else ""
