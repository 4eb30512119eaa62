"""What operators do about installs in a terminal: keys, the list of workspaces, and their erasure."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from bot.operators import aligned, moment_utc, record_operator
from storage import signing_keys, workspaces
from storage.changes import farewells, receivers
from storage.changes.receivers import Receiver
from storage.database.engine import Database
from storage.installs import erasure, installs
from storage.installs.installs import Installation
from storage.installs.token_keys import CannotDecrypt, InstallKey, TokenKeys
from storage.outbox import reports
from storage.signing_keys import SigningKey
from storage.workspaces import Workspace

EncryptAgain = Callable[..., Awaitable[bool]]

ROWS_AT_ONCE = 500
INSTALLS_AT_ONCE = 100
NO_INSTALLS = "No tokens are stored, so there is nothing to encrypt again."
WORKSPACE_HEAD = ("workspace", "name", "organization", "state", "since", "erased from")
INSTALLED, LEFT = "installed", "left"
ONE_WORKSPACE = (
    "This service has one workspace, with SLACK_BOT_TOKEN. Nothing in it is erased by itself."
)


class CannotRotate(Exception):
    """Some tokens could not be decrypted; the text says which, and what to do."""


async def rotate_keys(database: Database, keys: TokenKeys, *, now: datetime) -> str:
    """Encrypt all secrets by the first key, and return how many were and are; CannotRotate when some cannot.

    Every row is a step of its own, which changes nothing if its tokens were replaced meanwhile. So it may be
    interrupted, run again, and run while messages go out.
    """
    again, before, problems = 0, 0, list[str]()
    async for row in _all_installs(database):
        try:
            if keys.is_under_first(row.bot_token) and _has_current_refresh(keys, row):
                before += 1
            else:
                again += await _encrypt_again(database, keys, row)
        except CannotDecrypt as problem:
            problems.append(str(problem))
    others, others_again = await _rotate_others(database, keys, problems)
    before, again = before + others, again + others_again
    told = f"Encrypted again by the first key: {again}. Encrypted by it before: {before}."
    if problems:
        raise CannotRotate("\n".join([told, *problems]))
    async with database.write() as session:
        await record_operator(session, "keys_rotated", about=str(again), now=now)
    return told if again or before else NO_INSTALLS


async def _rotate_others(
    database: Database, keys: TokenKeys, problems: list[str]
) -> tuple[int, int]:
    """Encrypt again what else is stored encrypted; return how many were under the first key, and are now.

    These are the keys that sign, the tokens of servers that are told of changes, and whom such a change is
    about when the member was erased.
    """
    async with database.read() as session:
        stored: list[tuple[Any, str | None, EncryptAgain]] = [
            *(
                (one, one.secret, signing_keys.encrypt_again)
                for one in await signing_keys.in_use(session)
            ),
            *(
                (one, one.token, receivers.encrypt_again)
                for one in await receivers.with_token(session)
            ),
            *(
                (one, one.sealed, farewells.encrypt_again)
                for one in await farewells.sealed_rows(session)
            ),
        ]
    before = again = 0
    for row, secret, encrypt_again in stored:
        try:
            if keys.is_under_first(secret or ""):
                before += 1
                continue
            async with database.write() as session:
                again += await encrypt_again(session, keys, row)
        except CannotDecrypt:
            problems.append(_cannot_open(row))
    return before, again


def _cannot_open(row: object) -> str:
    """Return a line about something that no key opens, with what to do."""
    first = "Set the key it was encrypted with behind the first"
    if isinstance(row, SigningKey):
        signs, command = SIGNED[row.purpose]
        return (
            f"No key of RUNGS_TOKEN_KEYS opens the key {row.kid}, which signs {signs}. {first}, or run "
            f"rungs {command} --workspace {row.workspace_id}."
        )
    if isinstance(row, Receiver):
        return (
            f"No key of RUNGS_TOKEN_KEYS opens the token of a SCIM server of {row.workspace_id}. {first}, or "
            "have an admin type the token again."
        )
    return f"No key of RUNGS_TOKEN_KEYS opens a change about somebody who was erased. {first}."


SIGNED: dict[str, tuple[str, str]] = {
    signing_keys.BADGES: ("badges", "badge rotate"),
    signing_keys.ACCESS: ("what webhooks are sent", "servers rotate"),
}
"""What keys of each purpose sign, and which command makes a new one."""


async def unreadable_installs(database: Database, keys: TokenKeys) -> list[str]:
    """Return why tokens cannot be decrypted, a line for each install."""
    problems = list[str]()
    async for row in _all_installs(database):
        try:
            row.tokens(keys)
        except CannotDecrypt as problem:
            problems.append(str(problem))
    return problems


def _has_current_refresh(keys: TokenKeys, row: Installation) -> bool:
    return row.refresh_token is None or keys.is_under_first(row.refresh_token)


async def _encrypt_again(database: Database, keys: TokenKeys, row: Installation) -> bool:
    """Encrypt a row's tokens by the first key, also if they are replaced meanwhile; False when it is gone."""
    newest: Installation | None = row
    while newest:
        async with database.write() as session:
            if await installs.encrypt_again(session, keys, newest):
                return True
            newest = await installs.get(session, row.key)
    return False


