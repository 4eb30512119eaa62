"""Requests for approval: asked with a reason, and decided once by those who may, never one's own."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col

from bot.features.access.request_views import (
    APPROVE,
    DECLINE,
    PERMISSION,
    PERSON,
    RETURN,
    WITHDRAW_APPROVAL,
    WITHDRAW_OTHER,
)
from storage import holders
from storage.access import people, requests
from storage.access.facts import ON_PERMISSIONS
from storage.access.requests import AccessRequest
from storage.database.rows import update_rows
from tests.access.office import ON, SECURITY, Office, labels_of, presses, writes
from tests.privacy.test_privacy import exported
from tests.shared_stage import newcomer_of
from tests.stage import Person

pytestmark = pytest.mark.asyncio(loop_scope="module")

APPROVER = people.role_name("approver", SECURITY)


@pytest.fixture
def kenji(office: Office) -> Person:
    """An approver."""
    return office.person("kenji")


@pytest.fixture
def mei(office: Office) -> Person:
    """Another approver."""
    return office.person("mei")


async def test_approvers_are_asked_and_the_member_gets_it(
    office: Office, newcomer: Person, kenji: Person, mei: Person
) -> None:
    request = await office.asks(newcomer, "To try <it> & more")
    assert "*You asked for “Agents”.* <@U0KENJISATO> or <@U0MEILIN000>" in newcomer.reads()
    await office.passes(days=2)
    for approver in (kenji, mei):
        assert f"*<@{newcomer.id}> asks for your approval:* “Agents”." in approver.reads()
    for other in ("sofia", "omar"):
        assert office.told(office.person(other), "asks for your approval") == 0
    await kenji.clicks("See requests")
    assert "“To try &lt;it&gt; &amp; more”" in kenji.reads()
    await kenji.clicks("Approve")
    assert f"*Approved.* <@{newcomer.id}> gets “Agents”" in kenji.reads()
    assert "No request waits for you right now." in kenji.reads()
    await office.runs()
    await newcomer.types("access")
    assert "*Agents*\nUntil " in newcomer.reads()
    decided = await office.request(newcomer)
    assert (decided.id, decided.state, decided.decided_by) == (request.id, "approved", kenji.id)


async def test_a_second_answer_changes_nothing(
    office: Office, newcomer: Person, kenji: Person, mei: Person
) -> None:
    request = await office.asks(newcomer)
    await presses(mei, DECLINE, request.id)
    await presses(kenji, APPROVE, request.id)
    await presses(kenji, APPROVE, request.id)
    assert "This request has an answer already" in kenji.reads()
    await writes(mei, "Not before June.")
    assert "This request has an answer already, so nothing was changed." in mei.reads()
    assert "You wrote: “Not before June.”" in mei.reads()
    assert (await office.request(newcomer)).state == "approved"
    assert await office.approved(newcomer) == {"agents"}


async def test_nobody_decides_on_their_own_request(
    office: Office, newcomer: Person, kenji: Person
) -> None:
    request = await office.asks(newcomer)
    for action in (APPROVE, DECLINE):
        await presses(newcomer, action, request.id)
        assert "Nobody decides on their own request." in newcomer.reads()
    everyone = [one.id for one in (newcomer, kenji)]
    await _names(office, everyone)
    for action in (APPROVE, DECLINE):
        await presses(newcomer, action, request.id)
        assert "Nobody decides on their own request." in newcomer.reads()
    await newcomer.types("/rungs access requests")
    assert "asks for *Agents*" not in newcomer.reads()
    await office.names(APPROVER, "kenji", "mei")
    assert await office.approved(newcomer) == set()
    assert (await office.request(newcomer)).state == "open"


async def test_only_those_who_are_approvers_now_decide(
    office: Office, newcomer: Person, kenji: Person
) -> None:
    request = await office.asks(newcomer)
    await kenji.types("/rungs access requests")
    await office.names(APPROVER, "mei", "sam")
    # One who was an approver, a coordinator, and a guest who was named all the same.
    await kenji.clicks("Approve")
    assert "You aren't an approver for this permission right now" in kenji.reads()
    for handle in ("sofia", "sam"):
        person = office.person(handle)
        for action in (APPROVE, DECLINE, WITHDRAW_APPROVAL):
            await presses(person, action, request.id)
            assert "You aren't an approver for this permission right now" in person.reads()
        await person.types("/rungs access requests")
        assert "You aren't an approver right now." in person.reads()
    await office.names(APPROVER, "kenji", "mei")
    elsewhere = replace(kenji.key, workspace_id="T0ELSEWHERE")
    async with office.stage.database.write() as session:
        now = office.calendar.now
        done = await requests.decide(session, request.id, "approved", "", by=elsewhere, now=now)
    assert done == "gone"
    assert (await office.request(newcomer)).state == "open"


async def test_a_request_that_comes_back_is_asked_again(
    office: Office, newcomer: Person, kenji: Person
) -> None:
    request = await office.asks(newcomer)
    await presses(kenji, RETURN, request.id)
    await writes(kenji, "Which <repository>?")
    assert "*Sent back.*" in kenji.reads()
    await office.passes(days=3)
    notice = "*<@U0KENJISATO> wants to know more* before they approve “Agents”"
    assert office.told(newcomer, notice) == 1
    await newcomer.clicks("What's missing")
    assert "wants to know more: “Which &lt;repository&gt;?” Ask again" in newcomer.reads()
    await newcomer.clicks("Ask for approval")
    await writes(newcomer, "The one of the site.")
    assert (await office.request(newcomer)).words == "The one of the site."
    again = await office.request(newcomer)
    await presses(kenji, DECLINE, again.id)
    await writes(kenji, "   ")
    assert "Write a sentence for the person who asks." in kenji.reads()
    assert (await office.request(newcomer)).state == "open"
    await presses(kenji, DECLINE, again.id)
    await writes(kenji, "Not yet.")
    await newcomer.types("access")
    assert "<@U0KENJISATO> didn't approve it on" in newcomer.reads()


async def test_what_was_typed_stays_when_it_cannot_be_sent(
    office: Office, newcomer: Person
) -> None:
    await office.trains(newcomer)
    await newcomer.types("access agents")
    await newcomer.clicks("Ask for approval")
    await office.names(APPROVER)
    await writes(newcomer, "To review <code>.")
    assert "Nobody is named who can approve “Agents”." in newcomer.reads()
    await office.names(APPROVER, "kenji", "mei")
    await newcomer.clicks("Open the form again")
    (field,) = (block["element"] for block in newcomer.view.blocks if "element" in block)
    assert field["initial_value"] == "To review <code>."
    await writes(newcomer, " \n ")
    assert "Write why you want “Agents” in a sentence." in newcomer.reads()
    await newcomer.types("access agents")
    await newcomer.clicks("Ask for approval")
    await office.sets(ON_PERMISSIONS, ("chat",))
    await writes(newcomer, "To review.")
    assert "This permission isn't on here anymore." in newcomer.reads()
    await office.sets(ON_PERMISSIONS, ON)
    await presses(newcomer, "access_ask_opened", "pilot")
    assert "Nobody is named who can approve “The pilot”." in newcomer.reads()
    await presses(newcomer, "access_ask_opened", "code")
    assert "Something else is missing for “Code” first." in newcomer.reads()
    await presses(newcomer, "access_ask_opened", "chat")
    await office.asks(newcomer)
    await presses(newcomer, "access_ask_opened", "agents")
    assert "You've asked for “Agents” already." in newcomer.reads()


async def test_a_request_is_withdrawn_by_its_member_or_when_they_leave(
    office: Office, newcomer: Person, kenji: Person
) -> None:
    request = await office.asks(newcomer)
    await newcomer.types("access agents")
    await newcomer.clicks("Withdraw the request")
    assert "You withdrew your request for “Agents”." in newcomer.reads()
    await presses(kenji, APPROVE, request.id)
    assert "This request isn't there anymore." in kenji.reads()
    await newcomer.types("access agents")
    await newcomer.clicks("Ask for approval")
    await writes(newcomer, "Once more.")
    assert (await office.request(newcomer)).state == "open"
    await office.stage.playground.lifecycle("deactivate", user=newcomer.id)
    await office.stage.settle()
    assert (await office.request(newcomer)).state == "withdrawn"
    await kenji.types("/rungs access requests")
    assert f"<@{newcomer.id}>" not in kenji.reads()


async def test_approvers_are_reminded_once_after_three_working_days(
    office: Office, newcomer: Person, kenji: Person
) -> None:
    while office.calendar.now.weekday() != 3:
        office.calendar.turn(days=1)
    request = await office.asks(newcomer)
    reminder = f"*Still waiting for an answer:* <@{newcomer.id}> asked for “Agents”"
    await office.passes(days=2)
    assert office.told(kenji, f"<@{newcomer.id}> asks for your approval") == 1
    await office.runs(days=2)
    assert office.told(kenji, reminder) == 0
    await office.passes(days=3)
    assert office.told(kenji, reminder) == 1
    await office.passes(days=1)
    assert office.told(kenji, reminder) == 1
    assert (await office.request(newcomer)).remind_at is None
    await presses(kenji, APPROVE, request.id)


async def test_an_approver_withdraws_an_approval(
    office: Office, newcomer: Person, mei: Person
) -> None:
    request = await office.asks(newcomer)
    await presses(office.person("kenji"), APPROVE, request.id)
    await office.runs()
    await presses(newcomer, WITHDRAW_APPROVAL, request.id)
    assert "You aren't an approver for this permission right now" in newcomer.reads()
    await presses(office.person("sofia"), WITHDRAW_APPROVAL, request.id)
    assert await office.approved(newcomer) == {"agents"}
    await mei.types("/rungs access requests")
    assert f"<@{newcomer.id}>: *Agents* · by <@U0KENJISATO> on" in mei.reads()
    await presses(mei, WITHDRAW_APPROVAL, request.id)
    assert f"*The approval is withdrawn.* <@{newcomer.id}> loses “Agents”" in mei.reads()
    await presses(mei, WITHDRAW_APPROVAL, request.id)
    assert "There's no such approval" in mei.reads()
    await newcomer.types("access agents")
    assert "*You don't have it yet.*" in newcomer.reads()


async def test_an_approval_that_no_card_shows_is_withdrawn_by_a_form(
    office: Office, newcomer: Person, kenji: Person
) -> None:
    await presses(kenji, APPROVE, (await office.asks(newcomer)).id)
    async with office.stage.database.write() as session:
        long_ago = office.calendar.now + timedelta(days=1)
        assert await requests.prune(session, before=long_ago, limit=1000)
    await presses(newcomer, WITHDRAW_OTHER)
    assert "You aren't an approver right now." in newcomer.reads()
    for person, said in (
        (newcomer, "*The approval is withdrawn.*"),
        (newcomer, "There's no such approval"),
        (kenji, "This approval is for you, so another approver withdraws it."),
    ):
        await kenji.types("/rungs access requests")
        await kenji.clicks("Withdraw an approval")
        await _chooses(kenji, person.id)
        assert said in kenji.reads()
    assert await office.approved(newcomer) == set()
    # One whose role ends while the form is open.
    await presses(kenji, APPROVE, (await office.asks(newcomer)).id)
    await kenji.clicks("Withdraw an approval")
    await office.names(APPROVER, "mei")
    await _chooses(kenji, newcomer.id)
    assert "You aren't an approver for this permission right now" in kenji.reads()
    await office.names(APPROVER, "kenji", "mei")
    assert await office.approved(newcomer) == {"agents"}


async def test_only_approvers_by_the_policy_of_today_decide(
    office: Office, newcomer: Person, kenji: Person
) -> None:
    request = await office.asks(newcomer)
    async with office.stage.database.write() as session:
        # The policy named others when this was asked.
        is_it = col(AccessRequest.id) == request.id
        await update_rows(session, AccessRequest, is_it, approver_id="nobody")
    omar = office.person("omar")
    await office.names(people.role_name("approver", "nobody"), "omar")
    for approver in (omar, kenji):
        await presses(approver, APPROVE, request.id)
        assert "You aren't an approver for this permission right now" in approver.reads()
        await approver.types("/rungs access requests")
        assert f"<@{newcomer.id}> asks" not in approver.reads()
    await newcomer.types("access agents")
    await newcomer.clicks("Ask for approval")
    await writes(newcomer, "Once more.")
    again = await office.request(newcomer)
    assert (again.state, again.approver_id) == ("open", SECURITY)
    await office.names(people.role_name("approver", "nobody"))
    await presses(kenji, APPROVE, again.id)
    assert await office.approved(newcomer) == {"agents"}


async def test_many_long_requests_fit_a_card(office: Office, kenji: Person) -> None:
    waiting = [newcomer_of(office.stage) for _ in range(4)]
    for person in waiting:
        await office.asks(person, "&" * 500)
    # In a direct message, where Slack counts all of it.
    await kenji.types("access requests")
    assert "&amp;" * 500 in kenji.reads()
    assert " more behind these." in kenji.reads()
    for person in waiting:
        await presses(kenji, APPROVE, (await office.request(person)).id)


async def test_requests_are_exported_and_erased(office: Office, newcomer: Person) -> None:
    approver = newcomer_of(office.stage)
    await _names(office, [approver.id])
    request = await office.asks(newcomer, "For the export.")
    await presses(approver, APPROVE, request.id)
    await newcomer.types("/rungs export")
    everything, _ = exported(office.stage, newcomer)
    assert "For the export." in everything
    await approver.types("/rungs export")
    everything, _ = exported(office.stage, approver)
    assert '"access_requests_decided"' in everything
    assert "For the export." not in everything
    assert newcomer.id not in everything
    await approver.types("/rungs forget")
    await approver.clicks("Erase everything")
    assert (await office.request(newcomer)).decided_by is None
    await newcomer.types("/rungs forget")
    await newcomer.clicks("Erase everything")
    async with office.stage.database.read() as session:
        assert await requests.find(session, newcomer.key.workspace_id, request.id) is None
    await office.names(APPROVER, "kenji", "mei")


async def test_an_approval_that_ends_soon_can_be_asked_for_again(
    office: Office, newcomer: Person, kenji: Person
) -> None:
    request = await office.asks(newcomer)
    await presses(kenji, APPROVE, request.id)
    await office.runs()
    await newcomer.types("access agents")
    assert "Ask for approval" not in labels_of(newcomer)
    await office.runs(days=70)
    await newcomer.types("access")
    assert (
        "To keep it:\n• Approval (Security &amp; privacy). You can ask for it now."
        in newcomer.reads()
    )
    await newcomer.clicks("Ask for approval")
    await writes(newcomer, "To go on.")
    assert "*You asked for “Agents”.*" in newcomer.reads()
    # They have it, and hear all the same what approvers answer.
    await presses(kenji, RETURN, (await office.request(newcomer)).id)
    await writes(kenji, "With which repository?")
    await office.passes(days=3)
    assert office.told(newcomer, "wants to know more* before they approve “Agents”") == 1
    await newcomer.types("access")
    await newcomer.clicks("Ask for approval")
    await writes(newcomer, "The same.")
    await presses(kenji, APPROVE, (await office.request(newcomer)).id)
    await office.passes(days=3)
    assert office.told(newcomer, "approved your request* for “Agents”. You keep it.") == 1


async def _chooses(approver: Person, user_id: str) -> None:
    """Send the form that withdraws an approval of agents."""
    option = {"text": {"type": "plain_text", "text": "Agents"}, "value": "agents"}
    state: dict[str, Any] = {
        PERSON: {PERSON: {"type": "users_select", "selected_user": user_id}},
        PERMISSION: {PERMISSION: {"type": "static_select", "selected_option": option}},
    }
    await approver.stage.playground.submit(approver.id, approver.view.id, state)
    await approver.stage.settle()


async def _names(office: Office, user_ids: list[str]) -> None:
    async with office.stage.database.write() as session:
        workspace_id = office.stage.playground.workspace.id
        await holders.name_members(
            session, workspace_id, APPROVER, user_ids, now=office.calendar.now
        )
