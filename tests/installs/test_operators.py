"""`rungs keys` and `rungs workspaces`: new keys, tokens encrypted again, workspaces listed, shown, erased."""

import asyncio
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.features.installs import operators
from bot.features.installs.operators import CannotRotate, rotate_keys
from coaching.members import MemberKey
from storage import audit, members, workspaces
from storage.database.engine import Database
from storage.evidence.decisions import EvidenceKey
from storage.installs import erasure, installs
from storage.installs.token_keys import InstallKey, TokenKeys
from storage.signing_keys import SigningKey
from tests.house.in_process import Run
from tests.house.in_process import run as run
from tests.installs.test_store import NOW, TEAM, install, saved
from tests.storage.cast import ADA, NAMESAKE, SALES
from tests.storage.rows import everything
from tests.storage.test_storage_attributions import kept_a_register
from tests.storage.test_storage_erasure import lived_through

OF_CLAIMS = {
    *("ledger_row", "ledger_person", "chain_head", "notice", "badge", "signing_key", "ci_token"),
    *("evidence_claim", "evidence_piece", "evidence_review", "evidence_mark", "evidence_verified"),
    *("evidence_ladder", "evidence_verifier", "evidence_ask", "evidence_key"),
    *("knowledge_answer", "checked_skill", "practice_card", "practice_choice"),
}
"""Tables of what members claim, show, and were told about it."""

OLD, NEW = TokenKeys.new(), TokenKeys.new()


async def all_tokens(database: Database, *keys: str) -> dict[str, str]:
    async with database.read() as session:
        rows = await installs.list_page(session)
    return {row.workspace_id: row.tokens(TokenKeys(keys)).bot for row in rows}


async def test_all_tokens_are_encrypted_by_the_first_key(database: Database) -> None:
    teams = [install(InstallKey(f"T{n}"), f"xoxb-{n}") for n in range(3)]
    await saved(database, *teams[:2], keys=TokenKeys([OLD]))
    await saved(database, teams[2], keys=TokenKeys([NEW]))
    both = TokenKeys([NEW, OLD])
    told = await rotate_keys(database, both, now=NOW)
    assert told == "Encrypted again by the first key: 2. Encrypted by it before: 1."
    assert await all_tokens(database, NEW) == {f"T{n}": f"xoxb-{n}" for n in range(3)}
    told = await rotate_keys(database, both, now=NOW)
    assert told == "Encrypted again by the first key: 0. Encrypted by it before: 3."


async def test_without_its_key_a_token_is_named_and_the_others_are_encrypted(
    database: Database,
) -> None:
    await saved(database, install(), keys=TokenKeys([TokenKeys.new()]))
    await saved(database, install(InstallKey("T2")), keys=TokenKeys([OLD]))
    with pytest.raises(CannotRotate, match=r"again by the first key: 1.*\n.*the token of T1,"):
        await rotate_keys(database, TokenKeys([NEW, OLD]), now=NOW)


async def test_tokens_that_are_replaced_meanwhile_stay_the_new_ones(database: Database) -> None:
    await saved(database, install(), keys=TokenKeys([OLD]))
    async with database.read() as session:
        row = await installs.get(session, TEAM)
    assert row
    both = TokenKeys([NEW, OLD])
    async with database.write() as session:
        tokens = replace(install().tokens, bot="xoxb-later")
        assert await installs.save_refreshed(session, TokenKeys([OLD]), row, tokens)
        assert not await installs.encrypt_again(session, both, row)
        assert not await installs.save_refreshed(session, both, row, install().tokens)
    assert await operators._encrypt_again(database, both, row)
    assert await all_tokens(database, NEW) == {"T1": "xoxb-later"}


async def test_a_rotation_may_be_interrupted_and_run_beside_another(database: Database) -> None:
    await saved(database, *(install(InstallKey(f"T{n}")) for n in range(40)), keys=TokenKeys([OLD]))
    both = TokenKeys([NEW, OLD])
    first = asyncio.create_task(rotate_keys(database, both, now=NOW))
    await asyncio.sleep(0.05)
    first.cancel()
    await asyncio.gather(*(rotate_keys(database, both, now=NOW) for _ in range(2)))
    assert set((await all_tokens(database, NEW)).values()) == {"xoxb-1"}


def rows(file: str, query: str) -> Sequence[tuple[str, ...]]:
    with sqlite3.connect(file) as connection:
        return connection.execute(query).fetchall()


def test_a_key_is_printed_alone_and_taken(run: Run, sqlite_url: str) -> None:
    key = run("keys new", {}).out
    assert run("keys new", {}).out != key
    settings = {"DATABASE_URL": sqlite_url, "RUNGS_TOKEN_KEYS": key.strip()}
    ended = run("keys rotate", settings)
    assert (ended.code, ended.out) == (0, f"{operators.NO_INSTALLS}\n")
    logged = rows(sqlite_url.removeprefix("sqlite:///"), "SELECT act, about FROM audit_event")
    assert logged == [("keys_rotated", "0")]


def test_without_keys_nothing_can_be_encrypted(run: Run, sqlite_url: str) -> None:
    ended = run("keys rotate", {"DATABASE_URL": sqlite_url})
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("RUNGS_TOKEN_KEYS is not set")


