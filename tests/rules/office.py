"""Admins who write the rules through the form, and what the form and the card hold."""

from typing import Any

from bot.features.rules import handlers, views
from tests.stage import Person

WRITTEN = {
    "public": "Copilot, ChatGPT Enterprise",
    "internal": "Copilot",
    "line_1": "Read every AI result before you pass it on.",
    "line_2": "Never paste passwords into an AI tool.",
    "words": "the IT help desk",
}
SELECTS = {"person": ("users_select", "user"), "channel": ("channels_select", "channel")}


async def presses(person: Person, action: str, *, value: str = "") -> None:
    """Click a button with this id, as it stands on the page of `/rungs admin`, in the person's DM."""
    await person.types("/rungs help")
    element = {"type": "button", "action_id": action, "value": value}
    await person.clicks_element(person.card, "admin_page", element)
    await person.stage.settle()


async def opens_form(person: Person) -> None:
    await presses(person, views.RULES_FORM)


async def sends(person: Person, /, **written: str) -> None:
    """Send the open form with these values in place of what it holds."""
    state: dict[str, Any] = dict(person.view.values)
    for name, text in written.items():
        kind, key = SELECTS.get(name, ("plain_text_input", ""))
        field = _field(name)
        entered = {"type": kind, f"selected_{key}" if key else "value": text or None}
        state[field] = {field: entered}
    await _submits(person, state)


async def sends_empty(person: Person) -> None:
    """Clear every field of the open form, and send it."""
    held = {one["block_id"]: one["element"] for one in person.view.blocks if "element" in one}
    await _submits(person, {name: {name: {"type": one["type"]}} for name, one in held.items()})


async def _submits(person: Person, state: dict[str, Any]) -> None:
    await person.stage.playground.submit(person.id, person.view.id, state)
    await person.stage.settle()


def _field(name: str) -> str:
    return f"rules_tools_{name}" if name in views.TOOL_FIELDS else f"rules_{name}"


async def writes(person: Person, /, **written: str) -> None:
    """Open the form, and send it with these values."""
    await opens_form(person)
    await sends(person, **(written or WRITTEN))


def holds(person: Person) -> dict[str, str]:
    """Return what the fields of the open form start with, without the empty ones."""
    found: dict[str, str] = {}
    for block in person.view.blocks:
        element = block.get("element") or {}
        starts = [value for name, value in element.items() if name.startswith("initial_")]
        if starts:
            found[block["block_id"].removeprefix("rules_").removeprefix("tools_")] = starts[0]
    return found


async def admin_line(person: Person) -> str:
    """Return the line about the rules on the page of `/rungs admin`."""
    deps = await person.stage.bot.coaching.coaches.of(person.key.workspace_id)
    assert deps is not None
    async with person.stage.database.read() as session:
        return await handlers.line(session, deps)
