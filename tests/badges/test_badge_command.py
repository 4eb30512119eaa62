"""`rungs badge`: what it says of a badge, with which code it ends, and the keys that sign."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app import utc_now
from bot.features.badges.operators import rotate
from bot.features.installs.operators import CannotRotate, rotate_keys
from storage import signing_keys
from storage.installs.token_keys import CannotDecrypt, TokenKeys
from tests.badges.wallet import town
from tests.house.in_process import Run
from tests.house.in_process import run as run
from tests.stage import KEYS


@pytest.fixture
def token(sqlite_url: str) -> str:
    """A badge from a workspace that has stopped since, valid now by this computer's clock."""

    async def made() -> str:
        async with town(sqlite_url) as place:
            # A second look may follow, which takes ten minutes more.
            place.clock.at = utc_now() - timedelta(hours=1)
            await place.verifies()
            place.clock.at = utc_now()
            return await place.issued()

    return asyncio.run(made())


def test_a_badge_is_checked_offline(run: Run, sqlite_url: str, token: str, tmp_path: Path) -> None:
    settings = {"DATABASE_URL": sqlite_url}
    file = tmp_path / "badge.jwt"
    file.write_text(f"{token}\n")
    ended = run(f"badge verify {file}", settings)
    assert (ended.code, ended.err) == (0, ""), ended.out
    assert ended.out.startswith("Valid.\nbadge        AI coding, level 1: Fluency\n")
    assert "holder       Ada Okafor" in ended.out
    file.write_text(token[:-4] + "AAAA")
    ended = run(f"badge verify {file}", settings)
    assert (ended.code, ended.out) == (1, "Altered: the signature does not fit.\n")
    file.write_text("not a badge")
    ended = run(f"badge verify {file}", settings)
    assert (ended.code, ended.err) == (1, f"{file} is not a badge: it is not a signed token.\n")
    ended = run(f"badge verify {tmp_path}/none", settings)
    assert (ended.code, "cannot be read" in ended.err) == (2, True)
    # The issuer has stopped, so it cannot be asked.
    file.write_text(token)
    ended = run(f"badge verify {file} --fetch", settings)
    assert ended.code == 1
    assert ended.out.startswith("Unknown issuer: http://localhost:")
    with pytest.raises(SystemExit, match="2"):
        run("badge verify", settings)
    ended = run("badge rotate", settings)
    assert (ended.code, "RUNGS_PUBLIC_URL" in ended.err) == (1, True)


async def test_signing_keys_are_encrypted_again_and_replaced_where_nothing_opens_them(
    sqlite_url: str,
) -> None:
    async with town(sqlite_url) as place:
        await place.verifies()
        token, database = await place.issued(), place.stage.database
        new = TokenKeys([TokenKeys.new()])
        advice = f"run rungs badge rotate --workspace {place.workspace_id}"
        with pytest.raises(CannotRotate, match=advice):
            await rotate_keys(database, new, now=place.clock())
        site = replace(place.stage.bot.coaching.service.site, keys=new)
        async with database.read() as session:
            (row,) = await signing_keys.in_use(session)
        assert row.secret
        assert row.opened(KEYS) not in row.secret
        with pytest.raises(CannotDecrypt):
            row.opened(new)
        # A secret that was copied to another row is refused there.
        moved = signing_keys.SigningKey(**{**row.model_dump(), "id": "other"})
        with pytest.raises(CannotDecrypt):
            moved.opened(KEYS)
        place.clock.go(minutes=1)
        await rotate(
            database,
            site=site,
            workspace_id=place.workspace_id,
            is_compromised=False,
            now=place.clock(),
        )
        assert (await place.own(token)).state == "valid"
        async with database.read() as session:
            (fresh,) = await signing_keys.in_use(session)
        assert fresh.opened(new)
        moved_to = replace(site, url="https://elsewhere.example.org")
        place.clock.go(minutes=1)
        await rotate(
            database, site=moved_to, workspace_id=None, is_compromised=False, now=place.clock()
        )
        async with database.read() as session:
            (only,) = await signing_keys.in_use(session)
        assert only.issuer.startswith("did:web:elsewhere.example.org:")
        assert (await place.own(token)).state == "valid"
