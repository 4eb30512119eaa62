"""One person in a script: does one act after another, and waits for what each of them needs."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TypeVar

from playground.errors import NotThere
from playground.person.buttons import Found, newest_beside, newest_with
from playground.person.clicks import Click
from playground.person.elements import Element, Values, elements_of, filled
from playground.person.hands import Hands
from playground.scripts import Act, Clicks, Picks, Reads, Says, Sees, Submits, Taps
from playground.service import Service
from playground.state.messages import Conversation
from playground.state.views import View
from playground.state.workspace import Change, Workspace

Thing = TypeVar("Thing")

PATIENCE_SECONDS = 8.0
"""So long a person waits for the card with the button they want, or for a window."""

COMPANY_SECONDS = 40.0
"""So long a person waits for what others do first."""


class Player:
    """A person with their memory of the cards before them."""

    def __init__(
        self, service: Service, hands: Hands, user: str, *, patience: float | None = None
    ) -> None:
        self._service = service
        self._hands = hands
        self._user = user
        self._patience = PATIENCE_SECONDS if patience is None else patience
        self._clicked: Found | None = None
        """The card that was clicked last, so that the next click awaits another."""
        self._tapped: tuple[str, str] | None = None
        """The modal that was clicked in last, as it looked, so that the next click awaits what follows."""
        self._chosen: dict[str, Values] = {}
        """What was chosen in the menus of messages, by their ts; every click reports it."""

    async def do(self, act: Act) -> None:
        """Do one thing; NotThere says why it cannot be done."""
        match act:
            case Submits():
                await self._submit(act.entries)
            case Taps():
                await self._tap(act.label)
            case Says():
                await self._say(self._place(act.where), act.text)
            case Clicks():
                await self._click(act)
            case Picks():
                await self._pick(act)
            case Reads():
                await self._read(act.words)
            case Sees():
                await self._see(act)

    async def _say(self, place: Conversation, text: str) -> None:
        if not text.startswith("/"):
            self._hands.message(self._user, place.id, text)
            return
        outcome = await self._hands.command(self._user, place.id, text)
        if outcome.shown:
            raise NotThere(outcome.shown)

    async def _submit(self, entries: Mapping[str, str]) -> None:
        missing = "No window was open to submit."
        view = await self._awaited(lambda: self._window(entries), self._patience, missing)
        state = filled(view.blocks, view.values, entries)
        outcome = await self._hands.submit(self._user, view.id, state)
        if not outcome.ok:
            raise NotThere(outcome.shown or "; ".join(outcome.errors.values()))

    def _window(self, entries: Mapping[str, str]) -> View | None:
        """The open modal, once it asks for all of that."""
        stack = self._service.workspace.modal_stack(self._user)
        if not stack:
            return None
        asked = {block["label"]["text"] for block in stack[-1].blocks if block["type"] == "input"}
        return stack[-1] if asked.issuperset(entries) else None

    async def _tap(self, label: str) -> None:
        def found() -> tuple[View, str, Element] | None:
            stack = self._service.workspace.modal_stack(self._user)
            view = stack[-1] if stack else None
            if view is None or self._tapped == _look(view):
                return None
            return next(
                (
                    (view, block["block_id"], element)
                    for block in view.blocks
                    for element in elements_of(block)
                    if element["type"] == "button" and element["text"]["text"] == label
                ),
                None,
            )

        missing = f"No window with {label} came."
        view, block_id, element = await self._awaited(found, self._patience, missing)
        self._tapped = _look(view)
        container = {"type": "view", "view_id": view.id}
        outcome = await self._hands.act(
            self._user, container, Click(block_id, element["action_id"])
        )
        if outcome.shown:
            raise NotThere(outcome.shown)

    async def _read(self, words: str) -> None:
        def found() -> View | None:
            stack = self._service.workspace.modal_stack(self._user)
            shown = json.dumps(stack[-1].blocks, ensure_ascii=False) if stack else ""
            return stack[-1] if words in shown else None

        await self._awaited(found, self._patience, f"No window with {words} came.")

    async def _click(self, act: Clicks) -> None:
        place = self._place(act.where)

        def found() -> Found | None:
            control = newest_with(place, self._user, act.labels)
            is_next = control and (self._clicked is None or control.card != self._clicked.card)
            return control if is_next else None

        missing = f"No message with {' or '.join(act.labels)} came."
        control = await self._awaited(found, self._patience, missing)
        # A card whose box is ticked stays: what comes next is a click on the same one.
        self._clicked = None if control.is_box else control
        await self._use(place, control)

    async def _pick(self, act: Picks) -> None:
        place = self._place(act.where)
        missing = f"No message with {act.label} beside {act.beside} came."

        def found() -> Found | None:
            control = newest_beside(place, self._user, act.beside, label=act.label)
            # What stands on the card that was left is still there until the next one comes.
            is_next = control and (self._clicked is None or control.card != self._clicked.card)
            return control if is_next else None

        await self._use(place, await self._awaited(found, self._patience, missing))

    async def _see(self, act: Sees) -> None:
        workspace = self._service.workspace
        missing = f"Nothing about {act.words} came."
        reader = act.of or self._user

        def seen() -> bool | None:
            return is_seen(workspace, act, reader) or None

        await self._awaited(seen, COMPANY_SECONDS, missing, of=act.of)

    async def _use(self, place: Conversation, control: Found) -> None:
        container = {"type": "message", "channel": place.id, "ts": control.ts}
        held = self._chosen.setdefault(control.ts, {})
        if control.chosen:
            held[control.block_id] = {control.action_id: control.chosen}
        click = Click(control.block_id, control.action_id, control.chosen, state=held)
        outcome = await self._hands.act(self._user, container, click)
        if outcome.shown:
            raise NotThere(outcome.shown)

    async def _awaited(
        self,
        look: Callable[[], Thing | None],
        seconds: float,
        missing: str,
        *,
        of: str | None = None,
    ) -> Thing:
        """Wait until a look finds something; look again whenever something changes."""
        with self._changes(of or self._user) as changed, suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    changed.clear()
                    found = look()
                    if found is not None:
                        return found
                    await changed.wait()
        raise NotThere(missing)

    @contextmanager
    def _changes(self, reader: str) -> Iterator[asyncio.Event]:
        changed = asyncio.Event()
        conversations = self._service.workspace.conversations

        def hear(change: Change) -> None:
            # In a crowd most changes are in the direct messages of others.
            place = conversations.get(change.channel or "")
            if place is None or place.kind != "dm" or {self._user, reader} & set(place.members):
                changed.set()

        listeners = self._service.workspace.listeners
        listeners.append(hear)
        try:
            yield changed
        finally:
            listeners.remove(hear)

    def _place(self, where: str | None) -> Conversation:
        return place_of(self._service.workspace, self._user, where)


def place_of(workspace: Workspace, user: str, where: str | None) -> Conversation:
    """Return the channel with this name, or the person's conversation with the app without one."""
    if where is None:
        return workspace.dm(user)
    found = [c for c in workspace.conversations.values() if c.name == where]
    if not found:
        raise NotThere(f"There is no channel #{where}.")
    return found[0]


def is_seen(workspace: Workspace, sees: Sees, reader: str) -> bool:
    """Return whether what somebody waits for has come to this person."""
    place = place_of(workspace, reader, sees.where)
    told = (message.text for message in place.visible_to(reader) if message.by_app)
    return sum(sees.words in text for text in told) >= sees.times


def _look(view: View) -> tuple[str, str]:
    return view.id, json.dumps(view.blocks)
