"""The settings of check-ins: cadence, weekday, hour, snooze, days off, shout-outs."""

import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.features.checkins import settings_views
from tests.checkins.calendar import Season, assessed, pace_of, season, sets
from tests.stage import Person, texts_of


@pytest.fixture
async def spring(sqlite_url: str) -> AsyncIterator[Season]:
    async with season(sqlite_url) as ready:
        yield ready


@pytest.fixture
async def ada(spring: Season) -> Person:
    person = spring.stage.person("ada")
    await assessed(person)
    return person


def option(value: str) -> dict[str, str]:
    return {"selected_option": value}


@pytest.mark.parametrize(
    "typed", ["/rungs checkin", "checkin", "check-in", "weekly", "Settings", "fewer messages"]
)
async def test_many_words_find_the_settings(ada: Person, typed: str) -> None:
    await ada.types(typed)
    words = ada.reads()
    assert words.startswith("*Check-ins* come every other ")
    assert "your Slack time zone, Africa/Lagos" in words
    assert "Next check-in: " in words


async def test_the_next_date_is_named_as_people_say_it(spring: Season, ada: Person) -> None:
    await ada.types("checkin")
    plan = await spring.planned(ada)
    assert plan.next_on is not None
    on = f"{plan.next_on:%A}, {plan.next_on:%B} {plan.next_on.day}"
    told = re.search(rf"Next check-in: {on}, around (\d+):(00|30)\.", ada.reads())
    assert told
    assert plan.next_due_at is not None
    local = plan.next_due_at.astimezone(ZoneInfo("Africa/Lagos"))
    about = local.replace(hour=int(told[1]), minute=int(told[2]))
    assert abs(local - about) <= timedelta(minutes=15)


async def test_every_week_can_be_typed(spring: Season, ada: Person) -> None:
    await ada.types("/rungs checkin weekly")
    assert ada.reads().startswith("*Saved.* Check-ins come every ")
    await spring.comes(ada)
    first = await spring.local(ada)
    await spring.comes(ada)
    assert await spring.local(ada) - first == timedelta(days=7)


async def test_off_means_off(spring: Season, ada: Person) -> None:
    await ada.types("/rungs checkin off")
    assert "Check-ins are off, so Rungs won't message you on its own." in ada.reads()
    posted = len(ada.messages())
    spring.calendar.turn(days=100)
    await spring.work()
    assert len(ada.messages()) == posted


async def test_a_day_and_an_hour(spring: Season, ada: Person) -> None:
    await ada.types("checkin")
    await sets(ada, settings_views.PACE_WEEKDAY, option("3"))
    assert "*Saved.* Check-ins come on Thursday. Next check-in: Thursday, " in ada.reads()
    await sets(ada, settings_views.PACE_HOUR, option("14"))
    assert "between 14:00 and 15:00" in ada.reads()
    await spring.comes(ada)
    local = spring.calendar.now + timedelta(hours=1)
    assert (local.weekday(), local.hour) == (3, 14)
    await ada.types("checkin")
    await sets(ada, settings_views.PACE_WEEKDAY, option("any"))
    assert (await pace_of(ada)).weekday is None


async def test_a_snooze_is_kept_exactly(spring: Season, ada: Person) -> None:
    await spring.comes(ada)
    await ada.types("checkin")
    until = await spring.local(ada) + timedelta(weeks=2)
    await ada.clicks("Pause for 2 weeks")
    assert f"Nothing will be sent before {until:%A}, {until:%B} {until.day}." in ada.reads()
    assert "Next check-in: " in ada.reads()
    await spring.comes(ada)
    assert await spring.local(ada) >= until


async def test_a_snooze_until_a_day(spring: Season, ada: Person) -> None:
    await ada.types("checkin")
    await sets(ada, settings_views.PACE_UNTIL, {"selected_date": "2026-07-01"})
    assert "Nothing will be sent before Wednesday, July 1." in ada.reads()
    await spring.comes(ada)
    assert await spring.local(ada) >= date(2026, 7, 1)


@pytest.mark.parametrize(
    ("day", "reply"),
    [
        ("2026-03-02", "That day isn't in the future"),
        ("2020-01-01", "That day isn't in the future"),
        ("2027-06-01", "more than a year away"),
    ],
)
async def test_an_impossible_snooze_is_refused_with_the_reason(
    ada: Person, day: str, reply: str
) -> None:
    await ada.types("checkin")
    await sets(ada, settings_views.PACE_UNTIL, {"selected_date": day})
    assert reply in ada.reads()
    assert "Nothing was changed." in ada.reads()
    assert (await pace_of(ada)).snoozed_until is None


