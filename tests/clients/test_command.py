"""`rungs clients`: programs are added, listed, shown, changed and ended."""

import asyncio

import pytest
from sqlalchemy import text

from app import ready_database, utc_now
from storage import workspaces
from storage.clients.clients import ClientToken
from tests.house.in_process import Run
from tests.house.in_process import run as run

HERE = "--workspace T1"
CHAT, EDITOR = "chat-public-data", "editor-assistant"
"""Two permissions of the example policy."""


@pytest.fixture
def settings(sqlite_url: str) -> dict[str, str]:
    """A database with one workspace."""

    async def connected() -> None:
        async with ready_database(sqlite_url) as database, database.write() as session:
            await workspaces.connect(session, "T1", "Acme", now=utc_now())

    asyncio.run(connected())
    return {"DATABASE_URL": sqlite_url}


def acts(url: str) -> list[tuple[str, str]]:
    """Return the acts about programs in the audit log."""

    async def read() -> list[tuple[str, str]]:
        async with ready_database(url) as database, database.read() as session:
            found = text("SELECT act, about FROM audit_event WHERE workspace_id = 'T1' ORDER BY id")
            return [(act, about) for act, about in await session.execute(found)]

    return asyncio.run(read())


def test_a_program_from_its_token_to_its_end(run: Run, settings: dict[str, str]) -> None:
    assert run("clients", settings).out.startswith("No program may ask.")
    ended = run(
        f"clients add 'The gateway' {HERE} --permission {EDITOR} --permission {CHAT}", settings
    )
    assert (ended.code, ended.err) == (0, "")
    head, _, token = ended.out.splitlines()
    assert head == f"'The gateway' may ask about {CHAT}, {EDITOR} in T1."
    parsed = ClientToken.parse(token)
    assert parsed is not None
    assert parsed.workspace_id == "T1"
    listed = run("clients list", settings)
    assert f"T1         The gateway  {CHAT}, {EDITOR}" in listed.out
    assert parsed.secret not in listed.out
    assert (
        "It hasn't asked anything yet." in run(f"clients show 'The gateway' {HERE}", settings).out
    )
    changed = run(f"clients permissions 'The gateway' {HERE} --permission {CHAT}", settings)
    assert changed.out == f"'The gateway' may ask about {CHAT} in T1.\n"
    none = run(f"clients permissions 'The gateway' {HERE}", settings)
    assert "may ask about no permission yet" in none.out
    assert run(f"clients revoke 'The gateway' {HERE}", settings).code == 0
    assert run(f"clients list {HERE}", settings).out.startswith("No program may ask.")
    assert acts(settings["DATABASE_URL"]) == [
        ("client_added", "The gateway"),
        *[("client_permissions", "The gateway")] * 2,
        ("client_revoked", "The gateway"),
    ]


def test_a_wrong_call_says_what_to_do(run: Run, settings: dict[str, str]) -> None:
    assert run(f"clients add Proxy {HERE}", settings).code == 0
    for command, told in {
        f"add Proxy {HERE}": "There is a program 'Proxy' in T1.",
        "add Proxy --workspace T9": "There is no workspace 'T9'. See `rungs workspaces list`.",
        f"add ' ' {HERE}": "Give the program a name of 1 to 60 characters.",
        f"add New {HERE} --permission {CHAT} --permission none": "No permission is called none. There are:",
        f"show Other {HERE}": "There is no program 'Other' in T1. See `rungs clients list`.",
        f"revoke Other {HERE}": "There is no program 'Other' in T1.",
        f"permissions Other {HERE}": "There is no program 'Other' in T1.",
    }.items():
        ended = run(f"clients {command}", settings)
        assert (ended.code, told in ended.err) == (1, True), (command, ended)
    for command in ("add Proxy", f"show {HERE}", "list Proxy", f"show Proxy {HERE} --permission x"):
        with pytest.raises(SystemExit, match="2"):
            run(f"clients {command}", settings)
