"""Admins switch permissions on, and name approvers and coordinators."""

from dataclasses import replace

import pytest

from bot.features.access.admin_views import (
    FIELD,
    PERMISSIONS,
    PERMISSIONS_VIEW,
    PermissionChoice,
    permissions_form,
)
from bot.features.holders.views import NAMED, PEOPLE, ROLE_CHANGE
from coaching.safe_text import SafeText
from storage import workspace_settings
from storage.access.facts import ON_PERMISSIONS
from tests.access.office import ON, POLICY, Office, presses
from tests.admin.boss import KIND_NO
from tests.admin_forms import opens, sends
from tests.stage import Person, built_in_messages, texts_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def noah(office: Office) -> Person:
    """An admin."""
    return office.person("noah")


async def on(office: Office) -> tuple[str, ...]:
    """The permissions that are on."""
    async with office.stage.database.read() as session:
        workspace_id = office.stage.playground.workspace.id
        return (await workspace_settings.read(session, workspace_id)).get(ON_PERMISSIONS)


async def test_permissions_are_switched_one_by_one(office: Office, noah: Person) -> None:
    await noah.types("/rungs admin")
    assert (
        "Four of six permissions are on. Nobody is named to approve for The board" in noah.reads()
    )
    await opens(noah, PERMISSIONS)
    assert "_Takes: the training “Safety &lt;first&gt;”; approval by Security" in noah.view_text
    assert "either AI coding, level 2 (verified) or approval by Security" in noah.view_text
    await sends(noah, **{f"{FIELD}0": ["chat", "off", "agents"]})
    assert "*Saved.* On now: Chat &amp; more, Agents, and Switched off." in noah.reads()
    assert await on(office) == ("chat", "agents", "off")
    await noah.types("/rungs admin log")
    assert "access" in noah.reads()
    await office.sets(ON_PERMISSIONS, ON)


async def test_two_admins_at_once_change_only_what_they_ticked(
    office: Office, noah: Person
) -> None:
    await opens(noah, PERMISSIONS)
    await office.sets(ON_PERMISSIONS, ("agents", "off"))
    await sends(noah, **{f"{FIELD}0": ["chat", "agents", "pilot"]})
    assert await on(office) == ("agents", "off")
    await office.sets(ON_PERMISSIONS, ON)


async def test_others_see_and_send_no_form(office: Office, newcomer: Person, noah: Person) -> None:
    await presses(newcomer, PERMISSIONS)
    assert KIND_NO in newcomer.reads()
    assert newcomer.view is None
    await opens(noah, PERMISSIONS)
    playground = office.stage.playground
    playground.workspace.people[noah.id].admin = False
    await sends(noah, **{f"{FIELD}0": []})
    playground.workspace.people[noah.id].admin = True
    assert KIND_NO in noah.reads()
    assert await on(office) == ON


async def test_approvers_are_named_among_the_roles_and_are_no_guests(
    office: Office, noah: Person
) -> None:
    await opens(noah, PEOPLE)
    assert "Approvers: Security &amp; privacy" in noah.view_text
    assert "Training coordinators" in noah.view_text
    for block in noah.view.blocks:
        element = block.get("accessory") or {}
        if element.get("action_id") == ROLE_CHANGE and element["value"] == "approver:nobody":
            view = {"type": "view", "view_id": noah.view.id}
            await office.stage.playground.act(noah.id, view, block["block_id"], ROLE_CHANGE)
            break
    await office.stage.settle()
    people = [office.person(handle).id for handle in ("mei", "sam")]
    await sends(noah, **{NAMED: people})
    assert "Approvers: The board: <@U0MEILIN000>." in noah.reads()
    assert "<@U0SAMGUEST0> can't have a role." in noah.reads()
    await noah.types("/rungs admin")
    assert "Nobody is named to approve" not in noah.reads()
    await office.names("approver:nobody")


async def test_a_long_policy_fits_the_form() -> None:
    one = POLICY.permissions["chat"]
    choices = [
        PermissionChoice(
            replace(one, id=f"p{number}", title="T" * 60, lets="L" * 300),
            SafeText("x" * 200),
            is_on=number % 2 == 0,
            lacks_approver=True,
        )
        for number in range(95)
    ]
    view = permissions_form(built_in_messages().render, choices)
    assert view.callback_id == PERMISSIONS_VIEW
    assert view.blocks is not None
    fields = [block.to_dict()["element"] for block in view.blocks if block.type == "input"]
    assert [len(field["options"]) for field in fields] == [10] * 8
    assert len(view.blocks) <= 100
    assert "and 15 more" in texts_of([block.to_dict() for block in view.blocks]).lower()
