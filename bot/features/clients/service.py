"""What clients are answered, and the part of the privacy page about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.deps import Deps
from bot.features.clients.protocol import Asked, BadRequest, Question
from bot.slack.phrases import listed
from coaching.access.decision import decide
from coaching.safe_text import SafeText, escape, is_slack_id
from storage.access.facts import ACCESS, facts_of_members
from storage.allowances import Limit, Reserve
from storage.clients import access_log, clients, emails
from storage.clients.access_log import LOG_KEPT, Answered
from storage.clients.clients import Asker, Client, ClientToken
from storage.clients.emails import EMAILS
from storage.database import Session
from storage.workspace_settings import CAPABILITIES, WorkspaceSettings

QUESTIONS = Limit("access_questions", 6000, timedelta(minutes=1))
"""Questions that one client may ask."""

questions = Reserve(QUESTIONS, some=100)


class WrongToken(Exception):
    """No client has this token."""


@dataclass(frozen=True)
class Answer:
    """The answer to a question: the decision, and what is wrong with the question if it is malformed."""

    is_allowed: bool
    problem: str = ""


def is_on(settings: WorkspaceSettings) -> bool:
    """Return whether there is something to ask about."""
    return ACCESS in settings.get(CAPABILITIES)


async def answer(deps: Deps, token: ClientToken, asked: Asked | BadRequest) -> list[Answer]:
    """Return the answers to a request in order, and store them in the access log.

    Raises WrongToken, then the BadRequest that it was given, then LimitReached.
    """
    now, workspace_id = deps.now(), deps.identity.workspace_id
    async with deps.database.read() as session:
        client = await clients.of_token(session, token)
        if client is None:
            raise WrongToken
        if isinstance(asked, BadRequest):
            raise asked
        users = await _users(session, deps, asked)
        facts = await facts_of_members(session, workspace_id, set(users.values()))
    answers, entries = list[Answer](), list[Answered]()
    for one in asked.questions:
        if isinstance(one, BadRequest):
            answers.append(Answer(is_allowed=False, problem=str(one)))
        else:
            user_id, permission = users[one.subject], _permission(deps, client, one)
            decision = decide(deps.library.access, permission, facts[user_id], now)
            answers.append(Answer(decision.is_allowed))
            entries.append(Answered(user_id, permission, decision.is_allowed, decision.version))
        if answers[-1].is_allowed is asked.stops_at:
            break
    async with deps.database.write() as session:
        await access_log.record(session, client, entries, now=now)
        await questions.spend(session, workspace_id, client.id, now=now, count=len(answers))
    return answers


async def _users(session: Session, deps: Deps, asked: Asked) -> Mapping[str, str]:
    """Return the user id for each subject of these questions; empty for one that names nobody."""
    subjects = {one.subject for one in asked.questions if isinstance(one, Question)}
    users = {one: one if is_slack_id(one) else "" for one in subjects}
    addresses = [one for one in subjects if "@" in one]
    by_email: bool = deps.settings.get(EMAILS)
    if addresses and by_email:
        where = deps.identity.workspace_id
        users |= await emails.users_of(session, where, addresses, now=deps.now())
    return users


def _permission(deps: Deps, client: Asker, question: Question) -> str:
    """Return the permission that is asked about; empty, which there is none, where the client may not ask."""
    may_ask = is_on(deps.settings) and question.permission in client.may_ask
    return question.permission if may_ask else ""


async def privacy_text(session: Session, deps: Deps) -> str:
    """Return the part of the privacy page about the programs that may ask; empty when there are none."""
    found = await clients.listed(session, deps.identity.workspace_id)
    shown = [{"name": one.name, "asks": _titles(deps, one)} for one in found]
    kept, by_email = deps.settings.get(LOG_KEPT), deps.settings.get(EMAILS)
    text = deps.render("clients/privacy", clients=shown, days=kept, by_email=by_email)
    return text.strip() if found else ""


def _titles(deps: Deps, client: Client) -> SafeText | None:
    """Return the titles of the permissions that a client may ask about."""
    there = deps.library.access.permissions
    titles = [there[one].title for one in sorted(client.may_ask) if one in there]
    return listed(escape(one) for one in titles) if titles else None


def confirmed_email(profile: Mapping[str, Any]) -> str | None:
    """Return the address of a profile in Slack, if its owner confirmed it and Slack lets the app see it."""
    address = (profile.get("profile") or {}).get("email")
    return str(address) if address and profile.get("is_email_confirmed") else None
