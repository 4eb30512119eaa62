"""Messages that go out in several workspaces at once: each with its own token, while one of them leaves."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from app import work_of
from bot.coaches import Coaches, FixedCoaches
from bot.deps import Deps
from playground.journal import Call
from scheduler.batch import send_due
from scheduler.planner import plan_due
from tests.checkins.calendar import sets
from tests.eventually import until
from tests.installs.many import HARBOR, LAB, LARK, NORTH, SOUTH, Many, many_running
from tests.stage import Person
from tests.storage.rows import everything

pytestmark = pytest.mark.asyncio(loop_scope="module")

ID = re.compile(r"\b[UWCDFSV]0[A-Z0-9]{8,}\b")
OWN = (HARBOR, LARK, LAB)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def many(long_url: str) -> AsyncIterator[Many]:
    """The service in three workspaces, and in two of an organization."""
    async with many_running(long_url) as ready:
        for team in OWN:
            await ready.installs(team)
        await ready.installs(NORTH, for_organization=True)
        for team in (NORTH, SOUTH):
            await ready.at(team).lifecycle("team_access_granted")
        await ready.settle()
        await ready.run_jobs()
        yield ready


def misplaced(many: Many, calls: list[Call]) -> list[str]:
    """Return the calls whose token is not of the workspace, or its organization, of an id in them."""
    found = []
    for call in calls:
        named = {many.playground.holder_of(one) for one in ID.findall(json.dumps(call.arguments))}
        named.add(call.arguments.get("team_id"))
        teams = {team for team in named if team}
        apps = {many.playground.workspaces[team].organization or team for team in teams}
        if len(teams) > 1 or not apps <= {call.team}:
            found.append(f"{call.method} with the token of {call.team} names {teams}")
    return found


async def talks(many: Many, team: str) -> Person:
    """Let a member of a workspace go through a self-check, and take up a step."""
    stage = many.stage(team)
    workspace = stage.playground.workspace
    (new,) = workspace.add_people(1, channel=_channel(many, team))
    person = Person(stage, new.id, new.name)
    await person.types("checkin")
    await sets(person, "pace_cadence", {"selected_option": "weekly"})
    await sets(person, "pace_weekday", {"selected_option": "2"})
    await sets(person, "pace_hour", {"selected_option": "10"})
    await person.types("assess engineering")
    await person.answers("BAB")
    await person.clicks("I'll try it")
    await person.types("/rungs team", where=_channel(many, team))
    await person.opens_home()
    return person


def _channel(many: Many, team: str) -> str:
    places = many.playground.workspaces[team].conversations.values()
    return next(one.id for one in places if one.kind == "channel")


async def come_due(many: Many, *people: Person) -> None:
    """Move the clock on to when the check-ins of these people are due, all of them in one hour."""
    plans = (await everything(many.database))["schedule"]
    ids = [one.id for one in people]
    planned = [row for row in plans if row["user_id"] in ids and row["kind"] == "checkin"]
    last = max(row["next_due_at"] for row in planned)
    many.moves_on(seconds=(last - many.now()).total_seconds() + 1)


async def states(many: Many, person: Person) -> set[str]:
    """Return what became of the check-ins of a person."""
    rows = (await everything(many.database))["message"]
    key = person.key
    return {
        row["state"]
        for row in rows
        if (row["workspace_id"], row["user_id"]) == (key.workspace_id, key.user_id)
        and row["kind"] == "checkin"
    }


def posts(many: Many, team: str, calls: list[Call]) -> list[Call]:
    """Return what was posted in this workspace."""
    here = many.playground.workspaces[team].conversations
    return [c for c in calls if c.method == "chat.postMessage" and c.arguments["channel"] in here]


async def test_each_call_has_the_token_of_its_workspace(many: Many) -> None:
    seen = len(many.playground.calls)
    teams = (*OWN, NORTH, SOUTH)
    people = await asyncio.gather(*(talks(many, team) for team in teams))
    tokens = {team: await many.token(team) for team in OWN}
    await come_due(many, *people)
    await asyncio.gather(many.run_jobs(), *(one.types("help") for one in people))
    await many.run_jobs()
    assert not misplaced(many, many.playground.calls[seen:])
    for team in OWN:
        assert await many.token(team) != tokens[team]
        assert posts(many, team, many.playground.calls[seen:])
    assert [await states(many, one) for one in people] == [{"sent"}] * len(teams)


async def test_an_uninstall_in_the_middle_of_a_send_stops_one_workspace(
    many: Many, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    leaving, staying = [await talks(many, team) for team in (LARK, LAB)]
    await come_due(many, leaving, staying)
    seen = len(many.playground.calls)
    many.playground.faults.add("chat.postMessage", "slow_before", seconds=0.2, times=4)
    going = asyncio.create_task(many.run_jobs())
    await until(lambda: any(c.method.startswith("dnd.") for c in many.playground.calls[seen:]))
    await many.leaves(LARK)
    await going
    await many.run_jobs()
    gone = len(many.playground.calls)
    many.moves_on(hours=1)
    await many.run_jobs()
    assert not [c for c in many.playground.calls[gone:] if c.team == LARK]
    assert not misplaced(many, many.playground.calls[seen:])
    assert await states(many, staying) == {"sent"}
    (told,) = [vars(one) for one in caplog.records if one.message == "install_removed"]
    assert LARK in told["install"]
    assert told["reason"] == "app_uninstalled"
    few = await many.installs(LARK, other_admin(many, LARK), scopes=["commands", "chat:write"])
    assert few.status == 400
    assert await many.token(LARK) is None
    await many.installs(LARK, other_admin(many, LARK))
    await many.run_jobs()
    assert await states(many, leaving) == {"sent"}
    assert twice(many, LARK) == []
    assert not misplaced(many, many.playground.calls[seen:])


def other_admin(many: Many, team: str) -> str:
    people = many.playground.workspaces[team].members()
    return next(one.id for one in people if one.is_admin and one.id != many.admin(team))


def twice(many: Many, team: str) -> list[str]:
    """Return the keys of posts that stand in a workspace twice."""
    everywhere = many.playground.workspaces[team].conversations.values()
    keys = [str(m.metadata) for one in everywhere for m in one.messages.values() if m.metadata]
    return [key for key in keys if keys.count(key) > 1]


async def test_fewer_permissions_take_none_from_an_install(many: Many) -> None:
    """What Slack allowed before stays allowed until the app is uninstalled."""
    before = await many.row(LAB)
    assert before
    await many.installs(LAB, other_admin(many, LAB), scopes=["commands"])
    after = await many.row(LAB)
    assert after
    assert after.scopes == before.scopes
    person = await talks(many, LAB)
    assert person.messages()


async def test_a_team_taken_out_of_its_organization_stops_alone(many: Many) -> None:
    staying, leaving = [await talks(many, team) for team in (NORTH, SOUTH)]
    await come_due(many, leaving, staying)
    seen = len(many.playground.calls)
    many.playground.faults.add("chat.postMessage", "slow_before", seconds=0.2, times=4)
    going = asyncio.create_task(many.run_jobs())
    await until(lambda: any(c.method.startswith("dnd.") for c in many.playground.calls[seen:]))
    await many.leaves(SOUTH, "team_access_revoked")
    await going
    await many.run_jobs()
    gone = len(many.playground.calls)
    many.moves_on(hours=1)
    await many.run_jobs()
    named = [c for c in many.playground.calls[gone:] if SOUTH in str(c.arguments)]
    assert not named
    assert not posts(many, SOUTH, many.playground.calls[gone:])
    assert await states(many, staying) == {"sent"}
    workspace = await many.workspace(SOUTH)
    assert workspace
    assert workspace.disconnect_reason in ("team_access_revoked", "team_access_not_granted")
    await many.at(SOUTH).lifecycle("team_access_granted")
    await many.settle()
    await many.run_jobs()
    assert await states(many, leaving) == {"sent"}
    assert twice(many, SOUTH) == []


async def test_a_process_with_the_token_of_before_does_not_end_a_return(many: Many) -> None:
    """The clock of another process still has the token of a workspace that left and came back."""
    person = await talks(many, LAB)
    await come_due(many, person)
    deps = await of(many.coaching.coaches, LAB)
    await deps.slack.open_dm(person.id)
    await many.leaves(LAB)
    await many.installs(LAB)
    work = replace(work_of(many.coaching), coaches=FixedCoaches([deps]))
    for job in (plan_due, send_due):
        while await job(work):
            pass
    workspace = await many.workspace(LAB)
    assert workspace
    assert workspace.disconnected_at is None
    assert await states(many, person) == {"sent"}
    assert twice(many, LAB) == []


async def of(coaches: Coaches, team: str) -> Deps:
    found = await coaches.of(team)
    assert found
    return found
