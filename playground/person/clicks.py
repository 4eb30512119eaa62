"""What people click: elements of messages, modals and the Home tab."""

from dataclasses import dataclass
from typing import Any

from playground.errors import NotThere
from playground.payloads.interaction import message_action, view_action
from playground.person.desk import Desk
from playground.person.elements import Element, Values, action_object, find_element, values_of
from playground.person.outcome import Outcome, click_complaint, outcome_of
from playground.state.messages import Conversation, Message
from playground.state.views import View


@dataclass(frozen=True, slots=True)
class Click:
    """The element that is used, and how; `element` replays one that is no longer shown."""

    block_id: str
    action_id: str
    chosen: dict[str, Any] | None = None
    state: Values | None = None
    element: Element | None = None

    def values(self, before: Values) -> Values:
        """Return what was entered so far, with the choice that is made now."""
        entered = dict(before if self.state is None else self.state)
        if self.chosen:
            entered[self.block_id] = {**entered.get(self.block_id, {}), self.action_id: self.chosen}
        return entered

    def found(self, blocks: list[dict[str, Any]]) -> tuple[Element, bool]:
        """Return the element, and whether using it reports to the app at once."""
        if self.element is not None:
            return {**self.element, "action_id": self.action_id}, True
        block, element = find_element(blocks, block_id=self.block_id, action_id=self.action_id)
        return element, block.get("type") != "input" or bool(block.get("dispatch_action"))


async def use_element(desk: Desk, container: dict[str, Any], click: Click) -> Outcome:
    """Use an element and tell the app, unless it is an input that waits for Submit."""
    if container.get("type") == "view":
        payload = _in_view(desk, desk.view(str(container.get("view_id"))), click)
    else:
        conversation = desk.conversation(str(container.get("channel")))
        payload = _in_message(desk, conversation, str(container.get("ts")), click=click)
    if payload is None:
        return Outcome(acked=False)
    if not desk.installed:
        return Outcome(acked=False, shown="This app is no longer installed.")
    if not desk.service.manifest.interactive:
        return Outcome(acked=False, shown="This app is not set up for interactive elements.")
    ack = await desk.interact(payload)
    return outcome_of(ack, shown=None if ack.ok else click_complaint(ack))


def _in_message(
    desk: Desk, conversation: Conversation, ts: str, *, click: Click
) -> dict[str, Any] | None:
    message = desk.message(conversation, ts)
    if message is None:
        message = _remembered(desk, conversation, ts, replay=click.element is not None)
    element, reports = click.found(message.blocks)
    if not reports:
        return None
    return message_action(
        desk.workspace,
        desk.person,
        conversation,
        message,
        action=_action(desk, click, element),
        values=values_of(message.blocks, click.values({})),
        trigger_id=desk.trigger(),
        response_url=desk.response_url(conversation, message),
    )


def _remembered(desk: Desk, conversation: Conversation, ts: str, *, replay: bool) -> Message:
    if not replay:
        raise NotThere(f"There is no message {ts} in {conversation.id} (anymore).")
    return Message(ts, conversation.id, user=desk.workspace.app.user_id, by_app=True)


def _in_view(desk: Desk, view: View, click: Click) -> dict[str, Any] | None:
    element, reports = click.found(view.blocks)
    view.values = values_of(view.blocks, click.values(view.values))
    if not reports:
        return None
    return view_action(
        desk.workspace,
        desk.person,
        view,
        action=_action(desk, click, element),
        trigger_id=desk.trigger(view_id=view.id),
    )


def _action(desk: Desk, click: Click, element: Element) -> dict[str, Any]:
    ts = desk.workspace.new_ts()
    return action_object(click.block_id, element, chosen=click.chosen, ts=ts)
