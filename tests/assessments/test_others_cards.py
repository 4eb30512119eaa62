"""Acting on another person's cards is refused, and changes nothing that the owner sees."""

import time
from typing import Any

import pytest
import pytest_asyncio

from app import REGISTRY
from playground.delivery.parcel import Parcel
from playground.payloads.interaction import message_action, view_action
from playground.person.elements import action_object
from storage import members
from storage.assessments import assessments
from storage.privacy import everything_about
from storage.steps import steps
from tests.eventually import levels_kept
from tests.self_check.ladder import HELD, MIXED, climbs, picks
from tests.shared_stage import newcomer_of
from tests.stage import Person, Stage, buttons, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def intruder(long_stage: Stage) -> Person:
    """A person who knows the ids on another person's card."""
    return newcomer_of(long_stage)


async def click_of(intruder: Person, owner: Person, label: str, *, team: str | None = None) -> None:
    """Send the click on the owner's newest message, signed by Slack, as another person's."""
    stage = intruder.stage
    message = owner.card
    block, element = next((b, e) for b, e in buttons(message) if e["text"]["text"] == label)
    await send(intruder, owner, block, element, team=team)
    await stage.settle()


async def send(
    intruder: Person,
    owner: Person,
    block: str,
    element: dict[str, Any],
    *,
    team: str | None,
    chosen: dict[str, Any] | None = None,
) -> None:
    service = intruder.stage.playground.service
    workspace = service.workspace
    now = time.time()
    conversation = workspace.conversations[owner.dm]
    key = service.response_urls.issue(
        intruder.id, conversation.id, now=now, message_ts=owner.card.ts
    )
    payload = message_action(
        workspace,
        workspace.people[intruder.id],
        conversation,
        owner.card,
        action=action_object(block, element, chosen=chosen, ts=f"{now:.6f}"),
        values={},
        trigger_id=service.triggers.issue(intruder.id, now=now),
        response_url=f"{service.address}/respond/{key}",
    )
    if team:
        payload |= {"team": {"id": team, "domain": "elsewhere"}}
        payload["user"] |= {"team_id": team}
    await service.courier.deliver(Parcel("interactive", payload))


async def everything(owner: Person) -> list[Any]:
    """Return what the owner sees and what is stored about them."""
    async with owner.stage.database.read() as session:
        held = await everything_about(session, owner.key, REGISTRY.personal_data)
    return [[shown(m) for m in owner.messages()], held]


def told(intruder: Person, owner: Person) -> str:
    """Return what only the intruder sees, in any channel."""
    places = intruder.stage.playground.workspace.conversations.values()
    lines = [m for c in places for m in c.messages.values() if m.only_for == intruder.id]
    lines += intruder.messages()
    assert lines, "The intruder was told nothing."
    return shown(lines[-1])


@pytest.mark.parametrize("label", ["A", "None of these yet", "Back", "Finish later"])
async def test_answering_another_members_card_is_refused(
    newcomer: Person, intruder: Person, label: str
) -> None:
    await newcomer.types("/rungs assess engineering", where=newcomer.channel)
    await newcomer.clicks("C")
    before = await everything(newcomer)
    await click_of(intruder, newcomer, label)
    assert await everything(newcomer) == before
    assert "belongs to someone else" in told(intruder, newcomer)
    await newcomer.answers("DE")
    assert await levels_kept(newcomer) == [[2, 2.5, 3]]


@pytest.mark.parametrize("label", ["Next", "Back", "Finish later"])
async def test_moving_another_members_ladder_card_is_refused(
    newcomer: Person, intruder: Person, label: str
) -> None:
    await newcomer.types("/rungs assess coding", where=newcomer.channel)
    await climbs(newcomer, HELD)
    await picks(newcomer, HELD)
    before = await everything(newcomer)
    await click_of(intruder, newcomer, label)
    assert await everything(newcomer) == before
    assert "belongs to someone else" in told(intruder, newcomer)


async def test_choosing_on_another_members_card_is_refused(
    newcomer: Person, intruder: Person
) -> None:
    await newcomer.types("/rungs assess coding", where=newcomer.channel)
    before = await everything(newcomer)
    block = next(b for b in newcomer.card.blocks if b.get("accessory"))
    menu = block["accessory"]
    chosen = {"selected_option": menu["options"][3]}
    await send(intruder, newcomer, block["block_id"], menu, team=None, chosen=chosen)
    await newcomer.stage.settle()
    assert await everything(newcomer) == before
    assert "belongs to someone else" in told(intruder, newcomer)


@pytest.mark.parametrize(
    "label", ["Why this result", "See the next level", "What this level means"]
)
async def test_another_members_ladder_result_cannot_be_read(
    newcomer: Person, intruder: Person, label: str
) -> None:
    await newcomer.types("/rungs assess coding", where=newcomer.channel)
    await climbs(newcomer, HELD, MIXED)
    await click_of(intruder, newcomer, label)
    assert "held" not in intruder.view_text
    assert "someone else" in told(intruder, newcomer)


