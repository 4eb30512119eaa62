"""Paces: chosen by the member, paused and ended, and what came without an answer."""

import asyncio
from datetime import date, timedelta

from sqlmodel import SQLModel

from app import REGISTRY
from coaching.members import MemberKey
from storage import checkins, members, privacy, workspace_settings, workspaces
from storage.checkins import CHECKINS_OFF
from storage.database.engine import Database
from tests.storage.cast import ADA, COLLEAGUE, NAMESAKE, minute, outgoing

DAY = 24 * 60


async def keep(database: Database, *rows: SQLModel) -> None:
    async with database.write() as session:
        for key in (ADA, COLLEAGUE, NAMESAKE):
            await members.ensure(session, key, now=minute(0))
        session.add_all(rows)


async def ignored(database: Database, key: MemberKey = ADA) -> int:
    async with database.read() as session:
        return await checkins.count_ignored(session, key)


async def test_a_new_pace_has_the_usual_settings_and_is_made_once(database: Database) -> None:
    async with database.write() as session:
        assert await checkins.get_pace(session, ADA) is None
        pace = await checkins.ensure_pace(session, ADA, now=minute(0))
        assert (pace.cadence, pace.weekday, pace.hour) == ("fortnightly", None, None)
        assert checkins.days_off_of(pace) == {5, 6}
        assert (pace.heard_at, pace.shares_wins) == (None, False)
        await checkins.change_pace(session, ADA, now=minute(1), cadence="weekly")
        assert (await checkins.ensure_pace(session, ADA, now=minute(2))).cadence == "weekly"
        assert await checkins.get_pace(session, COLLEAGUE) is None
        assert await checkins.get_pace(session, NAMESAKE) is None


async def turn_checkins_off(database: Database, *, is_off: bool) -> None:
    """An admin of the workspace turns check-ins off, or on, for members who chose nothing."""
    async with database.write() as session:
        await workspaces.connect(session, ADA.workspace_id, "Acme", now=minute(0))
        await workspace_settings.change(
            session,
            ADA.workspace_id,
            CHECKINS_OFF,
            is_off,
            by=COLLEAGUE,
            place="home",
            now=minute(0),
        )


async def test_where_checkins_are_off_a_new_pace_is_off(database: Database) -> None:
    await turn_checkins_off(database, is_off=True)
    async with database.write() as session:
        assert (await checkins.ensure_pace(session, ADA, now=minute(1))).cadence == "off"
        chosen = await checkins.change_pace(session, COLLEAGUE, now=minute(1), hour=9)
        assert (chosen.cadence, chosen.hour) == ("off", 9)
        elsewhere = await checkins.record_activity(session, NAMESAKE, now=minute(1))
        assert elsewhere.cadence == "fortnightly"
    await turn_checkins_off(database, is_off=False)
    async with database.write() as session:
        assert (await checkins.ensure_pace(session, ADA, now=minute(2))).cadence == "off"
        new = MemberKey(ADA.workspace_id, "UNEW")
        assert (await checkins.ensure_pace(session, new, now=minute(2))).cadence == "fortnightly"


async def test_the_first_act_alone_turns_checkins_off(database: Database) -> None:
    async def acts(key: MemberKey, number: int) -> str:
        async with database.write() as session:
            pace = await checkins.record_activity(
                session, key, now=minute(number), off_by_default=True
            )
        return pace.cadence

    async with database.write() as session:
        await checkins.claim_reminder(session, ADA, now=minute(0))
        await checkins.change_pace(session, COLLEAGUE, now=minute(0), cadence="weekly")
    assert [await acts(key, 1) for key in (ADA, COLLEAGUE, NAMESAKE)] == ["off", "weekly", "off"]
    async with database.write() as session:
        await checkins.resume(session, ADA, now=minute(2))
    assert await acts(ADA, 3) == "fortnightly"


