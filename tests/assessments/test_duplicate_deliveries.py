"""Assessments of every kind when each request comes several times, also to two bots on one database."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from playground.delivery.parcel import Parcel
from playground.state.messages import Message
from storage import required_level
from storage.agents import agents, history
from tests.agents.register import CHANNEL, FACTS, FORM
from tests.assessments.conversations import (
    AGENT,
    GRADING,
    NEEDS,
    STORIES,
    Story,
    answers,
    begins,
    button,
    click,
    drawn,
    grades_of,
    lists_agent,
    live,
    newest,
    place_of,
)
from tests.eventually import until
from tests.slack.test_duplicate_deliveries import both_settle, deliver_again, delivered, two_bots
from tests.stage import Person, Stage, shown

TIMES = 4
Bots = tuple[Stage, Stage]


def lines(stage: Stage, words: str) -> list[str]:
    """Return the bot's lines in the channel that contain these words."""
    channel = stage.playground.workspace.conversations[CHANNEL]
    told = [m for m in channel.messages.values() if m.by_app and m.only_for is None]
    return [shown(m) or m.text for m in told if words in (shown(m) or m.text)]


async def is_ours(stage: Stage, person: Person) -> None:
    """Put the bot and an agent into the channel."""
    workspace = stage.playground.workspace
    workspace.conversations[CHANNEL].members.add(workspace.app.user_id)
    await lists_agent(stage.database, workspace.id, by=person.id)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_repeated_deliveries_have_one_effect(stage: Stage, story: Story) -> None:
    noah = stage.person("noah")
    await is_ours(stage, noah)
    card = await begins(noah, story)
    await deliver_again(stage, delivered(stage.playground, "/rungs"), times=TIMES)
    assert len(live(stage.playground, noah.id)) == 1
    for place in range(1, story.cards + 1):
        assert place_of(card) == place
        await answers(noah, [story.well], on=card)
        await deliver_again(stage, delivered(stage.playground, "block_actions"), times=TIMES)
    assert story.result in shown(card)
    assert len(live(stage.playground, noah.id)) == 1
    assert len(await story.rows(stage.database, noah.key)) == 1
    graded = 1 if story is GRADING else 0
    assert len(await grades_of(stage.database)) == graded
    assert len(lines(stage, " graded ")) == graded


async def test_repeated_changes_of_the_list_have_one_effect(stage: Stage) -> None:
    noah = stage.person("noah")
    await is_ours(stage, noah)
    await noah.types("/rungs agent remove Scout", where=CHANNEL)
    await noah.clicks("Remove it", where=CHANNEL)
    await deliver_again(stage, delivered(stage.playground, "block_actions"), times=TIMES)
    assert len(lines(stage, " removed ")) == 1
    await noah.types("/rungs agent add", where=CHANNEL)
    await deliver_again(stage, delivered(stage.playground, "/rungs"), times=TIMES)
    await send_form(noah)
    await deliver_again(stage, sent_again(stage), times=TIMES)
    assert len(lines(stage, " added ")) == 1
    workspace_id = stage.playground.workspace.id
    async with stage.database.read() as session:
        listed = await agents.of_channel(session, workspace_id, CHANNEL)
        events = await history.of_channel(session, workspace_id, CHANNEL, limit=10)
    assert [agent.name for agent in listed] == [FACTS["name"]]
    assert sorted(event.kind for _, event in events) == ["added", "added", "removed"]


def sent_again(stage: Stage) -> Parcel:
    """Return the form as it was delivered."""
    return Parcel("interactive", delivered(stage.playground, "view_submission").payload)


async def send_form(person: Person) -> None:
    state: dict[str, Any] = {
        FORM[name]: {FORM[name]: {"type": "plain_text_input", "value": value}}
        for name, value in FACTS.items()
    }
    slack = person.stage.playground
    await slack.submit(person.id, person.view.id, {**person.view.values, **state})
    await person.stage.settle()


