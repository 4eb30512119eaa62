"""Checks of an installation; each says what is wrong and what to do."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from slack_sdk.errors import SlackApiError

from app import REGISTRY, ready_database, utc_now
from bot.features.badges.operators import NoBadgeKey
from bot.features.changes.operators import NoAccessKey
from bot.features.clients.operators import ClientProblem
from bot.features.installs.operators import CannotRotate, NoSuchWorkspace, unreadable_installs
from bot.features.installs.service import ManyAccess
from bot.features.installs.tokens import AppCredentials
from bot.operators import CannotResend, workspace_problems
from bot.slack.client import SlackClients, connect
from bot.slack.commands import SLASH_COMMAND
from bot.slack.errors import from_slack
from bot.slack.http import CLOCK_TOLERANCE
from bot.slack.installation import (
    EVENTS,
    EVENTS_OF_MANY,
    NOT_FOR_ORGANIZATIONS,
    OPTIONAL,
    SCOPES,
    Access,
    CannotStart,
)
from bot.slack.retries import NO_ANSWER
from bot.slack.server import PortTaken
from content.loader import check
from content.problems import ContentProblems
from storage.database.address import AddressProblem
from storage.database.errors import explain
from storage.database.health import DATABASE_ERRORS, problem_of, read_every_table, write_probe
from storage.database.health import check as check_database
from storage.installs.token_keys import TokenKeys

EXPLAINED = (
    *(CannotStart, ContentProblems, PortTaken, CannotResend, AddressProblem),
    *(CannotRotate, NoSuchWorkspace, NoBadgeKey, NoAccessKey, ClientProblem),
)
"""The exceptions whose messages tell an operator what to do."""

ADVICE = {
    "invalid_auth": "Copy the Bot User OAuth Token again from OAuth & Permissions, and set SLACK_BOT_TOKEN.",
    "token_revoked": "Install the app again (OAuth & Permissions), and set the new SLACK_BOT_TOKEN.",
    "account_inactive": "The app was removed from the workspace. Install it again, and set the new token.",
}
APP_ADVICE = dict.fromkeys(
    ("invalid_client_id", "bad_client_secret"),
    "Copy both again from Basic Information, and set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.",
)
MOST_SECONDS_APART = 60
MOST_NAMED = 3
"""At most this many of the same problems are told."""


@dataclass(frozen=True)
class Finding:
    """The result of one check; `problem` says what is wrong and what to do."""

    what: str
    problem: str | None = None
    note: str | None = None
    """What else there is to say about a check that found no problem."""

    @property
    def is_fine(self) -> bool:
        return self.problem is None

    def __str__(self) -> str:
        told = f"{'ok ' if self.is_fine else 'fix'}   {self.what}"
        return f"{told}: {self.problem or self.note}" if self.problem or self.note else told


async def examine(
    access: Access, *, database_url: str, content: Path | None, app_token: str, manifest: Path
) -> list[Finding]:
    """Check the database, Slack as far as there are tokens, and the content."""
    slack, workspace_id = await examine_slack(access, app_token=app_token, manifest=manifest)
    stored = await _stored(database_url, workspace_id)
    problems, _ = check(content, REGISTRY.command_words)
    return [
        Finding("database", stored.problem),
        *(Finding("workspace", told) for told in stored.problems),
        *slack,
        *([Finding("content", str(p)) for p in problems] or [Finding("content")]),
    ]


async def examine_many(
    access: Access, many: ManyAccess, *, database_url: str, content: Path | None, manifest: Path
) -> list[Finding]:
    """Check what a service for many workspaces needs: database, keys, app, address, manifest, content."""
    stored = await _stored(database_url)
    problems, _ = check(content, REGISTRY.command_words)
    events = {*EVENTS, *EVENTS_OF_MANY}
    return [
        Finding("database", stored.problem),
        *([] if stored.problem else [await _token_keys(database_url, many.keys)]),
        *await _app_and_address(access, many),
        Finding("manifest", manifest_problem(manifest, events=events)),
        *([Finding("content", str(p)) for p in problems] or [Finding("content")]),
    ]


async def _token_keys(url: str, keys: TokenKeys) -> Finding:
    """Check that the keys decrypt the tokens of every install."""
    async with ready_database(url) as database:
        found = await unreadable_installs(database, keys)
    return Finding("token keys", " ".join(found[:MOST_NAMED]) or None)


async def _app_and_address(access: Access, many: ManyAccess) -> list[Finding]:
    """Check the id and secret of the app by a code that no app has, and whether the address answers."""
    clients = connect("", base_url=access.api_url, proxies=access.proxies)
    try:
        app = Finding("app", await _app_problem(clients, many.app))
        return [app, await _address(clients, many.public_url)]
    finally:
        await clients.close()


async def _app_problem(clients: SlackClients, app: AppCredentials) -> str | None:
    try:
        await clients.once.oauth_v2_access(
            client_id=app.client_id, client_secret=app.client_secret, code="doctor"
        )
    except SlackApiError as error:
        reason = from_slack("oauth.v2.access", error).reason
        advice = APP_ADVICE.get(reason)
        return f"Slack says '{reason}'. {advice}" if advice else None
    except NO_ANSWER as error:
        return clients.unanswered(error)
    return None


async def _address(clients: SlackClients, url: str) -> Finding:
    proxy = clients.proxies.of(url)
    try:
        async with clients.session.get(f"{url}/slack/install", proxy=proxy, allow_redirects=False):
            return Finding("public address")
    except NO_ANSWER:
        note = f"{url} does not answer from here. Start Rungs, and open the address in a browser."
        return Finding("public address", note=note)


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
        return f"{problem.filename}: {problem.strerror}. Check that it is there and that you can use it."
    return str(problem) if isinstance(problem, OSError) and problem.errno is None else None


@dataclass(frozen=True)
class Stored:
    """What is wrong with the database, and why nothing goes out in a workspace."""

    problem: str | None = None
    problems: Sequence[str] = ()


async def _stored(url: str, workspace_id: str | None = None) -> Stored:
    """Read every table, write one row, and look at this workspace; at all if it is None."""
    try:
        async with ready_database(url) as database:
            await read_every_table(database)
            await write_probe(database, "doctor", now=utc_now())
            async with database.read() as session:
                return Stored(None, await workspace_problems(session, workspace_id))
    except CannotStart as problem:
        return Stored(str(problem))
    except DATABASE_ERRORS as error:
        return Stored(problem_of(error))


async def examine_slack(
    access: Access, *, app_token: str, manifest: Path
) -> tuple[list[Finding], str | None]:
    """Check the token, its scopes, the Socket Mode token and the manifest.

    Returns the findings, and the id of the workspace that the token belongs to if Slack says it.
    """
    if not access.bot_token:
        return [], None
    clients = connect(access.bot_token, base_url=access.api_url, proxies=access.proxies)
    try:
        findings, workspace_id = await _token_and_scopes(clients)
        if app_token:
            findings.append(Finding("socket token", await _socket_problem(clients, app_token)))
    finally:
        await clients.close()
    return [*findings, Finding("manifest", manifest_problem(manifest))], workspace_id


async def _token_and_scopes(clients: SlackClients) -> tuple[list[Finding], str | None]:
    try:
        answer = await clients.repeating.auth_test()
    except SlackApiError as error:
        reason = from_slack("auth.test", error).reason
        advice = ADVICE.get(reason, "Look the name up under auth.test at docs.slack.dev.")
        return [Finding("token", f"Slack says '{reason}'. {advice}")], None
    except NO_ANSWER as error:
        return [Finding("token", clients.unanswered(error))], None
    headers = {str(k).lower(): str(v) for k, v in dict(answer.headers).items()}
    problem = NOT_FOR_ORGANIZATIONS if answer.get("is_enterprise_install") else None
    scopes = scopes_finding(headers.get("x-oauth-scopes"))
    clock = Finding("clock", clock_problem(headers.get("date", ""), now=utc_now()))
    return [Finding("token", problem), scopes, clock], str(answer["team_id"])


def scopes_finding(granted: str | None) -> Finding:
    """Compare the scopes that Slack granted with what is needed; `granted` is None when Slack did not say."""
    if granted is None:
        return Finding("scopes", note="unknown, because Slack's answer came without x-oauth-scopes")
    return Finding("scopes", scopes_problem(granted), mentions_note(granted))


def scopes_problem(granted: str) -> str | None:
    """Which scopes are missing; None when all are there."""
    missing = _missing(granted) - OPTIONAL
    if not missing:
        return None
    return (
        f"The token is missing {', '.join(sorted(missing))}. Add them under OAuth & Permissions (or update "
        "the app's manifest from manifest.json), then install the app again."
    )


def mentions_note(granted: str) -> str | None:
    """Return what does not work with a token from before mentions were answered; None when all does."""
    missing = _missing(granted) & OPTIONAL
    if not missing:
        return None
    return (
        f"all required ones are there. Without {', '.join(sorted(missing))}, @Rungs gets no answer "
        "in channels. To change that, update the app from manifest.json, and install it again."
    )


def _missing(granted: str) -> set[str]:
    return set(SCOPES) - {scope.strip() for scope in granted.split(",")}


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
        f"This computer's clock is {abs(seconds)} seconds {direction} Slack's. At {CLOCK_TOLERANCE} or more, "
        "all of Slack's requests are refused. Set the clock, for example with NTP."
    )


async def _socket_problem(clients: SlackClients, app_token: str) -> str | None:
    try:
        await clients.once.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        reason = from_slack("apps.connections.open", error).reason
        return (
            f"Slack says '{reason}'. Create an app-level token with connections:write under Basic "
            "Information, set SLACK_APP_TOKEN, and turn on Socket Mode."
        )
    except NO_ANSWER as error:
        return clients.unanswered(error)
    return None


def manifest_problem(path: Path, *, events: Collection[str] = frozenset(EVENTS)) -> str | None:
    """Return what a manifest lacks of what the bot needs; None when it has all."""
    try:
        manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
        scopes = set(manifest["oauth_config"]["scopes"]["bot"])
        heard = set(manifest["settings"]["event_subscriptions"]["bot_events"])
        commands = {item["command"] for item in manifest["features"]["slash_commands"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"{path} cannot be used ({type(error).__name__}: {error}). Restore it from the repository."
    missing = (set(SCOPES) - scopes) | (set(events) - heard) | ({SLASH_COMMAND} - commands)
    missing -= OPTIONAL  # a manifest of one's own may be older, and the app works without
    if not missing:
        return None
    return f"{path} is missing {', '.join(sorted(missing))}. Add them, then update the app from it."
