"""The hands of the people: type, click, submit, close, open, leave."""

from typing import Any

from playground.delivery.parcel import Ack, Parcel
from playground.errors import NotThere, SlackError
from playground.payloads.command import slash_command
from playground.payloads.event import app_home_opened, message_event
from playground.payloads.interaction import message_action, view_action, view_submission
from playground.person.answers import (
    clear_stack,
    close_top,
    closed_parcel,
    obey_view_answer,
    show_command_answer,
)
from playground.person.elements import (
    Element,
    Values,
    action_object,
    find_element,
    is_empty,
    values_of,
)
from playground.person.outcome import (
    TROUBLE,
    Outcome,
    click_complaint,
    command_complaint,
    outcome_of,
)
from playground.service import Service
from playground.state.messages import Conversation, Message
from playground.state.people import Person
from playground.state.views import View

REQUIRED = "Please complete this required field."


class Hands:
    """What people can do; the page and the tests use the same."""

    def __init__(self, service: Service) -> None:
        self._service = service

    # Who and where

    def person(self, user: str) -> Person:
        """Return an active person."""
        person = self._service.workspace.people.get(user)
        if person is None or person.bot:
            raise NotThere(f"Nobody here has the id {user}.")
        if person.deactivated:
            raise NotThere(f"{person.name} is deactivated and can do nothing here.")
        return person

    def place(self, user: str, channel: str) -> Conversation:
        """Return a conversation that the person is in."""
        conversation = self._service.workspace.conversations.get(channel)
        if conversation is None or user not in conversation.members:
            raise NotThere(f"{user} is not in a conversation {channel}.")
        return conversation

    # Writing

    async def command(self, user: str, channel: str, text: str) -> Outcome:
        """Send a slash command."""
        person, conversation = self.person(user), self.place(user, channel)
        command = text.split(" ", 1)[0]
        if not self._service.manifest.knows_command(command):
            return Outcome(acked=False, shown=f"{command} is not a valid command.")
        payload = slash_command(
            self._service.workspace,
            person,
            conversation,
            line=text,
            trigger_id=self._trigger(user),
            response_url=self._response_url(user, conversation),
        )
        ack = await self._service.courier.deliver(Parcel("slash_commands", payload))
        outcome = outcome_of(ack, shown=command_complaint(command, ack))
        if not ack.ok:
            return outcome
        try:
            show_command_answer(self._service, conversation, user=user, body=ack.body)
        except SlackError as refusal:
            shown = f'{command} failed with the error "{refusal.name}"'
            return Outcome(
                acked=True, status=ack.status, body=ack.body, seconds=ack.seconds, shown=shown
            )
        return outcome

    def message(self, user: str, channel: str, text: str) -> Message:
        """Write a message."""
        self.person(user)
        conversation = self.place(user, channel)
        workspace = self._service.workspace
        if conversation.kind == "dm" and not self._service.manifest.takes_messages:
            raise NotThere("Sending messages to this app has been turned off.")
        message = Message(workspace.new_ts(), channel, escaped(text), user=user)
        conversation.read[user] = message.ts
        workspace.add_message(message)
        if workspace.app_is_in(conversation):
            self._service.publish(message_event(workspace, conversation, message))
        return message

    # Clicking

    async def act(
        self,
        user: str,
        container: dict[str, Any],
        block_id: str,
        action_id: str,
        *,
        chosen: dict[str, Any] | None = None,
        state: Values | None = None,
        element: Element | None = None,
    ) -> Outcome:
        """Use an element of a message or view; `element` replays one that is gone by now."""
        self.person(user)
        if container.get("type") == "view":
            view = self._own_view(user, str(container.get("view_id")))
            parcel = self._view_click(
                view, block_id, action_id, chosen=chosen, state=state, element=element
            )
        else:
            parcel = self._message_click(
                user, container, block_id, action_id, chosen=chosen, state=state, element=element
            )
        if parcel is None:
            return Outcome(acked=False)
        return await self._interact(parcel)

    def _message_click(
        self,
        user: str,
        container: dict[str, Any],
        block_id: str,
        action_id: str,
        *,
        chosen: dict[str, Any] | None,
        state: Values | None,
        element: Element | None,
    ) -> Parcel | None:
        conversation = self.place(user, str(container.get("channel")))
        message = self._message(user, conversation, str(container.get("ts")), replay=element)
        if element is None:
            block, element = find_element(message.blocks, block_id=block_id, action_id=action_id)
            if not reports_clicks(block):
                return None
        workspace = self._service.workspace
        payload = message_action(
            workspace,
            workspace.person(user),
            conversation,
            message,
            action=self._action(block_id, action_id, element, chosen),
            values=values_of(message.blocks, with_choice(state, block_id, action_id, chosen)),
            trigger_id=self._trigger(user),
            response_url=self._response_url(user, conversation, message=message),
        )
        return Parcel("interactive", payload)

    def _view_click(
        self,
        view: View,
        block_id: str,
        action_id: str,
        *,
        chosen: dict[str, Any] | None,
        state: Values | None,
        element: Element | None,
    ) -> Parcel | None:
        block: dict[str, Any] = {}
        if element is None:
            block, element = find_element(view.blocks, block_id=block_id, action_id=action_id)
        entered = with_choice(state or view.values, block_id, action_id, chosen)
        view.values = values_of(view.blocks, entered)
        if not reports_clicks(block):
            return None
        workspace = self._service.workspace
        payload = view_action(
            workspace,
            workspace.person(view.user),
            view,
            action=self._action(block_id, action_id, element, chosen),
            trigger_id=self._trigger(view.user, view_id=view.id),
        )
        return Parcel("interactive", payload)

    def _action(
        self, block_id: str, action_id: str, element: Element, chosen: dict[str, Any] | None
    ) -> dict[str, Any]:
        ts = self._service.workspace.new_ts()
        used = {**element, "action_id": action_id}
        return action_object(block_id, used, chosen=chosen, ts=ts)

    def _message(
        self, user: str, conversation: Conversation, ts: str, *, replay: Element | None
    ) -> Message:
        message = conversation.messages.get(ts)
        if message is not None and message.only_for in (None, user):
            return message
        if replay is None:
            raise NotThere(f"There is no message {ts} in {conversation.id} (any more).")
        return Message(ts, conversation.id, user=self._service.workspace.app.user_id, by_app=True)

    async def _interact(self, parcel: Parcel) -> Outcome:
        if not self._service.manifest.interactive:
            return Outcome(acked=False, shown="This app is not set up for interactive elements.")
        ack = await self._service.courier.deliver(parcel)
        return outcome_of(ack, shown=click_complaint(ack))

    # Modals

    def _own_view(self, user: str, view_id: str) -> View:
        view = self._service.workspace.view(view_id)
        if view is None or view.user != user:
            raise NotThere(f"{user} has no view {view_id} open (any more).")
        return view

    async def submit(self, user: str, view_id: str, state: Values | None = None) -> Outcome:
        """Submit the modal."""
        person, view = self.person(user), self._own_view(user, view_id)
        view.values = values_of(view.blocks, view.values if state is None else state)
        missing = missing_inputs(view)
        if missing:
            return Outcome(acked=False, errors=missing)
        trigger = self._trigger(user, view_id=view.id)
        payload = view_submission(self._service.workspace, person, view, trigger_id=trigger)
        ack = await self._service.courier.deliver(Parcel("interactive", payload))
        if not ack.ok:
            return outcome_of(ack, shown=TROUBLE)
        return self._submitted(view, ack)

    def _submitted(self, view: View, ack: Ack) -> Outcome:
        try:
            errors = obey_view_answer(self._service, view, ack.body)
        except SlackError as refusal:
            self._service.journal.delivery(
                "view_submission answer",
                at=self._service.clock.now(),
                status=None,
                payload=ack.body,
                answer=refusal.answer(),
            )
            return Outcome(
                acked=True, status=ack.status, body=ack.body, seconds=ack.seconds, shown=TROUBLE
            )
        return Outcome(
            acked=True, status=ack.status, body=ack.body, seconds=ack.seconds, errors=errors
        )

    async def close(self, user: str, view_id: str) -> Outcome:
        """Close the modal without submitting."""
        self.person(user)
        view = self._own_view(user, view_id)
        stack = list(self._service.workspace.modal_stack(user))
        cleared = bool(view.content.get("clear_on_close"))
        if cleared:
            clear_stack(self._service, user)
        else:
            close_top(self._service, view)
        told = [
            one
            for one in reversed(stack if cleared else [view])
            if one.content.get("notify_on_close")
        ]
        for one in told:
            parcel = closed_parcel(self._service, one, cleared=cleared)
            await self._service.courier.deliver(parcel)
        return Outcome(acked=True)

    # Home

    def open_home(self, user: str, tab: str = "home") -> None:
        """Look at the app's Home or Messages tab."""
        person = self.person(user)
        if tab not in ("home", "messages"):
            raise NotThere(f"The app has no tab {tab}. Choose home or messages.")
        self._service.publish(app_home_opened(self._service.workspace, person, tab=tab))

    # What every payload carries

    def _trigger(self, user: str, *, view_id: str | None = None) -> str:
        now = self._service.clock.now()
        return self._service.triggers.issue(user, now=now, view_id=view_id)

    def _response_url(
        self, user: str, conversation: Conversation, *, message: Message | None = None
    ) -> str:
        service = self._service
        ts = None if message is None else message.ts
        now = service.clock.now()
        key = service.response_urls.issue(user, conversation.id, now=now, message_ts=ts)
        return f"{service.address}/respond/{key}"


def escaped(text: str) -> str:
    """Return what a person typed as Slack hands it on."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def reports_clicks(block: dict[str, Any]) -> bool:
    """Say whether elements of this block send an action at once."""
    return block.get("type") != "input" or bool(block.get("dispatch_action"))


def with_choice(
    state: Values | None, block_id: str, action_id: str, chosen: dict[str, Any] | None
) -> Values:
    """Return the entered values, with the choice that was made just now."""
    if not chosen:
        return state or {}
    given = dict(state or {})
    given[block_id] = {**given.get(block_id, {}), action_id: chosen}
    return given


def missing_inputs(view: View) -> dict[str, str]:
    """Return a complaint for every required input that was left empty."""
    return {
        block["block_id"]: REQUIRED
        for block in view.blocks
        if block["type"] == "input"
        and not block.get("optional")
        and any(is_empty(held) for held in view.values.get(block["block_id"], {}).values())
    }
