"""What a form carries in its private metadata, from when it is opened to when it is sent."""

import json
from dataclasses import asdict, dataclass
from typing import Self


@dataclass(frozen=True)
class Carried:
    """The base class of what a form carries, as JSON. Each field of it has a default."""

    def __str__(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return what `str` wrote; the defaults for any other text."""
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError):
            return cls()
