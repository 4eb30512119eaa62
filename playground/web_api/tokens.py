"""Who calls, and in which workspace: tokens, their kinds, and for what they are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from playground.errors import SlackError
from playground.oauth.installation import REFUSALS
from playground.oauth.tokens import Token
from playground.organizations import Organization
from playground.service import Service, Shared
from playground.web_api.method import Method

NAMING = ("channel", "channel_id", "user", "user_id", "users", "view_id", "file", "usergroup")
"""Arguments that name something of a workspace."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The workspace in which a call is answered, and the token if OAuth handed it out."""

    service: Service
    token: Token | None = None


def holder_of(shared: Shared, token: str | None) -> str | None:
    """Return the workspace, or the organization, that a token is for; None for an unknown one."""
    if token == shared.credentials.bot_token and shared.first.has_fixed_token:
        return shared.first.workspace.id
    known = shared.tokens.find(token or "")
    return None if known is None else known.holder


def caller_of(
    shared: Shared, method: Method, token: str | None, arguments: Mapping[str, Any]
) -> Caller:
    """Return in which workspace a call is answered, or refuse its token as Slack does."""
    if method.caller == "anyone":
        return Caller(shared.first)
    if not token:
        raise SlackError("not_authed")
    is_app = token == shared.credentials.app_token
    if not is_app and holder_of(shared, token) is None:
        raise SlackError("invalid_auth")
    if is_app != (method.caller == "app"):
        raise SlackError("not_allowed_token_type")
    if is_app:
        return Caller(shared.first)
    if token == shared.credentials.bot_token:
        return _with_fixed_token(shared)
    working = shared.tokens.working(token, now=shared.clock.now())
    organization = shared.organizations.get(working.holder)
    if organization is None:
        return Caller(shared.services[working.holder], working)
    return Caller(_chosen(shared, organization, method, arguments), working)


def _with_fixed_token(shared: Shared) -> Caller:
    service = shared.first
    if service.standing != "installed":
        raise SlackError(REFUSALS[service.standing])
    return Caller(service)


def _chosen(
    shared: Shared, organization: Organization, method: Method, arguments: Mapping[str, Any]
) -> Service:
    """Return the workspace of an organization that a call is about."""
    if method.is_whole:
        return shared.place_of(organization.id)
    team = _asked(shared, organization, method, arguments)
    if team not in organization.teams:
        raise SlackError("team_access_not_granted")
    return shared.services[team]


def _asked(
    shared: Shared, organization: Organization, method: Method, arguments: Mapping[str, Any]
) -> str:
    """Return the workspace that a call names, by its id or by that of something in it."""
    if method.team:
        team = arguments.get(method.team)
        if not team:
            raise SlackError("missing_argument")
        return str(team)
    for team in _named(shared, arguments):
        if shared.services[team].workspace.organization == organization.id:
            return team
    # What is nowhere in the organization is not found in any of its workspaces.
    return next(iter(organization.teams), "")


def _named(shared: Shared, arguments: Mapping[str, Any]) -> Iterator[str]:
    """Yield the workspaces of what the arguments name."""
    for name in NAMING:
        for one in str(arguments.get(name) or "").split(","):
            holder = shared.holder_of(one) if one else None
            if holder is not None:
                yield holder.workspace.id
    trigger = shared.triggers.team_of(str(arguments.get("trigger_id") or ""))
    if trigger is not None:
        yield trigger
    called = str(arguments.get("external_id") or "")
    for service in shared.services.values() if called else ():
        if service.workspace.view_called(called) is not None:
            yield service.workspace.id
