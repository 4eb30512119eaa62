"""Attacks on the register of a channel: by someone who left it, and by ids that are none."""

import pytest

from app import REGISTRY
from bot.assessments.values import AnswerValue, CardValue
from bot.features.privacy.views import FORGET_CONFIRMED
from bot.features.required_level.views import NEED_TICKED
from storage.agents.agents import Agent
from storage.assessments import assessments, given_answers
from storage.assessments.assessments import Assessment
from tests.agents.register import CHANNEL, Desk, ladder
from tests.agents.test_former_members import Act, all_told
from tests.assessments.conversations import GRADING, begins
from tests.slack.raw_requests import click as raw_click
from tests.slack.raw_requests import command, knock, signed

LAST = ladder().words.criteria[-1]
INJECTED = "U1> <!channel>"


async def open_grading(desk: Desk, agent: Agent) -> Assessment | None:
    """Return the grading of this agent that Grace has open."""
    async with desk.stage.database.read() as session:
        return await assessments.get_open(
            session, desk.grace.key, agent.framework, subject=agent.id
        )


async def open_rows(desk: Desk) -> list[Assessment]:
    async with desk.stage.database.read() as session:
        return [r for r in await assessments.list_open(session, desk.grace.key) if r.subject]


async def up_to_last(desk: Desk, agent: Agent) -> Assessment:
    """Answer Grace's open grading until one criterion is left, and return it."""
    while True:
        row = await open_grading(desk, agent)
        assert row
        async with desk.stage.database.read() as session:
            answered = await given_answers.levels_by_item(session, row)
        missing = [one.id for one in ladder().words.criteria if one.id not in answered]
        if missing == [LAST.id]:
            return row
        await clicks(desk, "answer_chosen:B", str(AnswerValue(row.id, row.revision, missing[0], 2)))


async def clicks(desk: Desk, action_id: str, value: str) -> None:
    """Send a click of Grace on her card, whatever the card shows."""
    rows = [row for row in await open_rows(desk) if row.card_ts]
    place = desk.stage.playground.workspace.conversations[str(rows[0].card_channel)]
    card = place.messages[str(rows[0].card_ts)]
    element = {"type": "button", "action_id": action_id, "value": value}
    await Act(card, "answers", element).by(desk.grace)


def attempts(row: Assessment) -> list[str]:
    """Return the values of buttons that could mean the last answer of this grading, or the grading."""
    answer = AnswerValue(row.id, row.revision, LAST.id, 2)
    return [str(answer), str(CardValue(row.id, row.revision, LAST.id))]


async def test_no_act_of_someone_who_left_grades_an_agent_or_tells_its_news(desk: Desk) -> None:
    agent = await desk.adds()
    await begins(desk.grace, GRADING)
    desk.clock.go(minutes=1)
    desk.stage.playground.workspace.conversations[CHANNEL].members.discard(desk.grace.id)
    await desk.noah.types("/rungs agent edit Scout", where=CHANNEL)
    await desk.sends(desk.noah, name="Secret", purpose="Secret things", model="Secret-1")
    desk.clock.go(minutes=1)
    posts = len(desk.posts())
    for action in REGISTRY.clicks.keys() - {FORGET_CONFIRMED}:
        for number in range(2):
            value = attempts(await up_to_last(desk, agent))[number]
            own = value if action == NEED_TICKED else "B"
            await clicks(desk, f"{action}{own}" if action.endswith(":") else action, value)
        assert await desk.kept(agent) == [], action
        assert [told for told in all_told(desk, desk.grace) if "Secret" in told] == [], action
    assert len(desk.posts()) == posts


@pytest.mark.parametrize("words", ["agent list", "agent show Scout", "agent history", "team"])
async def test_a_command_from_outside_the_channel_tells_nothing(desk: Desk, words: str) -> None:
    await desk.adds()
    desk.stage.playground.workspace.conversations[CHANNEL].members.discard(desk.grace.id)
    body = command(desk.stage, user_id=desk.grace.id, channel_id=CHANNEL, text=words)
    await knock(desk.stage, signed(desk.stage, body), body)
    await desk.stage.settle()
    assert [told for told in all_told(desk, desk.grace) if "Scout" in told] == []
    assert "people in" in desk.grace.reads()


@pytest.mark.parametrize("words", ["agent remove Scout", "agent grade Scout", "team unfollow"])
async def test_a_command_from_outside_the_channel_changes_nothing(desk: Desk, words: str) -> None:
    agent = await desk.adds()
    desk.stage.playground.workspace.conversations[CHANNEL].members.discard(desk.grace.id)
    body = command(desk.stage, user_id=desk.grace.id, channel_id=CHANNEL, text=words)
    await knock(desk.stage, signed(desk.stage, body), body)
    await desk.stage.settle()
    assert "people in" in desk.grace.reads()
    assert await open_grading(desk, agent) is None


async def test_an_owner_who_is_no_user_id_reaches_no_message(desk: Desk) -> None:
    await desk.noah.types("/rungs agent add", where=CHANNEL)
    await desk.sends(
        desk.noah, name="Scout", tool="Pathfinder", model="M-1", owner=INJECTED, purpose="-"
    )
    assert "<!channel>" not in desk.told(desk.noah)
    for word in ("", "show Scout", "history"):
        assert "<!channel>" not in await desk.says(word)
    found = await desk.agent("Scout")
    assert found is None or found.owner is None


@pytest.mark.parametrize("column", ["owner", "added_by", "changed_by"])
async def test_ids_in_the_database_that_are_none_reach_no_message(desk: Desk, column: str) -> None:
    agent = await desk.adds()
    async with desk.stage.database.write() as session:
        row = await session.get(Agent, (agent.workspace_id, agent.id))
        setattr(row, column, INJECTED)
    for word in ("", "show Scout", "history"):
        assert "<!channel>" not in await desk.says(word)
    await desk.noah.types("/rungs agent edit Scout", where=CHANNEL)
    assert "Owner: who looks after it" in str(desk.noah.view.blocks)


@pytest.mark.parametrize("place", ["user_id", "channel_id", "team_id"])
async def test_a_command_with_an_id_that_is_none_is_refused(desk: Desk, place: str) -> None:
    await desk.adds()
    before = len(desk.stage.playground.calls)
    body = command(desk.stage, **{"channel_id": CHANNEL, "text": "agent", place: INJECTED})
    status = await knock(desk.stage, signed(desk.stage, body), body)
    await desk.stage.settle()
    assert status in (200, 400, 401)
    assert len(desk.stage.playground.calls) == before


@pytest.mark.parametrize("place", ["user", "channel"])
async def test_a_click_with_an_id_that_is_none_is_refused(desk: Desk, place: str) -> None:
    before = len(desk.stage.playground.calls)
    acting = {"user": {"id": desk.noah.id}, "channel": {"id": CHANNEL}, place: {"id": INJECTED}}
    actions = [{"action_id": "agents_asked", "block_id": "b", "type": "button"}]
    container = {"type": "message", "message_ts": "1.2"}
    body = raw_click(desk.stage, **acting, actions=actions, container=container, view=None)
    assert await knock(desk.stage, signed(desk.stage, body), body) == 400
    await desk.stage.settle()
    assert len(desk.stage.playground.calls) == before
