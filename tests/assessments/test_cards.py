"""Cards of every kind clicked twice, late, by others, and while an assessment of another kind is open."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import permutations

import pytest
import pytest_asyncio

from app import REGISTRY
from playground.state.messages import Message
from storage.privacy import everything_about
from tests.agents.register import CHANNEL
from tests.assessments.conversations import (
    STORIES,
    Drawn,
    Story,
    answers,
    begins,
    button,
    click,
    drawn,
    finishes,
    grades_of,
    lists_agent,
    live,
    place_of,
)
from tests.shared_stage import newcomer_of
from tests.stage import Person, Stage, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

EVERY = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
PAIRS = pytest.mark.parametrize(
    ("one", "other"), list(permutations(STORIES, 2)), ids=lambda story: story.name
)


AROUND = pytest.mark.parametrize(
    ("one", "other"),
    list(zip(STORIES, (*STORIES[1:], STORIES[0]), strict=True)),
    ids=lambda story: story.name,
)


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def listed(long_stage: Stage) -> AsyncIterator[None]:
    """Put the bot and an agent into the channel."""
    workspace = long_stage.playground.workspace
    workspace.conversations[CHANNEL].members.add(workspace.app.user_id)
    await lists_agent(long_stage.database, workspace.id, by=long_stage.person("noah").id)
    yield


async def all_at_once(person: Person, *clicks: Drawn) -> None:
    slack = person.stage.playground
    outcomes = await asyncio.gather(*(click(slack, person.id, one) for one in clicks))
    await person.stage.settle()
    assert all(outcome.ok for outcome in outcomes)


def lasting(card: Message) -> str:
    """Return the result without the agents beside a project, which are added only once."""
    before, _, beside = shown(card).partition("*How the agents in ")
    _, headline, after = beside.partition("*What stays")
    return before + headline + after


async def kept(person: Person, story: Story) -> list[list[float]]:
    return await story.kept(person.stage.database, person.key)


@EVERY
async def test_every_double_click_counts_once(newcomer: Person, story: Story) -> None:
    card = await begins(newcomer, story)
    for place in range(1, story.cards + 1):
        assert place_of(card) == place
        await all_at_once(newcomer, *[drawn(card, story.well)] * 2)
    assert story.result in shown(card)
    assert len(live(newcomer.stage.playground, newcomer.id)) == 1
    assert [row.state for row in await story.rows(newcomer.stage.database, newcomer.key)] == [
        "completed"
    ]


@EVERY
async def test_one_of_two_different_answers_at_once_counts(newcomer: Person, story: Story) -> None:
    card = await begins(newcomer, story)
    await all_at_once(newcomer, drawn(card, story.well), drawn(card, 3 if story.well else 1))
    assert place_of(card) == 2
    assert await story.places_kept(newcomer.stage.database, newcomer.key) == 1


@EVERY
async def test_old_clicks_do_not_change_the_result(newcomer: Person, story: Story) -> None:
    card = await begins(newcomer, story)
    late = [drawn(card, story.well)]
    await answers(newcomer, [story.well], on=card)
    late += [drawn(card, 1), button(card, "Back"), button(card, "Finish later")]
    await finishes(newcomer, story, on=card)
    result, held = lasting(card), await kept(newcomer, story)
    for one in late:
        await all_at_once(newcomer, one)
        assert lasting(card) == result
    assert await kept(newcomer, story) == held


@EVERY
async def test_old_clicks_do_not_change_a_new_assessment(newcomer: Person, story: Story) -> None:
    card = await begins(newcomer, story)
    await answers(newcomer, [story.well], on=card)
    card = await begins(newcomer, story)
    again, resume = button(card, "Start over"), button(card, "Continue")
    await all_at_once(newcomer, resume)
    late = [drawn(card, story.well), again, resume]
    await all_at_once(newcomer, *[again] * 2)
    for one in late:
        assert place_of(card) == 1
        await all_at_once(newcomer, one)
    await finishes(newcomer, story, on=card)
    result = lasting(card)
    for one in late:
        await all_at_once(newcomer, one)
        assert lasting(card) == result


@PAIRS
async def test_an_old_card_leads_to_its_own_kind_while_another_is_open(
    newcomer: Person, one: Story, other: Story
) -> None:
    old = await begins(newcomer, one)
    late = drawn(old, one.well)
    card = await begins(newcomer, one)
    theirs = await begins(newcomer, other)
    await answers(newcomer, [other.well], on=theirs)
    await all_at_once(newcomer, late)
    assert "This card has moved" in shown(old)
    assert (place_of(card), place_of(theirs)) == (1, 2)
    await all_at_once(newcomer, button(old, "Continue here"))
    assert (place_of(old), place_of(theirs)) == (1, 2)
    assert "This card has moved" in shown(card)
    await finishes(newcomer, one, on=old)
    result = lasting(old)
    await answers(newcomer, [other.well], on=theirs)
    await all_at_once(newcomer, late)
    assert (lasting(old), place_of(theirs)) == (result, 3)


@AROUND
async def test_an_ended_card_names_its_own_command_while_another_is_open(
    newcomer: Person, one: Story, other: Story
) -> None:
    old = await begins(newcomer, one)
    late = drawn(old, one.well)
    card = await begins(newcomer, one)
    await finishes(newcomer, one, on=card)
    theirs = await begins(newcomer, other)
    await all_at_once(newcomer, late)
    assert f"`{one.command}`" in shown(old)
    assert "Continue here" not in shown(old)
    assert one.result in shown(card)
    assert place_of(theirs) == 1


@EVERY
async def test_clicks_on_another_members_card_are_refused(newcomer: Person, story: Story) -> None:
    intruder = newcomer_of(newcomer.stage)
    await intruder.types("hello")
    mine = intruder.card
    card = await begins(newcomer, story)
    await answers(newcomer, [story.well], on=card)
    theirs = [drawn(card, story.well), button(card, "Back"), button(card, "Finish later")]
    waiting = await begins(newcomer, story)
    theirs += [button(waiting, "Continue"), button(waiting, "Start over")]
    before = await everything(newcomer)
    for one in theirs:
        told = len(intruder.messages())
        await click(newcomer.stage.playground, intruder.id, replace(one, message=mine))
        await newcomer.stage.settle()
        assert "someone else" in intruder.reads()
        assert len(intruder.messages()) == told + 1
    assert await everything(newcomer) == before
    assert await kept(intruder, story) == []


async def everything(owner: Person) -> object:
    """Return what the owner sees and what is stored about them."""
    async with owner.stage.database.read() as session:
        held = await everything_about(session, owner.key, REGISTRY.personal_data)
    return [[shown(m) for m in owner.messages()], held, len(await grades_of(owner.stage.database))]
