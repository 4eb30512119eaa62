"""The windows behind the sections of `/rungs admin`: opened by their buttons, filled in, and sent."""

from collections.abc import Sequence
from typing import Any

from tests.stage import Person, elements_of


async def opens(person: Person, action: str) -> None:
    """Click the button of a section on the page for admins; where there is no such page, all the same."""
    await person.types("/rungs admin")
    shown = [
        (block["block_id"], element)
        for block in person.card.blocks
        for element in elements_of(block)
        if element.get("action_id") == action
    ]
    button = {"type": "button", "text": {"type": "plain_text", "text": "Change"}}
    block, element = shown[0] if shown else ("gone", {**button, "action_id": action})
    await person.clicks_element(person.card, block, element)
    await person.stage.settle()


def fields(person: Person) -> dict[str, dict[str, Any]]:
    """Return the fields of the open window by action id."""
    elements = [block.get("element") or {} for block in person.view.content["blocks"]]
    return {element["action_id"]: element for element in elements if "action_id" in element}


async def sends(person: Person, **values: str | Sequence[str] | None) -> None:
    """Send the open window with these values; other fields keep what they offer."""
    state = {
        name: {name: _chosen(element, values.get(name, ...))}
        for name, element in fields(person).items()
    }
    await person.stage.playground.submit(person.id, person.view.id, state)
    await person.stage.settle()


def _chosen(element: dict[str, Any], value: Any) -> dict[str, Any]:
    """Return the state of a field with this value, or with its first one for `...`."""
    kind, options = element["type"], element.get("options", ())
    match kind:
        case "static_select" | "radio_buttons":
            first = element.get("initial_option")
            found = [one for one in options if one["value"] == value]
            return {"type": kind, "selected_option": first if value is ... else found[0]}
        case "users_select":
            first = element.get("initial_user")
            return {"type": kind, "selected_user": first if value is ... else value}
        case "channels_select":
            return {"type": kind, "selected_channel": None if value is ... else value}
        case "plain_text_input":
            first = element.get("initial_value")
            return {"type": kind, "value": first if value is ... else value}
        case "multi_users_select":
            first = element.get("initial_users", [])
            return {"type": kind, "selected_users": first if value is ... else list(value)}
    chosen = element.get("initial_options", [])
    if value is not ...:
        chosen = [one for one in options if one["value"] in value]
    return {"type": kind, "selected_options": chosen}
