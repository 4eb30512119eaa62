"""What the commands after `rungs` do that list or change what is stored, as operators ask for it."""

import argparse
import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands import ACT, OK, USAGE, must_act, print_from_database, read_settings

if TYPE_CHECKING:
    from bot.features.badges.verdict import Verdict


def messages(chosen: argparse.Namespace) -> int:
    """List the messages that Rungs sends on its own, or send one again."""
    from app import utc_now
    from bot.operators import message_table, resend_message

    if chosen.action == "resend":
        return print_from_database(resend_message, message_id=chosen.id, now=utc_now())
    return print_from_database(
        message_table,
        state=chosen.state,
        subject=chosen.member or chosen.channel,
        workspace_id=chosen.workspace,
        limit=chosen.limit,
    )


def audit(chosen: argparse.Namespace) -> int:
    """List who did what, when, and from where."""
    from bot.operators import audit_table

    return print_from_database(
        audit_table,
        user_id=chosen.member,
        since=chosen.since,
        workspace_id=chosen.workspace,
        limit=chosen.limit,
    )


def ledger(chosen: argparse.Namespace) -> int:
    """Verify the chains of the ledger and the audit log, or print their heads."""
    from storage.ledger.heads import Head

    try:
        recorded = [Head.parse(line) for line in chosen.head or ()]
    except ValueError as problem:
        return must_act(problem)
    settings = read_settings()
    from app import ready_database, utc_now
    from bot.features.ledger import operators
    from storage.installs.token_keys import TokenKeys

    keys = TokenKeys(settings.token_keys) if settings.token_keys else None

    async def look() -> bool:
        async with ready_database(settings.database_url) as database:
            which = {"workspace_id": chosen.workspace, "keys": keys}
            if chosen.action == "head":
                print(await operators.head_lines(database, **which, now=utc_now()))
                return True
            told, is_fine = await operators.verify(database, **which, recorded=recorded)
            print(told)
            return is_fine

    return OK if asyncio.run(look()) else ACT


def workspaces(chosen: argparse.Namespace) -> int:
    """List the workspaces that installed the app, show one, or erase one that left."""
    settings = read_settings()
    from bot.features.installs import operators

    keep_days = settings.keep_days if settings.is_many else None
    if chosen.action == "forget":
        from app import utc_now

        return print_from_database(
            operators.forget_workspace, workspace_id=chosen.workspace, now=utc_now()
        )
    if chosen.action == "show":
        return print_from_database(
            operators.show_workspace, workspace_id=chosen.workspace, keep_days=keep_days
        )
    return print_from_database(
        operators.workspace_table, keep_days=keep_days, state=chosen.state, limit=chosen.limit
    )


def keys(chosen: argparse.Namespace) -> int:
    """Print a new key, or encrypt all tokens again by the first key."""
    from storage.installs.token_keys import TokenKeys

    if chosen.action == "new":
        print(TokenKeys.new())
        return OK
    settings = read_settings()
    if not settings.token_keys:
        return must_act("RUNGS_TOKEN_KEYS is not set, so no tokens can be encrypted again.")
    from app import utc_now
    from bot.features.installs.operators import rotate_keys

    keys = TokenKeys(settings.token_keys)
    return print_from_database(rotate_keys, keys=keys, now=utc_now())


def clients(chosen: argparse.Namespace) -> int:
    """Add a program that may ask what members may use; list, show or change them, or end one."""
    from app import utc_now
    from bot.features.clients import operators

    if chosen.action == "list":
        return print_from_database(operators.client_table, workspace_id=chosen.workspace)
    which = {"workspace_id": chosen.workspace, "name": chosen.name}
    if chosen.action == "show":
        return print_from_database(operators.show, **which, limit=chosen.limit)
    if chosen.action == "revoke":
        return print_from_database(operators.revoke, **which, now=utc_now())
    change = operators.add if chosen.action == "add" else operators.assign
    known = asyncio.run(_permissions_of(chosen.workspace))
    assigned = chosen.permission or []
    return print_from_database(change, **which, permissions=assigned, known=known, now=utc_now())


async def _permissions_of(workspace_id: str) -> list[str]:
    """Return the ids of the permissions in the content of a workspace."""
    from app import REGISTRY, contents_of
    from content.loader import load_content

    settings = read_settings()
    library, messages = load_content(settings.content, REGISTRY.command_words)
    content = await contents_of(library, messages, settings.content).of(workspace_id)
    return [*content.library.access.permissions]


def badge(chosen: argparse.Namespace) -> int:
    """Check a badge, and end with 0 when it is good; or sign badges by a new key."""
    if chosen.action == "rotate":
        from bot.features.badges.operators import rotate

        return _rotate_keys(chosen, rotate)
    from bot.features.badges import operators
    from bot.features.badges.signatures import Unreadable

    try:
        token = operators.token_in(chosen.file)
    except OSError as problem:
        must_act(f"{chosen.file} cannot be read: {problem.strerror}.")
        return USAGE
    try:
        verdict = asyncio.run(_checked(token, fetches=chosen.fetch, demo=chosen.demo))
    except Unreadable as problem:
        return must_act(f"{chosen.file} is not a badge: {problem}.")
    print(operators.verdict_text(verdict))
    return OK if verdict.is_valid else ACT


async def _checked(token: str, *, fetches: bool, demo: Path | None) -> "Verdict":
    from app import ready_database, utc_now
    from bot.features.badges import operators

    if fetches:
        return await operators.check_remote(token, now=utc_now())
    if demo:
        from demo import database_url, demo_time

        url, now = database_url(demo), demo_time(demo)
    else:
        url, now = read_settings().database_url, utc_now()
    async with ready_database(url) as database:
        return await operators.check_own(database, token, now=now)


def servers(chosen: argparse.Namespace) -> int:
    """Sign what webhooks are sent by a new key."""
    from bot.features.changes.operators import rotate

    return _rotate_keys(chosen, rotate)


def _rotate_keys(
    chosen: argparse.Namespace, rotate: Callable[..., Coroutine[Any, Any, str]]
) -> int:
    settings = read_settings()
    from app import utc_now
    from process import site_of

    return print_from_database(
        rotate,
        site=site_of(settings),
        workspace_id=chosen.workspace,
        is_compromised=chosen.compromised,
        now=utc_now(),
    )
