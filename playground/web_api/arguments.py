"""The arguments of a call, whether they came as JSON, as a form or in the address."""

import json
from collections.abc import Mapping
from typing import Any

from playground.errors import SlackError

TRUE = frozenset({"true", "1"})


class Arguments:
    """Reads arguments and refuses those that cannot be read."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw

    def has(self, name: str) -> bool:
        """Return whether the argument was given."""
        return self.raw.get(name) is not None

    def text(self, name: str) -> str:
        """Return a required argument, or refuse."""
        value = self.raw.get(name)
        if value is None or value == "":
            problem = f"missing required field: {name} [json-pointer:/{name}]"
            raise SlackError("invalid_arguments", messages=(problem,))
        return str(value)

    def optional_text(self, name: str) -> str | None:
        """Return an argument that may be missing."""
        value = self.raw.get(name)
        return None if value is None else str(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a yes or no."""
        value = self.raw.get(name)
        return default if value is None else str(value).lower() in TRUE

    def number(self, name: str, *, default: int, most: int) -> int:
        """Return a whole number from 1 on."""
        value = self.raw.get(name)
        if value is None:
            return default
        try:
            number = int(value)
        except (TypeError, ValueError):
            raise SlackError("invalid_limit") from None
        if number < 1:
            raise SlackError("invalid_limit")
        return min(number, most)

    def structure(self, name: str, *, error: str) -> Any:
        """Return a list or object, decoded if it came as JSON text."""
        value = self.raw.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(error) from None
