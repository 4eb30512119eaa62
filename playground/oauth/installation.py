"""Letting the app into a workspace or a whole organization, and taking it away."""

from playground.errors import NotThere
from playground.oauth.tokens import Token
from playground.organizations import Organization
from playground.payloads.event import app_uninstalled, team_access, tokens_revoked
from playground.service import Service, Shared, Standing, joined_scopes

REFUSALS: dict[Standing, str] = {"uninstalled": "account_inactive", "revoked": "token_revoked"}


def install(shared: Shared, holder: str, scopes: frozenset[str]) -> Token:
    """Let the app into a workspace or an organization, and return a token for it.

    What the app was allowed there before stays allowed, and its older tokens keep working, until it is
    uninstalled. In an organization it works only in the workspaces that are added.
    """
    organization = shared.organizations.get(holder)
    if organization is None:
        shared.services[holder].let_in(scopes)
    else:
        before = organization.granted if organization.is_installed else frozenset[str]()
        organization.granted = joined_scopes(before, scopes)
        organization.is_installed = True
        for team in organization.teams:
            shared.services[team].let_in(organization.granted, for_organization=True)
    return shared.tokens.issue(holder, now=shared.clock.now())


def end_installation(shared: Shared, holder: str, standing: Standing) -> None:
    """Uninstall the app from a workspace or an organization, or revoke its tokens, and tell the app."""
    service, organization = shared.place_of(holder), shared.organizations.get(holder)
    revoked = standing == "revoked"
    event = tokens_revoked(service.workspace) if revoked else app_uninstalled()
    # Slack tells both, in either order, so the first does not silence the second.
    service.events.publish(service.workspace, event, whole=organization is not None)
    shared.tokens.end_all(holder, REFUSALS[standing])
    if organization is not None:
        organization.is_installed = False
        for team in organization.teams:
            shared.services[team].let_out(standing)
        organization.teams.clear()
    elif service.holder == holder:
        service.let_out(standing)


def give_access(service: Service) -> None:
    """Add a workspace to the installation of its organization, and tell the app."""
    organization = _installed(service)
    if service.workspace.id not in organization.teams:
        organization.teams.append(service.workspace.id)
    service.let_in(organization.granted, for_organization=True)
    service.events.publish(service.workspace, team_access("granted", service.workspace), whole=True)


def take_access(service: Service) -> None:
    """Take a workspace out of the installation of its organization, and tell the app."""
    organization = _installed(service)
    if service.workspace.id not in organization.teams:
        raise NotThere(f"{service.workspace.name} was not added to the app's installation.")
    organization.teams.remove(service.workspace.id)
    service.let_out("uninstalled")
    service.events.publish(service.workspace, team_access("revoked", service.workspace), whole=True)


def _installed(service: Service) -> Organization:
    organization = service.organization
    if organization is None or not organization.is_installed:
        raise NotThere("The app is not installed in an organization that this workspace is in.")
    return organization
