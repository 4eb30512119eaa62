"""Finds a control by its label, as a person does."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from playground.person.elements import Element, elements_of
from playground.state.messages import Conversation, Message

MARKS = str.maketrans("", "", "*_~`")


@dataclass(frozen=True, slots=True)
class Found:
    """A control on a message."""

    ts: str
    block_id: str
    action_id: str
    look: str
    """All of the message, so that the same button on the next card is another one."""
    choice: str = ""
    is_box: bool = False
    beside: str = ""
    """The words beside the control."""

    @property
    def card(self) -> tuple[str, str]:
        """Return what tells one card from the next, also when it stands in its place."""
        return self.ts, self.look

    @property
    def chosen(self) -> dict[str, Any] | None:
        """Return what is chosen in a list of options; nothing for a button."""
        if not self.choice:
            return None
        option = json.loads(self.choice)
        return {"selected_options": [option]} if self.is_box else {"selected_option": option}


def newest_with(place: Conversation, user: str, labels: Sequence[str]) -> Found | None:
    """Return the control with one of these labels on the newest message that has any."""
    for message in reversed(list(place.visible_to(user))):
        for label in labels:
            found = next(_on(message, label), None)
            if found is not None:
                return found
    return None


def newest_beside(place: Conversation, user: str, words: str, *, label: str) -> Found | None:
    """Return the choice with this label in a menu beside words that begin so, on the newest message."""
    for message in reversed(list(place.visible_to(user))):
        for found in _on(message, label):
            if found.beside.startswith(words):
                return found
    return None


def _on(message: Message, label: str) -> Iterator[Found]:
    for block in message.blocks:
        for element in elements_of(block):
            for text, choice in _offers(element):
                if text == label:
                    yield Found(
                        message.ts,
                        block["block_id"],
                        element["action_id"],
                        look=json.dumps(message.blocks),
                        choice=choice,
                        is_box=element["type"] == "checkboxes",
                        beside=_words(block),
                    )


def _words(block: dict[str, Any]) -> str:
    """Return what stands beside the control, without marks for bold and the like."""
    text = block.get("text") or {}
    return str(text.get("text", "")).translate(MARKS)


def _offers(element: Element) -> Iterator[tuple[str, str]]:
    """Yield what a person reads on a control, and which option it would be."""
    if element["type"] == "button":
        yield element["text"]["text"], ""
    for option in element.get("options", ()):
        yield option["text"]["text"], json.dumps(option)
