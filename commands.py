"""What the commands after `rungs` do: each returns OK, or ACT when the user must act.

Each command imports what it needs when it runs, so that a wrong call is answered without loading the bot.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import settings as environment
from settings import Settings, SettingsProblem

if TYPE_CHECKING:
    from bot.features.badges.verdict import Verdict
    from doctor import Finding

OK, ACT, USAGE = 0, 1, 2
DEMO_PORT = 8137
MANIFEST = Path(__file__).parent / "manifest.json"
MANIFEST_OF_MANY = MANIFEST.with_name("manifest.many.json")


def must_act(problem: object) -> int:
    """Print what is wrong, or what to do; return ACT."""
    print(problem, file=sys.stderr)
    return ACT


def serve(chosen: argparse.Namespace) -> int:
    """Run `start`, `web` or `clock` until told to stop; SettingsProblem when Slack needs more settings."""

    def needs(settings: Settings) -> list[str]:
        http = {"start": not settings.app_token, "web": True, "clock": False}[chosen.command]
        return environment.slack_problems(settings, http=http)

    settings = _settings(needs=needs)
    import process

    if chosen.command == "web":
        asyncio.run(process.web(settings))
    else:
        serve = process.start if chosen.command == "start" else process.clock
        asyncio.run(serve(settings, since=chosen.reconcile_since))
    return OK


def demo(chosen: argparse.Namespace) -> int:
    """Run the playground, the bot and its clock until told to stop."""
    settings = _settings(level="WARNING", port=DEMO_PORT)
    from demo import delete_data, serve

    data: Path = chosen.data
    if chosen.reset:
        delete_data(data)
    data.mkdir(parents=True, exist_ok=True)
    asyncio.run(serve(settings, data, manifest=json.loads(MANIFEST.read_text("utf-8"))))
    return OK


def content(chosen: argparse.Namespace) -> int:
    """Check the content, and print what it has or what is wrong with it; or show, export or draft items."""
    if chosen.action == "items":
        return _items(chosen)
    folder = Path(chosen.words[0]) if chosen.words else _settings().content
    from app import REGISTRY
    from content.loader import check, check_workspaces

    problems, table = check(folder, REGISTRY.command_words)
    if folder and not problems:
        problems = check_workspaces(folder, REGISTRY.command_words)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        return ACT
    print(table)
    return OK


def _items(chosen: argparse.Namespace) -> int:
    """Print items as GIFT, write drafts, or print the figures of items."""
    settings = _settings()
    from app import REGISTRY
    from content.item_files import AuthorProblem, export, write_drafts
    from content.loader import load_content

    library, _ = load_content(settings.content, REGISTRY.command_words)
    try:
        if chosen.gift is not None:
            print(export(library, chosen.gift))
        elif chosen.words:
            skill, extra = chosen.words[1], settings.content
            print(write_drafts(library, skill, extra=extra, target=chosen.to))
        else:
            from bot.features.knowledge.operators import item_table

            return _print_from_database(item_table, knowledge=library.knowledge)
    except AuthorProblem as problem:
        return must_act(problem)
    return OK


def database(chosen: argparse.Namespace) -> int:
    """Upgrade, back up, or check the database."""
    url = _settings().database_url
    from app import utc_now
    from bot.operators import record_command
    from doctor import examine_database
    from storage.database import schema
    from storage.database.backup import backup

    code, about = OK, schema.revisions()[-1]
    try:
        if chosen.action == "check":
            code = _told(asyncio.run(examine_database(url)))
        elif chosen.action == "upgrade":
            asyncio.run(schema.upgrade(url))
            print("The database is up to date.")
        else:
            about = str(backup(url, chosen.destination or Path("rungs-backup.db")))
            print(f"Saved to {about}")
    except (ValueError, RuntimeError) as problem:
        return must_act(problem)
    if code == OK:
        act = record_command(url, f"db_{chosen.action}", about=about, now=utc_now())
        asyncio.run(act)
    return code


def doctor(_: argparse.Namespace) -> int:
    """Check the installation, and print what is wrong and what to do."""
    return _told(asyncio.run(_examine()))


def _told(findings: "list[Finding]") -> int:
    print(*findings, sep="\n")
    return OK if all(finding.is_fine for finding in findings) else ACT


async def _examine() -> "list[Finding]":
    from bot import logs
    from doctor import Finding, examine
    from process import access

    try:
        settings = environment.read(os.environ)
    except SettingsProblem as problem:
        return [Finding("settings", line) for line in problem.problems]
    logs.configure("ERROR")
    missing = environment.slack_problems(settings, http=not settings.app_token)
    findings = [Finding("settings", line) for line in missing] or [Finding("settings")]
    if settings.is_many:
        return findings if missing else [*findings, *await _examine_many(settings)]
    return findings + await examine(
        access(settings),
        database_url=settings.database_url,
        content=settings.content,
        app_token=settings.app_token,
        manifest=MANIFEST,
    )


async def _examine_many(settings: Settings) -> "list[Finding]":
    from doctor import examine_many
    from process import access, many_access

    return await examine_many(
        access(settings),
        many_access(settings),
        database_url=settings.database_url,
        content=settings.content,
        manifest=MANIFEST_OF_MANY,
    )


def _print_from_database(work: Callable[..., Awaitable[str]], **options: Any) -> int:
    """Print what `work` returns for the database, which must have this version's tables, and the options."""
    settings = _settings()
    from app import ready_database

    async def look() -> None:
        async with ready_database(settings.database_url) as database:
            print(await work(database, **options))

    asyncio.run(look())
    return OK


