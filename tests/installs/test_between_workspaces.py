"""What happens in one workspace stays there: the same ids in two of them, and events that name another."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from playground.payloads.event import app_uninstalled, event_callback, tokens_revoked
from storage.installs import installs
from storage.installs.installs import NewInstall
from storage.installs.token_keys import InstallKey, Tokens
from tests.installs.many import GROUP, HARBOR, KEYS, LAB, LARK, NORTH, SOUTH, Many, many_running
from tests.stage import Person
from tests.storage.rows import everything

pytestmark = pytest.mark.asyncio(loop_scope="module")

TWIN, PLACE = "U0TWINPERSON", "C0TWINPLACE0"
"""A person and a channel whose ids are in two workspaces."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def many(long_url: str) -> AsyncIterator[Many]:
    async with many_running(long_url) as ready:
        for team in (HARBOR, LARK, LAB):
            await ready.installs(team)
        await ready.installs(NORTH, for_organization=True)
        for team in (NORTH, SOUTH):
            await ready.at(team).lifecycle("team_access_granted")
        await ready.settle()
        for team in (LARK, LAB, NORTH, SOUTH):
            _add_twin(ready, team)
        yield ready


def _add_twin(many: Many, team: str) -> None:
    workspace = many.playground.workspaces[team]
    sample = workspace.members()[-1]
    workspace.add_person(replace(sample, id=TWIN, handle="twin", name="Twin", guest=False))
    members = {TWIN, workspace.app.user_id}
    workspace.add_channel("twins", topic="", members=members, channel_id=PLACE)


def twin(many: Many, team: str) -> Person:
    return many.stage(team).person("twin")


async def rows_of(many: Many, team: str) -> dict[str, list[dict[str, Any]]]:
    found = await everything(many.database)
    return {
        name: [row for row in rows if row["workspace_id"] == team] for name, rows in found.items()
    }


async def follows(one: Person) -> None:
    """Let the channel of this person follow its digest."""
    await one.types("/rungs team follow", where=PLACE)
    await one.stage.playground.submit(one.id, one.view.id)
    await one.stage.settle()


def event(many: Many, team: str, told: dict[str, Any], **other: Any) -> dict[str, Any]:
    return {**event_callback(many.playground.workspaces[team], told), **other}


def of_organization(many: Many, kind: str, *teams: str, organization: str = GROUP) -> Any:
    """Return the event by which an organization adds or takes out these teams."""
    install = {
        "enterprise_id": organization,
        "team_id": None,
        "user_id": "U1",
        "is_bot": True,
        "is_enterprise_install": True,
    }
    told = {"type": kind, "team_ids": list(teams)}
    given = {"team_id": None, "enterprise_id": organization, "authorizations": [install]}
    return event(many, NORTH, told, **given)


@pytest.mark.parametrize(("here", "there"), [(LARK, LAB), (LAB, LARK), (SOUTH, NORTH)])
async def test_an_erasure_leaves_the_same_person_elsewhere_alone(
    many: Many, here: str, there: str
) -> None:
    for team in (here, there):
        await twin(many, team).types("assess engineering")
        await twin(many, team).answers("BBB")
    before, cards = await rows_of(many, there), len(twin(many, there).messages())
    await twin(many, here).types("forget")
    await twin(many, here).clicks("Erase everything")
    assert await rows_of(many, there) == before
    assert len(twin(many, there).messages()) == cards
    assert not [row for row in (await rows_of(many, here))["member"] if row["user_id"] == TWIN]


@pytest.mark.parametrize(("here", "there"), [(LARK, LAB), (LAB, LARK)])
async def test_an_export_has_nothing_of_the_same_person_elsewhere(
    many: Many, here: str, there: str
) -> None:
    await twin(many, here).types("assess engineering")
    await twin(many, there).types("assess sales")
    await twin(many, there).answers("A")
    before, sent = await rows_of(many, there), len(many.playground.workspaces[there].files)
    await twin(many, here).types("export")
    files = many.playground.workspaces[here].files.values()
    text = "".join(bytes(file.content or b"").decode() for file in files)
    assert here in text
    ids = [row["id"] for rows in before.values() for row in rows if "id" in row]
    assert ids
    assert not [word for word in (*ids, there, twin(many, there).dm) if word in text]
    assert await rows_of(many, there) == before
    assert len(many.playground.workspaces[there].files) == sent


async def test_a_changed_person_is_changed_in_their_workspace_alone(many: Many) -> None:
    for team in (LARK, LAB):
        await twin(many, team).types("assess engineering")
    before = await rows_of(many, LAB)
    await many.at(LARK).lifecycle("deactivate", user=TWIN)
    await many.settle()
    assert await rows_of(many, LAB) == before
    (row,) = [row for row in (await rows_of(many, LARK))["member"] if row["user_id"] == TWIN]
    assert row["deactivated_at"]
    told = {"type": "user_change", "user": {"id": TWIN, "deleted": True}}
    for _ in range(2):
        await many.delivers(event(many, LARK, told))
        await many.delivers(event(many, LARK, told, team_id=LAB))
    assert await rows_of(many, LAB) == before
    await many.at(LARK).lifecycle("reactivate", user=TWIN)
    await many.settle()


