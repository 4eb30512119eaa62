"""The bot as it is now, on the recorded database and in front of the recorded cards."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.clock import Clock
from playground.person.outcome import Outcome
from playground.server import Playground
from playground.server import running as playing
from storage.database import schema
from tests.checkins.calendar import Calendar
from tests.old_cards.archive import CONTENT, Recording, load, load_database, reset_database
from tests.old_cards.cards import Card, cards_of
from tests.stage import Person, Stage, staged, texts_of


@dataclass
class Replay:
    """A stage that goes back to the moment of the recording as often as wanted."""

    recording: Recording
    stage: Stage
    template: Path
    database: Path

    def rewind(self) -> None:
        """Put the database and the workspace back to where they were recorded."""
        reset_database(self.database, self.template)
        self.recording.put_into(self.stage.playground)

    def person(self, name: str) -> Person:
        return self.stage.person(name)

    def cards(self) -> list[Card]:
        """Return every card that stands there."""
        return cards_of(self.stage.playground.workspace)

    async def uses(self, card: Card, block_id: str, element: dict[str, Any]) -> Outcome:
        """Use this element of a card the way its kind is used."""
        if "message" in card:
            message = card["message"]
            place = {"type": "message", "channel": message["channel"], "ts": message["ts"]}
        else:
            place = {"type": "view", "view_id": card["view"]["id"]}
        outcome = await self.stage.playground.act(
            card["user"], place, block_id, element["action_id"], chosen=choice_of(element)
        )
        await self.stage.settle()
        return outcome

    async def submits(self, card: Card) -> Outcome:
        """Submit a form with what stands in it, and a word in each field that must not be empty."""
        view = card["view"]
        outcome = await self.stage.playground.submit(card["user"], view["id"], filled(view))
        await self.stage.settle()
        return outcome

    def shown_to(self, user: str) -> dict[str, str]:
        """Return the words of everything that this person sees, by the id of where it stands."""
        workspace = self.stage.playground.workspace
        found = {
            message.ts: texts_of(message.blocks) or message.text
            for conversation in workspace.conversations.values()
            if user in conversation.members
            for message in conversation.visible_to(user)
        }
        home = workspace.homes.get(user)
        views = [*workspace.modals.get(user, ()), *([home] if home else [])]
        return found | {
            view.id: f"{view.content.get('title')}\n{texts_of(view.blocks)}" for view in views
        }


def choice_of(element: dict[str, Any]) -> dict[str, Any] | None:
    """Return another choice than the one that stands in a menu; None for a button."""
    match element["type"]:
        case "static_select":
            before = element.get("initial_option")
            other = next(option for option in element["options"] if option != before)
            return {"selected_option": other}
        case "checkboxes":
            return {"selected_options": element["options"][:1]}
        case "datepicker":
            return {"selected_date": "2026-12-21"}
    return None


def filled(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the values of a form, with a word where a required field is empty."""
    values: dict[str, dict[str, Any]] = {
        block: dict(held) for block, held in view["values"].items()
    }
    for block in view["content"]["blocks"]:
        element = block.get("element") or {}
        held = values.get(str(block.get("block_id")), {}).get(str(element.get("action_id"))) or {}
        text = {"plain_text_input": "Lantern", "url_text_input": "https://example.com/1"}
        if element.get("type") in text and not held.get("value"):
            value = {"type": element["type"], "value": text[element["type"]]}
            values[block["block_id"]] = {element["action_id"]: value}
    return values


@asynccontextmanager
async def replaying(folder: Path) -> AsyncIterator[Replay]:
    """Load the recording, upgrade its database as a new version does, and start the bot on it."""
    recording = load()
    template, database = folder / "template.db", folder / "rungs.db"
    load_database(template)
    await schema.upgrade(f"sqlite:///{template}")
    shutil.copy(template, database)
    calendar = Calendar(recording.at)
    async with (
        playing(Playground(clock=Clock(calendar.seconds))) as slack,
        staged(f"sqlite:///{database}", playground=slack, now=calendar, extra=CONTENT) as stage,
    ):
        yield Replay(recording, stage, template, database)
