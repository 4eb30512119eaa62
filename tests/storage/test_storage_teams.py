"""Teams: a channel follows the digest, changes it, stops, and comes back."""

import asyncio

from sqlalchemy import select
from sqlmodel import col

from app import REGISTRY
from storage import members, privacy, workspaces
from storage.database.engine import Database
from storage.team_digest import rosters, teams
from storage.team_digest.teams import RosterEntry
from tests.storage.cast import ADA, COLLEAGUE, NAMESAKE, START, a_team, finished, minute
from tests.storage.lookups import teams_following


async def test_a_channel_follows_and_is_found(database: Database) -> None:
    await a_team(database, "C2")
    await a_team(database, "C1", set_by="U1")
    await a_team(database, "C1", workspace_id="T2")
    async with database.read() as session:
        found = await teams.get(session, "T1", "C1")
        assert found is not None
        assert (found.set_by, found.zone, found.weekday, found.hour) == (
            "U1",
            "Europe/Vienna",
            1,
            9,
        )
        assert (found.followed_at, found.unfollowed_at) == (minute(0), None)
        assert [team.channel_id for team in await teams_following(session, "T1")] == [
            "C1",
            "C2",
        ]
        assert await teams.get(session, "T1", "C3") is None


async def test_the_secret_of_digests_is_the_workspace_s_own_and_never_changes(
    database: Database,
) -> None:
    async def secret(workspace_id: str) -> str:
        async with database.write() as session:
            return await teams.digest_secret(session, workspace_id)

    async with database.write() as session:
        for workspace_id in ("T1", "T2"):
            await workspaces.connect(session, workspace_id, name="Acme", now=minute(0))
    first, *others = await asyncio.gather(*(secret("T1") for _ in range(6)))
    assert others == [first] * 5
    assert len(first) == 64
    assert await secret("T2") != first
    await finished(database, ADA, 2.0)
    async with database.write() as session:
        assert first not in str(
            await privacy.everything_about(session, ADA, REGISTRY.personal_data)
        )
        await privacy.erase(session, ADA, REGISTRY.personal_data)
        await workspaces.disconnect(session, "T1", reason="uninstalled", now=minute(1))
        await workspaces.connect(session, "T1", name="Acme Ltd", now=minute(2))
    assert await secret("T1") == first


async def test_an_experiment_is_noted_once_and_erased_with_the_member(database: Database) -> None:
    async with database.write() as session:
        assert await teams.record_team_practice(session, ADA, "m1", now=minute(1))
        assert not await teams.record_team_practice(session, ADA, "m1", now=minute(2))
        assert await teams.record_team_practice(session, ADA, "m2", now=minute(3))
        held = await privacy.everything_about(session, ADA, REGISTRY.personal_data)
        assert [each["message_id"] for each in held["channels"]["team_experiments"]] == ["m1", "m2"]
        removed = await privacy.erase(session, ADA, REGISTRY.personal_data)
    assert removed["team_practice"] == 2


async def test_who_follows_already_changes_the_hour_and_not_the_beginning(
    database: Database,
) -> None:
    await a_team(database)
    async with database.write() as session:
        changed = await teams.follow(
            session, "T1", "C1", set_by="U2", zone="UTC", weekday=4, hour=15, now=minute(5)
        )
    assert (changed.set_by, changed.weekday, changed.hour) == ("U2", 4, 15)
    assert changed.followed_at == minute(0)


async def test_unfollowing_is_news_once_says_why_and_forgets_who_counted(
    database: Database,
) -> None:
    for channel in ("C1", "C2"):
        await a_team(database, channel)
    await finished(database, ADA, 2.0)
    async with database.write() as session:
        for channel in ("C1", "C2"):
            assert await rosters.freeze(session, "T1", channel, START.date(), ["U1"]) == 1
        assert await teams.unfollow(session, "T1", "C1", reason="archived", now=minute(5)) is True
        assert await teams.unfollow(session, "T1", "C1", reason="asked", now=minute(6)) is False
        assert await teams.unfollow(session, "T1", "C3", reason="asked", now=minute(6)) is False
    async with database.read() as session:
        stopped = await teams.get(session, "T1", "C1")
        assert stopped is not None
        assert (stopped.unfollowed_at, stopped.stop_reason) == (minute(5), "archived")
        assert stopped.roster_period is None
        assert [team.channel_id for team in await teams_following(session, "T1")] == ["C2"]
        assert list(await session.scalars(select(col(RosterEntry.channel_id)))) == ["C2"]


async def test_a_channel_that_comes_back_begins_anew(database: Database) -> None:
    await a_team(database)
    async with database.write() as session:
        await teams.unfollow(session, "T1", "C1", reason="asked", now=minute(5))
        back = await teams.follow(
            session, "T1", "C1", set_by="U1", zone="UTC", weekday=1, hour=9, now=minute(10)
        )
    assert (back.followed_at, back.unfollowed_at, back.stop_reason) == (minute(10), None, None)


async def test_the_announcement_is_noted_while_the_channel_follows(database: Database) -> None:
    await a_team(database)
    async with database.write() as session:
        assert await teams.record_announcement(session, "T1", "C1", ts="1.2") is True
        await teams.unfollow(session, "T1", "C1", reason="asked", now=minute(5))
        assert await teams.record_announcement(session, "T1", "C1", ts="3.4") is False
        team = await teams.get(session, "T1", "C1")
        assert team is not None
        assert team.announced_ts == "1.2"


async def test_an_erasure_removes_the_name_of_whoever_set_it_up(database: Database) -> None:
    await a_team(database, "C1", set_by=ADA.user_id)
    await a_team(database, "C2", set_by=COLLEAGUE.user_id)
    await a_team(database, "C1", workspace_id=NAMESAKE.workspace_id, set_by=NAMESAKE.user_id)
    async with database.write() as session:
        await privacy.erase(session, ADA, REGISTRY.personal_data)
        assert [team.set_by for team in await teams_following(session, "T1")] == [None, "U2"]
        assert [team.set_by for team in await teams_following(session, "T2")] == ["U1"]


async def test_an_erasure_amid_following_leaves_no_name_behind(database: Database) -> None:
    async def follow() -> None:
        await a_team(database, "C1", set_by="U1")

    async def freeze() -> None:
        async with database.write() as session:
            await rosters.freeze(session, "T1", "C1", START.date(), ["U1", "U2"])

    async def unfollow() -> None:
        async with database.write() as session:
            await teams.unfollow(session, "T1", "C1", reason="asked", now=minute(1))

    async def forget() -> None:
        async with database.write() as session:
            await privacy.erase(session, ADA, REGISTRY.personal_data)

    for _ in range(6):
        await finished(database, ADA, 2.0)
        await asyncio.gather(*(act() for act in (follow, freeze, forget, unfollow) * 3))
    await forget()
    async with database.read() as session:
        team = await teams.get(session, "T1", "C1")
        assert team is not None
        assert team.set_by is None
        assert await members.get(session, ADA) is None
        assert list(await session.scalars(select(col(RosterEntry.user_id)))) == []
