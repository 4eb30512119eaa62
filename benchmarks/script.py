"""What ours does in one assessment, taken down so that the floor can do the same without a thought."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

COMMIT = "commit"


@dataclass(frozen=True)
class Step:
    """A committed write, or a call to Slack with its arguments."""

    what: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Script:
    """The steps after the command, and after each click by the value of its button."""

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