@pytest.mark.parametrize("kind", ["channel_archive", "group_left"])
async def test_a_channel_that_is_gone_stops_its_digest_in_its_workspace_alone(
    many: Many, kind: str
) -> None:
    for team in (LARK, LAB):
        await follows(twin(many, team))
    before = await rows_of(many, LAB)
    assert [row for row in before["team"] if row["channel_id"] == PLACE]
    gone = event(many, LARK, {"type": kind, "channel": PLACE, "event_ts": "1.1"})
    for _ in range(2):
        await many.delivers(gone)
        await many.delivers(gone | {"team_id": LAB})
    assert await rows_of(many, LAB) == before


@pytest.mark.parametrize("kind", [tokens_revoked, lambda _: app_uninstalled()])
async def test_a_removal_that_names_another_workspace_leaves_that_one(
    many: Many, kind: Any
) -> None:
    told = kind(many.playground.workspaces[NORTH])
    many.moves_on(seconds=1)
    for changed in ({"team_id": LAB}, {"team_id": LAB, "enterprise_id": GROUP}):
        payload = event(many, LARK, told, **changed)
        payload["authorizations"][0] |= {"team_id": "T0ELSEWHERE"}
        assert await many.delivers(payload) == 200
    assert await many.token(LAB)
    workspace = await many.workspace(LAB)
    assert workspace
    assert workspace.disconnected_at is None


@pytest.mark.parametrize("organization", [GROUP, "E0ELSEWHERE"])
async def test_an_organization_takes_out_only_its_own_teams(many: Many, organization: str) -> None:
    others = (LARK, HARBOR) if organization == GROUP else (LARK, NORTH, SOUTH)
    many.moves_on(seconds=1)
    told = of_organization(many, "team_access_revoked", *others, organization=organization)
    await many.delivers(told)
    for team in (LARK, HARBOR, NORTH, SOUTH):
        workspace = await many.workspace(team)
        assert workspace
        assert workspace.disconnected_at is None, team


async def test_an_organization_is_given_no_workspace_of_others(many: Many) -> None:
    before = await rows_of(many, LAB)
    calls = len(many.playground.calls)
    await many.delivers(of_organization(many, "team_access_granted", LAB))
    assert await rows_of(many, LAB) == before
    await twin(many, LAB).types("help")
    await many.run_jobs()
    group = [call for call in many.playground.calls[calls:] if call.team == GROUP]
    assert not [call for call in group if LAB in str(call.arguments)]


async def test_a_late_event_takes_no_team_out_that_was_added_again(many: Many) -> None:
    many.moves_on(seconds=2)
    late = of_organization(many, "team_access_revoked", SOUTH)
    await many.at(SOUTH).lifecycle("team_access_revoked")
    await many.settle()
    many.moves_on(minutes=5)
    await many.at(SOUTH).lifecycle("team_access_granted")
    await many.settle()
    await many.delivers(late)
    workspace = await many.workspace(SOUTH)
    assert workspace
    assert workspace.disconnected_at is None


@pytest.mark.parametrize("team_id", [None, GROUP])
async def test_an_event_of_an_organization_makes_no_workspace(
    many: Many, team_id: str | None
) -> None:
    workspaces = (await everything(many.database))["workspace"]
    told = {"type": "user_change", "user": {"id": TWIN, "deleted": True}}
    payload = of_organization(many, "user_change") | {"event": told, "team_id": team_id}
    await many.delivers(payload)
    assert (await everything(many.database))["workspace"] == workspaces


async def test_a_window_of_another_workspace_is_sent_where_the_app_showed_it(many: Many) -> None:
    """Of a person of another company, Slack says their own workspace, and in the view where the app is."""
    before = await rows_of(many, LAB)
    one = twin(many, LARK)
    await one.types("/rungs agent add", where=PLACE)
    calls = len(many.playground.calls)
    workspace = many.playground.workspaces[LARK]
    workspace.people[TWIN].stranger = LAB
    name = {"agent_name": {"agent_name": {"type": "plain_text_input", "value": "Scout"}}}
    await one.stage.playground.submit(one.id, one.view.id, one.view.values | name)
    await one.stage.settle()
    workspace.people[TWIN].stranger = None
    assert await rows_of(many, LAB) == before
    assert not [call for call in many.playground.calls[calls:] if call.team == LAB]


async def test_a_team_keeps_the_token_of_its_own_organization(many: Many) -> None:
    workspace = many.playground.workspaces[NORTH]
    key, app = InstallKey("", "E0ELSEWHERE"), workspace.app
    new = NewInstall(key, "Elsewhere", Tokens("xoxb-1"), (), app.user_id, app.bot_id, app.id, None)
    async with many.database.write() as session:
        await installs.save(session, KEYS, new, now=many.now())
    many.coaching.coaches.forget(SOUTH)
    found = await many.coaching.coaches.of(SOUTH, "E0ELSEWHERE")
    many.coaching.coaches.forget(SOUTH)
    assert found
    assert found.identity.enterprise_id == GROUP
