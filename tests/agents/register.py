"""The setting of the tests of agents: a channel with a register, and what its members do with it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.assessments.values import LINK_URL, NEXT
from bot.features.agents import views
from bot.slack.client import RetryPolicy
from coaching.required_level import Needs
from content.ladders import GradingFramework
from content.library import Library
from playground.state.messages import Message
from storage import required_level
from storage.agents import agents, grades
from storage.agents.agents import Agent
from storage.agents.grades import Grade
from storage.required_level import Project
from tests.scheduler.notes import Clock
from tests.stage import CALM, Person, Stage, built_in, shown, staged

CHANNEL, OTHER = "C0GROWTH000", "C0PRODUCT00"
NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
FORM = {
    "name": views.AGENT_NAME,
    "tool": views.AGENT_TOOL,
    "model": views.AGENT_MODEL,
    "purpose": views.AGENT_PURPOSE,
}
FACTS = {"name": "Scout", "tool": "Pathfinder", "model": "M-1", "purpose": "Small fixes"}


@dataclass
class Desk:
    """The channel with its members, and a clock that the test sets."""

    stage: Stage
    clock: Clock

    def person(self, handle: str) -> Person:
        return self.stage.person(handle)

    @property
    def noah(self) -> Person:
        return self.person("noah")

    @property
    def grace(self) -> Person:
        return self.person("grace")

    @property
    def workspace_id(self) -> str:
        return self.stage.playground.workspace.id

    def posts(self, channel: str = CHANNEL) -> list[Message]:
        """Return the bot's messages that the whole channel sees."""
        place = self.stage.playground.workspace.conversations[channel]
        return [m for m in place.messages.values() if m.by_app and m.only_for is None]

    def told(self, person: Person, where: str = CHANNEL) -> str:
        """Return the newest message that only this person sees."""
        return shown([m for m in person.messages(where) if m.only_for][-1])

    async def says(self, text: str, by: str = "noah", *, where: str = CHANNEL) -> str:
        """Type `/rungs agent …` and read the answer."""
        person = self.person(by)
        await person.types(f"/rungs agent {text}".strip(), where=where)
        return self.told(person, where)

    async def adds(self, by: str = "noah", **facts: str) -> Agent:
        """Fill in and submit the form; return the stored agent."""
        await self.person(by).types("/rungs agent add", where=CHANNEL)
        await self.sends(self.person(by), **{**FACTS, **facts})
        found = await self.agent({**FACTS, **facts}["name"])
        assert found
        return found

    async def sends(self, person: Person, *, owner: str | None = None, **facts: str) -> None:
        """Send the open form with these values; the others stay as they are."""
        state = {
            FORM[name]: {FORM[name]: {"type": "plain_text_input", "value": text}}
            for name, text in facts.items()
        }
        if owner:
            chosen = {"type": "users_select", "selected_user": owner}
            state[views.AGENT_OWNER] = {views.AGENT_OWNER: chosen}
        await self.submits(person, state)

    async def submits(self, person: Person, state: dict[str, Any]) -> Any:
        before = person.view.values
        outcome = await self.stage.playground.submit(person.id, person.view.id, {**before, **state})
        await self.stage.settle()
        return outcome

    async def links(self, person: Person, url: str) -> None:
        """Add a link to the card of the current criterion."""
        await person.clicks("Add a link")
        field = {"type": "url_text_input", "value": url}
        await self.submits(person, {LINK_URL: {LINK_URL: field}})

    async def grades(self, letters: str, name: str = "Scout", by: str = "noah") -> None:
        """Grade an agent from the first criterion to the last; "-" is "Not tried", "<" "Less than A"."""
        await self.person(by).types(f"/rungs agent grade {name}", where=CHANNEL)
        await self.answers(self.person(by), letters)

    async def answers(self, person: Person, letters: str) -> None:
        for letter in letters:
            await person.clicks({"-": "Not tried", "<": "Less than A"}.get(letter, letter))

    async def agent(self, name: str, channel: str = CHANNEL) -> Agent | None:
        async with self.stage.database.read() as session:
            return await agents.find(session, self.workspace_id, channel, name)

    async def kept(self, agent: Agent) -> list[Grade]:
        """Return the grades of an agent, newest first."""
        async with self.stage.database.read() as session:
            return await grades.of_agent(session, self.workspace_id, agent.id, limit=50)

    async def needs(self, chosen: Sequence[str], by: str = "noah", *, name: str = "") -> Person:
        """Answer the questions about a project with these needs, and all others by the lowest."""
        person = self.person(by)
        await person.types(f"/rungs agent need {name}".strip(), where=CHANNEL)
        await answer_needs(person, chosen)
        return person