async def test_resume_ends_a_snooze(spring: Season, ada: Person) -> None:
    await ada.types("checkin")
    before = await spring.planned(ada)
    await ada.clicks("Pause for 2 weeks")
    await ada.clicks("Resume")
    assert ada.reads().startswith("*Resumed.* Next check-in: ")
    after = await spring.planned(ada)
    assert before.next_on == after.next_on


async def test_days_off(spring: Season, ada: Person) -> None:
    await ada.types("checkin")
    await sets(ada, settings_views.PACE_WEEKDAY, option("0"))
    await sets(ada, settings_views.PACE_DAYS_OFF, {"selected_options": ["0", "5", "6"]})
    assert "*Saved.* No messages on Monday, Saturday, and Sunday." in ada.reads()
    assert (await pace_of(ada)).weekday is None
    await spring.comes(ada)
    assert (await spring.local(ada)).weekday() in (1, 2, 3, 4)


async def test_all_seven_days_off_are_refused_with_the_reason(ada: Person) -> None:
    await ada.types("checkin")
    await sets(ada, settings_views.PACE_DAYS_OFF, {"selected_options": list("0123456")})
    assert "Choose Off instead" in ada.reads()
    assert (await pace_of(ada)).days_off == "56"


async def test_no_days_off_at_all(ada: Person) -> None:
    await ada.types("checkin")
    await sets(ada, settings_views.PACE_DAYS_OFF, {"selected_options": []})
    assert "Messages may come on any day." in ada.reads()
    assert (await pace_of(ada)).days_off == ""


async def test_shout_outs_are_off_until_allowed(ada: Person) -> None:
    await ada.types("checkin")
    assert "*Shout-outs in team digests:* off" in ada.reads()
    await ada.clicks("Turn on shout-outs")
    assert (await pace_of(ada)).shares_wins
    await ada.clicks("Turn off shout-outs")
    assert not (await pace_of(ada)).shares_wins


async def test_everything_can_be_set_from_home(spring: Season, ada: Person) -> None:
    await ada.opens_home()
    assert "*Next check-in:* " in ada.view_text
    assert ", then every other week." in ada.view_text
    await ada.clicks_in_view("Change")
    assert "*Check-ins* come every other " in ada.view_text
    await sets(ada, settings_views.PACE_CADENCE, option("monthly"), on_home=True)
    assert "*Saved.* Check-ins come every fourth " in ada.view_text
    await sets(ada, settings_views.PACE_UNTIL, {"selected_date": "2026-05-04"}, on_home=True)
    assert "Nothing will be sent before Monday, May 4." in ada.view_text
    await ada.clicks_in_view("Resume")
    assert "*Resumed.*" in ada.view_text
    await sets(ada, settings_views.PACE_CADENCE, option("off"), on_home=True)
    assert "Check-ins are off" in ada.view_text
    assert "Pause for 1 week" not in ada.view_text
    await ada.closes()
    assert "Check-ins are off, so Rungs won't message you on its own." in ada.view_text
    assert "*Next check-in:*" not in ada.view_text
    refused = [(c.method, c.answer) for c in spring.stage.playground.calls if not c.ok]
    assert refused == []


async def test_before_a_result_it_says_when_check_ins_begin(spring: Season) -> None:
    omar = spring.stage.person("omar")
    await omar.types("/rungs checkin")
    assert "Check-ins begin after your first self-check." in omar.reads()
    await omar.clicks("Start the self-check")
    await omar.opens_home()
    assert "Check-ins" not in omar.view_text
    await omar.types("stop")
    await omar.types("/rungs checkin")
    assert "Check-ins are off, so Rungs won't message you on its own." in omar.reads()
    assert "Check-ins begin" not in omar.reads()


async def test_what_was_chosen_before_the_result_counts(spring: Season) -> None:
    omar = spring.stage.person("omar")
    await omar.types("/rungs checkin weekly")
    await assessed(omar, "ABC", family="sales")
    plan = await spring.planned(omar)
    assert plan.rule == "weekly"


async def test_in_a_channel_only_the_member_sees_the_settings(ada: Person) -> None:
    await ada.types("/rungs checkin", where=ada.channel)
    (message,) = ada.messages(ada.channel)
    assert message.only_for == ada.id
    await ada.clicks("Pause for 1 week", where=ada.channel)
    assert "Nothing will be sent before" in texts_of(ada.messages(ada.channel)[-1].blocks)
