"""The audit log as members fill it: what they do leaves an entry, and an erasure leaves no id in it."""

import json

from bot.features.checkins.settings_views import PACE_CADENCE
from storage import audit
from tests.checkins.calendar import assessed, sets
from tests.stage import Person, Stage
from tests.team_digest.channel import GROWTH, growing

CHANNEL = f"channel:{GROWTH}"


async def entries(person: Person) -> list[tuple[str, str | None, str]]:
    """What the log has about this person, oldest first."""
    async with person.stage.database.read() as session:
        found = await audit.list_events(session, user_id=person.id)
    return [(row.act, row.about, row.place) for row in reversed(found)]


async def test_what_a_member_does_is_recorded_with_where(database_url: str) -> None:
    async with growing(database_url) as growth:
        noah = growth.noah
        await noah.types("/rungs checkin weekly", where=GROWTH)
        await noah.types("/rungs checkin")
        await noah.types("/rungs checkin sometimes")
        await noah.types("/rungs me")
        await growth.follows()
        await noah.types("/rungs team unfollow", where=GROWTH)
        await noah.clicks("Stop the digest", where=GROWTH)
        await noah.types("export")
        await noah.types("forget")
        await noah.clicks("Erase everything")
        assert await entries(noah) == [
            ("settings", "cadence", CHANNEL),
            ("digest_followed", GROWTH, "form"),
            ("digest_unfollowed", GROWTH, CHANNEL),
            ("export", None, "direct_message"),
            ("erasure", None, "direct_message"),
        ]
        assert await entries(growth.person("omar")) == []
        async with growth.stage.database.read() as session:
            log = [row.model_dump_json() for row in await audit.list_events(session)]
        assert not [row for row in log if noah.id in row or noah.dm in row or "weekly" in row]


async def test_settings_in_the_window_of_home_are_recorded_without_their_values(
    ada: Person,
) -> None:
    await assessed(ada)
    await ada.opens_home()
    await ada.clicks_in_view("Change")
    await sets(ada, PACE_CADENCE, {"selected_option": "monthly"}, on_home=True)
    await ada.clicks_in_view("Pause for 1 week")
    await ada.clicks_in_view("Resume")
    assert await entries(ada) == [
        ("settings", "cadence", "form"),
        ("settings", "snooze", "form"),
        ("settings", "resume", "form"),
    ]


async def test_an_export_has_the_entries_and_what_is_left_is_no_reason_to_erase_again(
    stage: Stage, ada: Person
) -> None:
    await ada.types("/rungs checkin monthly", where=ada.channel)
    await ada.types("/rungs export")
    message = next(m for m in reversed(ada.messages()) if m.files)
    held = json.loads(stage.playground.workspace.files[message.files[0]].content or b"")
    told = [(row["act"], row["about"]) for row in held["log"]["audit_log"]]
    assert told == [("settings", "cadence"), ("export", None)]
    await ada.types("/rungs forget")
    await ada.clicks("Erase everything")
    await ada.types("/rungs forget")
    assert "Rungs holds nothing about you that can be erased." in ada.reads()


async def test_an_act_that_is_delivered_twice_is_recorded_once(stage: Stage, ada: Person) -> None:
    stage.playground.faults.duplicate_deliveries(1)
    await ada.types("/rungs export")
    assert [act for act, _, _ in await entries(ada)] == ["export"]
