"""An app that is installed for a whole organization: members are told, and no id of a user is a workspace."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from app import coach
from bot.slack.installation import Access, CannotStart
from bot.slack.payloads import from_click, from_event, from_submission
from coaching.members import MemberKey
from commands import MANIFEST
from doctor import examine_slack
from storage.members import Member
from tests.slack.raw_requests import click, knock, signed
from tests.stage import Person, Stage, built_in_messages, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOT_SET_UP = "Rungs doesn't work across a whole organization yet"


@contextmanager
def organization(stage: Stage) -> Iterator[None]:
    """Let Slack send what it sends for an installation in a whole organization."""
    workspace = stage.playground.workspace
    workspace.organization = "E0HARBORGRP"
    yield
    workspace.organization = None


async def stored(stage: Stage, person: Person) -> list[str]:
    """Return the workspaces for which something is stored about this person."""
    async with stage.database.read() as session:
        found = select(col(Member.workspace_id)).where(col(Member.user_id) == person.id)
        return list(await session.scalars(found))


async def test_a_command_is_answered(long_stage: Stage, newcomer: Person) -> None:
    with organization(long_stage):
        await newcomer.types("/rungs assess engineering", where=newcomer.channel)
        await newcomer.types("assess")
    assert NOT_SET_UP in newcomer.reads(newcomer.channel)
    assert newcomer.messages() == []
    assert await stored(long_stage, newcomer) == []


async def test_a_click_on_a_card_changes_nothing(long_stage: Stage, newcomer: Person) -> None:
    await newcomer.types("/rungs assess engineering")
    card = newcomer.card
    with organization(long_stage):
        await newcomer.clicks("A")
    assert NOT_SET_UP in newcomer.reads()
    assert "1 of 3" in shown(card)
    assert await stored(long_stage, newcomer) == [long_stage.playground.workspace.id]
    await newcomer.clicks("A", on=card)
    assert "2 of 3" in shown(card)


async def test_a_click_on_home_and_a_form_are_answered(long_stage: Stage, newcomer: Person) -> None:
    await newcomer.opens_home()
    with organization(long_stage):
        await newcomer.clicks_in_view("Start the self-check")
        assert NOT_SET_UP in newcomer.view_text
    await newcomer.closes()
    await newcomer.types("/rungs team follow", where=newcomer.channel)
    with organization(long_stage):
        await long_stage.playground.submit(newcomer.id, newcomer.view.id)
    assert NOT_SET_UP in newcomer.view_text


@pytest.mark.parametrize("team", ["null", "nothing"])
async def test_no_id_of_a_user_is_a_workspace(
    long_stage: Stage, newcomer: Person, team: str
) -> None:
    body = click(long_stage, user={"id": newcomer.id}).replace(
        b"%22team%22%3A+%7B%22id%22%3A+%22T0HARBORPIN%22%7D",
        b"%22team%22%3A+null" if team == "null" else b"%22other%22%3A+null",
    )
    assert await knock(long_stage, signed(long_stage, body), body) in (200, 400)
    await long_stage.settle()
    assert await stored(long_stage, newcomer) == []


async def test_the_workspace_of_the_user_stands_in() -> None:
    body = {"user": {"id": "U1", "team_id": "T1"}, "team": None, "trigger_id": "1"}
    view = {"id": "V1", "state": {"values": {}}}
    clicked, submitted = from_click(body | {"actions": [{"action_id": "a"}]}), body | {"view": view}
    assert clicked.request.key == from_submission(submitted).request.key == MemberKey("T1", "U1")


@pytest.mark.parametrize(
    ("team", "view", "key"),
    [
        # A view of an organization's app, of an app in one workspace, and one seen from another company.
        (None, {"app_installed_team_id": "E1"}, MemberKey("T1", "W1")),
        ({"id": "T1"}, {"app_installed_team_id": "T1"}, MemberKey("T1", "W1")),
        ({"id": "T9"}, {"app_installed_team_id": "T2"}, MemberKey("T2", "W1")),
    ],
)
async def test_the_workspace_of_a_view_is_the_one_of_the_app(
    team: dict[str, str] | None, view: dict[str, Any], key: MemberKey
) -> None:
    home = "T9" if team == {"id": "T9"} else "T1"
    body = {"user": {"id": "W1", "team_id": home}, "team": team, "trigger_id": "1"}
    view = view | {"id": "V1", "state": {"values": {}}}
    clicked = from_click(body | {"actions": [{"action_id": "a"}], "view": view})
    submitted = from_submission(body | {"view": view})
    assert clicked.request.key == submitted.request.key == key
    assert clicked.request.home == submitted.request.home == home


@pytest.mark.parametrize(
    ("fields", "workspace"),
    [
        ({"team_id": "T1"}, "T1"),
        ({"team_id": "E1", "context_team_id": "T1", "authorizations": [{"team_id": None}]}, "T1"),
        ({"team_id": "T9", "authorizations": [{"team_id": "T1"}]}, ""),
        (
            {
                "team_id": "T9",
                "is_ext_shared_channel": True,
                "authorizations": [{"team_id": "T1"}],
            },
            "T1",
        ),
        (
            {
                "team_id": "T9",
                "context_team_id": "T1",
                "is_ext_shared_channel": True,
                "authorizations": [{"team_id": None}],
            },
            "T1",
        ),
    ],
)
async def test_the_workspace_of_an_event_is_the_one_of_the_app(
    fields: dict[str, Any], workspace: str
) -> None:
    event = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "1.1", "user_team": "E9"}
    request = from_event(fields | {"event": event})
    assert request.key == MemberKey(workspace, "U1")
    assert request.home == "E9"


async def test_a_token_of_an_organization_ends_the_start(long_stage: Stage) -> None:
    playground, deps = long_stage.playground, long_stage.bot.deps
    access = Access(playground.credentials.bot_token, "", playground.api_url)
    messages = built_in_messages()
    with organization(long_stage):
        found, _ = await examine_slack(access, app_token="", manifest=MANIFEST)
        with pytest.raises(CannotStart, match="installed across a whole organization"):
            async with coach(
                access, database=deps.database, library=deps.library, messages=messages
            ):
                pass
    assert "installed across a whole organization" in str(found[0])
