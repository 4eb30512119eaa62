"""Changes between the plan and the post of a check-in: settings, zone, deactivation."""

from collections.abc import AsyncIterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.features.checkins import settings_views
from bot.features.checkins.feature import FEATURE
from playground.payloads.event import user_change
from scheduler.batch import send_due
from scheduler.planner import plan_due
from storage import members
from storage.members import Member
from storage.outbox.queue import Outgoing
from tests.checkins.calendar import Season, assessed, season, sets
from tests.stage import BOTH, Person
from tests.storage import lookups


@pytest.fixture
async def spring(stage_url: str) -> AsyncIterator[Season]:
    async with season(stage_url) as ready:
        yield ready


@pytest.fixture
async def ada(spring: Season) -> Person:
    """A member with a check-in in the outbox."""
    person = spring.stage.person("ada")
    await assessed(person)
    await spring.until_due(person)
    await plan_due(spring.stage.coach(FEATURE.kinds))
    return person


async def sends(spring: Season) -> None:
    work = spring.stage.coach(FEATURE.kinds)
    while await send_due(work):
        pass
    await spring.stage.settle()


async def message_to(person: Person) -> Outgoing:
    async with person.stage.database.read() as session:
        (found,) = await lookups.messages_of(session, person.key, limit=1)
    return found


async def member(person: Person) -> Member:
    async with person.stage.database.read() as session:
        found = await members.get(session, person.key)
    assert found is not None
    return found


async def moves(spring: Season, person: Person, zone: str) -> None:
    """Slack says that the person lives in another zone."""
    service = spring.stage.playground.service
    someone = service.workspace.people[person.id]
    someone.tz = zone
    service.publish(user_change(service.workspace, someone))
    await spring.stage.settle()


async def test_the_message_goes_out(spring: Season, ada: Person) -> None:
    await sends(spring)
    assert ada.reads().startswith("Here's one ")
    assert (await message_to(ada)).form == "offer"


@pytest.mark.parametrize("typed", ["/rungs checkin off", "/rungs checkin weekly"])
async def test_another_cadence_holds_back_what_was_planned(
    spring: Season, ada: Person, typed: str
) -> None:
    await ada.types(typed)
    posted = len(ada.messages())
    await sends(spring)
    assert len(ada.messages()) == posted
    assert (await message_to(ada)).state == "skipped"


async def test_a_snooze_holds_back_what_was_planned(spring: Season, ada: Person) -> None:
    await ada.types("checkin")
    await ada.clicks("Pause for 1 week")
    posted = len(ada.messages())
    await sends(spring)
    assert len(ada.messages()) == posted
    assert (await message_to(ada)).reason == "snoozed"


async def test_a_decision_about_the_step_plans_anew(spring: Season, ada: Person) -> None:
    await ada.clicks("I'll try it")
    posted = len(ada.messages())
    await sends(spring)
    assert len(ada.messages()) == posted
    assert (await message_to(ada)).reason == "planned_anew"
    assert (await spring.planned(ada)).next_due_at is not None


@BOTH
async def test_who_left_gets_nothing_and_who_returns_goes_on(spring: Season, ada: Person) -> None:
    posted = len(ada.messages())
    await spring.stage.playground.lifecycle("deactivate", user=ada.id)
    await spring.stage.settle()
    await sends(spring)
    assert len(ada.messages()) == posted
    assert (await message_to(ada)).reason == "deactivated"
    assert (await spring.planned(ada)).next_due_at is None
    await spring.stage.playground.lifecycle("reactivate", user=ada.id)
    await spring.stage.settle()
    assert (await spring.planned(ada)).next_due_at is not None


@BOTH
async def test_whoever_erases_everything_gets_nothing(spring: Season, ada: Person) -> None:
    await ada.types("/rungs forget")
    await ada.clicks("Erase everything")
    posted = len(ada.messages())
    await sends(spring)
    spring.calendar.turn(days=120)
    await spring.work()
    assert len(ada.messages()) == posted


async def test_do_not_disturb_is_waited_for(spring: Season, ada: Person) -> None:
    now = spring.calendar.now
    ends = now + timedelta(hours=1)
    person = spring.stage.playground.workspace.people[ada.id]
    person.dnd = (int((now - timedelta(hours=1)).timestamp()), int(ends.timestamp()))
    posted = len(ada.messages())
    await sends(spring)
    message = await message_to(ada)
    assert (message.state, message.reason) == ("ready", "do_not_disturb")
    assert len(ada.messages()) == posted


@BOTH
async def test_the_zone_follows_slack(spring: Season, ada: Person) -> None:
    assert (await member(ada)).zone == "Africa/Lagos"
    await moves(spring, ada, "America/Los_Angeles")
    assert (await member(ada)).zone == "America/Los_Angeles"
    assert (await spring.planned(ada)).zone == "America/Los_Angeles"
    await sends(spring)
    message = await message_to(ada)
    assert (message.state, message.reason) == ("ready", "outside_hours")
    spring.calendar.now = message.not_before
    assert message.not_before.astimezone(ZoneInfo("America/Los_Angeles")).hour == 9
    await sends(spring)
    assert (await message_to(ada)).state == "sent"


async def test_the_new_zone_decides_when_the_next_one_comes(spring: Season, ada: Person) -> None:
    await sends(spring)
    await moves(spring, ada, "Asia/Tokyo")
    due = await spring.until_due(ada)
    assert 0 <= due.hour < 8


async def test_profiles_of_people_who_are_no_members_are_not_stored(spring: Season) -> None:
    omar = spring.stage.person("omar")
    await moves(spring, omar, "Asia/Tokyo")
    async with spring.stage.database.read() as session:
        assert await members.get(session, omar.key) is None
    assert omar.messages() == []


@BOTH
async def test_a_new_day_moves_what_is_planned(spring: Season, ada: Person) -> None:
    await sends(spring)
    before = (await spring.planned(ada)).next_on
    await ada.types("checkin")
    await sets(ada, settings_views.PACE_WEEKDAY, {"selected_option": "4"})
    after = (await spring.planned(ada)).next_on
    assert after is not None
    assert after.weekday() == 4
    assert before != after or before.weekday() == 4
