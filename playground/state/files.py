"""Files that the app shares."""

from dataclasses import dataclass


@dataclass(slots=True)
class StoredFile:
    """A file: announced first, then uploaded, then shared."""

    id: str
    name: str
    size: int
    created: int
    title: str = ""
    content: bytes | None = None
    channel: str | None = None
