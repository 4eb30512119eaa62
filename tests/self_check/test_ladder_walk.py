"""Random clicks on anything ever shown, old cards of both ladders included: nothing fails, nothing mixes."""

import random
from typing import Any

import pytest

from playground.state.messages import Message
from storage.assessments import assessments, given_answers, wordings
from tests.self_check.ladder import HELD, MIXED, climbs
from tests.stage import Person, buttons, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLICKS = 120
COMMANDS = ("assess coding", "assess engineering", "assess sales", "tip", "me")
LEFT_ALONE = ("Erase everything", "Export my data", "Erase my data")
"""What would end the walk, or lead nowhere."""

Drawn = tuple[Message, str, dict[str, Any], dict[str, Any] | None]


def drawn(person: Person) -> list[Drawn]:
    """Return everything that can be clicked or chosen in any message now."""
    found: list[Drawn] = []
    for message in person.messages():
        for name, element in buttons(message):
            if element["text"]["text"] not in LEFT_ALONE and "url" not in element:
                found.append((message, name, dict(element), None))
        for block in message.blocks:
            for menu in (block.get("accessory"), *block.get("elements", ())):
                for option in (menu or {}).get("options", ()):
                    chosen = {"selected_option": option}
                    found.append((message, block["block_id"], dict(menu), chosen))
    return found


@pytest.mark.parametrize(("long_engine", "seed"), [("sqlite", 0), ("postgres", 1)], scope="module")
async def test_random_clicks_on_everything_ever_shown(newcomer: Person, seed: int) -> None:
    dice = random.Random(seed)
    remembered: list[Drawn] = []
    for _ in range(CLICKS):
        now = drawn(newcomer)
        remembered += dice.sample(now, min(3, len(now)))
        if not now or dice.random() < 0.1:
            await newcomer.types(f"/rungs {dice.choice(COMMANDS)}", where=newcomer.channel)
        elif remembered and dice.random() < 0.2:
            await clicks(newcomer, dice.choice(remembered))
        else:
            await clicks(newcomer, dice.choice(now))
        while newcomer.stage.playground.workspace.modal_stack(newcomer.id):
            await newcomer.closes()
        if dice.random() < 0.2 and asks_for_choices(newcomer):
            await climbs(newcomer, dice.choice((HELD, MIXED)))
        assert not any("didn't work" in shown(m) for m in newcomer.messages())
        await nothing_is_mixed(newcomer)
    await nothing_is_mixed(newcomer, also_ended=True)


def asks_for_choices(person: Person) -> bool:
    """Return whether the newest message is a card of the ladder."""
    return bool(person.messages()) and any(
        block.get("accessory", {}).get("type") == "static_select" for block in person.card.blocks
    )


async def clicks(person: Person, what: Drawn) -> None:
    message, block, element, chosen = what
    held = person.held.setdefault(message.ts, {})
    if chosen:
        held[block] = {element["action_id"]: chosen}
    await person.stage.playground.act(
        person.id,
        {"type": "message", "channel": message.channel, "ts": message.ts},
        block,
        element["action_id"],
        chosen=chosen,
        state=held,
        element=element,
    )
    await person.stage.settle()


async def nothing_is_mixed(person: Person, *, also_ended: bool = False) -> None:
    """Assert that at most one of each ladder is open, and that its words allow every answer.

    What ended never changes, so it is looked at once.
    """
    async with person.stage.database.read() as session:
        every = await assessments.list_open(session, person.key)
        frameworks = [row.framework for row in every]
        assert len(frameworks) == len(set(frameworks))
        ended = await assessments.history(session, person.key) if also_ended else []
        for row in [*every, *ended]:
            words = await wordings.words_of(session, row)
            given = await given_answers.levels_by_item(session, row)
            assert all(words.allows(item, level) for item, level in given.items())
            done = words.next_card(given) is None
            assert done == (row.state == "completed")