async def acme(database: Database, *, left: datetime | None = None) -> None:
    """A workspace with an install, a member, and a line in the audit log; and another workspace."""
    await saved(database, install(), install(InstallKey("T2"), "xoxb-2"))
    async with database.write() as session:
        for workspace_id in ("T1", "T2"):
            await workspaces.connect(session, workspace_id, "Acme & Sons", now=NOW)
            ada = MemberKey(workspace_id, "U1")
            await members.ensure(session, ada, now=NOW)
            await audit.record(session, ada, "export", place="direct_message", now=NOW)
        if left:
            await workspaces.disconnect(session, "T1", reason="app_uninstalled", now=left)


async def test_workspaces_are_listed_with_when_they_are_erased(database: Database) -> None:
    await acme(database, left=NOW)
    told = await operators.workspace_table(database, keep_days=30)
    assert [line.split("  ")[0] for line in told.splitlines()] == ["workspace", "T1", "T2"]
    assert "left       2026-03-02 09:00Z  2026-04-01 09:00Z" in told
    (_, only) = (await operators.workspace_table(database, keep_days=30, state="left")).splitlines()
    assert only.startswith("T1 ")
    single = await operators.workspace_table(database, keep_days=None)
    assert single.endswith(operators.ONE_WORKSPACE)
    assert "2026-04-01" not in single


async def test_one_is_shown_without_its_token(database: Database) -> None:
    await acme(database)
    told = await operators.show_workspace(database, "T1", keep_days=30)
    for part in ("T1 (Acme & Sons)", "chat:write, users:read", "2026-03-02 21:00Z", "by U1"):
        assert part in told
    assert "xox" not in told
    with pytest.raises(operators.NoSuchWorkspace, match="no workspace 'T9'"):
        await operators.show_workspace(database, "T9", keep_days=30)


async def test_an_installed_one_is_not_forgotten(database: Database) -> None:
    await acme(database)
    before = await everything(database)
    with pytest.raises(operators.NoSuchWorkspace, match="still has the app installed"):
        await operators.forget_workspace(database, "T1", now=NOW)
    assert await everything(database) == before


async def test_one_that_left_is_forgotten_and_the_others_stay(database: Database) -> None:
    await acme(database, left=NOW)
    told = await operators.forget_workspace(database, "T1", now=NOW)
    assert told == "Everything of Acme & Sons (T1) is erased: 4 rows."
    left = await everything(database)
    kept = [
        (table, row["workspace_id"])
        for table, found in left.items()
        for row in found
        if table not in ("audit_event", "chain_head")
    ]
    assert {workspace for _, workspace in kept} == {"T2"}
    # The log of the one that left stays until its rows are old, and so does the head of its chain.
    heads = {(row["workspace_id"], row["chain"]) for row in left["chain_head"]}
    assert heads == {("T1", "audit"), ("T2", "audit"), ("", "audit")}
    acts = {(row["workspace_id"], row["act"]) for row in left["audit_event"]}
    assert acts == {("T1", "export"), ("T2", "export"), ("", "workspace_forgotten")}
    heads = {(row["workspace_id"], row["chain"]) for row in left["chain_head"]}
    assert heads == {("T1", "audit"), ("T2", "audit"), ("", "audit")}, (
        "as long as there are entries"
    )


async def test_claims_badges_and_the_ledger_go_with_their_workspace(database: Database) -> None:
    for key in (ADA, NAMESAKE):
        await lived_through(database, key, SALES)
        await kept_a_register(database, key)
        team: dict[str, Any] = {"workspace_id": key.workspace_id}
        signing = SigningKey(
            **team,
            id=f"key-{key}",
            purpose="badges",
            issuer="did:web:x",
            public="p",
            made_at=NOW,
        )
        async with database.write() as session:
            session.add_all([EvidenceKey(**team, key="00"), signing])
    before = await everything(database)
    assert of_workspace(before, "T1").keys() >= OF_CLAIMS
    async with database.write() as session:
        await workspaces.disconnect(session, "T1", reason="app_uninstalled", now=NOW)
    later = NOW + timedelta(days=30)
    async with database.write() as session:
        assert await erasure.erase_rows(session, "T1", left_before=later, limit=5) == 5
    await operators.forget_workspace(database, "T1", now=later)
    after = await everything(database)
    assert of_workspace(after, "T2") == of_workspace(before, "T2")
    left = of_workspace(after, "T1")
    assert left.keys() <= {"audit_event", "chain_head"}
    assert {row["chain"] for row in left.get("chain_head", ())} <= {"audit"}


def of_workspace(
    found: dict[str, list[dict[str, Any]]], workspace_id: str
) -> dict[str, list[dict[str, Any]]]:
    """The rows of one workspace, of each table that has any."""
    own = {
        table: [row for row in rows if row["workspace_id"] == workspace_id]
        for table, rows in found.items()
    }
    return {table: rows for table, rows in own.items() if rows}


def test_the_commands_say_what_they_take(run: Run, sqlite_url: str) -> None:
    settings = {"DATABASE_URL": sqlite_url}
    assert "No workspaces." in run("workspaces", settings).out
    assert run("workspaces show T9", settings).err.startswith("There is no workspace 'T9'.")
    for wrong in ("workspaces show", "workspaces forget", "workspaces list T1", "keys"):
        with pytest.raises(SystemExit):
            run(wrong, settings)
