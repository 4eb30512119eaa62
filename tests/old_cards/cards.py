"""The cards of a workspace: messages and views with something to click."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from playground.state.workspace import Workspace

CHANNEL = "C0GROWTH000"
"""Where the recorded commands were typed that answer in a channel."""

Card = dict[str, Any]
"""A `message` or a `view` as plain data, with the `user` who may click on it."""


def elements_of(blocks: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what can be clicked, with its block id; the inputs of a form wait for Submit."""
    for block in blocks:
        for element in [block.get("accessory") or {}, *block.get("elements", ())]:
            if element.get("action_id"):
                yield block["block_id"], element


def blocks_of(card: Card) -> list[dict[str, Any]]:
    """Return the blocks of a card."""
    blocks: list[dict[str, Any]] = (
        card["message"]["blocks"] if "message" in card else card["view"]["content"]["blocks"]
    )
    return blocks


def actions_of(card: Card) -> set[str]:
    """Return the action ids on a card; of those with a variable end, the part before it."""
    return {action_family(e["action_id"]) for _, e in elements_of(blocks_of(card))}


def action_family(action_id: str) -> str:
    """Return the part of an action id that the product registers."""
    head, colon, _ = action_id.partition(":")
    return f"{head}{colon}"


def form_of(card: Card) -> str:
    """Return the callback id of a form that can be submitted, or nothing."""
    content = card.get("view", {}).get("content", {})
    return str(content["callback_id"]) if "submit" in content else ""


def cards_of(workspace: Workspace) -> list[Card]:
    """Return every card that can be clicked or submitted now."""
    found: list[Card] = []
    for conversation in workspace.conversations.values():
        someone = min(conversation.members - {workspace.app.user_id})
        found += [
            {"user": message.only_for or someone, "message": asdict(message)}
            for message in conversation.messages.values()
            if message.by_app
        ]
    views = [*workspace.homes.values(), *(v for stack in workspace.modals.values() for v in stack)]
    found += [{"user": view.user, "view": asdict(view)} for view in views]
    return [card for card in found if actions_of(card) or form_of(card)]
