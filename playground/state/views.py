"""Modals and Home tabs."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class View:
    """A modal or a Home tab as one person has it before them."""

    id: str
    user: str
    content: dict[str, Any]
    hash: str
    root: str
    previous: str | None = None
    values: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def external_id(self) -> str:
        """Return the app's own name for this view, or nothing."""
        return str(self.content.get("external_id") or "")

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """Return the blocks that the person sees."""
        blocks: list[dict[str, Any]] = self.content["blocks"]
        return blocks