@pytest.mark.parametrize("label", ["Continue", "Start over"])
async def test_resuming_another_members_assessment_is_refused(
    newcomer: Person, intruder: Person, label: str
) -> None:
    await newcomer.types("/rungs assess engineering", where=newcomer.channel)
    await newcomer.clicks("C")
    await newcomer.types("/rungs assess", where=newcomer.channel)
    before = await everything(newcomer)
    await click_of(intruder, newcomer, label)
    assert await everything(newcomer) == before
    assert "belongs to someone else" in told(intruder, newcomer)


@pytest.mark.parametrize("label", ["I'll try it", "Show another", "Not for me"])
async def test_deciding_about_another_members_step_is_refused(
    newcomer: Person, intruder: Person, label: str
) -> None:
    await newcomer.types("/rungs assess engineering", where=newcomer.channel)
    await newcomer.answers("AAA")
    before = await everything(newcomer)
    await click_of(intruder, newcomer, label)
    assert await everything(newcomer) == before
    assert "someone else" in told(intruder, newcomer)
    async with newcomer.stage.database.read() as session:
        step = await steps.current(session, newcomer.key)
        assert step
        assert step.state == "offered"
        assert await steps.current(session, intruder.key) is None


async def test_another_members_explanation_cannot_be_read(
    newcomer: Person, intruder: Person
) -> None:
    await newcomer.types("/rungs assess engineering", where=newcomer.channel)
    await newcomer.answers("ABC")
    await click_of(intruder, newcomer, "Why this result")
    assert "Level" not in intruder.view_text
    assert "someone else" in told(intruder, newcomer)


async def test_a_family_card_of_another_member_is_not_taken_over(
    newcomer: Person, intruder: Person
) -> None:
    await newcomer.types("/rungs assess", where=newcomer.channel)
    before = await everything(newcomer)
    await click_of(intruder, newcomer, "Sales")
    assert await everything(newcomer) == before
    assert "someone else" in told(intruder, newcomer)
    async with newcomer.stage.database.read() as session:
        assert await assessments.get_open(session, intruder.key) is None


async def test_focus_and_erasure_on_another_members_message_are_refused(
    newcomer: Person, intruder: Person
) -> None:
    await newcomer.types("/rungs assess engineering", where=newcomer.channel)
    await newcomer.answers("ABC")
    await intruder.types("/rungs assess sales", where=intruder.channel)
    await newcomer.types("forget")
    before = [await everything(one) for one in (newcomer, intruder)]
    await click_of(intruder, newcomer, "Erase everything")
    await click_of(intruder, newcomer, "Keep everything")
    assert (await everything(newcomer)) == before[0]
    assert (await everything(intruder))[1] == before[1][1]


async def test_another_members_view_shows_the_viewers_own_data(
    newcomer: Person, intruder: Person
) -> None:
    await newcomer.types("/rungs assess engineering", where=newcomer.channel)
    await newcomer.answers("CCC")
    await newcomer.opens_home()
    home = newcomer.view
    service = intruder.stage.playground.service
    block, element = next(
        (b["block_id"], e)
        for b in home.blocks
        for e in b.get("elements", ())
        if (e.get("text") or {}).get("text") == "Take it again"
    )
    payload = view_action(
        service.workspace,
        service.workspace.people[intruder.id],
        home,
        action=action_object(block, element, chosen=None, ts="1.0"),
        trigger_id=service.triggers.issue(intruder.id, now=time.time()),
    )
    before = await everything(newcomer)
    await service.courier.deliver(Parcel("interactive", payload))
    await intruder.stage.settle()
    assert await everything(newcomer) == before
    assert "closest to your work" in intruder.reads()


async def test_another_workspace_is_refused(newcomer: Person, intruder: Person) -> None:
    await newcomer.types("/rungs assess engineering", where=newcomer.channel)
    before = await everything(newcomer)
    seen = len(newcomer.stage.playground.calls)
    await click_of(intruder, newcomer, "A", team="T0ELSEWHERE")
    assert await everything(newcomer) == before
    assert len(newcomer.stage.playground.calls) == seen
    async with newcomer.stage.database.read() as session:
        assert await members.get(session, intruder.key) is None


@pytest.mark.parametrize("name", ["message", "app_home_opened", "app_uninstalled"])
async def test_an_event_of_another_workspace_is_refused(
    long_stage: Stage, newcomer: Person, name: str
) -> None:
    service = long_stage.playground.service
    seen = len(long_stage.playground.calls)
    event = {
        "type": name,
        "user": newcomer.id,
        "channel": newcomer.dm,
        "ts": "1.1",
        "text": "assess",
        "channel_type": "im",
        "tab": "home",
        "event_ts": "1.1",
    }
    for authorized in ("T0ELSEWHERE", service.workspace.id):
        payload = {
            "type": "event_callback",
            "team_id": "T0ELSEWHERE",
            "api_app_id": service.workspace.app.id,
            "event_id": f"Ev{authorized}",
            "event": event,
            "authorizations": [{"team_id": authorized, "user_id": "U1", "is_bot": True}],
        }
        await service.courier.deliver(Parcel("events_api", payload))
        await long_stage.settle()
    assert len(long_stage.playground.calls) == seen
    async with long_stage.database.read() as session:
        assert await members.get(session, newcomer.key) is None
