"""Slack's own slash commands, which are not sent to an app: invite, remove, archive."""

from collections.abc import Callable

from playground.errors import NotThere
from playground.manifest import SlashCommand
from playground.person.channels import join, leave, set_archived
from playground.person.desk import Desk
from playground.person.outcome import Outcome
from playground.state.messages import Conversation
from playground.state.workspace import Workspace

COMMANDS = (
    SlashCommand("/invite", "Add someone, or an app, to this channel", "@name"),
    SlashCommand("/remove", "Remove someone, or an app, from this channel", "@name"),
    SlashCommand("/archive", "Archive this channel", ""),
)
DONE = Outcome(acked=True)


def is_slacks_own(command: str) -> bool:
    """Return whether Slack itself answers this command."""
    return any(one.command == command for one in COMMANDS)


def run_slack_command(desk: Desk, conversation: Conversation, text: str) -> Outcome:
    """Do what the command says, or tell the person why not."""
    command, _, rest = text.partition(" ")
    if conversation.kind != "channel":
        return Outcome(acked=True, shown=f"{command} works in channels only.")
    try:
        _RUN[command](desk, conversation, rest.strip())
    except NotThere as problem:
        return Outcome(acked=True, shown=str(problem))
    return DONE


def _invite(desk: Desk, conversation: Conversation, name: str) -> None:
    join(desk.service, conversation.id, user=_called(desk.workspace, name), by=desk.user)


def _remove(desk: Desk, conversation: Conversation, name: str) -> None:
    leave(desk.service, conversation.id, user=_called(desk.workspace, name), by=desk.user)


def _archive(desk: Desk, conversation: Conversation, _: str) -> None:
    set_archived(desk.service, conversation.id, archive=True, by=desk.user)


_RUN: dict[str, Callable[[Desk, Conversation, str], None]] = {
    "/invite": _invite,
    "/remove": _remove,
    "/archive": _archive,
}


def _called(workspace: Workspace, name: str) -> str:
    person = workspace.called(name.removeprefix("@"))
    if person is not None:
        return person.id
    raise NotThere(f"Nobody here is called {name or 'that'}. Write @ and a name, such as @Rungs.")
