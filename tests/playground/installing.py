"""Installing an app in a playground's workspaces, as tests do it."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from slack_sdk.web.async_client import AsyncWebClient

from playground.server import Playground
from tests.playground.people import client_of

LARK = "T0LARKSONS0"
LAB = "T0NORTHLAB0"
NORTH = "T0MILLNORTH"
SOUTH = "T0MILLSOUTH"
MILL = "E0MILLGROUP"
IDA = "U0IDALARK00"
PAOLO = "U0PAOLOGREC"
VERA = "W0VERAMILL0"
BACK = "https://rungs.example/slack/oauth_redirect"
SCOPES = [
    *("channels:history", "channels:read", "chat:write", "commands", "dnd:read"),
    *("im:history", "im:write", "team:read", "usergroups:read", "users:read"),
]


def manifest(*, rotates: bool = False, redirects: tuple[str, ...] = (BACK,)) -> dict[str, Any]:
    """Return the manifest of an app that many workspaces and organizations install."""
    return {
        "oauth_config": {"scopes": {"bot": SCOPES}, "redirect_urls": list(redirects)},
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "slash_commands": [{"command": "/rungs", "description": "Rungs"}],
        },
        "settings": {
            "org_deploy_enabled": True,
            "token_rotation_enabled": rotates,
            "interactivity": {"is_enabled": True},
            "event_subscriptions": {
                "bot_events": [
                    *("app_uninstalled", "tokens_revoked", "app_home_opened", "user_change"),
                    *("team_access_granted", "team_access_revoked", "message.channels"),
                    *("subteam_updated", "subteam_members_changed"),
                ]
            },
        },
    }


def many(*, rotates: bool = False, **more: Any) -> Playground:
    """Return a playground with five workspaces, in none of which the app is."""
    return Playground(many=True, manifest=manifest(rotates=rotates), **more)


def allowed(playground: Playground, team: str, user: str, **more: Any) -> str:
    """Let a person allow the app, and return the code."""
    sent_to = playground.authorize(team, user, redirect_uri=BACK, state="s1", **more)
    return parse_qs(urlsplit(sent_to).query)["code"][0]


async def exchanged(playground: Playground, code: str, **more: Any) -> dict[str, Any]:
    """Exchange a code for a token, as an app does."""
    credentials = playground.credentials
    given = {
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "code": code,
        "redirect_uri": BACK,
        **more,
    }
    answer = await client_of(playground, "").oauth_v2_access(**given)
    return dict(answer.data.items()) if isinstance(answer.data, dict) else {}


async def installed(
    playground: Playground, team: str = LARK, user: str = IDA, **more: Any
) -> dict[str, Any]:
    """Install the app in a workspace, and return what it was answered."""
    return await exchanged(playground, allowed(playground, team, user, **more))


async def refreshed(playground: Playground, refresh: str) -> dict[str, Any]:
    """Exchange a refresh token."""
    return await exchanged(
        playground, "", grant_type="refresh_token", refresh_token=refresh, redirect_uri=None
    )


def client_with(playground: Playground, answer: dict[str, Any]) -> AsyncWebClient:
    """Return a client with the token that was answered."""
    return client_of(playground, answer["access_token"])
