"""The keys that sign what webhooks are sent: apart from those of badges, replaced, and encrypted again."""

import pytest

from bot.features.badges.service import new_signer
from bot.features.changes.operators import rotate
from bot.features.installs.operators import CannotRotate, rotate_keys
from storage import signing_keys
from storage.changes import farewells, receivers
from storage.installs.token_keys import TokenKeys
from storage.signing_keys import ACCESS, BADGES
from tests.changes.office import PILOT, Office
from tests.changes.servers import Hook
from tests.house.in_process import Run
from tests.house.in_process import run as run
from tests.stage import KEY, KEYS


@pytest.fixture
async def signed(at_work: Office, webhook: Hook) -> Office:
    """A workspace that signed something for a webhook."""
    await at_work.adds("webhook", webhook.url, {PILOT: None})
    await at_work.approves(at_work.person("ada"))
    await at_work.passes(seconds=5)
    return at_work


async def kids(at_work: Office) -> list[str]:
    """Return the ids of the keys that are published, the newest first."""
    keys = await at_work.published()
    assert all("d" not in key for key in keys)
    return [key["kid"] for key in keys]


async def test_badges_and_webhooks_have_keys_of_their_own(signed: Office) -> None:
    database, now = signed.stage.database, signed.clock()
    (kid,) = await kids(signed)
    async with database.write() as session:
        did = f"did:web:localhost:badges:{signed.workspace_id}"
        badge = await new_signer(session, KEYS, signed.workspace_id, did, now=now)
    assert await kids(signed) == [kid]
    site = signed.stage.bot.coaching.service.site
    signed.clock.go(minutes=1)
    told = await rotate(
        database, site=site, workspace_id=None, is_compromised=False, now=signed.clock()
    )
    assert told == "What webhooks are sent is signed by a new key in 1 of 1 workspaces."
    new, old = await kids(signed)
    assert old == kid
    signed.clock.go(days=2)
    assert await kids(signed) == [new]
    await rotate(database, site=site, workspace_id=None, is_compromised=True, now=signed.clock())
    async with database.read() as session:
        in_use = await signing_keys.in_use(session)
        assert [key.kid for key in await signing_keys.in_use(session, BADGES)] == [badge.key.kid]
    assert len(in_use) == 2
    assert (await kids(signed))[0] not in (new, old)
    assert len(await kids(signed)) == 1


async def test_all_that_is_encrypted_is_encrypted_again(signed: Office, webhook: Hook) -> None:
    database, ada = signed.stage.database, signed.person("ada")
    await signed.adds("scim", "http://127.0.0.1:1/v2", {PILOT: "Pilots"}, token="secret")
    webhook.mood = "broken"
    await ada.types("/rungs forget")
    await ada.clicks("Erase everything")
    first = TokenKeys.new()
    with pytest.raises(CannotRotate) as problem:
        await rotate_keys(database, TokenKeys([first]), now=signed.clock())
    assert f"rungs servers rotate --workspace {signed.workspace_id}" in str(problem.value)
    assert "have an admin type the token again" in str(problem.value)
    assert "about somebody who was erased" in str(problem.value)
    await rotate_keys(database, TokenKeys([first, KEY]), now=signed.clock())
    alone = TokenKeys([first])
    async with database.read() as session:
        assert all(key.opened(alone) for key in await signing_keys.in_use(session, ACCESS))
        assert [one.opened(alone) for one in await receivers.with_token(session)] == ["secret"]
        about = [farewells.subject_of(one, alone) for one in await farewells.sealed_rows(session)]
    assert set(about) == {ada.id}


def test_without_settings_the_command_says_what_to_set(run: Run, sqlite_url: str) -> None:
    ended = run("servers rotate", {"DATABASE_URL": sqlite_url})
    assert (ended.code, "RUNGS_PUBLIC_URL" in ended.err) == (1, True)
    settings = {
        "DATABASE_URL": sqlite_url,
        "RUNGS_PUBLIC_URL": "https://rungs.example.org",
        "RUNGS_TOKEN_KEYS": TokenKeys.new(),
    }
    ended = run("servers rotate", settings)
    assert (ended.code, "No webhook was told anything" in ended.err) == (1, True)
