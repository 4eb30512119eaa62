"""`/rungs admin`: who may see and change it, what can be switched, and the log."""

import asyncio
from datetime import timedelta

import pytest

from bot.features.admin.service import role_of
from storage import admin, workspace_settings
from storage.workspace_settings import OFF_FAMILIES, OFF_FRAMEWORKS
from tests.admin.boss import (
    ADMIN,
    KIND_NO,
    flipped,
    names_admins,
    opens,
    option,
    sends,
    switches,
)
from tests.self_check.ladder import MIXED, RESULT
from tests.stage import Person, Stage, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")


def in_dm(person: Person) -> int:
    return len(person.messages())


async def test_the_page_says_what_is_set_now(priya: Person) -> None:
    await priya.types("/rungs admin", where=priya.channel)
    page = priya.reads(priya.channel)
    assert "Nothing here shows anyone's answers, results, or activity" in page
    assert "*What is on*\nEvery role family and every other ladder is on." in page
    assert "*Who can change this*\nOwners and admins of this workspace in Slack." in page


async def test_everybody_else_gets_a_kind_answer_and_no_trace(
    priya: Person, newcomer: Person
) -> None:
    await newcomer.types("/rungs admin")
    assert KIND_NO in newcomer.reads()
    await newcomer.types("/rungs help")
    assert "rungs admin" not in newcomer.reads()
    before = in_dm(newcomer)
    await newcomer.types("/rungs admn")
    assert "rungs admin" not in newcomer.reads()
    assert in_dm(newcomer) == before + 1
    await newcomer.opens_home()
    assert "Admin" not in newcomer.view_text.split()


async def test_help_and_a_slip_name_it_to_an_admin(priya: Person) -> None:
    await priya.types("/rungs help")
    assert "you can also type `/rungs admin`" in priya.reads()
    await priya.types("/rungs help")
    assert "`/rungs admin [log]`  For admins: what's on" in priya.reads()
    await priya.types("/rungs admn")
    assert "Did you mean `/rungs admin`?" in priya.reads()
    await priya.clicks("/rungs admin")
    assert "*What is on*" in priya.reads()


async def test_home_and_help_ask_slack_once_in_five_minutes(
    long_stage: Stage, newcomer: Person
) -> None:
    asked = len(long_stage.calls("users.info"))
    for _ in range(3):
        await newcomer.opens_home()
        await newcomer.types("/rungs help")
    assert len(long_stage.calls("users.info")) == asked + 1
    key, (is_admin, at) = newcomer.key, long_stage.bot.deps.admins[newcomer.key]
    long_stage.bot.deps.admins[key] = (is_admin, at - timedelta(minutes=5))
    await newcomer.opens_home()
    assert len(long_stage.calls("users.info")) == asked + 2


async def test_home_stands_before_slack_says_who_is_an_admin(
    long_stage: Stage, newcomer: Person
) -> None:
    long_stage.playground.faults.add("users.info", "fatal_error", times=5)
    await newcomer.opens_home()
    assert "Find out where you stand" in newcomer.view_text


async def test_the_second_page_of_home_and_back(priya: Person) -> None:
    await priya.opens_home()
    await priya.clicks_in_view("Admin")
    assert "*What is on*" in priya.view_text
    assert "Find out where you stand" not in priya.view_text
    await priya.clicks_in_view("Switch on or off")
    await sends(priya, flipped(priya, "Sales"))
    assert "Saved. Now off: Sales." in priya.view_text
    assert "*What is on*\nOff: Sales. Everything else is on." in priya.view_text
    await priya.clicks_in_view("See the log")
    assert f"<@{priya.id}> switched off Sales." in priya.view_text
    await priya.closes()
    await priya.clicks_in_view("Back to Home")
    assert "Find out where you stand" in priya.view_text


async def test_what_is_off_is_gone_and_comes_back(priya: Person, newcomer: Person) -> None:
    await newcomer.types("/rungs family")
    old = newcomer.card
    await switches(priya, "Sales", "AI coding")
    assert "Saved. Now off: Sales and AI coding." in priya.reads()
    await newcomer.types("/rungs help")
    assert "assess coding" not in newcomer.reads()
    await newcomer.types("/rungs family")
    assert "Engineering" in newcomer.reads()
    assert "Sales" not in newcomer.reads()
    await newcomer.clicks("Sales", on=old)
    assert "have switched this off" in newcomer.reads()
    await newcomer.types("/rungs assess sales")
    assert "Sales" not in newcomer.reads().replace("sales", "")
    await newcomer.types("/rungs map sales")
    assert "See the map of Sales" not in newcomer.reads()
    await newcomer.opens_home()
    assert "AI coding" not in newcomer.view_text
    await switches(priya, "Sales", "AI coding")
    assert "Saved. Now on: Sales and AI coding." in priya.reads()
    await newcomer.types("/rungs family")
    assert "Sales" in str(newcomer.card.blocks)


