"""Checks of an installation; each says what is wrong and what to do."""

import json
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from slack_sdk.errors import SlackApiError

from app import ready_database, utc_now
from bot.outgoing.message_log import CannotResend
from bot.slack.client import NO_ANSWER, SlackClients, connect
from bot.slack.errors import from_slack
from bot.slack.installation import EVENTS, SCOPES, Access, CannotStart
from bot.slack.request_guard import CLOCK_TOLERANCE
from bot.slack.router import SLASH_COMMAND
from bot.slack.server import PortTaken
from content.check import check
from content.problems import ContentProblems
from storage.database.address import AddressProblem
from storage.database.check import check as check_database
from storage.database.check import writing_problem
from storage.database.errors import explain

EXPLAINED = (CannotStart, ContentProblems, PortTaken, CannotResend, AddressProblem)
"""The exceptions whose messages tell an operator what to do."""

ADVICE = {
    "invalid_auth": "Copy the Bot User OAuth Token again from OAuth & Permissions, and set SLACK_BOT_TOKEN.",
    "token_revoked": "Install the app again (OAuth & Permissions) and set the new SLACK_BOT_TOKEN.",
    "account_inactive": "The app was removed from the workspace. Install it again and set the new token.",
}
MOST_SECONDS_APART = 60


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


async def examine_database(url: str) -> list[Finding]:
    """Look through the whole database; DatabaseProblem when it cannot be reached."""
    return [Finding(what, problem) for what, problem in await check_database(url)]


def advice_on(problem: Exception) -> str | None:
    """Return what a command that ended with this says to its user; None for a fault in Rungs itself."""
    if isinstance(problem, EXPLAINED):
        return str(problem)
    if line := explain(problem):
        return line
    if isinstance(problem, OSError) and problem.filename:
        return f"{problem.filename}: {problem.strerror}. Check that it is there and may be used."
    return str(problem) if isinstance(problem, OSError) and problem.errno is None else None


async def _database_problem(url: str) -> str | None:
    try:
        async with ready_database(url):
            return await writing_problem(url)
    except CannotStart as problem:
        return str(problem)


async def examine_slack(access: Access, *, app_token: str, manifest: Path) -> list[Finding]:
    """Check the token, its scopes, the Socket Mode token and the manifest."""
    clients = connect(access.bot_token, base_url=access.api_url)
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
    except NO_ANSWER:
        where = clients.once.base_url
        return [
            Finding(
                "token", f"Slack does not answer at {where}. Check the network and SLACK_API_URL."
            )
        ]
    headers = {str(k).lower(): str(v) for k, v in dict(answer.headers).items()}
    return [
        Finding("token"),
        Finding("scopes", scopes_problem(headers.get("x-oauth-scopes", ""))),
        Finding("clock", clock_problem(headers.get("date", ""), now=utc_now())),
    ]


def scopes_problem(granted: str) -> str | None:
    """Which scopes are missing; None when all are there."""
    missing = sorted(set(SCOPES) - {scope.strip() for scope in granted.split(",")})
    if not missing:
        return None
    return (
        f"The token lacks {', '.join(missing)}. Add them under OAuth & Permissions (or update the app's "
        "manifest from manifest.json), then install the app again."
    )


def clock_problem(date: str, *, now: datetime) -> str | None:
    """How far this computer's clock is from the time of Slack's answer; None for up to a minute."""
    try:
        seconds = round((now - parsedate_to_datetime(date)).total_seconds())
    except (TypeError, ValueError):
        return None
    if abs(seconds) <= MOST_SECONDS_APART:
        return None
    direction = "ahead of" if seconds > 0 else "behind"
    return (
        f"This computer's clock is {abs(seconds)} seconds {direction} Slack's. From {CLOCK_TOLERANCE} on, "
        "all of Slack's requests are refused. Set the clock, for example by NTP."
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
    except NO_ANSWER:
        return "Slack does not answer. Check the network."
    return None


def manifest_problem(path: Path) -> str | None:
    """Return what manifest.json lacks of what the bot needs; None when it has all."""
    try:
        manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
        scopes = set(manifest["oauth_config"]["scopes"]["bot"])
        events = set(manifest["settings"]["event_subscriptions"]["bot_events"])
        commands = {item["command"] for item in manifest["features"]["slash_commands"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"{path} cannot be used ({type(error).__name__}: {error}). Restore it from the repository."
    missing = sorted((set(SCOPES) - scopes) | (set(EVENTS) - events) | ({SLASH_COMMAND} - commands))
    if not missing:
        return None
    return f"{path} does not ask for {', '.join(missing)}. Add them, then update the app from it."
