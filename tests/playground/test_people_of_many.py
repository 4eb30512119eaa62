"""Who people are in many workspaces: admins, user groups, people of other companies; limits of each."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from playground.limits import MOST_READ
from playground.server import Playground, running
from playground.state.people import Person
from tests.playground.installing import (
    IDA,
    LAB,
    LARK,
    NORTH,
    PAOLO,
    VERA,
    client_with,
    installed,
    many,
)
from tests.playground.people import (
    ADA,
    GROWTH,
    actions,
    button,
    error_of,
    home,
    modal,
    section,
    still_clock,
)
from tests.playground.request_url import request_url

OTHERS = "T0OTHERCO00"
FREYA = "U0FREYALUND"
MADS = "U0MADSFRIIS"


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    """Five workspaces, in none of which the app is, on a clock that stands still."""
    async with running(many(clock=still_clock())) as made:
        yield made


def events(playground: Playground, name: str) -> list[Any]:
    """Return the events of one name that the app got."""
    found = [one.payload for one in playground.service.journal.entries if one.name == name]
    return [one for one in found if isinstance(one, dict)]


async def test_owners_and_admins_are_told(playground: Playground) -> None:
    slack = client_with(playground, await installed(playground))
    people = {one["id"]: one for one in (await slack.users_list())["members"]}

    def standing(user: str) -> tuple[bool, bool, bool]:
        shown = people[user]
        return shown["is_admin"], shown["is_owner"], shown["is_primary_owner"]

    assert standing(IDA) == (True, True, True)
    assert standing(MADS) == (True, False, False)
    assert standing(PAOLO) == (False, False, False)
    assert sum(person.is_admin for person in playground.workspace.members()) == 2


async def test_user_groups_are_read_and_change(playground: Playground) -> None:
    slack = client_with(playground, await installed(playground))
    (group,) = (await slack.usergroups_list(include_users=True, include_count=True))["usergroups"]
    assert (group["handle"], group["user_count"]) == ("leads", 2)
    assert group["users"] == sorted([IDA, MADS])
    assert "users" not in (await slack.usergroups_list())["usergroups"][0]
    lark = playground.at(LARK)
    async with request_url(playground):
        await lark.change_usergroup(group["id"], [IDA, PAOLO])
    assert (await slack.usergroups_users_list(usergroup=group["id"]))["users"] == [IDA, PAOLO]
    (changed,) = events(playground, "subteam_members_changed")
    assert changed["event"]["added_users"] == [PAOLO]
    assert changed["event"]["removed_users"] == [MADS]
    (updated,) = events(playground, "subteam_updated")
    assert updated["event"]["subteam"]["users"] == [IDA, PAOLO]
    assert (await slack.usergroups_list())["usergroups"]
    lark.workspace.usergroups[group["id"]].disabled = True
    assert (await slack.usergroups_list())["usergroups"] == []
    assert await error_of(slack.usergroups_users_list(usergroup=group["id"])) == "no_such_subteam"
    other = client_with(playground, await installed(playground, LAB, FREYA))
    assert await error_of(other.usergroups_users_list(usergroup=group["id"])) == "no_such_subteam"


def test_user_groups_of_two_workspaces_differ() -> None:
    playground = Playground()
    playground.add_workspace(LARK, "Lark & Sons")
    first, second = (one.usergroups for one in playground.workspaces.values())
    assert not set(first) & set(second)
    people = playground.workspaces[LARK].people
    assert all(group.members <= set(people) for group in second.values())


@pytest.fixture
def quinn(playground: Playground) -> str:
    """A person of another company, in a channel of Lark & Sons."""
    lark = playground.workspaces[LARK]
    person = Person("U0QUINNHALL", "quinn", "Quinn Hall", stranger=OTHERS)
    return lark.add_stranger(person, lark.channel("bakery")).id


async def test_a_person_of_another_company_is_told_apart(
    playground: Playground, quinn: str
) -> None:
    slack = client_with(playground, await installed(playground))
    lark = playground.workspaces[LARK]
    channel = lark.channel("bakery")
    shown = (await slack.users_info(user=quinn))["user"]
    assert (shown["team_id"], shown["is_stranger"]) == (OTHERS, False)
    about = (await slack.conversations_info(channel=channel.id))["channel"]
    assert (about["is_ext_shared"], about["shared_team_ids"]) == (True, [LARK, OTHERS])
    channel.members.remove(lark.app.user_id)
    assert (await slack.users_info(user=quinn))["user"]["is_stranger"]
    assert "is_stranger" not in (await slack.users_info(user=IDA))["user"]


async def test_what_a_person_of_another_company_does(playground: Playground, quinn: str) -> None:
    slack = client_with(playground, await installed(playground))
    lark = playground.at(LARK)
    channel = lark.workspace.channel("bakery")
    row = [actions(button(action_id="go"), block_id="row")]
    async with request_url(playground):
        posted = await slack.chat_postMessage(channel=channel.id, text="x", blocks=row)
        await lark.message(quinn, channel.id, "Hello")
        outcome = await lark.command(quinn, channel.id, "/rungs")
        container = {"type": "message", "channel": channel.id, "ts": posted["ts"]}
        await lark.act(quinn, container, "row", "go")
        (click,) = events(playground, "block_actions")
        opened = await slack.views_open(trigger_id=click["trigger_id"], view=modal(section()))
        await lark.submit(quinn, opened["view"]["id"])
    assert outcome.shown == "/rungs is not a valid command."
    said = events(playground, "message")[-1]
    assert (said["team_id"], said["is_ext_shared_channel"]) == (LARK, True)
    assert {said["event"][key] for key in ("user_team", "source_team", "team")} == {OTHERS}
    assert (click["team"]["id"], click["user"]["team_id"]) == (LARK, OTHERS)
    (form,) = events(playground, "view_submission")
    assert (form["team"]["id"], form["view"]["app_installed_team_id"]) == (OTHERS, LARK)


async def test_messages_are_read_once_a_minute_and_fifteen_at_a_time(
    playground: Playground,
) -> None:
    slack = client_with(playground, await installed(playground))
    other = client_with(playground, await installed(playground, LAB, FREYA))
    channel = playground.workspaces[LARK].channel("bakery").id
    for number in range(MOST_READ + 5):
        last = await slack.chat_postMessage(channel=channel, text=str(number))
    page = await slack.conversations_history(channel=channel, limit=200)
    assert len(page["messages"]) == MOST_READ
    assert page["has_more"]
    assert await error_of(slack.conversations_history(channel=channel)) == "ratelimited"
    assert (await slack.conversations_replies(channel=channel, ts=last["ts"]))["ok"]
    lab = playground.workspaces[LAB].channel("lab").id
    assert (await other.conversations_history(channel=lab))["ok"]
    assert playground.limits.refused == {"conversations.history": 1}
    playground.clock.advance(60)
    assert (await slack.conversations_history(channel=channel))["ok"]
    playground.limits.history = False
    page = await slack.conversations_history(channel=channel, limit=200)
    assert len(page["messages"]) > MOST_READ


async def test_an_app_of_one_workspace_alone_reads_freely() -> None:
    playground = Playground(clock=still_clock())
    async with running(playground):
        slack = client_with(playground, {"access_token": playground.credentials.bot_token})
        for _ in range(3):
            assert (await slack.conversations_history(channel=GROWTH))["ok"]


async def test_calls_are_counted_for_each_workspace(playground: Playground) -> None:
    playground.limits.on = True
    slack = client_with(playground, await installed(playground))
    other = client_with(playground, await installed(playground, LAB, FREYA))
    for _ in range(100):
        await slack.views_publish(user_id=IDA, view=home())
    assert await error_of(slack.views_publish(user_id=IDA, view=home())) == "ratelimited"
    assert (await other.views_publish(user_id=FREYA, view=home()))["ok"]


async def test_nothing_of_another_workspace_is_reached_with_a_token(
    playground: Playground,
) -> None:
    slack = client_with(playground, await installed(playground))
    other = client_with(playground, await installed(playground, LAB, FREYA))
    lab = playground.at(LAB)
    channel = lab.workspace.channel("lab").id
    posted = await other.chat_postMessage(channel=FREYA, text="x")
    trigger = playground.service.triggers.issue(
        FREYA, now=playground.clock.now(), team=lab.workspace.id
    )
    for call, error in (
        (slack.chat_postMessage(channel=FREYA, text="x"), "channel_not_found"),
        (slack.chat_postMessage(channel=ADA, text="x"), "channel_not_found"),
        (slack.chat_postMessage(channel=channel, text="x"), "channel_not_found"),
        (
            slack.chat_update(channel=posted["channel"], ts=posted["ts"], text="x"),
            "channel_not_found",
        ),
        (slack.users_info(user=FREYA), "user_not_found"),
        (slack.users_info(user=VERA), "user_not_found"),
        (slack.conversations_open(users=FREYA), "user_not_found"),
        (slack.conversations_info(channel=channel), "channel_not_found"),
        (slack.conversations_history(channel=channel), "channel_not_found"),
        (slack.conversations_members(channel=channel), "channel_not_found"),
        (slack.views_publish(user_id=FREYA, view=home()), "user_not_found"),
        (slack.views_open(trigger_id=trigger, view=modal(section())), "invalid_trigger_id"),
        (slack.views_update(view_id="V0NOWHERE", view=modal(section())), "not_found"),
        (slack.dnd_info(user=FREYA), "user_not_found"),
    ):
        assert await error_of(call) == error
    assert {call.team for call in playground.calls if call.method != "oauth.v2.access"} == {
        LARK,
        LAB,
    }
    assert playground.holder_of(posted["channel"]) == LAB
    assert playground.at(NORTH).service.standing == "uninstalled"


async def test_each_workspace_is_left_by_itself(playground: Playground) -> None:
    slack = client_with(playground, await installed(playground))
    other = client_with(playground, await installed(playground, LAB, FREYA))
    async with request_url(playground):
        await playground.at(LARK).lifecycle("tokens_revoked")
    (event,) = events(playground, "tokens_revoked")
    assert event["team_id"] == LARK
    assert event["event"]["tokens"]["bot"] == [playground.workspaces[LARK].app.user_id]
    assert await error_of(slack.auth_test()) == "token_revoked"
    assert (await other.auth_test())["ok"]
    again = client_with(playground, await installed(playground))
    assert (await again.auth_test())["ok"]
    assert await error_of(slack.auth_test()) == "token_revoked"
