"""What people type: slash commands and messages."""

import re

from playground.delivery.parcel import Ack, Parcel
from playground.errors import NotThere, SlackError
from playground.payloads.command import slash_command
from playground.payloads.event import app_mention, message_event
from playground.person.answers import show_command_answer
from playground.person.desk import Desk
from playground.person.outcome import Outcome, command_complaint, outcome_of
from playground.person.slack_commands import is_slacks_own, run_slack_command
from playground.state.messages import Conversation, Message


async def send_command(desk: Desk, channel: str, text: str) -> Outcome:
    """Send a slash command and show what the app acknowledges it with."""
    conversation = desk.conversation(channel)
    command = text.split(" ", 1)[0]
    if is_slacks_own(command):
        return run_slack_command(desk, conversation, text)
    if not desk.installed or not desk.service.manifest.knows_command(command):
        return Outcome(acked=False, shown=f"{command} is not a valid command.")
    payload = slash_command(
        desk.workspace,
        desk.person,
        conversation,
        line=text,
        trigger_id=desk.trigger(),
        response_url=desk.response_url(conversation),
    )
    ack = await desk.service.courier.deliver(Parcel("slash_commands", payload))
    if not ack.ok:
        return outcome_of(ack, shown=command_complaint(command, ack))
    return outcome_of(ack, shown=_show_answer(desk, conversation, ack, command=command))


def _show_answer(desk: Desk, conversation: Conversation, ack: Ack, *, command: str) -> str | None:
    try:
        show_command_answer(desk.service, conversation, user=desk.user, body=ack.body)
    except SlackError as refusal:
        return f'{command} failed with the error "{refusal.name}"'
    return None


def write_message(desk: Desk, channel: str, text: str) -> Message:
    """Put a message into a conversation, and tell the app if it is there."""
    conversation = desk.conversation(channel)
    if conversation.kind == "dm" and not desk.service.manifest.takes_messages:
        raise NotThere("Sending messages to this app has been turned off.")
    workspace = desk.workspace
    text = with_mention(escaped(text), name=workspace.app.name, user=workspace.app.user_id)
    message = Message(workspace.new_ts(), channel, text, user=desk.user)
    conversation.read[desk.user] = message.ts
    workspace.add_message(message)
    if workspace.app_is_in(conversation):
        desk.service.publish(message_event(workspace, conversation, message))
        if mention := app_mention(workspace, conversation, message):
            desk.service.publish(mention)
    return message


def with_mention(text: str, *, name: str, user: str) -> str:
    """Return the text with @ and the app's name as Slack's apps send it."""
    return re.sub(rf"@{re.escape(name)}\b", f"<@{user}>", text, flags=re.IGNORECASE)


def escaped(text: str) -> str:
    """Return what a person typed, escaped as Slack does."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
