"""What a conversation about agents is about, as it is kept: an agent's id, or a project of a channel."""

from dataclasses import dataclass
from typing import Self

NEED = "need"
LONGEST_NAME = 60
"""Characters of a project's name."""


@dataclass(frozen=True)
class Project:
    """A project that somebody asked about; without a channel it is theirs alone."""

    channel: str = ""
    name: str = ""

    def __str__(self) -> str:
        return f"{NEED}:{self.channel}" + (f":{self.name}" if self.name else "")

    @classmethod
    def parse(cls, subject: str) -> Self | None:
        """The project behind a subject; None when it is something else."""
        kind, colon, rest = subject.partition(":")
        if kind != NEED or not colon:
            return None
        channel, _, name = rest.partition(":")
        return cls(channel, name)
