"""Workspaces beside the first one."""

from playground.clock import Clock
from playground.organizations import Organization
from playground.service import Sample, Service, Shared
from playground.state.own_ids import give_own_ids
from playground.state.workspace import Workspace, in_base_36


def add_workspace(
    shared: Shared, team_id: str, name: str, *, sample: Sample, organization: str | None
) -> Service:
    """Take in a workspace; the app is not installed there. ValueError when the id is in use."""
    if team_id in shared.services:
        raise ValueError(f"There is a workspace {team_id} already. Give another id.")
    number = len(shared.services)
    bot = _bot(number, organization)
    whole = None if organization is None else _organization(shared, organization)

    def made(clock: Clock) -> Workspace:
        workspace = sample(clock)
        workspace.id, workspace.name = team_id, name
        workspace.domain = "-".join(
            "".join(c if c.isalnum() else " " for c in name).lower().split()
        )
        workspace.organization, workspace.is_org_install = organization, False
        if whole is not None:
            workspace.organization_name = whole.name

        def is_taken(thing: str) -> bool:
            return shared.owners.get(thing, team_id) != team_id

        give_own_ids(workspace, number, is_taken=is_taken, bot=bot)
        return workspace

    if not shared.owners:
        _note_ids(shared, shared.first.workspace)
    service = Service(shared, made, installed=False)
    _note_ids(shared, service.workspace)
    return service


def _note_ids(shared: Shared, workspace: Workspace) -> None:
    """Remember whose the ids of a sample are; a search through all workspaces is slow with a thousand."""
    for one in (*workspace.people, *workspace.conversations, *workspace.usergroups):
        shared.owners[one] = workspace.id


def _organization(shared: Shared, organization: str) -> Organization:
    return shared.organizations.setdefault(organization, Organization(organization))


def _bot(number: int, organization: str | None) -> tuple[str, str]:
    """Return the ids of the app's user and bot; an organization has one user for all its workspaces."""
    if organization is not None:
        return f"W0BOT{organization[1:]}", f"B0BOT{organization[1:]}"
    tag = f"{in_base_36(number):0>4}"
    return f"U0RUNGS{tag}", f"B0RUNGS{tag}"
