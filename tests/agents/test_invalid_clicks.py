"""Clicks with unknown values, and content without levels for agents."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from app import REGISTRY
from bot import buttons
from bot.assessments import cards
from bot.slack.payloads import Click, Request
from playground.server import Playground
from playground.server import running as playing
from storage.assessments.assessments import latest_about
from tests.agents.register import CHANNEL, Desk, answer_needs, at_desk, ladder
from tests.stage import built_in, staged

OURS = [
    name
    for name in REGISTRY.clicks
    if name.startswith(("agent", "grade", "need", "project")) and name != buttons.AGENT_ADD
]
VALUES = [
    "",
    "|",
    "x",
    "show|",
    "show|x",
    "dance|x",
    "x|1|y",
    "x|1|y|2",
    "{}",
    "[]",
    "null",
    "\x00",
]


@pytest.fixture
async def desk(sqlite_url: str) -> AsyncIterator[Desk]:
    async with at_desk(sqlite_url) as desk:
        yield desk


@pytest.mark.parametrize("action", OURS)
async def test_a_click_with_an_unknown_value_changes_nothing(desk: Desk, action: str) -> None:
    await desk.adds()
    posts = len(desk.posts())
    for number, value in enumerate(VALUES):
        request = Request(
            desk.noah.key, CHANNEL, None, None, idempotency_key=f"trigger:{action}:{number}"
        )
        for action_id in {action, f"{action}{value}"}:
            before = len(desk.noah.messages())
            await REGISTRY.clicks[action](
                desk.stage.bot.deps, Click(request, action_id, value, None)
            )
            assert len(desk.noah.messages()) > before or action == buttons.AGENT_NEED
    assert await desk.agent("Scout")
    assert len(desk.posts()) == posts


@pytest.mark.parametrize("word", ["levels", "need", "add"])
async def test_missing_levels_for_agents_are_explained(sqlite_url: str, word: str) -> None:
    library = replace(built_in(), gradings={}, needs={})
    async with staged(sqlite_url, library=library) as stage:
        noah = stage.person("noah")
        await noah.types(f"/rungs agent {word}", where=CHANNEL)
        told = noah.view_text if noah.view else noah.reads(CHANNEL)
        assert "There are no levels for agents here yet" in told


async def test_questions_end_although_their_levels_were_removed(sqlite_url: str) -> None:
    async with playing(Playground()) as slack:
        async with staged(sqlite_url, playground=slack) as stage:
            await stage.person("noah").types("/rungs agent need Order desk", where=CHANNEL)
        library = replace(built_in(), gradings={}, needs={})
        async with staged(sqlite_url, playground=slack, library=library) as stage:
            noah = stage.person("noah")
            await answer_needs(noah, ["own-accounts"])
            assert "There are no levels for agents" in noah.reads()
        async with staged(sqlite_url, playground=slack) as stage:
            noah = stage.person("noah")
            async with stage.database.read() as session:
                row = await latest_about(session, noah.key, f"need:{CHANNEL}:Order desk")
            assert row
            await cards.refresh_card(stage.bot.deps, noah.key.workspace_id, row.id)
            assert f"Order desk needs {ladder().words.name_of(2)}" in noah.reads()
