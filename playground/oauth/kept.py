"""Where the app is installed, and with which tokens, as plain data and back."""

from typing import Any

from playground.organizations import Organization
from playground.service import Service, Shared

Saved = dict[str, Any]


class Installs:
    """What was saved of installations; workspaces that were not added again keep theirs."""

    def __init__(self, workspaces: dict[str, Saved] | None = None) -> None:
        self._workspaces = workspaces or {}

    def put_into(self, service: Service) -> None:
        """Let the app into a workspace as it was; one with the fixed token is as new."""
        saved = self._workspaces.get(service.workspace.id)
        if saved is None or service.has_fixed_token:
            return
        service.standing = saved["standing"]
        service.granted = _scopes(saved["granted"])
        service.workspace.is_org_install = bool(saved["is_org_install"])
        organization = service.organization
        if organization is not None and service.workspace.is_org_install and service.is_in:
            organization.teams.append(service.workspace.id)

    def snapshot(self, shared: Shared) -> Saved:
        """Return all installations as plain data."""
        for team, service in shared.services.items():
            self._workspaces[team] = {
                "standing": service.standing,
                "granted": _listed(service.granted),
                "is_org_install": service.workspace.is_org_install,
            }
        return {
            "tokens": shared.tokens.snapshot(),
            "organizations": [_organization(one) for one in shared.organizations.values()],
            "workspaces": self._workspaces,
        }


def restored(shared: Shared, saved: Saved | None) -> Installs:
    """Take in the tokens and organizations that were saved, and return where the app is installed."""
    if saved is None:
        return Installs()
    shared.tokens.restore(saved["tokens"])
    for one in saved["organizations"]:
        known = Organization(**{**one, "granted": _scopes(one["granted"])})
        # Its workspaces come back as they are added.
        shared.organizations[known.id] = known
    return Installs(dict(saved["workspaces"]))


def _organization(organization: Organization) -> Saved:
    return {
        "id": organization.id,
        "name": organization.name,
        "is_installed": organization.is_installed,
        "granted": _listed(organization.granted),
    }


def _listed(scopes: frozenset[str] | None) -> list[str] | None:
    return None if scopes is None else sorted(scopes)


def _scopes(listed: list[str] | None) -> frozenset[str] | None:
    return None if listed is None else frozenset(listed)
