"""Leaving and coming back: tokens go at once, data waits, and is then erased."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app import work_of
from scheduler.batch import send_due
from storage.database.engine import Database
from tests.installs.many import GROUP, LAB, LARK, NORTH, SOUTH, Many
from tests.stage import BOTH
from tests.storage.rows import everything


async def workspaces_in(database: Database) -> set[str]:
    """The workspaces that any row is about, but for the audit log."""
    found = await everything(database)
    return {
        row["workspace_id"]
        for table, rows in found.items()
        if table != "audit_event"
        for row in rows
    } - {""}


async def writes(many: Many, team: str, text: str = "help") -> None:
    who = many.admin(team)
    await many.at(team).message(who, many.playground.workspaces[team].dm(who).id, text)
    await many.settle()


@BOTH
@pytest.mark.parametrize("event", ["app_uninstalled", "tokens_revoked"])
async def test_who_leaves_loses_the_tokens_at_once_and_nothing_goes_out(
    many: Many, event: str
) -> None:
    await many.installs(LARK)
    await many.installs(LAB)
    await many.leaves(LARK, event)
    assert await many.row(LARK) is None
    assert await many.row(LAB)
    workspace = await many.workspace(LARK)
    assert workspace
    assert workspace.disconnect_reason == event
    calls = len(many.playground.calls)
    await many.run_jobs()
    assert not many.reads(LARK, many.admin(LARK))
    assert len(many.reads(LAB, many.admin(LAB))) == 1
    assert not [call for call in many.playground.calls[calls:] if "LARKSONS" in str(call)]


@BOTH
async def test_a_return_in_time_keeps_all(many: Many) -> None:
    await many.installs(LARK)
    await writes(many, LARK, "assess")
    before = await everything(many.database)
    await many.leaves(LARK)
    many.moves_on(days=29)
    await many.run_jobs("departures")
    assert LARK in await workspaces_in(many.database)
    await many.installs(LARK, many.admin(LARK))
    after = await everything(many.database)
    for table in ("member", "assessment", "message", "workspace"):
        assert len(after[table]) == len(before[table])
    workspace = await many.workspace(LARK)
    assert workspace
    assert workspace.disconnected_at is None
    await writes(many, LARK)
    assert many.reads(LARK, many.admin(LARK))


@BOTH
async def test_after_its_time_everything_of_a_workspace_is_erased(
    many: Many, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.features.installs.jobs.ROWS_AT_ONCE", 3)
    for team in (LARK, LAB):
        await many.installs(team)
        await writes(many, team, "assess")
    await many.leaves(LARK)
    many.moves_on(days=30, seconds=1)
    await asyncio.gather(many.run_jobs("departures"), many.run_jobs("departures"))
    assert await workspaces_in(many.database) == {LAB}
    acts = [row["act"] for row in (await everything(many.database))["audit_event"]]
    assert acts.count("workspace_erased") == 1


async def test_a_return_after_its_time_begins_anew(many: Many) -> None:
    await many.installs(LARK)
    await writes(many, LARK, "assess")
    await many.leaves(LARK)
    many.moves_on(days=31)
    await many.installs(LARK, many.member(LARK))
    found = await everything(many.database)
    assert not [row for row in found["assessment"] if row["workspace_id"] == LARK]
    assert [row["user_id"] for row in found["member"]] == [many.member(LARK)]


async def test_a_late_event_leaves_a_newer_install(many: Many) -> None:
    await many.installs(LARK)
    old = _event(many, LARK, "app_uninstalled")
    many.moves_on(minutes=1)
    await many.installs(LARK)
    await many.delivers(old)
    assert await many.token(LARK)
    workspace = await many.workspace(LARK)
    assert workspace
    assert workspace.disconnected_at is None
    many.moves_on(minutes=1)
    await many.delivers(_event(many, LARK, "app_uninstalled"))
    assert await many.token(LARK) is None


def _event(many: Many, team: str, kind: str) -> dict[str, Any]:
    return {
        "type": "event_callback",
        "team_id": team,
        "event_id": f"Ev{kind}{many.now().timestamp()}",
        "event_time": int(many.now().timestamp()),
        "event": {"type": kind},
        "authorizations": [{"team_id": team, "is_enterprise_install": False}],
    }


async def test_tokens_of_people_are_not_the_apps(many: Many) -> None:
    await many.installs(LARK)
    event = _event(many, LARK, "tokens_revoked")
    event["event"]["tokens"] = {"oauth": ["U1"], "bot": []}
    await many.delivers(event)
    assert await many.token(LARK)


@BOTH
async def test_a_team_that_is_taken_out_leaves_the_token_to_the_others(many: Many) -> None:
    await many.installs(NORTH, for_organization=True)
    for team in (NORTH, SOUTH):
        await many.at(team).lifecycle("team_access_granted")
    await many.settle()
    await many.at(NORTH).lifecycle("team_access_revoked")
    await many.settle()
    north, south = await many.workspace(NORTH), await many.workspace(SOUTH)
    assert north
    assert south
    assert north.disconnect_reason == "team_access_revoked"
    assert south.disconnected_at is None
    assert await many.token(SOUTH, GROUP)
    await writes(many, SOUTH)
    assert many.reads(SOUTH, many.admin(SOUTH))
    many.moves_on(days=30, seconds=1)
    await many.run_jobs("departures")
    assert await many.workspace(NORTH) is None
    assert await many.token(SOUTH, GROUP)
    await many.at(NORTH).lifecycle("team_access_granted")
    await many.settle()
    assert await many.workspace(NORTH)


async def test_an_organization_that_leaves_takes_its_teams_but_not_their_own_installs(
    many: Many,
) -> None:
    await many.installs(NORTH, for_organization=True)
    for team in (NORTH, SOUTH):
        await many.at(team).lifecycle("team_access_granted")
    await many.settle()
    many.moves_on(minutes=1)
    event = _event(many, NORTH, "app_uninstalled")
    event["authorizations"] = [
        {"team_id": None, "enterprise_id": GROUP, "is_enterprise_install": True}
    ]
    await many.delivers(event | {"team_id": None, "enterprise_id": GROUP})
    assert await many.row(SOUTH, GROUP) is None
    for team in (NORTH, SOUTH):
        workspace = await many.workspace(team)
        assert workspace
        assert workspace.disconnect_reason == "app_uninstalled"


@BOTH
async def test_an_uninstall_in_the_middle_of_a_send_leaves_nothing_half(many: Many) -> None:
    await many.installs(LARK)
    many.playground.faults.add("chat.postMessage", "slow_before", seconds=0.3)
    work = replace(work_of(many.coaching))
    sending = asyncio.create_task(_until_done(lambda: send_due(work)))
    await asyncio.sleep(0.1)
    await many.leaves(LARK)
    await sending
    await many.settle()
    assert await many.token(LARK) is None
    states = [row["state"] for row in (await everything(many.database))["message"]]
    assert set(states) <= {"ready", "sent", "sending", "failed"}
    workspace = await many.workspace(LARK)
    assert workspace
    assert workspace.disconnected_at


async def _until_done(step: Callable[[], Any]) -> None:
    while await step():
        pass
