"""Forms delivered again: saved once, also when the process died over the first delivery."""

import asyncio
from secrets import token_hex
from typing import Any

import pytest

from bot.features.agents import edit_handlers
from bot.features.team_digest import handlers
from playground.delivery.parcel import Parcel
from storage.agents import agents
from storage.team_digest import teams
from tests.agents.register import CHANNEL, FACTS, Desk
from tests.scheduler.faults import Killed
from tests.slack.test_duplicate_deliveries import delivered
from tests.stage import BOTH, Stage, shown
from tests.team_digest.channel import GROWTH, Growth

FIRST, TIMES = 1, 3
WHERE = ["asking Slack", "saving"]


async def comes_again(stage: Stage, *, times: int) -> None:
    """Deliver copies of the form at the same moment, each with its own signature."""
    payload = delivered(stage.playground, "view_submission").payload
    copies = [Parcel("interactive", payload | {"copy": token_hex(4)}) for _ in range(times)]
    await asyncio.gather(*(stage.playground.service.courier.deliver(copy) for copy in copies))
    await stage.settle()


async def dies(*_: Any, **__: Any) -> Any:
    raise Killed


@BOTH
@pytest.mark.parametrize("where", WHERE)
async def test_who_dies_over_the_form_of_an_agent_leaves_it_to_the_copy(
    desk: Desk, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.noah.types("/rungs agent add", where=CHANNEL)
    if where == "saving":
        monkeypatch.setattr(agents, "add", dies)
    else:
        monkeypatch.setattr(edit_handlers, "check_access", dies)
    await desk.sends(desk.noah, **FACTS)
    monkeypatch.undo()
    assert await desk.agent("Scout") is None
    for times in (FIRST, TIMES):
        await comes_again(desk.stage, times=times)
        assert [shown(post).count("added *Scout*") for post in desk.posts()] == [1]
        assert "is on the list now" in desk.told(desk.noah)
        assert await desk.agent("Scout")


@pytest.mark.parametrize("where", WHERE)
async def test_who_dies_over_a_change_leaves_it_to_the_copy(
    desk: Desk, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.adds()
    await desk.noah.types("/rungs agent edit Scout", where=CHANNEL)
    if where == "saving":
        monkeypatch.setattr(agents, "edit", dies)
    else:
        monkeypatch.setattr(edit_handlers, "check_access", dies)
    await desk.sends(desk.noah, model="M-2")
    monkeypatch.undo()
    await comes_again(desk.stage, times=TIMES)
    agent = await desk.agent("Scout")
    assert agent
    assert (agent.model, agent.revision) == ("M-2", 1)
    assert len(desk.posts()) == 2


@pytest.mark.parametrize("where", WHERE)
async def test_who_dies_over_the_form_of_a_digest_leaves_it_to_the_copy(
    growth: Growth, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await growth.noah.types("/rungs team follow", where=GROWTH)
    if where == "saving":
        monkeypatch.setattr(teams, "follow", dies)
    else:
        monkeypatch.setattr(handlers, "check_access", dies)
    await growth.sends_form(growth.noah)
    monkeypatch.undo()
    assert await growth.team() is None
    for times in (FIRST, TIMES):
        await comes_again(growth.stage, times=times)
        assert await growth.team()
        assert ["set it up" in post.text for post in growth.posts()] == [True]


async def test_a_copy_of_what_is_done_asks_slack_nothing(desk: Desk) -> None:
    await desk.adds()
    before = len(desk.stage.calls("conversations.info"))
    desk.stage.playground.faults.add("*", "server_error", times=50)
    await comes_again(desk.stage, times=TIMES)
    assert "is on the list now" in desk.told(desk.noah)
    assert len(desk.stage.calls("conversations.info")) == before
