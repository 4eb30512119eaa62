"""Groups of a SCIM server are kept in step with who has a permission."""

from logging import DEBUG, WARNING

import pytest

from bot.logs import QUIET
from bot.slack.installation import SCOPES
from tests.changes.office import DRAFTS, PILOT, Office
from tests.changes.servers import SECRET, Directory

GROUP = 'Pilots "A"'


@pytest.fixture(autouse=True)
async def kept(at_work: Office, provider: Directory) -> None:
    at_work.stage.playground.service.granted = frozenset({*SCOPES, "users:read.email"})
    await at_work.adds("scim", provider.url, {PILOT: GROUP}, token=SECRET)


def address(at_work: Office, handle: str) -> str:
    """Return the address that a person confirmed in Slack."""
    people = at_work.stage.playground.workspace.members()
    return next(one.address for one in people if one.handle == handle)


async def test_a_member_is_added_and_removed(at_work: Office, provider: Directory) -> None:
    ada, noah = at_work.person("ada"), at_work.person("noah")
    theirs = provider.add_person(address(at_work, "ada"))
    also = provider.add_person(address(at_work, "noah"), as_username=False)
    await at_work.approves(ada, noah)
    await at_work.passes(seconds=5)
    assert provider.members(GROUP) == sorted([theirs, also])
    assert len([one for one in provider.requests if one.startswith("PATCH")]) == 1
    provider.requests.clear()
    await at_work.withdraws(ada)
    await at_work.passes(seconds=5)
    assert provider.members(GROUP) == [also]
    assert len(provider.requests) == 1  # who they are is remembered
    await at_work.passes(days=365)
    assert provider.members(GROUP) == []


async def test_what_was_changed_by_hand_is_mended_at_night(
    at_work: Office, provider: Directory, caplog: pytest.LogCaptureFixture
) -> None:
    names = ("ada", "noah", "sofia")
    ids = {one: provider.add_person(address(at_work, one), as_username=False) for one in names}
    stranger = provider.add_person("stranger@example.com")
    provider.does("POST", "/Groups", {"displayName": "Other", "members": [{"value": stranger}]})
    people = [at_work.person(name) for name in ids]
    await at_work.approves(*people)
    for name in QUIET:
        caplog.set_level(WARNING, name)
    with caplog.at_level(DEBUG):
        await at_work.passes(seconds=5)
        await at_work.run("compare_groups")
    assert any("emails.value" in one for one in provider.asked)
    provider.set_members(GROUP, ids["ada"], stranger)
    provider.requests.clear()
    with caplog.at_level(DEBUG):
        await at_work.passes(hours=20)
        await at_work.run("compare_groups")
    assert provider.members(GROUP) == sorted(ids.values())
    assert provider.members("Other") == [stranger]
    assert len(provider.requests) == 2
    compared = next(one for one in caplog.records if one.message == "groups_mended")
    assert (compared.added, compared.removed, compared.unknown) == (2, 1, 0)  # type: ignore[attr-defined]
    assert SECRET not in caplog.text
    assert "eq+" not in caplog.text
    assert "@example.com" not in caplog.text
    provider.requests.clear()
    await at_work.run("compare_groups")
    assert provider.requests == []


async def test_a_group_that_was_deleted_is_made_again(at_work: Office, provider: Directory) -> None:
    theirs = provider.add_person(address(at_work, "ada"))
    await at_work.approves(at_work.person("ada"))
    await at_work.passes(seconds=5)
    provider.does("DELETE", f"/Groups/{provider.group(GROUP)['id']}")
    await at_work.run("compare_groups")
    assert provider.members(GROUP) == [theirs]


async def test_who_cannot_be_found_is_named_and_looked_for_again(
    at_work: Office, provider: Directory
) -> None:
    ada, noah, boss = (at_work.person(name) for name in ("ada", "noah", "priya"))
    people = {one.handle: one for one in at_work.stage.playground.workspace.members()}
    people["noah"].is_email_confirmed = False
    await at_work.approves(ada, noah)
    await at_work.passes(seconds=5)
    assert (await at_work.waits()).count == 0
    await boss.types("/rungs admin")
    assert "Some members aren't in their groups." in boss.reads()
    shown = await at_work.window()
    assert f"Slack shows Rungs no confirmed address for <@{noah.id}>." in shown
    assert f"Nobody there has the address of <@{ada.id}>." in shown
    theirs = provider.add_person(address(at_work, "ada"))
    await at_work.passes(hours=20)
    await at_work.run("compare_groups")
    assert provider.members(GROUP) == [theirs]
    assert f"<@{ada.id}>" not in await at_work.window()


async def test_a_server_that_fails_gets_it_later(at_work: Office, provider: Directory) -> None:
    theirs = provider.add_person(address(at_work, "ada"))
    provider.fails = "503 Busy"
    await at_work.approves(at_work.person("ada"))
    await at_work.passes(seconds=5)
    await at_work.run("compare_groups")
    assert (await at_work.waits()).count == 1
    assert await at_work.problems() == {"503"}
    provider.fails = ""
    await at_work.passes(seconds=10)
    assert provider.members(GROUP) == [theirs]


async def test_who_erases_themselves_leaves_the_group(at_work: Office, provider: Directory) -> None:
    ada = at_work.person("ada")
    provider.add_person(address(at_work, "ada"))
    await at_work.approves(ada)
    await at_work.approves(ada, what=DRAFTS)
    await at_work.passes(seconds=5)
    await ada.types("/rungs forget")
    await ada.clicks("Erase everything")
    await at_work.passes(seconds=5)
    assert provider.members(GROUP) == []
