"""One scripted assessment of each kind beside the role families."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from coaching.members import MemberKey
from playground.person.outcome import Outcome
from playground.server import Playground
from playground.state.messages import Message
from storage.agents import agents
from storage.agents.agents import Agent, AgentFacts
from storage.agents.grades import Grade
from storage.assessments import given_answers, wordings
from storage.assessments.assessments import Assessment
from storage.database.engine import Database
from tests.agents.register import CHANNEL, NOON, ladder, need_words
from tests.stage import Person, built_in, buttons, shown

AGENT = "Scout"
CODING = built_in().ladders["ai-coding"].words
PLACE = re.compile(r"· (?:Card )?(\d+) of (?:up to )?\d+")


@dataclass(frozen=True)
class Story:
    """How an assessment begins and ends, and its number of cards when each gets the choice `well`."""

    name: str
    command: str
    framework: str
    cards: int
    well: int
    """The choice that leads on from every card."""
    result: str
    is_own: bool = False
    """Whether it is about the person themself."""

    async def rows(self, database: Database, key: MemberKey) -> list[Assessment]:
        """Return this person's assessments of the story, oldest first."""
        wanted = (
            select(Assessment)
            .where(
                col(Assessment.workspace_id) == key.workspace_id,
                col(Assessment.user_id) == key.user_id,
                col(Assessment.framework) == self.framework,
            )
            .order_by(col(Assessment.started_at), col(Assessment.id))
        )
        async with database.read() as session:
            found = list(await session.scalars(wanted))
        return [row for row in found if row.subject.startswith("need:") == (self.name == "needs")]

    async def kept(self, database: Database, key: MemberKey) -> list[list[float]]:
        """Return the answers of each assessment, oldest first."""
        rows = await self.rows(database, key)
        async with database.read() as session:
            return [
                list((await given_answers.levels_by_item(session, row)).values()) for row in rows
            ]

    async def places_kept(self, database: Database, key: MemberKey) -> int:
        """Return how many cards of the newest assessment are answered completely."""
        rows = await self.rows(database, key)
        if not rows:
            return 0
        async with database.read() as session:
            words = await wordings.words_of(session, rows[-1])
            answers = await given_answers.levels_by_item(session, rows[-1])
        return sum(card.is_answered(answers) for card in words.cards)


LADDER = Story(
    name="ladder",
    command="/rungs assess coding",
    framework="ai-coding",
    cards=len(CODING.levels),
    well=2,
    result=f"Your self-check: {CODING.title}",
    is_own=True,
)
GRADING = Story(
    name="grading",
    command=f"/rungs agent grade {AGENT}",
    framework=ladder().id,
    cards=len(ladder().words.criteria),
    well=2,
    result=f"Graded: {AGENT}",
)
NEEDS = Story(
    name="needs",
    command="/rungs agent need Order desk",
    framework=ladder().id,
    cards=len(need_words().questions),
    well=0,
    result="Order desk needs",
)
STORIES = (LADDER, GRADING, NEEDS)


def place_of(message: Message) -> int | None:
    """Return the number of the card in a message; None when it asks nothing."""
    found = PLACE.search(shown(message))
    return int(found[1]) if found else None


def newest(slack: Playground, user: str) -> Message:
    """Return the bot's newest lasting message in this person's direct messages."""
    return [m for m in said(slack, user) if m.only_for is None][-1]


def said(slack: Playground, user: str) -> list[Message]:
    return [m for m in slack.workspace.dm(user).visible_to(user) if m.by_app]


def live(slack: Playground, user: str) -> list[str]:
    """Return the lasting messages that are not pointers to another card."""
    lasting = [shown(m) for m in said(slack, user) if m.only_for is None]
    return [text for text in lasting if "This card has moved" not in text]


async def begins(person: Person, story: Story) -> Message:
    """Type the command in the channel and return the card."""
    await person.types(story.command, where=CHANNEL)
    return newest(person.stage.playground, person.id)


@dataclass(frozen=True)
class Drawn:
    """A click as the card shows it now, to be sent now or later: the button with what the card holds."""

    message: Message
    block: str
    element: dict[str, Any]
    state: dict[str, Any]


def drawn(message: Message, choice: int) -> Drawn:
    """Return the click that answers every item of this card by this choice."""
    held = _held(message, choice)
    every = list(buttons(message))
    if held:
        block, element = next((b, e) for b, e in every if e["text"]["text"] == "Next")
    else:
        block, element = every[choice]
    return Drawn(message, block, dict(element), held)


def button(message: Message, label: str) -> Drawn:
    """Return the button with this label."""
    block, element = next((b, e) for b, e in buttons(message) if e["text"]["text"] == label)
    return Drawn(message, block, dict(element), {})


async def click(slack: Playground, user: str, one: Drawn) -> Outcome:
    """Send a click that was drawn before, whatever the message shows now."""
    place = {"type": "message", "channel": one.message.channel, "ts": one.message.ts}
    return await slack.act(
        user,
        place,
        one.block,
        one.element["action_id"],
        state=one.state or None,
        element=one.element,
    )


async def answers(person: Person, choices: Sequence[int], *, on: Message) -> None:
    """Answer the cards of this message one after another by these choices."""
    for choice in choices:
        await click(person.stage.playground, person.id, drawn(on, choice))
        await person.stage.settle()


async def finishes(person: Person, story: Story, *, on: Message) -> None:
    """Answer from the current card until the result."""
    at = place_of(on)
    assert at, shown(on)
    await answers(person, [story.well] * (story.cards - at + 1), on=on)
    assert story.result in shown(on)


async def lists_agent(database: Database, workspace_id: str, *, by: str) -> Agent:
    """Add an agent to the list of the channel."""
    facts = AgentFacts(AGENT, "Pathfinder", "M-1", None, "Small fixes")
    async with database.write() as session:
        agent = await agents.add(
            session, workspace_id, CHANNEL, ladder().id, facts, by=by, now=NOON
        )
    assert agent
    return agent


async def grades_of(database: Database) -> list[Grade]:
    """Return all grades."""
    async with database.read() as session:
        return list(await session.scalars(select(Grade)))


def _held(message: Message, choice: int) -> dict[str, Any]:
    """Return what the menus and boxes of a card hold when every item is answered by this choice."""
    state: dict[str, Any] = {}
    for block in message.blocks:
        for element in [block.get("accessory") or {}, *block.get("elements", ())]:
            if element.get("type") == "static_select":
                held = {"type": "static_select", "selected_option": element["options"][choice]}
            elif element.get("type") == "checkboxes":
                # The last box is "None of these": the others come before it.
                at = choice - 1 if choice else len(element["options"]) - 1
                held = {"type": "checkboxes", "selected_options": [element["options"][at]]}
            else:
                continue
            state.setdefault(block["block_id"], {})[element["action_id"]] = held
    return state
