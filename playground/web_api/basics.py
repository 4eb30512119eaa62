"""Methods about the connection itself: auth.test, api.test, apps.connections.open, team and bots."""

from playground.errors import SlackError
from playground.organizations import Organization
from playground.state.workspace import Workspace
from playground.web_api.method import Answer, Method, Request


def auth_test(request: Request) -> Answer:
    """Return whom the token belongs to."""
    workspace = request.workspace
    whole = request.service.shared.organizations.get(request.token.holder if request.token else "")
    if whole is not None:
        return _auth_of(whole, workspace)
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.name,
        "user": workspace.person(workspace.app.user_id).handle,
        "team_id": workspace.id,
        "user_id": workspace.app.user_id,
        "bot_id": workspace.app.bot_id,
        **({"enterprise_id": workspace.organization} if workspace.organization else {}),
        "is_enterprise_install": workspace.is_enterprise_install,
    }


def _auth_of(organization: Organization, workspace: Workspace) -> Answer:
    """Return whom the token of an organization belongs to."""
    return {
        "url": f"https://{organization.id.lower()}.enterprise.slack.com/",
        "team": organization.name,
        "user": workspace.person(workspace.app.user_id).handle,
        "team_id": organization.id,
        "user_id": workspace.app.user_id,
        "bot_id": workspace.app.bot_id,
        "enterprise_id": organization.id,
        "is_enterprise_install": True,
    }


def api_test(request: Request) -> Answer:
    """Return the arguments of the call."""
    error = request.arguments.optional_text("error")
    if error:
        raise SlackError(error, args=dict(request.arguments.raw))
    return {"args": dict(request.arguments.raw)}


def open_connection(request: Request) -> Answer:
    """Return a WebSocket address that works once."""
    ticket = request.service.courier.sockets.ticket()
    address = request.service.address.replace("http", "ws", 1)
    return {"url": f"{address}/socket/{ticket}?app_id={request.workspace.app.id}"}


def team_info(request: Request) -> Answer:
    """Describe the workspace."""
    workspace = request.workspace
    names = {
        "enterprise_id": workspace.organization,
        "enterprise_name": workspace.organization_name,
    }
    organization = {} if workspace.organization is None else names
    return {
        "team": {
            "id": workspace.id,
            "name": workspace.name,
            "url": f"https://{workspace.domain}.slack.com/",
            "domain": workspace.domain,
            "email_domain": "",
            "icon": {"image_default": True},
            "is_verified": False,
            **organization,
        }
    }


def bots_info(request: Request) -> Answer:
    """Describe a bot."""
    app = request.workspace.app
    bot = request.arguments.optional_text("bot")
    if bot is not None and bot != app.bot_id:
        raise SlackError("bot_not_found")
    shown = {
        "id": app.bot_id,
        "deleted": False,
        "name": app.name,
        "updated": int(request.clock.now()),
        "app_id": app.id,
        "user_id": app.user_id,
        "icons": {},
    }
    return {"bot": shown}


METHODS = (
    Method("auth.test", auth_test, tier="special", is_whole=True),
    Method("api.test", api_test, tier="4", caller="anyone"),
    Method("apps.connections.open", open_connection, tier="1", caller="app"),
    Method("team.info", team_info, scopes=("team:read",), tier="3", team="team"),
    Method("bots.info", bots_info, scopes=("users:read",), tier="3", team="team_id"),
)
