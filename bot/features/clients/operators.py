"""`rungs clients`: add a program that may ask what members may use, list them, change one, and end one."""

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.operators import aligned, moment_utc, record_operator
from coaching.safe_text import plain_name
from storage import workspaces
from storage.clients import access_log, clients
from storage.clients.clients import Client
from storage.database import Session
from storage.database.engine import Database

LONGEST_NAME = 60
HEAD = ("workspace", "name", "permissions", "since")
LOG_HEAD = ("when", "member", "permission", "answer", "policy")
NO_CLIENTS = "No program may ask. Add one with `rungs clients add NAME --workspace T…`."


class ClientProblem(Exception):
    """What was asked for cannot be done; the text says why and what to do."""


async def add(
    database: Database,
    *,
    workspace_id: str,
    name: str,
    permissions: Sequence[str],
    known: Collection[str],
    now: datetime,
) -> str:
    """Add a program, and return its token; `known` are the permissions that there are."""
    _check(permissions, known)
    shown = plain_name(name)
    if not shown or len(shown) > LONGEST_NAME:
        raise ClientProblem(f"Give the program a name of 1 to {LONGEST_NAME} characters.")
    async with database.write() as session:
        await _require_workspace(session, workspace_id)
        token = await clients.add(session, workspace_id, shown, permissions, now=now)
        if token is None:
            raise ClientProblem(
                f"There is a program '{shown}' in {workspace_id}. "
                "Choose another name, or revoke that one first."
            )
        await _record(session, "client_added", workspace_id, shown, now=now)
    return "\n".join(
        [
            f"'{shown}' {_may_ask(permissions)} in {workspace_id}.",
            "This is its token. It is shown only now, so store it where the program reads it:",
            str(token),
        ]
    )


async def client_table(database: Database, *, workspace_id: str | None = None) -> str:
    """Return the programs that may ask, one a line; None is every workspace."""
    async with database.read() as session:
        found = await clients.listed(session, workspace_id)
    rows = [
        (one.workspace_id, one.name, ", ".join(sorted(one.may_ask)), moment_utc(one.made_at))
        for one in found
    ]
    return "\n".join(aligned(HEAD, rows)) if rows else NO_CLIENTS


async def show(database: Database, *, workspace_id: str, name: str, limit: int) -> str:
    """Return what a program may ask, and the newest of what it asked."""
    async with database.read() as session:
        client = await _found(session, workspace_id, name)
        entries = await access_log.latest(session, client, limit=limit)
    since, asks = moment_utc(client.made_at), _may_ask(sorted(client.may_ask))
    told = f"'{client.name}' {asks} in {workspace_id}, since {since}."
    rows = [
        (
            moment_utc(one.at),
            one.user_id,
            one.permission,
            "yes" if one.is_allowed else "no",
            one.policy_version,
        )
        for one in entries
    ]
    return "\n".join(
        [told, *(aligned(LOG_HEAD, rows) if rows else ["It hasn't asked anything yet."])]
    )


async def assign(
    database: Database,
    *,
    workspace_id: str,
    name: str,
    permissions: Sequence[str],
    known: Collection[str],
    now: datetime,
) -> str:
    """Let a program ask about these permissions and no others, and say so."""
    _check(permissions, known)
    async with database.write() as session:
        await _found(session, workspace_id, name)
        await clients.assign(session, workspace_id, name, permissions)
        await _record(session, "client_permissions", workspace_id, name, now=now)
    return f"'{name}' {_may_ask(permissions)} in {workspace_id}."


async def revoke(database: Database, *, workspace_id: str, name: str, now: datetime) -> str:
    """End a program, and say so."""
    async with database.write() as session:
        await _found(session, workspace_id, name)
        await clients.revoke(session, workspace_id, name, now=now)
        await _record(session, "client_revoked", workspace_id, name, now=now)
    return f"The token of '{name}' in {workspace_id} is refused from now on."


def _check(permissions: Sequence[str], known: Collection[str]) -> None:
    if unknown := sorted(set(permissions) - set(known)):
        there = f"There are: {', '.join(sorted(known))}." if known else "The content has none."
        raise ClientProblem(f"No permission is called {', '.join(unknown)}. {there}")


def _may_ask(permissions: Sequence[str]) -> str:
    if not permissions:
        return "may ask about no permission yet (see `rungs clients permissions`)"
    return f"may ask about {', '.join(sorted(set(permissions)))}"


async def _require_workspace(session: Session, workspace_id: str) -> None:
    if await workspaces.get(session, workspace_id) is None:
        raise ClientProblem(f"There is no workspace '{workspace_id}'. See `rungs workspaces list`.")


async def _found(session: Session, workspace_id: str, name: str) -> Client:
    client = await clients.named(session, workspace_id, name)
    if client is None:
        raise ClientProblem(
            f"There is no program '{name}' in {workspace_id}. See `rungs clients list`."
        )
    return client


async def _record(
    session: Session, act: str, workspace_id: str, name: str, *, now: datetime
) -> None:
    await record_operator(session, act, about=name, workspace_id=workspace_id, now=now)