async def test_a_member_of_a_family_that_is_off_keeps_results_and_is_asked_anew(
    priya: Person, newcomer: Person
) -> None:
    await newcomer.types("/rungs assess sales")
    await newcomer.answers("BBB")
    await newcomer.clicks("I'll try it")
    await switches(priya, "Sales")
    await newcomer.types("/rungs me")
    assert "Sales: tier 1.5" in newcomer.reads()
    assert "See the map" not in str(newcomer.card.blocks)
    await newcomer.opens_home()
    assert "Sales: tier 1.5" in newcomer.view_text
    assert "Your role family" not in newcomer.view_text
    await newcomer.types("/rungs step")
    await newcomer.clicks("Done")
    await newcomer.types("/rungs step")
    await newcomer.types("/rungs assess")
    assert "Engineering" in str(newcomer.card.blocks)
    await newcomer.clicks("Engineering")
    assert "Engineering · 1 of 3" in newcomer.reads()


async def test_an_open_self_check_can_be_finished_after_its_family_went(
    priya: Person, newcomer: Person
) -> None:
    await newcomer.types("/rungs assess sales")
    await newcomer.answers("B")
    await switches(priya, "Sales")
    await newcomer.answers("B")
    await newcomer.types("/rungs assess")
    await newcomer.clicks("Start over")
    assert "Design" in str(newcomer.card.blocks)
    assert "Sales" not in str(newcomer.card.blocks)
    await newcomer.clicks("Design")
    assert "Design · 1 of 3" in newcomer.reads()


async def test_an_open_self_check_ends_with_its_result(priya: Person, newcomer: Person) -> None:
    await newcomer.types("/rungs assess coding")
    card = newcomer.card
    await switches(priya, "AI coding")
    await newcomer.types("/rungs assess coding")
    assert "AI coding" not in newcomer.reads()
    await newcomer.opens_home()
    assert "AI coding" not in newcomer.view_text
    for letter, number in zip("ABCD", MIXED, strict=True):
        await newcomer.picks(letter, int(number), on=card)
    await newcomer.clicks("Next", on=card)
    assert RESULT in shown(card)


async def test_without_the_ladder_of_agents_their_commands_are_gone(
    priya: Person, newcomer: Person
) -> None:
    await newcomer.types("/rungs agent", where=newcomer.channel)
    old = newcomer.messages(newcomer.channel)[-1]
    await newcomer.types("agent need")
    question = newcomer.card
    await switches(priya, "AI engineers")
    for label in ("A", "Finish later"):
        await newcomer.clicks(label, on=question)
        assert "have switched this off" in newcomer.reads(), label
    await newcomer.types("/rungs help")
    assert "/rungs agent" not in newcomer.reads()
    await newcomer.types("/rungs agent", where=newcomer.channel)
    assert "Rungs doesn't know `agent`" in newcomer.reads(newcomer.channel)
    await newcomer.clicks("Add an agent", on=old)
    assert "have switched this off" in newcomer.reads(newcomer.channel)


async def test_one_family_stays_on(priya: Person) -> None:
    library = priya.stage.bot.deps.library.everything
    names = [one.name for one in library.families.values()]
    await switches(priya, *names)
    assert "at least one role family has to stay on" in priya.view_text
    async with priya.stage.database.read() as session:
        settings = await workspace_settings.read(session, priya.key.workspace_id)
    assert settings.get(OFF_FAMILIES) == ()


async def test_two_admins_at_once_both_change(priya: Person) -> None:
    noah = priya.stage.person(ADMIN)
    await opens(priya)
    await opens(noah)
    await asyncio.gather(
        sends(priya, flipped(priya, "Sales")), sends(noah, flipped(noah, "Design", "AI coding"))
    )
    async with priya.stage.database.read() as session:
        settings = await workspace_settings.read(session, priya.key.workspace_id)
    assert settings.get(OFF_FAMILIES) == ("sales", "design")
    assert settings.get(OFF_FRAMEWORKS) == ("ai-coding",)


