"""Ids of a workspace that are in use elsewhere, replaced by ids of its own."""

from collections.abc import Callable
from dataclasses import replace

from playground.state.people import Person
from playground.state.workspace import Workspace, in_base_36

PER_WORKSPACE = 36**5
"""So many ids can one workspace make up before they reach those of the next."""


def give_own_ids(
    workspace: Workspace, number: int, *, is_taken: Callable[[str], bool], bot: tuple[str, str]
) -> None:
    """Give people, user groups and channels ids that no other workspace has.

    `number` tells the workspaces of a playground apart, `bot` has the ids of the app's user and bot there.
    In an organization, the ids of people begin with W.
    """
    workspace.count += number * PER_WORKSPACE
    user_id, bot_id = bot
    own = {workspace.app.user_id: user_id}
    for one in [*workspace.people, *workspace.conversations, *workspace.usergroups]:
        own.setdefault(one, _own_id(one, number, is_taken, as_w=workspace.organization is not None))
    workspace.app = replace(workspace.app, user_id=user_id, bot_id=bot_id)
    _rename(workspace, own)


def _own_id(known: str, number: int, is_taken: Callable[[str], bool], *, as_w: bool) -> str:
    own = f"W{known[1:]}" if as_w and known.startswith("U") else known
    return f"{own[0]}{in_base_36(number)}{own[2:]}" if is_taken(own) else own


def _rename(workspace: Workspace, own: dict[str, str]) -> None:
    people, conversations = workspace.people, workspace.conversations
    workspace.people = {own[one]: _renamed(person, own) for one, person in people.items()}
    workspace.conversations = {own[one]: channel for one, channel in conversations.items()}
    workspace.dms = {own[one]: own[dm] for one, dm in workspace.dms.items()}
    workspace.usergroups = {own[one]: group for one, group in workspace.usergroups.items()}
    for group in workspace.usergroups.values():
        group.id = own[group.id]
        group.members = {own[one] for one in group.members}
    for channel in conversations.values():
        channel.id = own[channel.id]
        channel.members = {own[one] for one in channel.members}
        channel.read = {own[one]: ts for one, ts in channel.read.items()}
        for message in channel.messages.values():
            message.channel = channel.id
            message.user = own.get(message.user or "", message.user)


def _renamed(person: Person, own: dict[str, str]) -> Person:
    person.id = own[person.id]
    return person
