"""The clock on the wall of a zone, read off minute by minute: nothing here knows the rules under test."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Dial:
    """What the wall shows around a change: each minute with the first moment that shows it."""

    def __init__(self, zone: ZoneInfo, change: datetime) -> None:
        before, after = shown(change - MINUTE, zone), shown(change, zone)
        self.earliest = min(before, after) - HOUR
        self.latest = max(before, after) + HOUR
        around = abs(after - before) + 3 * HOUR
        self.first_shown: dict[datetime, datetime] = {}
        for moment in _each(MINUTE, change - around, change + around):
            self.first_shown.setdefault(shown(moment, zone), moment)
        self.minutes = sorted(self.first_shown)

    def moment(self, wanted: datetime) -> datetime:
        """When this minute is first shown, or else the next one that is shown at all."""
        return self.first_shown[self.minutes[bisect_left(self.minutes, wanted)]]


class WallClock:
    """When each local minute of some years is shown first, in one zone."""

    def __init__(self, name: str, years: range) -> None:
        self.zone = ZoneInfo(name)
        begin, end = (datetime(year, 1, 1, tzinfo=UTC) for year in (years.start, years.stop))
        self.dates = [moment.date() for moment in _each(DAY, begin, end)]
        begin, end = begin - 2 * DAY, end + 2 * DAY
        found = list(changes(self.zone, begin, end))
        self.stretches = [
            (start, stop, shown(start, self.zone) - start.replace(tzinfo=None))
            for start, stop in pairwise([begin, *found, end])
        ]
        self.dials = [Dial(self.zone, change) for change in found]
        touched = {
            moment.date()
            for dial in self.dials
            for moment in _each(HOUR, dial.earliest, dial.latest + HOUR)
        }
        self.noons = {day: self._noon(day) for day in self.dates if day not in touched}

    def _noon(self, day: date) -> datetime:
        return self._between_changes(datetime.combine(day, time(12)))

    def moment(self, day: date, minute_of_day: int) -> datetime:
        """The moment at which a message wanted at this local minute ought to be due."""
        if day in self.noons:
            return self.noons[day] + (minute_of_day - 12 * 60) * MINUTE
        wanted = datetime.combine(day, time()) + minute_of_day * MINUTE
        dial = self._dial(wanted)
        return dial.moment(wanted) if dial else self._between_changes(wanted)

    def shows(self, wanted: datetime) -> bool:
        """Whether the wall ever shows this minute."""
        dial = None if wanted.date() in self.noons else self._dial(wanted)
        return dial is None or wanted in dial.first_shown

    def _dial(self, wanted: datetime) -> Dial | None:
        near = (dial for dial in self.dials if dial.earliest <= wanted <= dial.latest)
        return next(near, None)

    def _between_changes(self, wanted: datetime) -> datetime:
        """The moment of a local minute that no change is near, from the offset of its stretch."""
        for begin, end, ahead in self.stretches:
            moment = wanted.replace(tzinfo=UTC) - ahead
            if begin <= moment < end:
                return moment
        raise LookupError(f"{self.zone} never shows {wanted}")


def shown(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the wall shows at a moment in UTC."""
    return moment.astimezone(zone).replace(tzinfo=None)


def changes(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """The first minute of each new offset, found by walking over UTC.

    A day that ends with another offset than it began with is walked by the hour, that hour by the minute: no
    zone changes its clocks and changes them back within a day.
    """
    for morning, evening in pairwise(_each(DAY, begin, end + DAY)):
        offset = morning.astimezone(zone).utcoffset()
        if evening.astimezone(zone).utcoffset() != offset:
            hour = _changed(zone, offset, _each(HOUR, morning + HOUR, evening + HOUR))
            yield _changed(zone, offset, _each(MINUTE, hour - HOUR, hour + MINUTE))


def _changed(zone: ZoneInfo, offset: timedelta | None, moments: Iterator[datetime]) -> datetime:
    return next(moment for moment in moments if moment.astimezone(zone).utcoffset() != offset)


def _each(step: timedelta, begin: datetime, end: datetime) -> Iterator[datetime]:
    while begin < end:
        yield begin
        begin += step