async def test_two_bots_on_one_database_run_each_kind_once(postgres_url: str) -> None:
    async with two_bots(postgres_url) as bots:
        slack, noah = bots[0].playground, bots[0].person("noah")
        await is_ours(bots[0], noah)
        slack.faults.duplicate_deliveries(1000)
        for story in STORIES:
            await noah.types(story.command, where=CHANNEL)
            await both_settle(bots)
            await patiently(bots, noah, story)
        await both_settle(bots)
        for story in STORIES:
            rows = await story.rows(bots[0].database, noah.key)
            assert [row.state for row in rows] == ["completed"]
        await at_both(bots, noah, lambda: clicks(noah, NEEDS, "Share in the channel"))
        assert len(live(slack, noah.id)) == len(STORIES)
        assert len(await grades_of(bots[0].database)) == 1
        assert len(lines(bots[0], " graded ")) == 1
        assert len(lines(bots[0], " worked out which level ")) == 1
        async with bots[0].database.read() as session:
            assert len(await required_level.of_channel(session, slack.workspace.id, CHANNEL)) == 1


async def patiently(bots: Bots, person: Person, story: Story) -> None:
    """Answer card by card; click again only while the same card is shown."""
    slack = bots[0].playground
    for place in range(1, story.cards + 1):
        await until(lambda at=place: place_of(newest(slack, person.id)) == at, what=f"card {place}")  # type: ignore[misc]
        await click(slack, person.id, drawn(newest(slack, person.id), story.well))
        await both_settle(bots)
    await until(lambda: story.result in shown(newest(slack, person.id)), what=story.result)


async def clicks(person: Person, story: Story, label: str) -> None:
    card = next(m for m in person.messages() if m.only_for is None and story.result in shown(m))
    await click(person.stage.playground, person.id, button(card, label))


async def at_both(bots: Bots, person: Person, act: Callable[[], Awaitable[None]]) -> None:
    """Do it twice at the same moment, alternately at both bots."""
    await asyncio.gather(act(), act())
    await both_settle(bots)


async def test_the_last_answer_at_two_bots_makes_one_grade(postgres_url: str) -> None:
    async with two_bots(postgres_url) as bots:
        noah, grace = bots[0].person("noah"), bots[0].person("grace")
        await is_ours(bots[0], noah)
        cards: list[Message] = []
        for person in (noah, grace):
            await person.types(GRADING.command, where=CHANNEL)
            await both_settle(bots)
            cards.append(newest(bots[0].playground, person.id))
            for _ in range(GRADING.cards - 1):
                await answers(person, [GRADING.well], on=cards[-1])
                await both_settle(bots)
        last = [(p, drawn(c, GRADING.well)) for p, c in zip((noah, grace), cards, strict=True)]
        slack = bots[0].playground
        await asyncio.gather(*(click(slack, p.id, one) for p, one in last * 3))
        await both_settle(bots)
        by = sorted(str(grade.graded_by) for grade in await grades_of(bots[0].database))
        assert by == sorted([noah.id, grace.id])
        assert len(lines(bots[0], " graded ")) == 2
        for card in cards:
            assert f"Graded: {AGENT}" in shown(card)
            assert "also graded it" in shown(card)


async def test_removing_at_two_bots_posts_one_line(postgres_url: str) -> None:
    async with two_bots(postgres_url) as bots:
        noah, grace = bots[0].person("noah"), bots[0].person("grace")
        await is_ours(bots[0], noah)
        for person in (noah, grace):
            await person.types(f"/rungs agent remove {AGENT}", where=CHANNEL)
            await both_settle(bots)
        await asyncio.gather(*(p.clicks("Remove it", where=CHANNEL) for p in (noah, grace)))
        await both_settle(bots)
        assert len(lines(bots[0], " removed ")) == 1
        told = [shown([m for m in p.messages(CHANNEL) if m.only_for][-1]) for p in (noah, grace)]
        assert sum("was already removed" in text for text in told) == 1, told
