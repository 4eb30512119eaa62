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
from playground.state.workspace import Workspace

MENTION = re.compile(r"(?<![\w@])@([\w.-]*\w)( [\w.-]*\w)?")
"""An at sign with one name, or a first and a last one."""


async def send_command(desk: Desk, channel: str, text: str, *, in_thread: bool = False) -> Outcome:
    """Send a slash command and show what the app acknowledges it with."""
    conversation = desk.conversation(channel)
    command = text.split(" ", 1)[0]
    if in_thread:
        return Outcome(acked=False, shown=f"{command} is not supported in threads. Sorry!")
    if is_slacks_own(command):
        return run_slack_command(desk, conversation, text)
    # People of other companies have the commands of the apps in their own workspaces alone.
    has_command = desk.installed and desk.person.stranger is None
    if not has_command or not desk.service.manifest.knows_command(command):
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


def write_message(desk: Desk, channel: str, text: str, thread_ts: str | None = None) -> Message:
    """Put a message into a conversation, or a thread of it, and tell the app if it is there."""
    conversation = desk.conversation(channel)
    if conversation.kind == "dm" and not desk.service.manifest.takes_messages:
        raise NotThere("Sending messages to this app has been turned off.")
    workspace = desk.workspace
    thread = _thread(desk, conversation, thread_ts)
    words = with_mentions(workspace, escaped(text))
    message = Message(workspace.new_ts(), channel, words, user=desk.user, thread_ts=thread)
    conversation.read[desk.user] = message.ts
    workspace.add_message(message)
    if workspace.app_is_in(conversation):
        desk.service.publish(message_event(workspace, conversation, message))
        if mention := app_mention(workspace, conversation, message):
            desk.service.publish(mention)
    return message


def _thread(desk: Desk, conversation: Conversation, ts: str | None) -> str | None:
    if ts is None:
        return None
    root = desk.message(conversation, ts)
    if root is None or root.only_for is not None:
        raise NotThere(f"There is no message {ts} in {conversation.id} to reply to (anymore).")
    return desk.workspace.thread_of(conversation, ts)


def with_mentions(workspace: Workspace, text: str) -> str:
    """Return the text with every @name of somebody here as a mention, as Slack's message box writes it."""

    def mention(found: re.Match[str]) -> str:
        first, second = found.group(1), found.group(2) or ""
        both = workspace.called(first + second) if second else None
        one = both or workspace.called(first)
        if one is None:
            return found.group()
        return f"<@{one.id}>" if both else f"<@{one.id}>{second}"

    return MENTION.sub(mention, text)


def escaped(text: str) -> str:
    """Return what a person typed, escaped as Slack does."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
