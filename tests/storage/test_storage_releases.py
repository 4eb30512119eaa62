"""Releases and completeness: the figures that were shown, and which messages were missing."""

from datetime import date

from app import REGISTRY
from storage import members, privacy
from storage.database.engine import Database
from storage.outbox import reports
from storage.team_digest import releases
from tests.storage.cast import ADA, START, a_team, minute
from tests.storage.lookups import releases_to

PERIOD = START.date()


async def keep(
    database: Database,
    name: str,
    *,
    number: int = 0,
    channel: str = "C1",
    workspace_id: str = "T1",
    **facts: object,
) -> None:
    async with database.write() as session:
        await releases.save(
            session,
            workspace_id,
            channel,
            id=name,
            period=PERIOD,
            facts=facts,
            now=minute(number),
        )


async def test_a_release_is_kept_as_it_was_shown(database: Database) -> None:
    await a_team(database)
    await keep(database, "m1", number=3, bands={"2": "about half"}, text="Größer")
    async with database.read() as session:
        (kept,) = await releases_to(session, "T1", "C1")
    assert (kept.id, kept.period, kept.released_at) == ("m1", PERIOD, minute(3))
    assert releases.facts_of(kept) == {"bands": {"2": "about half"}, "text": "Größer"}


async def test_kept_again_it_replaces_what_the_same_message_said(database: Database) -> None:
    await a_team(database)
    await keep(database, "m1", number=1, people=5)
    await keep(database, "m1", number=2, people=6)
    async with database.read() as session:
        (kept,) = await releases_to(session, "T1", "C1")
    assert (releases.facts_of(kept), kept.released_at) == ({"people": 6}, minute(2))


async def test_releases_are_each_channel_s_own_newest_first(database: Database) -> None:
    for workspace_id, channel in (("T1", "C1"), ("T1", "C2"), ("T2", "C1")):
        await a_team(database, channel, workspace_id=workspace_id)
    for number in (1, 2, 3):
        await keep(database, f"m{number}", number=number)
    await keep(database, "other", number=9, channel="C2")
    await keep(database, "foreign", number=9, workspace_id="T2")
    async with database.read() as session:
        found = await releases_to(session, "T1", "C1", limit=2)
        assert [release.id for release in found] == ["m3", "m2"]


async def test_a_release_stays_when_somebody_is_erased(database: Database) -> None:
    await a_team(database, set_by=ADA.user_id)
    await keep(database, "m1", people=5)
    async with database.write() as session:
        await members.ensure(session, ADA, now=minute(0))
        await privacy.erase(session, ADA, REGISTRY.personal_data)
    async with database.read() as session:
        (kept,) = await releases_to(session, "T1", "C1")
    assert releases.facts_of(kept) == {"people": 5}


async def test_a_check_is_kept_for_its_day_and_the_last_is_found(database: Database) -> None:
    async with database.write() as session:
        assert await reports.latest_completeness(session, "T1") is None
        for day, missing in ((2, 0), (1, 9), (2, 3)):
            await reports.record_completeness(
                session, "T1", date(2026, 3, day), expected=10, missing=missing, late=1
            )
        await reports.record_completeness(
            session, "T2", date(2026, 3, 5), expected=1, missing=1, late=0
        )
        found = await reports.latest_completeness(session, "T1")
    assert found is not None
    assert (found.day, found.expected, found.missing, found.late) == (date(2026, 3, 2), 10, 3, 1)
