"""Members: added once, greeted once, with their profile kept up to date."""

import asyncio

from coaching.members import MemberKey
from storage import members
from storage.database.engine import Database
from tests.storage.cast import ADA, COLLEAGUE, NAMESAKE, minute


async def test_a_stranger_is_unknown(database: Database) -> None:
    async with database.read() as session:
        assert await members.get(session, ADA) is None


async def test_ensure_adds_a_member_and_leaves_a_known_one_alone(database: Database) -> None:
    async with database.write() as session:
        added = await members.ensure(session, ADA, now=minute(0))
        await members.save_family(session, ADA, "sales", now=minute(1))
    async with database.write() as session:
        again = await members.ensure(session, ADA, now=minute(60))
    assert added.created_at == minute(0)
    assert (again.family, again.created_at, again.seen_at) == ("sales", minute(0), minute(1))


async def test_a_family_can_be_chosen_and_changed(database: Database) -> None:
    for family in ("sales", "design"):
        async with database.write() as session:
            await members.save_family(session, ADA, family, now=minute(0))
    async with database.read() as session:
        member = await members.get(session, ADA)
        assert member is not None
        assert member.family == "design"
        assert await members.get(session, COLLEAGUE) is None
        assert await members.get(session, NAMESAKE) is None


async def test_a_change_shows_in_the_row_that_was_read_before(database: Database) -> None:
    async with database.write() as session:
        member = await members.ensure(session, ADA, now=minute(0))
        await members.save_family(session, ADA, "sales", now=minute(1))
        await members.save_dm_channel(session, ADA, "D1")
    assert (member.family, member.dm_channel, member.seen_at) == ("sales", "D1", minute(1))


async def test_the_channel_is_news_only_once(database: Database) -> None:
    async with database.write() as session:
        await members.ensure(session, ADA, now=minute(0))
        assert await members.save_dm_channel(session, ADA, "D1") is True
        assert await members.save_dm_channel(session, ADA, "D1") is False
        assert await members.save_dm_channel(session, ADA, "D2") is True


async def test_a_greeting_is_claimed_by_one_of_many(database: Database) -> None:
    async def claim() -> bool:
        async with database.write() as session:
            return await members.claim_greeting(session, ADA, now=minute(0))

    claims = await asyncio.gather(*(claim() for _ in range(20)))
    assert sorted(claims) == [False] * 19 + [True]


async def test_an_account_is_switched_off_and_on(database: Database) -> None:
    async with database.write() as session:
        await members.ensure(session, ADA, now=minute(0))
        assert await members.deactivate(session, ADA, now=minute(1)) is True
        assert await members.deactivate(session, ADA, now=minute(2)) is False
    async with database.read() as session:
        member = await members.get(session, ADA)
        assert member is not None
        assert member.deactivated_at == minute(1)
    async with database.write() as session:
        assert (await members.welcome(session, ADA, now=minute(3))).deactivated_at is None


async def test_whoever_is_met_is_greeted_once_and_their_family_is_kept(database: Database) -> None:
    async with database.write() as session:
        first = await members.welcome(session, ADA, now=minute(0), family="sales")
        assert (first.greeted_at, first.family) == (minute(0), "sales")
        again = await members.welcome(session, ADA, now=minute(1))
        assert (again.greeted_at, again.family) == (minute(0), "sales")
        other = await members.welcome(session, ADA, now=minute(2), family="design")
        assert (other.family, other.created_at, other.seen_at) == ("design", minute(0), minute(2))


async def test_a_profile_is_noted_and_news_are_told_apart(database: Database) -> None:
    async with database.write() as session:
        await members.ensure(session, ADA, now=minute(0))
        told = [
            await members.record_profile(session, ADA, zone=zone, is_active=active, now=minute(at))
            for at, (zone, active) in enumerate(
                [
                    ("Europe/Vienna", True),
                    ("Europe/Vienna", True),
                    ("Asia/Tokyo", True),
                    (None, True),
                    (None, False),
                    ("Asia/Tokyo", False),
                    ("Asia/Tokyo", True),
                ]
            )
        ]
        member = await members.get(session, ADA)
    assert told == [True, False, True, False, True, False, True]
    assert member is not None
    assert (member.zone, member.profile_at, member.deactivated_at) == (
        "Asia/Tokyo",
        minute(6),
        None,
    )


async def test_an_account_stays_switched_off_since_it_was(database: Database) -> None:
    async with database.write() as session:
        await members.ensure(session, ADA, now=minute(0))
        for number in (1, 2, 3):
            zone = f"Etc/GMT+{number}"
            await members.record_profile(
                session, ADA, zone=zone, is_active=False, now=minute(number)
            )
        member = await members.get(session, ADA)
    assert member is not None
    assert (member.deactivated_at, member.zone) == (minute(1), "Etc/GMT+3")


async def test_a_stranger_s_profile_is_not_noted(database: Database) -> None:
    async with database.write() as session:
        await members.ensure(session, NAMESAKE, now=minute(0))
        assert not await members.record_profile(
            session, ADA, zone="UTC", is_active=True, now=minute(1)
        )
        assert await members.get(session, ADA) is None
        other = await members.get(session, NAMESAKE)
    assert other is not None
    assert (other.zone, other.profile_at) == (None, None)


async def test_stale_profiles_are_those_of_members_not_asked_for_lately(database: Database) -> None:
    async with database.write() as session:
        for key in (ADA, COLLEAGUE, NAMESAKE, MemberKey("T1", "U3")):
            await members.ensure(session, key, now=minute(0))
        for key, number in ((ADA, 10), (COLLEAGUE, 20), (NAMESAKE, 5)):
            await members.record_profile(
                session, key, zone="UTC", is_active=True, now=minute(number)
            )
        asked = ["U3", "U2", "U1", "U1", "stranger"]
        for number, stale in ((10, ["U3"]), (11, ["U1", "U3"]), (30, ["U1", "U2", "U3"])):
            found = await members.stale_profiles(session, "T1", asked, before=minute(number))
            assert found == stale
        assert await members.stale_profiles(session, "T1", [], before=minute(30)) == []


async def test_what_is_known_already_is_noted_for_all_together(database: Database) -> None:
    async with database.write() as session:
        for name in ("U1", "U2", "U3", "U4", "U5"):
            key = MemberKey("T1", name)
            await members.ensure(session, key, now=minute(0))
            await members.record_profile(session, key, zone="UTC", is_active=True, now=minute(1))
        told = {
            "U1": ("UTC", True, False),
            "U2": (None, True, False),
            "U3": ("Asia/Tokyo", True, False),
            "U4": ("UTC", False, False),
            "U5": ("UTC", True, True),
            "stranger": ("UTC", True, False),
        }
        assert await members.record_unchanged_profiles(session, "T1", told, now=minute(2)) == {
            "U3",
            "U4",
            "U5",
        }
        kept = [await members.get(session, MemberKey("T1", f"U{n}")) for n in (1, 2, 3, 4)]
    assert [row.profile_at for row in kept if row] == [minute(n) for n in (2, 2, 1, 1)]
    assert [row.zone for row in kept if row] == ["UTC"] * 4
