"""Slash commands."""

from playground.payloads.shapes import VERIFICATION_TOKEN, Payload
from playground.state.messages import Conversation
from playground.state.people import Person
from playground.state.workspace import Workspace


def slash_command(
    workspace: Workspace,
    person: Person,
    conversation: Conversation,
    *,
    line: str,
    trigger_id: str,
    response_url: str,
) -> Payload:
    """Return the fields of a slash command; over HTTP they are a form."""
    command, _, text = line.partition(" ")
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.id,
        "team_domain": workspace.domain,
        **_organization(workspace),
        "channel_id": conversation.id,
        "channel_name": conversation.name,
        "user_id": person.id,
        "user_name": person.handle,
        "command": command,
        "text": text.strip(),
        "api_app_id": workspace.app.id,
        "is_enterprise_install": "true" if workspace.is_enterprise_install else "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def _organization(workspace: Workspace) -> Payload:
    if workspace.organization is None:
        return {}
    return {
        "enterprise_id": workspace.organization,
        "enterprise_name": workspace.organization_name,
    }