def ladder() -> GradingFramework:
    """Return the built-in levels of agents."""
    found = built_in().agent_ladder
    assert found
    return found


def need_words(library: Library | None = None) -> Needs:
    return (library or built_in()).needs[ladder().id]


async def shared(desk: Desk) -> list[Project]:
    async with desk.stage.database.read() as session:
        return await required_level.of_channel(session, desk.workspace_id, CHANNEL)


def need_at(level: int) -> str:
    """Return the id of a need that requires this level."""
    return next(n.id for q in need_words().questions for n in q.needs if n.level == level)


async def answer_needs(person: Person, chosen: Sequence[str]) -> None:
    """Answer card by card: letters where one answer is true, boxes where several may be."""
    for question in need_words().questions:
        wanted = [place for place, need in enumerate(question.needs) if need.id in chosen]
        if question.multiple:
            await next_with(person, [str(place) for place in wanted] or ["none"])
        else:
            await person.clicks("ABCDEF"[wanted[0] if wanted else 0])


async def ticks(person: Person, values: Sequence[str]) -> None:
    """Tick exactly these boxes of the newest card."""
    block, element = boxes(person.card)
    await person.stage.playground.act(
        person.id,
        {"type": "message", "channel": person.card.channel, "ts": person.card.ts},
        block,
        element["action_id"],
        chosen={"selected_options": chosen_of(element, values)},
    )
    await person.stage.settle()


async def next_with(person: Person, values: Sequence[str]) -> None:
    """Choose Next while these boxes are ticked."""
    block, element = boxes(person.card)
    held = {"selected_options": chosen_of(element, values)}
    await click_next(person, {block: {element["action_id"]: held}})


async def click_next(person: Person, state: dict[str, Any] | None = None) -> None:
    card = person.card
    await person.stage.playground.act(
        person.id,
        {"type": "message", "channel": card.channel, "ts": card.ts},
        "leave",
        NEXT,
        state=state,
    )
    await person.stage.settle()


def boxes(message: Message) -> tuple[str, dict[str, Any]]:
    """Return the boxes of a card and the id of their block."""
    for block in message.blocks:
        for element in block.get("elements", ()):
            if element.get("type") == "checkboxes":
                return block["block_id"], element
    raise AssertionError(f"No boxes on: {message.text}")


def chosen_of(element: dict[str, Any], values: Sequence[str]) -> list[dict[str, Any]]:
    return [option for option in element["options"] if option["value"] in values]


def ticked(message: Message) -> list[str]:
    """Return the boxes that a card shows as ticked."""
    return [option["value"] for option in boxes(message)[1].get("initial_options", ())]


async def picks(person: Person, verb: str, label: str, *, where: str = CHANNEL) -> None:
    """Choose an agent in the newest menu for this verb."""
    for message in reversed(person.messages(where)):
        for block in message.blocks:
            for element in block.get("elements", ()):
                if element.get("action_id") == f"{views.AGENT_PICK}{verb}":
                    option = next(o for o in element["options"] if o["text"]["text"] == label)
                    await person.stage.playground.act(
                        person.id,
                        {"type": "message", "channel": message.channel, "ts": message.ts},
                        block["block_id"],
                        element["action_id"],
                        chosen={"selected_option": option},
                    )
                    await person.stage.settle()
                    return
    raise AssertionError(f"No menu to {verb} an agent.")


@asynccontextmanager
async def at_desk(
    database_url: str,
    *,
    extra: Path | None = None,
    patience: RetryPolicy = CALM,
    is_public: bool = False,
) -> AsyncIterator[Desk]:
    """Start the channel at noon of a Wednesday."""
    clock = Clock(NOON)
    async with staged(
        database_url, now=clock, extra=extra, patience=patience, is_public=is_public
    ) as stage:
        yield Desk(stage, clock)
