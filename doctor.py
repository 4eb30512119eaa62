"""Checks of an installation; each says what is wrong and what to do."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slack_sdk.errors import SlackApiError

from app import ready_database
from bot.slack.client import NO_ANSWER, SlackClients, connect
from bot.slack.errors import from_slack
from bot.slack.installation import EVENTS, SCOPES, Access, CannotStart
from bot.slack.router import SLASH_COMMAND
from content.check import check

ADVICE = {
    "invalid_auth": "Copy the Bot User OAuth Token again from OAuth & Permissions, and set SLACK_BOT_TOKEN.",
    "token_revoked": "Install the app again (OAuth & Permissions) and set the new SLACK_BOT_TOKEN.",
    "account_inactive": "The app was removed from the workspace. Install it again and set the new token.",
}


@dataclass(frozen=True)
class Finding:
    """The result of one check; `problem` says what is wrong and what to do."""

    what: str
    problem: str | None = None

    @property
    def is_fine(self) -> bool:
        return self.problem is None

    def __str__(self) -> str:
        return f"ok    {self.what}" if self.is_fine else f"fix   {self.what}: {self.problem}"


async def examine(
    access: Access, *, database_url: str, content: Path | None, app_token: str, manifest: Path
) -> list[Finding]:
    """Check the database, Slack as far as there are tokens, and the content."""
    findings = [Finding("database", await _database_problem(database_url))]
    if access.bot_token:
        findings += await examine_slack(access, app_token=app_token, manifest=manifest)
    problems, _ = check(content)
    return findings + ([Finding("content", str(p)) for p in problems] or [Finding("content")])


async def _database_problem(url: str) -> str | None:
    try:
        async with ready_database(url):
            return None
    except CannotStart as problem:
        return str(problem)


async def examine_slack(access: Access, *, app_token: str, manifest: Path) -> list[Finding]:
    """Check the token, its scopes, the Socket Mode token and the manifest."""
    clients = connect(access.bot_token, base_url=access.api_url, proxies=access.proxies)
    try:
        findings = await _token_and_scopes(clients)
        if app_token:
            findings.append(Finding("socket token", await _socket_problem(clients, app_token)))
    finally:
        await clients.close()
    return [*findings, Finding("manifest", manifest_problem(manifest))]


async def _token_and_scopes(clients: SlackClients) -> list[Finding]:
    try:
        answer = await clients.repeating.auth_test()
    except SlackApiError as error:
        reason = from_slack("auth.test", error).reason
        advice = ADVICE.get(reason, "Look the name up under auth.test at docs.slack.dev.")
        return [Finding("token", f"Slack says '{reason}'. {advice}")]
    except NO_ANSWER as error:
        return [Finding("token", clients.unanswered(error))]
    headers = {str(k).lower(): str(v) for k, v in dict(answer.headers).items()}
    return [Finding("token"), Finding("scopes", scopes_problem(headers.get("x-oauth-scopes", "")))]


def scopes_problem(granted: str) -> str | None:
    """Which scopes are missing; None when all are there."""
    missing = sorted(set(SCOPES) - {scope.strip() for scope in granted.split(",")})
    if not missing:
        return None
    return (
        f"The token lacks {', '.join(missing)}. Add them under OAuth & Permissions (or update the app's "
        "manifest from manifest.json), then install the app again."
    )


async def _socket_problem(clients: SlackClients, app_token: str) -> str | None:
    try:
        await clients.once.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        reason = from_slack("apps.connections.open", error).reason
        return (
            f"Slack says '{reason}'. Make an app-level token with connections:write under Basic "
            "Information, set SLACK_APP_TOKEN, and turn Socket Mode on."
        )
    except NO_ANSWER as error:
        return clients.unanswered(error)
    return None


def manifest_problem(path: Path) -> str | None:
    """Return what manifest.json lacks of what the bot needs; None when it has all."""
    try:
        manifest: dict[str, Any] = json.loads(path.read_text())
        scopes = set(manifest["oauth_config"]["scopes"]["bot"])
        events = set(manifest["settings"]["event_subscriptions"]["bot_events"])
        commands = {item["command"] for item in manifest["features"]["slash_commands"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"{path} cannot be used ({type(error).__name__}: {error}). Restore it from the repository."
    missing = sorted((set(SCOPES) - scopes) | (set(EVENTS) - events) | ({SLASH_COMMAND} - commands))
    if not missing:
        return None
    return f"{path} does not ask for {', '.join(missing)}. Add them, then update the app from it."
