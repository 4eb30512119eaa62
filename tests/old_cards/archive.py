"""The recording as files: the database as SQL, the workspace and the cards as JSON; and putting both back."""

import json
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from playground.server import Playground
from playground.state.messages import Message
from playground.state.snapshot import Snapshot, restore, snapshot
from playground.state.views import View
from playground.state.workspace import Workspace
from tests.old_cards.cards import CHANNEL, elements_of

CONTENT = Path(__file__).parent / "content"
"""An organization's own frameworks, for the scorings that the built-in content does not show to people."""
FOLDER = Path(__file__).parent / "recorded"
DATABASE = FOLDER / "database.sql"
CARDS = FOLDER / "cards.json"
WORKSPACE = FOLDER / "workspace.json"
RESPONSE_URL = re.compile(r"http://127\.0\.0\.1:\d+/respond/[\w-]+")
PLACE_OF_URL = "response-url"
"""Stands in the files where a card carried a response URL, which lives half an hour."""


@dataclass(frozen=True)
class Recording:
    """What was recorded, when, and the action and callback ids that the bot knew then."""

    at: datetime
    actions: list[str]
    forms: list[str]
    workspace: Snapshot
    fleeting: list[Snapshot]
    """Messages that one person sees, which Slack does not store."""
    modals: list[Snapshot]

    @cached_property
    def text(self) -> str:
        """Everything as JSON, which is the fastest way to a fresh copy of it."""
        return json.dumps([self.workspace, self.fleeting, self.modals])

    def put_into(self, slack: Playground) -> None:
        """Put the recorded workspace in the place of whatever is there, with response URLs that work."""
        workspace = slack.workspace
        saved, fleeting, modals = json.loads(self.text)
        restore(workspace, saved)
        for one in fleeting:
            message = Message(**answerable(slack, one, user=one["only_for"]))
            workspace.conversations[message.channel].messages[message.ts] = message
        for conversation in workspace.conversations.values():
            conversation.messages = dict(sorted(conversation.messages.items()))
        workspace.modals = {}
        for one in modals:
            view = View(**answerable(slack, one, user=one["user"]))
            workspace.modals.setdefault(view.user, []).append(view)


def answerable(slack: Playground, card: Snapshot, *, user: str) -> Snapshot:
    """Return the card with a response URL of this playground where one stood."""
    if PLACE_OF_URL not in str(card):
        return card
    service = slack.service
    key = service.response_urls.issue(user, CHANNEL, now=service.clock.now())
    url = f"{service.address}/respond/{key}"
    answered: Snapshot = json.loads(json.dumps(card).replace(PLACE_OF_URL, url))
    return answered


def taken(
    workspace: Workspace, *, at: datetime, actions: Iterable[str], forms: Iterable[str]
) -> Recording:
    """Return the recording of a workspace, without the messages that nothing can be clicked in."""
    fleeting = [
        asdict(message)
        for conversation in workspace.conversations.values()
        for message in conversation.messages.values()
        if message.only_for is not None and any(elements_of(message.blocks))
    ]
    modals = [asdict(view) for stack in workspace.modals.values() for view in stack]
    kept = snapshot(workspace)
    for conversation in kept["conversations"]:
        conversation["messages"] = [
            one for one in conversation["messages"] if any(elements_of(one["blocks"]))
        ]
    return Recording(at, sorted(actions), sorted(forms), kept, fleeting, modals)


def save(recording: Recording, database: Path) -> None:
    """Write the recording, one card on a line."""
    FOLDER.mkdir(exist_ok=True)
    with sqlite3.connect(database) as connection:
        DATABASE.write_text("".join(f"{line}\n" for line in connection.iterdump()))
    about = {"at": recording.at.isoformat(), "actions": recording.actions, "forms": recording.forms}
    shown = {"fleeting": recording.fleeting, "modals": recording.modals}
    CARDS.write_text(RESPONSE_URL.sub(PLACE_OF_URL, _lined(about | shown)))
    WORKSPACE.write_text(_lined({"workspace": recording.workspace}))


def load() -> Recording:
    """Read the recording."""
    kept: dict[str, Any] = json.loads(CARDS.read_text()) | json.loads(WORKSPACE.read_text())
    return Recording(**{**kept, "at": datetime.fromisoformat(kept["at"])})


def load_database(file: Path) -> None:
    """Make a database file of the recorded rows."""
    with sqlite3.connect(file) as connection:
        connection.executescript(DATABASE.read_text())


def reset_database(file: Path, template: Path) -> None:
    """Put the rows of the template in the place of those of the file, which may be in use."""
    with sqlite3.connect(file, timeout=10) as connection:
        connection.execute("ATTACH ? AS template", (str(template),))
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        tables = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM template.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
        ]
        connection.execute("BEGIN IMMEDIATE")
        for name in tables:
            connection.execute(f'DELETE FROM main."{name}"')
            connection.execute(f'INSERT INTO main."{name}" SELECT * FROM template."{name}"')
        connection.commit()
    connection.close()


def _lined(value: Any, depth: int = 0) -> str:
    """Return JSON with one item of each list on a line, down to a message."""
    if isinstance(value, dict) and depth < 4:
        inner = (f"{json.dumps(key)}: {_lined(one, depth + 1)}" for key, one in value.items())
        return "{" + ",\n".join(inner) + "}"
    if isinstance(value, list) and depth < 4 and value and isinstance(value[0], dict):
        return (
            "[\n"
            + ",\n".join(_lined(one, 4 if "ts" in one else depth + 1) for one in value)
            + "\n]"
        )
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
