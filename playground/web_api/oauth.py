"""oauth.v2.access and what else is about tokens: refresh, revoke, uninstall, the workspaces of one token."""

from playground.errors import SlackError
from playground.oauth.installation import end_installation, install
from playground.oauth.tokens import Token
from playground.service import Service
from playground.web_api.cursors import page_of
from playground.web_api.method import Answer, Method, Request


def _check_client(request: Request) -> None:
    credentials = request.service.credentials
    if request.arguments.optional_text("client_id") != credentials.client_id:
        raise SlackError("invalid_client_id")
    if request.arguments.optional_text("client_secret") != credentials.client_secret:
        raise SlackError("bad_client_secret")


def access(request: Request) -> Answer:
    """Exchange a code, or a refresh token, for a bot token."""
    _check_client(request)
    kind = request.arguments.optional_text("grant_type") or "authorization_code"
    if kind == "refresh_token":
        return _refreshed(request)
    if kind != "authorization_code":
        raise SlackError("invalid_grant_type")
    shared = request.service.shared
    grant = shared.codes.exchange(
        request.arguments.optional_text("code") or "",
        redirect_uri=request.arguments.optional_text("redirect_uri") or "",
        now=shared.clock.now(),
    )
    token = install(shared, grant.holder, grant.scopes)
    return _granted(request, token) | {"authed_user": {"id": grant.user}}


def _refreshed(request: Request) -> Answer:
    shared = request.service.shared
    refresh = request.arguments.optional_text("refresh_token") or ""
    token = shared.tokens.refreshed(refresh, now=shared.clock.now())
    shared.place_of(token.holder).workspace.announce("state")
    return _granted(request, token)


def _granted(request: Request, token: Token) -> Answer:
    shared = request.service.shared
    organization = shared.organizations.get(token.holder)
    service = shared.place_of(token.holder)
    scopes = service.granted if organization is None else organization.granted
    workspace = service.workspace
    is_in_one = workspace.organization is not None
    enterprise = {"id": workspace.organization, "name": workspace.organization_name}
    answer: Answer = {
        "access_token": token.value,
        "token_type": "bot",
        "scope": ",".join(sorted(scopes or ())),
        "bot_user_id": workspace.app.user_id,
        "app_id": workspace.app.id,
        "team": {"id": workspace.id, "name": workspace.name} if organization is None else None,
        "enterprise": enterprise if is_in_one else None,
        "is_enterprise_install": organization is not None,
    }
    if token.expires is None:
        return answer
    lasts = int(token.expires - shared.clock.now())
    return answer | {"refresh_token": token.refresh, "expires_in": lasts}


def revoke(request: Request) -> Answer:
    """End the token of the call; with its last token an app is out."""
    if request.arguments.flag("test"):
        return {"revoked": False}
    shared, token = request.service.shared, request.token
    if token is not None:
        shared.tokens.end(token, "token_revoked")
    holder = _holder(request)
    if not shared.tokens.is_held(holder):
        end_installation(shared, holder, "revoked")
    return {"revoked": True}


def _holder(request: Request) -> str:
    return request.workspace.id if request.token is None else request.token.holder


def uninstall(request: Request) -> Answer:
    """Take the app away from where the token is for."""
    _check_client(request)
    end_installation(request.service.shared, _holder(request), "uninstalled")
    return {}


def teams(request: Request) -> Answer:
    """List the workspaces that the token works in."""
    page, more = page_of(_teams(request), request.arguments)
    shown = [{"id": one.workspace.id, "name": one.workspace.name} for one in page]
    return {"teams": shown, **more}


def _teams(request: Request) -> list[Service]:
    shared = request.service.shared
    organization = shared.organizations.get(_holder(request))
    if organization is None:
        return [request.service]
    return [shared.services[team] for team in organization.teams]


METHODS = (
    Method("oauth.v2.access", access, tier="special", caller="anyone"),
    Method("auth.revoke", revoke, tier="3", is_whole=True),
    Method("auth.teams.list", teams, tier="2", is_whole=True),
    Method("apps.uninstall", uninstall, tier="1", is_whole=True),
)
