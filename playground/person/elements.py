"""Elements that a person uses: finding them, choosing in them, and what they hold."""

from collections.abc import Iterator, Mapping
from typing import Any

from playground.errors import NotThere
from playground.validation.objects import options_of

INITIAL = {
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", ""),
}
"""For each element that holds something: the key in payloads, and the one it starts from."""
SEVERAL = frozenset(kind for kind in INITIAL if kind.startswith("multi_")) | {"checkboxes"}
SHOWN_IN_ACTION = ("text", "value", "style", "url", "accessibility_label", "placeholder")
Values = dict[str, dict[str, Any]]
Element = dict[str, Any]


def elements_of(block: dict[str, Any]) -> Iterator[Element]:
    """Yield the interactive elements of a block."""
    found = [block.get("accessory"), block.get("element")]
    if block.get("type") in ("actions", "context_actions"):
        found += block["elements"]
    for element in found:
        if isinstance(element, dict) and element.get("action_id"):
            yield element


def find_element(
    blocks: list[dict[str, Any]], *, block_id: str, action_id: str
) -> tuple[dict[str, Any], Element]:
    """Return the block and the element that a person uses."""
    for block in blocks:
        if block.get("block_id") == block_id:
            for element in elements_of(block):
                if element["action_id"] == action_id:
                    return block, element
    raise NotThere(f"There is no element {action_id} in a block {block_id} here (anymore).")


def values_of(blocks: list[dict[str, Any]], given: Values) -> Values:
    """Return what every element holds: what the person entered, else where it started."""
    values: Values = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in INITIAL:
                entered = given.get(block["block_id"], {}).get(element["action_id"])
                held = _held(element, entered)
                values.setdefault(block["block_id"], {})[element["action_id"]] = held
    return values


def _held(element: Element, entered: dict[str, Any] | None) -> dict[str, Any]:
    key, initial = INITIAL[element["type"]]
    empty: Any = [] if element["type"] in SEVERAL or key == "files" else None
    start = element.get(initial, empty)
    value = start if entered is None else entered.get(key, empty)
    return {"type": element["type"], key: value}


def is_empty(held: dict[str, Any]) -> bool:
    """Return whether an input was left empty."""
    return all(value in (None, "", []) for key, value in held.items() if key != "type")


def action_object(
    block_id: str, element: Element, *, chosen: dict[str, Any] | None, ts: str
) -> dict[str, Any]:
    """Return the entry under `actions` in a payload."""
    _check_choice(element, chosen or {})
    shown = {key: element[key] for key in SHOWN_IN_ACTION if key in element}
    return {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block_id,
        **shown,
        **(chosen or {}),
        "action_ts": ts,
    }


def _check_choice(element: Element, chosen: dict[str, Any]) -> None:
    offered = options_of(element)
    picked = list(chosen.get("selected_options") or [])
    if chosen.get("selected_option") is not None:
        picked.append(chosen["selected_option"])
    if offered and any(option not in offered for option in picked):
        raise NotThere(f"The element {element['action_id']} does not offer that option.")


def _entered(element: Element, entry: str, ticked: Any) -> Any:
    if element["type"] in ("static_select", "radio_buttons"):
        return next((one for one in element["options"] if one["text"]["text"] == entry), None)
    if element["type"] != "checkboxes":
        return entry
    wanted = [label.strip() for label in entry.split("+")]
    if entry.startswith("+"):
        wanted += [one["text"]["text"] for one in ticked]
    return [one for one in element["options"] if one["text"]["text"] in wanted]


def filled(blocks: list[dict[str, Any]], before: Values, entries: Mapping[str, str]) -> Values:
    """Return what a modal's fields hold with these entries by label: texts, dates, and people by their id.

    Of boxes, those are ticked whose labels stand in the entry, with plus signs between them; with one in
    front, those that were ticked before stay. Of a menu, the option with this label is chosen.
    """
    values = dict(before)
    for block in blocks:
        if block["type"] == "input" and block["label"]["text"] in entries:
            element, entry = block["element"], entries[block["label"]["text"]]
            key, _ = INITIAL[element["type"]]
            given = before.get(block["block_id"], {}).get(element["action_id"])
            ticked = _held(element, given)[key]
            held = {"type": element["type"], key: _entered(element, entry, ticked)}
            values[block["block_id"]] = {element["action_id"]: held}
    return values