async def _all_installs(database: Database) -> AsyncIterator[Installation]:
    after: InstallKey | None = None
    while True:
        async with database.read() as session:
            page = await installs.list_page(session, after=after, limit=INSTALLS_AT_ONCE)
        for row in page:
            yield row
        if len(page) < INSTALLS_AT_ONCE:
            return
        after = page[-1].key


async def workspace_table(
    database: Database, *, keep_days: int | None, state: str | None = None, limit: int = 100
) -> str:
    """Return the workspaces in this state, or all, one a line; `keep_days` is None for a single workspace."""
    async with database.read() as session:
        found = await reports.list_workspaces(
            session, limit=limit, is_connected=None if state is None else state == INSTALLED
        )
    rows = [_workspace_row(one, keep_days) for one in found]
    lines = list(aligned(WORKSPACE_HEAD, rows)) if rows else ["No workspaces."]
    return "\n".join([*lines, *([] if keep_days else [ONE_WORKSPACE])])


def _workspace_row(one: Workspace, keep_days: int | None) -> tuple[str | None, ...]:
    since = moment_utc(one.disconnected_at or one.connected_at)
    erased = _erased_from(one, keep_days)
    return (one.workspace_id, one.name, one.enterprise_id, _state_of(one), since, erased)


def _state_of(one: Workspace) -> str:
    return LEFT if one.disconnected_at else INSTALLED


def _erased_from(one: Workspace, keep_days: int | None) -> str | None:
    if keep_days is None or one.disconnected_at is None:
        return None
    return moment_utc(one.disconnected_at + timedelta(days=keep_days))


class NoSuchWorkspace(Exception):
    """There is no such workspace, or it must not be erased; the text says what to do."""


async def show_workspace(database: Database, workspace_id: str, *, keep_days: int | None) -> str:
    """Return what is stored of one workspace and of its install; never a token."""
    async with database.read() as session:
        workspace = await workspaces.get(session, workspace_id)
        if workspace is None:
            raise _unknown(workspace_id)
        row = await installs.find(session, workspace_id, workspace.enterprise_id)
        people = await erasure.count_members(session, workspace_id)
    lines = dict(_facts(workspace, people, keep_days=keep_days)) | dict(_of_install(row))
    width = max(map(len, lines))
    told = [f"{name.ljust(width)}  {value}" for name, value in lines.items()]
    return "\n".join([*told, *([] if keep_days else [ONE_WORKSPACE])])


def _facts(
    one: Workspace, people: int, *, keep_days: int | None
) -> Iterator[tuple[str, str | int]]:
    yield "workspace", f"{one.workspace_id} ({one.name})"
    if one.enterprise_id:
        yield "organization", one.enterprise_id
    yield "state", _state_of(one)
    yield "connected", moment_utc(one.connected_at)
    if one.disconnected_at:
        yield "left", f"{moment_utc(one.disconnected_at)} ({one.disconnect_reason})"
    if erased := _erased_from(one, keep_days):
        yield "erased from", erased
    yield "members", people


def _of_install(row: Installation | None) -> Iterator[tuple[str, str]]:
    if row is None:
        return
    yield "installed", f"{moment_utc(row.installed_at)} by {row.installed_by or 'somebody'}"
    yield "for", "the whole organization" if row.is_org_wide else "this workspace"
    yield "bot", f"{row.bot_user_id} of app {row.app_id}"
    yield "scopes", ", ".join(row.scopes.split(","))
    yield "token ends", moment_utc(row.expires_at) if row.expires_at else "never"


async def forget_workspace(database: Database, workspace_id: str, *, now: datetime) -> str:
    """Erase a workspace that was left, at once, and return how many rows; NoSuchWorkspace if it was not."""
    async with database.read() as session:
        workspace = await workspaces.get(session, workspace_id)
    if workspace is None:
        raise _unknown(workspace_id)
    if workspace.disconnected_at is None:
        raise NoSuchWorkspace(
            f"{workspace.name} ({workspace_id}) still has the app installed. Remove it in Slack first "
            "(Manage apps, Rungs, Remove app), and run this again."
        )
    async with database.write() as session:
        await record_operator(session, "workspace_forgotten", about=workspace_id, now=now)
    erased = await erase_workspace(database, workspace_id, left_before=now + timedelta(seconds=1))
    return f"Everything of {workspace.name} ({workspace_id}) is erased: {erased} rows."


async def erase_workspace(database: Database, workspace_id: str, *, left_before: datetime) -> int:
    """Erase a workspace that was left before that moment; return how many rows."""
    erased, some = 0, ROWS_AT_ONCE
    while some:
        async with database.write() as session:
            some = await erasure.erase_rows(
                session, workspace_id, left_before=left_before, limit=ROWS_AT_ONCE
            )
        erased += some
    return erased


def _unknown(workspace_id: str) -> NoSuchWorkspace:
    return NoSuchWorkspace(f"There is no workspace '{workspace_id}'. See `rungs workspaces list`.")
