"""What an admin does with the forms of `/rungs admin` in tests."""

from collections.abc import Sequence
from typing import Any

from tests.stage import Person

OWNER, ADMIN = "priya", "noah"
"""The people of the sample workspace who run it in Slack."""


def option(person: Person, name: str) -> tuple[str, dict[str, Any], list[dict[str, Any]]]:
    """Return the block with this option in the open form, the option, and those that are ticked there."""
    for block in person.view.blocks:
        element = block.get("element") or {}
        for one in element.get("options", ()):
            if one["text"]["text"] == name:
                return block["block_id"], one, element.get("initial_options", [])
    raise AssertionError(f"The form does not offer {name!r}: {person.view_text}")


async def sends(person: Person, state: dict[str, Any] | None = None) -> None:
    """Send the form that is open, with this in place of what it holds."""
    stage, view = person.stage, person.view
    await stage.playground.submit(person.id, view.id, {**view.values, **(state or {})})
    await stage.settle()


def flipped(person: Person, *names: str) -> dict[str, Any]:
    """Return the state of the open form with these boxes changed."""
    ticked: dict[str, list[dict[str, Any]]] = {}
    for name in names:
        block, changed, before = option(person, name)
        held = ticked.setdefault(block, before)
        left = [one for one in held if one["value"] != changed["value"]]
        ticked[block] = left if len(left) < len(held) else [*held, changed]
    return {
        block: {block: {"type": "checkboxes", "selected_options": held}}
        for block, held in ticked.items()
    }


async def opens(person: Person, button: str = "Switch on or off") -> None:
    """Open a form from the page in the member's messages."""
    await person.types("admin")
    await person.clicks(button)


async def switches(person: Person, *names: str) -> None:
    """Open the form of what is on, change these boxes, and save."""
    await opens(person)
    await sends(person, flipped(person, *names))


async def names_admins(person: Person, user_ids: Sequence[str]) -> None:
    """Open the form of those who were named, choose these people, and save."""
    await opens(person, "Name others")
    chosen = {"type": "multi_users_select", "selected_users": list(user_ids)}
    await sends(person, {"admin_people": {"admin_people": chosen}})