async def test_saving_the_same_changes_nothing(priya: Person) -> None:
    await opens(priya)
    await sends(priya)
    assert "Nothing was changed. It was set like that already." in priya.reads()


async def test_whom_an_admin_names_may_change_it_and_name_nobody(
    priya: Person, newcomer: Person
) -> None:
    await names_admins(priya, [newcomer.id])
    assert f"<@{newcomer.id}> can use `/rungs admin` now" in priya.reads()
    await switches(newcomer, "Sales")
    assert "Saved. Now off: Sales." in newcomer.reads()
    await opens(newcomer, "Name others")
    assert "Only an owner or an admin in Slack can name others" in newcomer.view_text
    await newcomer.closes()
    await names_admins(priya, [])
    assert f"<@{newcomer.id}> can't use it anymore" in priya.reads()
    await newcomer.types("/rungs admin")
    assert KIND_NO in newcomer.reads()


async def test_guests_and_apps_cannot_be_named(priya: Person) -> None:
    guest, bot = priya.stage.person("sam"), priya.stage.bot.deps.identity.bot_user_id
    await names_admins(priya, [guest.id, bot])
    assert f"<@{guest.id}> and <@{bot}> can't be named" in priya.reads()
    async with priya.stage.database.read() as session:
        assert await admin.named(session, priya.key.workspace_id) == []


async def test_clicks_and_forms_of_an_admin_are_refused_to_others(
    priya: Person, newcomer: Person
) -> None:
    """A member sends what an admin's page in the channel sends, and a demoted admin what is still open."""
    stage, here = priya.stage, newcomer.channel
    await priya.types("/rungs admin", where=here)
    page = priya.messages(here)[-1]
    page.only_for = newcomer.id
    for section in (one for one in page.blocks if "accessory" in one):
        before = len(newcomer.messages(here))
        await newcomer.clicks_element(page, section["block_id"], section["accessory"])
        await stage.settle()
        told = KIND_NO in newcomer.reads(here) or KIND_NO in newcomer.reads()
        assert told, (section["text"], before)
    assert not stage.playground.workspace.modal_stack(newcomer.id)
    owner = stage.playground.workspace.people[priya.id]
    await opens(priya)
    owner.primary_owner = False
    try:
        await sends(priya, flipped(priya, "Sales"))
        assert KIND_NO in priya.reads()
        await priya.clicks("See the log")
        assert KIND_NO in priya.reads()
    finally:
        owner.primary_owner = True
    async with stage.database.read() as session:
        settings = await workspace_settings.read(session, priya.key.workspace_id)
    assert settings.get(OFF_FAMILIES) == ()


async def test_a_page_of_home_that_is_old_sends_a_demoted_admin_home(priya: Person) -> None:
    await priya.opens_home()
    await priya.clicks_in_view("Admin")
    owner = priya.stage.playground.workspace.people[priya.id]
    owner.primary_owner = False
    try:
        await priya.clicks_in_view("See the log")
        assert KIND_NO in priya.view_text
        await priya.closes()
        assert "Find out where you stand" in priya.view_text
        assert "*What is on*" not in priya.view_text
    finally:
        owner.primary_owner = True


async def test_guests_bots_and_people_of_another_company_never_administer(priya: Person) -> None:
    owner = priya.stage.playground.workspace.people[priya.id]
    deps = priya.stage.bot.deps
    assert await role_of(deps, priya.key) == "slack"
    for flag, value in (("stranger", "T0ELSEWHERE"), ("guest", True), ("bot", True)):
        before = getattr(owner, flag)
        setattr(owner, flag, value)
        try:
            assert await role_of(deps, priya.key) is None, flag
        finally:
            setattr(owner, flag, before)


async def test_a_thousand_clicks_are_answered(priya: Person) -> None:
    await priya.types("admin")
    card = priya.card
    (section,) = [one for one in card.blocks if "See the log" in str(one)]
    await asyncio.gather(
        *(priya.clicks_element(card, section["block_id"], section["accessory"]) for _ in range(50))
    )
    await priya.stage.settle()
    assert "What admins changed" in priya.reads() or "Nothing has been changed" in priya.reads()


async def test_the_form_marks_what_is_off(priya: Person) -> None:
    await switches(priya, "Sales")
    await opens(priya)
    _, sales, ticked = option(priya, "Sales")
    assert sales not in ticked
    _, design, ticked = option(priya, "Design")
    assert design in ticked
