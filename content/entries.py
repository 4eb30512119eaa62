"""The texts of a content file by the entry in which they stand, for whoever quotes one."""

_NAMES = ("id", "series", "family", "framework")
"""The keys that name an entry; the last three name a whole file."""


def entries_in(data: object) -> dict[str, list[str]]:
    """Return the texts of every entry that has an id, each on one line, by that id."""
    found: dict[str, list[str]] = {}
    _collect(data, (), found)
    return found


def _collect(value: object, ids: tuple[str, ...], found: dict[str, list[str]]) -> None:
    if isinstance(value, str):
        for one in ids:
            found[one].append(on_one_line(value))
    elif isinstance(value, list):
        for entry in value:
            _collect(entry, ids, found)
    elif isinstance(value, dict):
        names = _NAMES if not ids else _NAMES[:1]
        own = next((str(value[name]) for name in names if value.get(name)), None)
        if own is not None:
            found.setdefault(own, [])
            ids = (*ids, own)
        for entry in value.values():
            _collect(entry, ids, found)


def on_one_line(text: str) -> str:
    """Return the text with a single space wherever it has spaces or breaks."""
    return " ".join(text.split())
