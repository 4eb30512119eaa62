"""Hostile names: of agents, projects, and what people type, on every surface that shows them."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from coaching.safe_text import HIDDEN
from tests.agents.register import CHANNEL, Desk, need_at, need_words, next_with, picks
from tests.stage import Person

HOSTILE = [
    "\u202e@channel <!here>\u2066 #general\u200b",
    "<@U0ADAOKAFOR> evil.example a@b.example",
    "<http://e.example|docs> \U000e0041&amp;",
    "\u2067<!subteam^S1> <!date^0^x|y>\u061c",
]
UNSEEN = ["\u3164", "\u2800 \u2800", "\u202e\u2066", "\u200d\u200c", "\u0301", "\ufeff", "\x00"]
MARKUP = re.compile(r"<[^<>]*>")
OWN_MARKUP = re.compile(
    r"<@U0(NOAHBERG0|GRACELEE0)>|<#C0GROWTH000>|<!date\^[1-9]\d+\^\{date\}[^>]*>"
)
COMMANDS = [
    "agent show",
    "agent grade",
    "agent remove",
    "agent edit",
    "agent history",
    "agent levels",
    "agent",
    "assess",
    "family",
    "team",
    "map",
    "",
]


def every_payload(desk: Desk) -> Iterator[Any]:
    """Yield what the bot sent: the arguments of its calls, and the messages and views that are there."""
    slack = desk.stage.playground
    for call in slack.calls:
        yield {"type": "mrkdwn", "text": call.arguments.get("text"), "top": True}
        for name in ("blocks", "view"):
            value = call.arguments.get(name) or []
            yield json.loads(value) if isinstance(value, str) else value
    for place in slack.workspace.conversations.values():
        for message in place.messages.values():
            if message.by_app:
                yield {"type": "mrkdwn", "text": message.text, "top": True}
                yield message.blocks


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object within a payload."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            yield from objects(inner)


def check(desk: Desk) -> int:
    """Check every text that was sent; return how many there were."""
    seen = 0
    for payload in every_payload(desk):
        for one in objects(payload):
            for text in filter(None, (v for v in one.values() if isinstance(v, str))):
                assert not HIDDEN.search(text), one
            if one.get("type") == "mrkdwn" and one.get("text"):
                seen += 1
                assert one.get("top") or one.get("verbatim") is True, one
                marked = [m for m in MARKUP.findall(one["text"]) if not OWN_MARKUP.fullmatch(m)]
                assert marked == [], one
    for call in desk.stage.calls("chat.postMessage") + desk.stage.calls("chat.update"):
        assert call.arguments["parse"] == "none"
        assert str(call.arguments["link_names"]).lower() in ("0", "false")
    return seen


async def goes_everywhere(desk: Desk, name: str) -> None:
    """Use the name for an agent and a project, and show both wherever they can be shown."""
    noah, grace = desk.noah, desk.grace
    await noah.types(f"/rungs agent add {name}", where=CHANNEL)
    await desk.sends(noah, name=name, tool=name, model=name, purpose=name, owner=noah.id)
    listed = await desk.says("", by="grace")
    stored = next(m for m in reversed(noah.messages(CHANNEL)) if "is on the list now" in m.text)
    await noah.clicks("Grade it", on=stored)
    await noah.clicks("Finish later")
    await noah.clicks("Continue")
    await desk.answers(noah, "CCCCCCC")
    shown_name = agent_name(grace)
    await picks(grace, "show", shown_name)
    for label in ("History", "Change"):
        await grace.clicks(label, where=CHANNEL)
    await desk.sends(grace, name=f"{name}2", tool=name, model=f"{name}3", purpose=name)
    await desk.says("history")
    await noah.types(f"/rungs agent need {name}", where=CHANNEL)
    await answers_needs(noah)
    await noah.clicks("Compare the agents")
    await noah.clicks("Share in the channel")
    await desk.says("", by="grace")
    await picks(grace, "show", agent_name(grace))
    await grace.clicks("Remove", where=CHANNEL)
    await grace.clicks("Remove it", where=CHANNEL)
    assert listed


async def answers_needs(person: Person) -> None:
    for question in need_words().questions:
        wanted = [n for n, need in enumerate(question.needs) if need.id == need_at(3)]
        if question.multiple:
            await next_with(person, [str(place) for place in wanted] or ["none"])
        else:
            await person.clicks("ABCDEF"[wanted[0] if wanted else 0])


def agent_name(person: Person) -> str:
    """Return the only agent that the newest menu offers."""
    for message in reversed(person.messages(CHANNEL)):
        for block in message.blocks:
            for element in block.get("elements", ()):
                if element.get("action_id") == "agent_picked:show":
                    (option,) = element["options"]
                    return str(option["text"]["text"])
    raise AssertionError("No menu of agents.")


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_name_is_text_on_every_surface(desk: Desk, name: str) -> None:
    await goes_everywhere(desk, name)
    assert check(desk) > 100


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_was_typed_is_text_in_the_answer(desk: Desk, name: str) -> None:
    await desk.adds()
    for words in COMMANDS:
        await desk.noah.types(f"/rungs {words} {name}", where=CHANNEL)
        await desk.noah.types(f"{words} {name}")
    assert check(desk) > 20


@pytest.mark.parametrize("name", UNSEEN)
async def test_a_name_of_which_nothing_is_seen_is_refused(desk: Desk, name: str) -> None:
    await desk.noah.types("/rungs agent add", where=CHANNEL)
    await desk.sends(desk.noah, name=name, tool="Pathfinder", model="M-1", purpose="-")
    assert "An agent needs a name, a tool, and a model" in desk.told(desk.noah)
    await desk.noah.types(f"/rungs agent need {name}", where=CHANNEL)
    await answers_needs(desk.noah)
    assert "This project needs" in desk.noah.reads()
    check(desk)


async def test_a_name_from_before_is_shown_without_its_hidden_characters(desk: Desk) -> None:
    agent = await desk.adds()
    async with desk.stage.database.write() as session:
        row = await session.merge(agent)
        row.name, row.purpose = "Sc\u202eout\u200b", "Small \u2066fixes"
    assert "*Scout*" in await desk.says("")
    await desk.grace.types("/rungs agent", where=CHANNEL)
    await picks(desk.grace, "show", "Scout")
    await desk.grace.clicks("Change", where=CHANNEL)
    check(desk)


async def test_joined_emoji_and_scripts_that_need_joiners_stay(desk: Desk) -> None:
    name = "می\u200cخواهم 👩\u200d💻"
    await desk.adds(name=name)
    assert f"*{name}*" in await desk.says("")
