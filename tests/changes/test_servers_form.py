"""Admins say which servers are told, in a window of `/rungs admin`; nobody else does."""

import pytest

from bot.features.changes.views import (
    PERMISSIONS,
    REMOVE,
    SERVERS,
    TOKEN,
    URL,
)
from bot.slack.installation import SCOPES
from storage.access.facts import ACCESS
from storage.workspace_settings import CAPABILITIES
from tests.admin_forms import fields, opens, sends
from tests.changes.office import DRAFTS, PILOT, Office
from tests.changes.servers import SECRET, Directory, Hook, directory
from tests.stage import Person


@pytest.fixture
def boss(at_work: Office) -> Person:
    """Who administers the workspace."""
    return at_work.person("priya")


async def adds(boss: Person, what: str, **values: object) -> None:
    """Add a server in the window, with these values."""
    await opens(boss, SERVERS)
    await boss.clicks_in_view(f"Add a {what}")
    assert set(fields(boss)) >= {URL}
    await sends(boss, **values)  # type: ignore[arg-type]


async def test_a_webhook_is_added_told_shown_and_removed(
    at_work: Office, boss: Person, webhook: Hook
) -> None:
    ada, noah = at_work.person("ada"), at_work.person("noah")
    await at_work.approves(noah)
    await at_work.approves(noah, what=DRAFTS)
    await at_work.passes(seconds=5)
    await adds(boss, "webhook", **{URL: webhook.url, PERMISSIONS: [PILOT]})
    assert "Rungs tells 127.0.0.1 about The pilot &amp; more." in boss.reads()
    assert await at_work.published()
    await at_work.approves(ada)
    await at_work.passes(seconds=5)
    assert [change for change, _ in webhook.of(ada.id)] == ["granted"]
    # Whoever has it when the server is added is told, too.
    assert [change for change, _ in webhook.of(noah.id)] == ["granted"]
    await ada.types("/rungs privacy")
    assert "127.0.0.1: when The pilot &amp; more begins or ends for you." in ada.reads()

    webhook.mood = "broken"
    await at_work.withdraws(ada)
    await at_work.passes(seconds=5)
    await boss.types("/rungs admin")
    line = "One server is told when a permission begins or ends. One change waits since"
    assert line in boss.reads()
    await opens(boss, SERVERS)
    shown = boss.view_text
    assert "It takes nothing now: it answers 500." in shown
    assert "very-secret" not in shown
    await boss.clicks_in_view("Change")
    await sends(boss, **{REMOVE: [REMOVE]})
    assert "127.0.0.1 isn't told anything anymore." in boss.reads()
    assert (await at_work.waits()).count == 0
    await boss.types("/rungs admin log")
    assert "very-secret" not in boss.reads()


async def test_saving_sends_at_once_what_waits(
    at_work: Office, boss: Person, webhook: Hook
) -> None:
    ada, noah = at_work.person("ada"), at_work.person("noah")
    await adds(boss, "webhook", **{URL: webhook.url, PERMISSIONS: [PILOT]})
    webhook.mood = "broken"
    await at_work.approves(ada, noah)
    for _ in range(9):
        await at_work.passes(days=1)
    webhook.mood = "well"
    await at_work.withdraws(noah)
    await at_work.passes(hours=2)
    await opens(boss, SERVERS)
    assert "Two changes never arrived in seven days" in boss.view_text
    await boss.clicks_in_view("Change")
    await sends(boss)
    await at_work.run("changes")
    assert [change for change, _ in webhook.of(ada.id)] == ["granted"]
    # What was given up is not told once it is no longer so.
    assert [change for change, _ in webhook.of(noah.id)] == ["ended", "ended"]


async def test_a_bad_address_loses_nothing(at_work: Office, boss: Person) -> None:
    await adds(boss, "webhook", **{URL: "http://10.0.0.7/<x>", PERMISSIONS: [DRAFTS]})
    assert "*Not saved.* Give an address that begins with https://." in boss.reads()
    await boss.clicks("Open the form again")
    shown = fields(boss)
    assert shown[URL]["initial_value"] == "http://10.0.0.7/<x>"
    assert [one["value"] for one in shown[PERMISSIONS]["initial_options"]] == [DRAFTS]
    await sends(boss, **{URL: "https://10.0.0.7/"})
    assert "The host isn't public." in boss.reads()


async def test_a_scim_server_has_a_token_that_nobody_reads_again(
    at_work: Office, boss: Person, provider: Directory
) -> None:
    pilot, drafts = f"server_group_{PILOT}", f"server_group_{DRAFTS}"
    await adds(boss, "SCIM server", **{URL: provider.url, TOKEN: SECRET, pilot: "A", drafts: "a"})
    assert "Two permissions have the same group." in boss.reads()
    assert SECRET not in str(boss.card.blocks)
    await boss.clicks("Open the form again")
    await sends(boss, **{TOKEN: "café", drafts: None})
    assert "A SCIM server needs a token, without spaces" in boss.reads()
    await boss.clicks("Open the form again")
    await sends(boss, **{TOKEN: "wrong", drafts: None})
    assert "The groups are compared in a minute." in boss.reads()
    await at_work.run("compare_groups")
    await opens(boss, SERVERS)
    assert "Its groups couldn't be compared: it refuses Rungs (401)." in boss.view_text
    await boss.clicks_in_view("Change")
    await sends(boss, **{TOKEN: SECRET})
    await opens(boss, SERVERS)
    await boss.clicks_in_view("Change")
    assert fields(boss)[pilot]["initial_value"] == "A"
    assert SECRET not in str(boss.view.content)
    await sends(boss, **{TOKEN: None, pilot: "B"})
    at_work.stage.playground.service.granted = frozenset({*SCOPES, "users:read.email"})
    ada = at_work.person("ada")
    people = at_work.stage.playground.workspace.members()
    address = next(one.address for one in people if one.handle == "ada")
    here = provider.add_person(address)
    await at_work.approves(ada)
    await at_work.passes(seconds=5)
    await at_work.run("compare_groups")
    assert provider.members("B") == [here]
    with directory() as other:
        there = other.add_person(address)
        await opens(boss, SERVERS)
        await boss.clicks_in_view("Change")
        await sends(boss, **{URL: other.url, TOKEN: SECRET})
        await at_work.run("compare_groups")
        assert other.members("B") == [there]


async def test_others_and_a_workspace_without_access_have_no_such_window(
    at_work: Office, boss: Person
) -> None:
    ada = at_work.person("ada")
    await adds(boss, "webhook", **{URL: "https://example.org/", PERMISSIONS: [PILOT]})
    await opens(ada, SERVERS)
    assert ada.view is None
    await opens(boss, SERVERS)
    await boss.clicks_in_view("Change")
    of_boss = at_work.stage.playground.workspace.people[boss.id]
    of_boss.admin = of_boss.owner = of_boss.primary_owner = False
    await sends(boss, **{REMOVE: [REMOVE]})
    of_boss.admin = True
    await at_work.sets(CAPABILITIES, ())
    await boss.types("/rungs admin")
    assert "told when a permission" not in boss.reads()
    await at_work.sets(CAPABILITIES, (ACCESS,))
    await boss.types("/rungs admin")
    assert "One server is told when a permission" in boss.reads()
