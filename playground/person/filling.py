"""Filling in a modal by what its fields are called, as a person does."""

from collections.abc import Mapping
from typing import Any

from playground.person.elements import INITIAL, Values


def filled(blocks: list[dict[str, Any]], before: Values, entries: Mapping[str, str]) -> Values:
    """Return what the fields hold with these entries: texts, dates, and people by their id."""
    values = dict(before)
    for block in blocks:
        if block["type"] == "input" and block["label"]["text"] in entries:
            element, entry = block["element"], entries[block["label"]["text"]]
            key, _ = INITIAL[element["type"]]
            held = {"type": element["type"], key: entry}
            values[block["block_id"]] = {element["action_id"]: held}
    return values