async def test_a_choice_changes_what_it_names_and_nothing_else(database: Database) -> None:
    async with database.write() as session:
        chosen = await checkins.change_pace(session, ADA, now=minute(0), weekday=3, hour=10)
        assert (chosen.cadence, chosen.weekday, chosen.hour) == ("fortnightly", 3, 10)
        other = await checkins.change_pace(
            session, ADA, now=minute(1), cadence="off", days_off=[6, 0, 6]
        )
        assert (other.cadence, other.weekday, other.hour) == ("off", 3, 10)
        assert (other.days_off, other.heard_at) == ("06", minute(1))
        free = await checkins.change_pace(
            session, ADA, now=minute(2), weekday=None, hour=None, days_off=[]
        )
        assert (free.weekday, free.hour, free.days_off) == (None, None, "")


async def test_a_pause_is_news_once_and_ends_when_the_member_chooses(database: Database) -> None:
    async with database.write() as session:
        assert await checkins.pause(session, ADA, now=minute(0)) is True
        assert await checkins.pause(session, ADA, now=minute(1)) is False
        paused = await checkins.get_pace(session, ADA)
        assert paused is not None
        assert (paused.paused_at, paused.heard_at) == (minute(0), None)
        chosen = await checkins.change_pace(session, ADA, now=minute(2), cadence="monthly")
        assert (chosen.paused_at, chosen.heard_at) == (None, minute(2))
        assert await checkins.pause(session, ADA, now=minute(3)) is True
        assert (await checkins.record_activity(session, ADA, now=minute(4))).paused_at == minute(3)
        assert (await checkins.resume(session, ADA, now=minute(5))).paused_at is None


async def test_a_snooze_holds_until_its_date_or_its_end(database: Database) -> None:
    async with database.write() as session:
        await checkins.pause(session, ADA, now=minute(0))
        pace = await checkins.snooze(session, ADA, until=date(2026, 4, 1), now=minute(1))
        assert (pace.snoozed_until, pace.paused_at) == (date(2026, 4, 1), None)
        kept = await checkins.change_pace(session, ADA, now=minute(2), cadence="weekly")
        assert kept.snoozed_until == date(2026, 4, 1)
        assert (await checkins.resume(session, ADA, now=minute(3))).snoozed_until is None
        await checkins.snooze(session, ADA, until=date(2026, 4, 1), now=minute(4))
        assert (
            await checkins.snooze(session, ADA, until=None, now=minute(5))
        ).snoozed_until is None


async def test_two_changes_of_a_pace_at_once_are_both_saved(database: Database) -> None:
    async def share() -> None:
        async with database.write() as session:
            await checkins.save_sharing(session, ADA, shares=True, now=minute(1))

    async def choose_day() -> None:
        async with database.write() as session:
            await checkins.change_pace(session, ADA, now=minute(1), weekday=2)

    async def choose_cadence() -> None:
        async with database.write() as session:
            await checkins.change_pace(session, ADA, now=minute(1), cadence="monthly")

    await asyncio.gather(*(act() for act in (share, choose_day, choose_cadence) * 6))
    async with database.read() as session:
        pace = await checkins.get_pace(session, ADA)
    assert pace is not None
    assert (pace.shares_wins, pace.weekday, pace.cadence) == (True, 2, "monthly")


async def test_a_member_is_reminded_by_one_of_many(database: Database) -> None:
    async def remind() -> bool:
        async with database.write() as session:
            return await checkins.claim_reminder(session, ADA, now=minute(0))

    reminders = await asyncio.gather(*(remind() for _ in range(20)))
    assert sorted(reminders) == [False] * 19 + [True]
    assert await remind() is False
    async with database.write() as session:
        assert await checkins.claim_reminder(session, NAMESAKE, now=minute(1)) is True


