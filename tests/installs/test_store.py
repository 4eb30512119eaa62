"""Stored installs: encrypted tokens, states that work once, and which install serves a team."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app import REGISTRY
from coaching.members import MemberKey
from storage import privacy
from storage.database.engine import Database
from storage.installs import installs, states
from storage.installs.installs import NewInstall
from storage.installs.token_keys import CannotDecrypt, InstallKey, TokenKeys, Tokens

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TEAM, ORGANIZATION = InstallKey("T1"), InstallKey("", "E1")
OF_TEAM = InstallKey("T1", "E1")
KEYS = TokenKeys([TokenKeys.new()])


def install(key: InstallKey = TEAM, token: str = "xoxb-1", **other: Any) -> NewInstall:
    tokens = Tokens(token, f"xoxe-{token}", NOW + timedelta(hours=12))
    made = NewInstall(key, "Acme", tokens, ["users:read", "chat:write"], "UBOT", "B1", "A1", "U1")
    return replace(made, **other)


async def saved(database: Database, *made: NewInstall, keys: TokenKeys = KEYS) -> None:
    async with database.write() as session:
        for one in made:
            await installs.save(session, keys, one, now=NOW)


async def serving(database: Database, *asked: str | None) -> str | None:
    """The token that serves a team, and of its organization."""
    async with database.read() as session:
        row = await installs.find(session, *asked)  # type: ignore[arg-type]
    return row.tokens(KEYS).bot if row else None


async def test_a_team_is_served_by_its_own_install_or_else_by_its_organization(
    database: Database,
) -> None:
    await saved(database, install(), install(InstallKey("T3", "E1"), "xoxb-3"))
    await saved(database, install(ORGANIZATION, "xoxb-org"))
    assert await serving(database, "T1") == "xoxb-1"
    assert await serving(database, "T3", "E1") == "xoxb-3"
    assert await serving(database, "T2", "E1") == "xoxb-org"
    assert await serving(database, "T2") is None
    assert await serving(database, "T2", "E2") is None
    assert await serving(database, "") is None


async def test_a_new_install_replaces_the_old_one(database: Database) -> None:
    await saved(database, install(), install(token="xoxb-2", scopes=["commands"]))
    await saved(database, install(OF_TEAM, "xoxb-grid"))
    assert await serving(database, "T1") == "xoxb-grid"
    async with database.read() as session:
        (row,) = await installs.list_page(session)
    assert (row.key, row.scopes) == (OF_TEAM, "chat:write,users:read")


async def test_no_token_is_stored_shown_or_exported(database: Database) -> None:
    secrets = ("xoxb-1", "xoxe-xoxb-1")
    await saved(database, install())
    async with database.read() as session:
        row = await installs.get(session, TEAM)
        stored = (await session.execute(text("SELECT * FROM installation"))).all()
        exported = await privacy.everything_about(
            session, MemberKey("T1", "U1"), REGISTRY.personal_data
        )
    assert row
    shown = [row, KEYS, row.tokens(KEYS), stored, exported, [row], f"{row}"]
    assert not [secret for secret in secrets for one in shown if secret in repr(one)]
    assert not [row.bot_token for one in (row, exported) if row.bot_token in repr(one)]


@pytest.mark.parametrize("key", [TEAM, ORGANIZATION], ids=["team", "organization"])
async def test_who_installed_is_exported_and_erased(database: Database, key: InstallKey) -> None:
    ada = MemberKey("T1", "U1")
    await saved(database, install(key), install(InstallKey("T2"), installed_by="U2"))
    async with database.write() as session:
        exported = await privacy.everything_about(session, ada, REGISTRY.personal_data)
        assert [one["installed_by"] for one in exported["settings"]["installed_by"]] == ["U1"]
        await privacy.erase(session, ada, REGISTRY.personal_data)
        assert [row.installed_by for row in await installs.list_page(session)].count("U2") == 1
        row = await installs.get(session, key)
        assert row
        assert (row.installed_by, row.tokens(KEYS).bot) == (None, "xoxb-1")


SWAPS = {
    "another row": "UPDATE installation SET bot_token ="
    " (SELECT bot_token FROM installation WHERE workspace_id = 'T2') WHERE workspace_id = 'T1'",
    "another column": "UPDATE installation SET bot_token = refresh_token",
    "another organization": "UPDATE installation SET enterprise_id = 'E9'",
    "damage": "UPDATE installation SET bot_token = 'gAAAA'",
}


@pytest.mark.parametrize("swap", SWAPS.values(), ids=SWAPS)
async def test_a_token_from_another_place_is_refused(database: Database, swap: str) -> None:
    await saved(database, install(), install(InstallKey("T2"), "xoxb-2"))
    async with database.write() as session:
        await session.execute(text(swap))
        row = await installs.find(session, "T1")
    assert row
    with pytest.raises(CannotDecrypt, match="opens the token of T1, or it was copied") as caught:
        row.tokens(KEYS)
    assert "xoxb" not in str(caught.value)


async def test_an_older_key_still_decrypts_and_another_does_not(database: Database) -> None:
    old, new = TokenKeys.new(), TokenKeys.new()
    await saved(database, install(), keys=TokenKeys([old]))
    async with database.read() as session:
        row = await installs.get(session, TEAM)
    assert row
    assert row.tokens(TokenKeys([new, old])).bot == "xoxb-1"
    with pytest.raises(CannotDecrypt):
        row.tokens(TokenKeys([new]))


async def test_a_state_works_once_and_for_ten_minutes(database: Database) -> None:
    async with database.write() as session:
        await states.issue(session, "early", now=NOW - timedelta(minutes=11))
        await states.issue(session, "one", now=NOW)
        stored = (await session.execute(text("SELECT hash FROM install_state"))).scalars().all()
        assert len(stored) == 1
        assert "one" not in stored[0]
        late = NOW + timedelta(minutes=10)
        assert await states.use(session, "one", now=late)
        assert not await states.use(session, "one", now=late)
        await states.issue(session, "two", now=NOW)
        assert not await states.use(session, "two", now=late + timedelta(seconds=1))
        assert not await states.use(session, "guess", now=NOW)


async def test_what_belongs_to_an_earlier_install_leaves_a_later_one(database: Database) -> None:
    await saved(database, install())
    async with database.write() as session:
        assert not await installs.remove(session, TEAM, before=NOW - timedelta(seconds=1))
        assert not await installs.remove(session, ORGANIZATION)
        assert await installs.remove(session, TEAM, before=NOW)
        assert not await installs.remove(session, TEAM)
    assert await serving(database, "T1") is None
