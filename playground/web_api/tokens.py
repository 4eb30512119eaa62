"""Who may call: tokens, their kinds and what was granted."""

from playground.errors import SlackError
from playground.service import Service
from playground.web_api.method import Method


def check_token(service: Service, method: Method, token: str | None) -> None:
    """Refuse a call without the right token."""
    if method.caller == "anyone":
        return
    if not token:
        raise SlackError("not_authed")
    bot, app = service.credentials.bot_token, service.credentials.app_token
    if token not in (bot, app):
        raise SlackError("invalid_auth")
    if token != (app if method.caller == "app" else bot):
        raise SlackError("not_allowed_token_type")
    if token == bot:
        _check_standing(service)


def _check_standing(service: Service) -> None:
    if service.standing == "revoked":
        raise SlackError("token_revoked")
    if service.standing == "uninstalled":
        raise SlackError("account_inactive")