async def test_ignored_are_the_check_ins_since_the_member_was_heard(database: Database) -> None:
    sent = {"state": "sent"}
    await keep(
        database,
        outgoing(ADA, "one", **sent, sent_at=minute(10)),
        outgoing(ADA, "two", **sent, sent_at=minute(20)),
        outgoing(ADA, "three", **sent, sent_at=minute(30)),
        outgoing(ADA, "invitation", **sent, sent_at=minute(40), kind="reassess"),
        outgoing(ADA, "lost", state="failed"),
        outgoing(ADA, "unclear", state="unknown", sending_at=minute(50)),
        outgoing(ADA, "next"),
        outgoing(COLLEAGUE, **sent, sent_at=minute(10)),
        outgoing(NAMESAKE, **sent, sent_at=minute(10)),
    )
    assert await ignored(database) == 3
    async with database.write() as session:
        await checkins.record_activity(session, ADA, now=minute(25))
    assert await ignored(database) == 1
    async with database.write() as session:
        await checkins.change_pace(session, ADA, now=minute(60), hour=9)
    assert await ignored(database) == 0
    assert await ignored(database, COLLEAGUE) == 1


async def test_sent_days_are_those_of_whatever_may_have_come(database: Database) -> None:
    def on(name: str, days: int, state: str) -> SQLModel:
        return outgoing(
            ADA,
            name,
            state=state,
            sending_at=minute(days * DAY),
            local_date=minute(days * DAY).date(),
        )

    await keep(
        database,
        on("long ago", 0, "sent"),
        on("first day", 1, "sent"),
        on("in flight", 2, "sending"),
        on("unclear", 3, "unknown"),
        on("refused", 4, "failed"),
        on("gated", 4, "skipped"),
        on("not sent", 4, "ready"),
        outgoing(COLLEAGUE, state="sent", sending_at=minute(DAY)),
        outgoing(NAMESAKE, state="sent", sending_at=minute(DAY)),
    )
    async with database.read() as session:
        found = await checkins.sent_days(session, ADA, since=date(2026, 3, 3))
    assert found == [date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 5)]


async def test_a_sent_day_is_the_date_where_the_member_is(database: Database) -> None:
    late = minute(14 * 60)  # 23:00 UTC on 2 March, 3 March in Vienna
    await keep(database, outgoing(ADA, state="sent", sending_at=late))
    for zone, day in (("Europe/Vienna", 3), ("America/New_York", 2)):
        async with database.write() as session:
            await members.record_profile(session, ADA, zone=zone, is_active=True, now=minute(0))
            days = await checkins.sent_days(session, ADA, since=date(2026, 3, day))
            assert days == [date(2026, 3, day)]
            assert await checkins.sent_days(session, ADA, since=date(2026, 3, day + 1)) == []


async def test_a_message_that_waited_counts_on_the_day_it_was_sent(database: Database) -> None:
    friday, monday = date(2026, 2, 27), date(2026, 3, 2)
    await keep(
        database,
        outgoing(ADA, "waited", state="sent", local_date=friday, sending_at=minute(0)),
        # Sent on the 2nd in New York, as the message of the 3rd in Auckland, where the member was.
        outgoing(ADA, "flown", state="sent", local_date=date(2026, 3, 3), sending_at=minute(700)),
    )
    async with database.write() as session:
        await members.record_profile(
            session, ADA, zone="America/New_York", is_active=True, now=minute(0)
        )
        days = await checkins.sent_days(session, ADA, since=friday - timedelta(days=7))
    assert days == [monday, date(2026, 3, 3)]


async def test_a_pace_that_is_erased_while_it_is_chosen_is_whole_or_gone(
    database: Database,
) -> None:
    async def choose() -> None:
        async with database.write() as session:
            await checkins.change_pace(session, ADA, now=minute(1), cadence="weekly")
            await checkins.claim_reminder(session, ADA, now=minute(1))

    async def forget() -> None:
        async with database.write() as session:
            await privacy.erase(session, ADA, REGISTRY.personal_data)

    for _ in range(5):
        await asyncio.gather(*(act() for act in (choose, forget) * 4))
    await forget()
    async with database.read() as session:
        assert await checkins.get_pace(session, ADA) is None
        assert await members.get(session, ADA) is None
