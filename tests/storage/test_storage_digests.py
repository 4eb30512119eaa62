"""What a digest reads: plans, periods, releases that arrived, and shout-outs."""

from datetime import date, datetime, timedelta
from typing import Any

from storage import checkins, members
from storage.database import Session
from storage.database.engine import Database
from storage.outbox import schedules
from storage.outbox.queue import Outgoing
from storage.steps import step_offers, steps
from storage.team_digest import releases, rosters, teams
from tests.storage.cast import (
    ADA,
    COLLEAGUE,
    START,
    a_team,
    finished,
    minute,
    outgoing,
    planned,
    tip_named,
)
from tests.storage.lookups import releases_to

HERE = ("T1", "C1")
DAY = date(2026, 3, 9)


def digest(name: str, **changes: Any) -> Outgoing:
    """A digest to the channel."""
    to: dict[str, Any] = {"kind": "digest", "subject": "C1", "user_id": None}
    return outgoing(ADA, name, **to | {"id": name, "dedupe_key": name} | changes)


async def keep(database: Database, name: str, *, minutes: int) -> None:
    async with database.write() as session:
        facts = {"name": name}
        await releases.save(
            session,
            *HERE,
            id=name,
            period=DAY,
            facts=facts,
            now=minute(minutes),
        )


async def test_only_what_arrived_was_seen_and_the_newest_comes_first(database: Database) -> None:
    await a_team(database)
    states = ("sent", "failed", "sent", "sending", "unknown", "skipped")
    async with database.write() as session:
        for number, state in enumerate(states):
            due = {"due_at": minute(number), "lease_until": minute(number + 1)}
            session.add(digest(f"d{number}", state=state, **due))
    for number in range(len(states)):
        await keep(database, f"d{number}", minutes=number)
    async with database.read() as session:
        seen = await releases.list_delivered(session, *HERE, limit=9)
        assert [release.id for release in seen] == ["d2", "d0"]
        had = await releases.earlier_digests(session, *HERE, other_than="d2")
        assert [row.id for row in had] == ["d0", "d3", "d4"]
        assert await releases.earlier_digests(session, "T2", "C1") == []


async def test_a_release_that_is_withdrawn_is_gone(database: Database) -> None:
    await a_team(database)
    for name in ("d1", "d2"):
        await keep(database, name, minutes=1)
    async with database.write() as session:
        await releases.withdraw(session, "T1", "d2")
        await releases.withdraw(session, "T1", "never")
    async with database.read() as session:
        (left,) = await releases_to(session, *HERE)
    assert left.id == "d1"


async def test_plans_come_with_the_teams_that_follow(database: Database) -> None:
    for channel in ("C1", "C2", "C3"):
        await a_team(database, channel)
    await a_team(database, "C9", workspace_id="T2")
    async with database.write() as session:
        await members.ensure(session, ADA, now=START)
        session.add(planned(ADA, "digest", subject="C1", user_id=None))
        session.add(planned(ADA, "checkin", subject="C2"))
        await teams.unfollow(session, "T1", "C3", reason="asked", now=START)
    async with database.read() as session:
        found = await teams.list_with_schedules(session, "T1")
    assert [(team.channel_id, plan and plan.kind) for team, plan in found] == [
        ("C1", "digest"),
        ("C2", None),
    ]


async def test_the_period_of_a_date_is_the_newest_that_had_begun(database: Database) -> None:
    await a_team(database)
    await finished(database, ADA, 2)
    for period in (DAY, DAY + timedelta(weeks=1)):
        async with database.write() as session:
            await rosters.freeze(session, *HERE, period, [ADA.user_id])
    async with database.read() as session:
        found = [
            await rosters.period_on(session, *HERE, DAY + timedelta(days=days))
            for days in (-1, 0, 6, 7, 30)
        ]
        assert await rosters.period_on(session, "T1", "C2", DAY) is None
    assert found == [None, DAY, DAY, *[DAY + timedelta(weeks=1)] * 2]


async def test_shout_outs_need_consent_a_place_on_the_roster_and_being_there(
    database: Database,
) -> None:
    await a_team(database)
    for number, key in enumerate((ADA, COLLEAGUE)):
        await finished(database, key, 2)
        async with database.write() as session:
            for tip in ("first", "second"):
                step = await step_offers.offer(
                    session, key, tip_named(tip), assessment_id=None, now=minute(number)
                )
                await steps.record_practice(session, key, step, "done", now=minute(5 + number))

    async def named(session: Session, since: datetime = START) -> list[rosters.SharedWin]:
        found = await rosters.shared_wins(session, *HERE, DAY, since=since, until=minute(60))
        return list(found)

    async with database.write() as session:
        await rosters.freeze(session, *HERE, DAY, [ADA.user_id])
        await checkins.save_sharing(session, COLLEAGUE, shares=True, now=START)
        assert await named(session) == []
        await checkins.save_sharing(session, ADA, shares=True, now=START)
        (win,) = await named(session)
        assert win.user_id == ADA.user_id
        assert win.title.startswith("Try ")
        assert await named(session, since=minute(6)) == []
        await members.deactivate(session, ADA, now=START)
        assert await named(session) == []


async def test_stopping_a_plan_leaves_the_team_in_the_list(database: Database) -> None:
    await a_team(database)
    async with database.write() as session:
        session.add(planned(ADA, "digest", subject="C1", user_id=None))
        await session.flush()
        await schedules.stop(session, "T1", "digest", "C1", now=START)
        ((team, plan),) = await teams.list_with_schedules(session, "T1")
    assert team.channel_id == "C1"
    assert plan
    assert plan.next_on is None