def messages(chosen: argparse.Namespace) -> int:
    """List the messages that Rungs sends on its own, or send one again."""
    from app import utc_now
    from bot.operators import message_table, resend_message

    if chosen.action == "resend":
        return _print_from_database(resend_message, message_id=chosen.id, now=utc_now())
    return _print_from_database(
        message_table,
        state=chosen.state,
        subject=chosen.member or chosen.channel,
        workspace_id=chosen.workspace,
        limit=chosen.limit,
    )


def audit(chosen: argparse.Namespace) -> int:
    """List who did what, when, and from where."""
    from bot.operators import audit_table

    return _print_from_database(
        audit_table,
        user_id=chosen.member,
        since=chosen.since,
        workspace_id=chosen.workspace,
        limit=chosen.limit,
    )


def ledger(chosen: argparse.Namespace) -> int:
    """Verify the chains of the ledger and the audit log, or print their heads."""
    from storage.ledger_heads import Head

    try:
        recorded = [Head.parse(line) for line in chosen.head or ()]
    except ValueError as problem:
        return must_act(problem)
    settings = _settings()
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
    settings = _settings()
    from bot.features.installs import operators

    keep_days = settings.keep_days if settings.is_many else None
    if chosen.action == "forget":
        from app import utc_now

        return _print_from_database(
            operators.forget_workspace, workspace_id=chosen.workspace, now=utc_now()
        )
    if chosen.action == "show":
        return _print_from_database(
            operators.show_workspace, workspace_id=chosen.workspace, keep_days=keep_days
        )
    return _print_from_database(
        operators.workspace_table, keep_days=keep_days, state=chosen.state, limit=chosen.limit
    )


def keys(chosen: argparse.Namespace) -> int:
    """Print a new key, or encrypt all tokens again by the first key."""
    from storage.installs.token_keys import TokenKeys

    if chosen.action == "new":
        print(TokenKeys.new())
        return OK
    settings = _settings()
    if not settings.token_keys:
        return must_act("RUNGS_TOKEN_KEYS is not set, so no tokens can be encrypted again.")
    from app import utc_now
    from bot.features.installs.operators import rotate_keys

    keys = TokenKeys(settings.token_keys)
    return _print_from_database(rotate_keys, keys=keys, now=utc_now())


def scopes(_: argparse.Namespace) -> int:
    """Print the scopes that the app asks for, also those for options, each with its reason."""
    from bot.slack.installation import OPTIONAL_SCOPES, SCOPES

    print(json.dumps(SCOPES | OPTIONAL_SCOPES, indent=2, ensure_ascii=False))
    return OK


def badge(chosen: argparse.Namespace) -> int:
    """Check a badge, and end with 0 when it is good; or sign badges by a new key."""
    if chosen.action == "rotate":
        return _rotate_badge_keys(chosen)
    from bot.features.badges import operators
    from bot.features.badges.signatures import Unreadable

    try:
        token = operators.token_in(chosen.file)
    except OSError as problem:
        must_act(f"{chosen.file} cannot be read: {problem.strerror}.")
        return USAGE
    try:
        verdict = asyncio.run(_checked(token, fetches=chosen.fetch))
    except Unreadable as problem:
        return must_act(f"{chosen.file} is not a badge: {problem}.")
    print(operators.told(verdict))
    return OK if verdict.is_valid else ACT


async def _checked(token: str, *, fetches: bool) -> "Verdict":
    from app import ready_database, utc_now
    from bot.features.badges import operators

    if fetches:
        return await operators.check_remote(token, now=utc_now())
    async with ready_database(_settings().database_url) as database:
        return await operators.check_own(database, token, now=utc_now())


def _rotate_badge_keys(chosen: argparse.Namespace) -> int:
    settings = _settings()
    from app import utc_now
    from bot.features.badges.operators import rotate
    from process import site_of

    return _print_from_database(
        rotate,
        site=site_of(settings),
        workspace_id=chosen.workspace,
        is_compromised=chosen.compromised,
        now=utc_now(),
    )


def simulate(chosen: argparse.Namespace) -> int:
    """Simulate messages with made-up members, and print what came of it."""
    settings = _settings(level="WARNING")
    from simulation.options import Options, Setting
    from simulation.parts import run_simulation

    options = Options(
        days=chosen.days,
        members=chosen.members,
        seed=chosen.seed,
        cadence=chosen.cadence,
        answering=chosen.answering,
        min_group=settings.min_group,
        posts_per_minute=chosen.per_minute,
    )
    setting = Setting(json.loads(MANIFEST.read_text("utf-8")), content=settings.content)
    result = run_simulation(
        options, setting, print_line=partial(print, file=sys.stderr, flush=True)
    )
    print(result)
    return OK if result.is_clean else ACT


def _settings(*, level: str = "INFO", **options: Any) -> Settings:
    """Read the settings with these options, and configure the log; `level` counts unless it is set there."""
    settings = environment.read(os.environ, **options)
    from bot import logs

    logs.configure(settings.log_level if "LOG_LEVEL" in os.environ else level)
    return settings
