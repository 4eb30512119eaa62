"""An organization (Enterprise Grid): one token for several workspaces, and what its payloads say."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from playground.errors import NotThere
from playground.oauth.authorize import Refused
from playground.server import Playground, running
from tests.playground.installing import (
    IDA,
    LARK,
    MILL,
    NORTH,
    SOUTH,
    VERA,
    allowed,
    client_with,
    installed,
    many,
)
from tests.playground.people import actions, button, error_of, home, modal, section
from tests.playground.request_url import request_url

CALLUM = "W0CALLUMREI"
ROSA = "W0ROSACAMPO"


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    """Five workspaces, in none of which the app is."""
    async with running(many()) as made:
        yield made


async def whole(playground: Playground, *teams: str) -> dict[str, Any]:
    """Install the app in the organization, and add these workspaces."""
    answer = await installed(playground, NORTH, VERA, for_organization=True)
    for team in teams:
        await playground.at(team).lifecycle("team_access_granted")
    return answer


def sent(playground: Playground, name: str) -> list[Any]:
    """Return the payloads of one name that the app got."""
    return [one.payload for one in playground.service.journal.entries if one.name == name]


async def test_an_admin_of_the_organization_installs_it_for_all(playground: Playground) -> None:
    answer = await whole(playground)
    assert answer["team"] is None
    assert answer["enterprise"] == {"id": MILL, "name": "Mill Group"}
    assert answer["is_enterprise_install"]
    assert answer["bot_user_id"].startswith("W")
    for team, user, words in (
        (NORTH, CALLUM, "admin of the organization"),
        (LARK, IDA, "not in an organization"),
    ):
        with pytest.raises(Refused, match=words):
            allowed(playground, team, user, for_organization=True)


async def test_it_works_nowhere_until_a_workspace_is_added(playground: Playground) -> None:
    slack = client_with(playground, await whole(playground))
    about = await slack.auth_test()
    assert (about["team_id"], about["enterprise_id"]) == (MILL, MILL)
    assert about["is_enterprise_install"]
    assert (await slack.auth_teams_list())["teams"] == []
    north = playground.at(NORTH)
    channel = north.workspace.channel("north").id
    assert (await north.command(VERA, channel, "/rungs")).shown == "/rungs is not a valid command."
    assert await error_of(slack.chat_postMessage(channel=VERA, text="x")) == (
        "team_access_not_granted"
    )
    await north.lifecycle("team_access_granted")
    assert [one["id"] for one in (await slack.auth_teams_list())["teams"]] == [NORTH]
    assert (await slack.chat_postMessage(channel=VERA, text="x"))["ok"]
    assert await error_of(slack.chat_postMessage(channel=ROSA, text="x")) == (
        "team_access_not_granted"
    )
    assert await error_of(slack.chat_postMessage(channel=IDA, text="x")) == "channel_not_found"


async def test_methods_ask_for_the_workspace(playground: Playground) -> None:
    slack = client_with(playground, await whole(playground, NORTH, SOUTH))
    for call in (
        slack.users_list,
        slack.conversations_list,
        slack.users_conversations,
        slack.usergroups_list,
        slack.team_info,
    ):
        assert await error_of(call()) == "missing_argument"
    assert await error_of(slack.dnd_teamInfo(users=[VERA])) == "missing_argument"
    people = (await slack.users_list(team_id=SOUTH))["members"]
    assert ROSA in {one["id"] for one in people}
    assert VERA not in {one["id"] for one in people}
    vera = (await slack.users_info(user=VERA))["user"]
    assert (vera["team_id"], vera["enterprise_user"]["is_admin"]) == (NORTH, True)
    assert (await slack.team_info(team=SOUTH))["team"]["enterprise_id"] == MILL
    assert await error_of(slack.users_list(team_id=LARK)) == "team_access_not_granted"
    assert {call.team for call in playground.calls[1:]} == {MILL}


async def test_a_token_of_one_workspace_ignores_the_workspace_that_is_named(
    playground: Playground,
) -> None:
    slack = client_with(playground, await installed(playground))
    people = (await slack.users_list(team_id=NORTH))["members"]
    assert IDA in {one["id"] for one in people}


async def test_what_the_app_hears_names_the_organization(playground: Playground) -> None:
    slack = client_with(playground, await whole(playground, NORTH))
    north = playground.at(NORTH)
    channel = north.workspace.channel("north")
    async with request_url(playground):
        posted = await slack.chat_postMessage(
            channel=channel.id, text="x", blocks=[actions(button(action_id="go"), block_id="row")]
        )
        container = {"type": "message", "channel": channel.id, "ts": posted["ts"]}
        await north.command(VERA, channel.id, "/rungs")
        await north.act(VERA, container, "row", "go")
        trigger = sent(playground, "block_actions")[-1]["trigger_id"]
        view = (await slack.views_open(trigger_id=trigger, view=modal(section())))["view"]
        await north.submit(VERA, view["id"])
        await slack.views_publish(user_id=VERA, view=home())
        await north.open_home(VERA)
    (command,) = sent(playground, "/rungs")
    assert command["is_enterprise_install"] == "true"
    assert (command["team_id"], command["enterprise_id"]) == (NORTH, MILL)
    (click,) = sent(playground, "block_actions")
    assert click["team"]["id"] == NORTH
    assert click["enterprise"] == {"id": MILL, "name": "Mill Group"}
    (form,) = sent(playground, "view_submission")
    assert form["team"] is None
    assert form["is_enterprise_install"]
    assert form["user"]["team_id"] == form["view"]["team_id"] == NORTH
    (opened,) = sent(playground, "app_home_opened")
    assert (opened["team_id"], opened["enterprise_id"]) == (NORTH, MILL)
    assert opened["authorizations"][0]["is_enterprise_install"]


async def test_a_workspace_is_added_and_taken_out(playground: Playground) -> None:
    slack = client_with(playground, await whole(playground))
    north, south = playground.at(NORTH), playground.at(SOUTH)
    async with request_url(playground):
        await north.lifecycle("team_access_granted")
        await south.lifecycle("team_access_granted")
        await north.lifecycle("team_access_revoked")
    granted, revoked = (sent(playground, f"team_access_{how}") for how in ("granted", "revoked"))
    assert [one["event"]["team_ids"] for one in granted] == [[NORTH], [SOUTH]]
    assert [one["event"]["team_ids"] for one in revoked] == [[NORTH]]
    for one in (*granted, *revoked):
        assert (one["team_id"], one["enterprise_id"]) == (None, MILL)
    assert await error_of(slack.users_list(team_id=NORTH)) == "team_access_not_granted"
    assert (await slack.users_list(team_id=SOUTH))["ok"]
    with pytest.raises(NotThere):
        await north.lifecycle("team_access_revoked")
    with pytest.raises(NotThere):
        await playground.at(LARK).lifecycle("team_access_granted")


async def test_the_whole_organization_is_left_at_once(playground: Playground) -> None:
    slack = client_with(playground, await whole(playground, NORTH, SOUTH))
    async with request_url(playground):
        await playground.at(SOUTH).lifecycle("app_uninstalled")
    (event,) = sent(playground, "app_uninstalled")
    assert (event["team_id"], event["enterprise_id"]) == (None, MILL)
    assert event["authorizations"][0]["is_enterprise_install"]
    assert await error_of(slack.auth_test()) == "account_inactive"
    assert playground.at(NORTH).service.standing == "uninstalled"


async def test_one_workspace_of_an_organization_may_install_it_alone(
    playground: Playground,
) -> None:
    answer = await installed(playground, SOUTH, ROSA)
    assert answer["team"] == {"id": SOUTH, "name": "Mill South"}
    assert answer["enterprise"] == {"id": MILL, "name": "Mill Group"}
    assert not answer["is_enterprise_install"]
    about = await client_with(playground, answer).auth_test()
    assert (about["team_id"], about["enterprise_id"]) == (SOUTH, MILL)
    south = playground.at(SOUTH)
    async with request_url(playground):
        await south.command(ROSA, south.workspace.channel("south").id, "/rungs")
    (command,) = sent(playground, "/rungs")
    assert command["is_enterprise_install"] == "false"
    assert command["enterprise_id"] == MILL
