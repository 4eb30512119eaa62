"""What ours does in one assessment, taken down so that the floor can do the same without a thought."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

COMMIT = "commit"
RESPONSE = "response"
"""An answer to the response URL."""

WHO, DIRECT, CARD = "{who}", "{direct}", "{card}"
"""What stands for the person, their conversation with the app, and the ts of the card there."""


@dataclass(frozen=True)
class Step:
    """A committed write, a call to Slack with its arguments, or an answer."""

    what: str
    arguments: dict[str, Any]

    def with_names(self, names: Mapping[str, str]) -> "Step":
        """The same for anybody: what is peculiar to this person and card gets the name for it."""
        own = {
            key: names.get(value, value) if isinstance(value, str) else value
            for key, value in self.arguments.items()
        }
        return Step(self.what, own)


@dataclass(frozen=True)
class Script:
    """The steps after the command, and after each act on the card by what was used."""

    command: list[Step]
    clicks: dict[str, list[Step]]

    @property
    def commits(self) -> int:
        """Committed writes of one whole assessment."""
        steps = [*self.command, *(step for steps in self.clicks.values() for step in steps)]
        return sum(step.what == COMMIT for step in steps)

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def load(cls, path: Path) -> "Script":
        """The script that was saved here."""
        found = json.loads(path.read_text())
        clicks = {
            value: [Step(**step) for step in steps] for value, steps in found["clicks"].items()
        }
        return cls([Step(**step) for step in found["command"]], clicks)


def used(action: dict[str, Any]) -> str:
    """What tells one act on a card from the others, by what Slack says of it."""
    options = action.get("selected_options") or [action.get("selected_option") or action]
    return f"{action['action_id']} {options[0].get('value', '')}"
