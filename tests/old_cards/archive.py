"""The recording of a workspace by the version with schema 0005, and putting it back.

It was made by playing every kind of card with a button, before the code was laid out anew: cards that were
posted then must still work. `database.sql` has the rows, `workspace.json` and `cards.json` the rest. Rows and
messages that no test reads are left out.
"""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from playground.server import Playground
from playground.state.messages import Message
from playground.state.snapshot import Snapshot, restore
from playground.state.views import View
from tests.old_cards.cards import CHANNEL

CONTENT = Path(__file__).parent / "content"
"""An organization's own frameworks, for the scorings that the built-in content does not show to people."""
FOLDER = Path(__file__).parent / "recorded"
DATABASE = FOLDER / "database.sql"
CARDS = FOLDER / "cards.json"
WORKSPACE = FOLDER / "workspace.json"
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


def load() -> Recording:
    """Read the recording."""
    kept: dict[str, Any] = json.loads(CARDS.read_text()) | json.loads(WORKSPACE.read_text())
    return Recording(**{**kept, "at": datetime.fromisoformat(kept["at"])})


def load_database(file: Path) -> None:
    """Make a database file of the recorded rows."""
    with sqlite3.connect(file) as connection:
        connection.executescript(DATABASE.read_text())


def reset_database(file: Path, template: Path) -> None:
    """Put the rows of the template in the place of those of the file, which may be in use.

    The audit log keeps its rows, and the head of their chain: the database lets nobody take them back.
    """
    with sqlite3.connect(file, timeout=10) as connection:
        connection.execute("ATTACH ? AS template", (str(template),))
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        tables = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM template.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                " AND name NOT IN ('audit_event', 'chain_head')"
            )
        ]
        connection.execute("BEGIN IMMEDIATE")
        for name in tables:
            connection.execute(f'DELETE FROM main."{name}"')
            connection.execute(f'INSERT INTO main."{name}" SELECT * FROM template."{name}"')
        connection.commit()
    connection.close()
