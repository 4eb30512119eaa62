"""The `rungs` command line: one table of commands with their arguments, and what each one runs.

Each command imports what it needs when it runs, so that a wrong call is answered without loading the bot.
"""

import argparse
import asyncio
import json
import os
import select
import sys
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import settings as environment
from arguments import Command, argument, count, day_or_moment, moment, parser_of, share
from coaching.send_policy import MESSAGE_STATES
from settings import Settings, SettingsProblem

if TYPE_CHECKING:
    from doctor import Finding

OK, ACT = 0, 1
DEMO_PORT, DEMO_DATA = 8137, Path(".rungs-demo")
MANIFEST = Path(__file__).parent / "manifest.json"
MANIFEST_OF_MANY = MANIFEST.with_name("manifest.many.json")


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; return 0 when it went well, 1 when the user must act. A wrong call exits with 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that is not UTF-8 shows the code of a sign that it lacks.
            stream.reconfigure(errors="backslashreplace")
    chosen = read_arguments(words)
    os.umask(0o077)  # Databases, backups and the demo's files are for this user alone.
    try:
        code = COMMANDS[chosen.command].run(chosen)
        sys.stdout.flush()
        return code
    except (KeyboardInterrupt, asyncio.CancelledError):
        return OK
    except SettingsProblem as problem:
        return _must_act(problem)
    except Exception as problem:
        if isinstance(problem, BrokenPipeError) and _is_output_closed():
            return OK
        from doctor import advice_on

        if (line := advice_on(problem)) is None:
            raise
        return _must_act(line)


def _is_output_closed() -> bool:
    """Return whether nobody reads the output any more, as after `rungs … | head`; then discard it."""
    asked = select.poll()
    asked.register(sys.stdout.fileno(), 0)
    is_closed = any(flags & select.POLLERR for _, flags in asked.poll(0))
    if is_closed:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return is_closed


def _must_act(problem: object) -> int:
    print(problem, file=sys.stderr)
    return ACT


def _serve(chosen: argparse.Namespace) -> int:
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


def _demo(chosen: argparse.Namespace) -> int:
    settings = _settings(level="WARNING", port=DEMO_PORT)
    from demo import delete_data, serve

    data: Path = chosen.data
    if chosen.reset:
        delete_data(data)
    data.mkdir(parents=True, exist_ok=True)
    asyncio.run(serve(settings, data, manifest=json.loads(MANIFEST.read_text("utf-8"))))
    return OK


def _content(chosen: argparse.Namespace) -> int:
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
    """Print items as GIFT, or write drafts."""
    settings = _settings()
    from app import REGISTRY
    from content.authoring import AuthorProblem, export, write_drafts
    from content.loader import load_content

    library, _ = load_content(settings.content, REGISTRY.command_words)
    try:
        if chosen.gift is not None:
            print(export(library, chosen.gift))
        else:
            skill, extra = chosen.words[1], settings.content
            print(write_drafts(library, skill, extra=extra, target=chosen.to))
    except AuthorProblem as problem:
        return _must_act(problem)
    return OK


def _db(chosen: argparse.Namespace) -> int:
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
        return _must_act(problem)
    if code == OK:
        act = record_command(url, f"db_{chosen.action}", about=about, now=utc_now())
        asyncio.run(act)
    return code


def _doctor(_: argparse.Namespace) -> int:
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


def _messages(chosen: argparse.Namespace) -> int:
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


def _audit(chosen: argparse.Namespace) -> int:
    from bot.operators import audit_table

    return _print_from_database(
        audit_table,
        user_id=chosen.member,
        since=chosen.since,
        workspace_id=chosen.workspace,
        limit=chosen.limit,
    )


def _ledger(chosen: argparse.Namespace) -> int:
    from storage.ledger_heads import Head

    try:
        recorded = [Head.parse(line) for line in chosen.head or ()]
    except ValueError as problem:
        return _must_act(problem)
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


def _workspaces(chosen: argparse.Namespace) -> int:
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


def _keys(chosen: argparse.Namespace) -> int:
    from storage.installs.token_keys import TokenKeys

    if chosen.action == "new":
        print(TokenKeys.new())
        return OK
    settings = _settings()
    if not settings.token_keys:
        return _must_act("RUNGS_TOKEN_KEYS is not set, so no tokens can be encrypted again.")
    from app import utc_now
    from bot.features.installs.operators import rotate_keys

    keys = TokenKeys(settings.token_keys)
    return _print_from_database(rotate_keys, keys=keys, now=utc_now())


def _simulate(chosen: argparse.Namespace) -> int:
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


SINCE = argument(
    "--reconcile-since TIME",
    "after a restore: when the backup was made, such as 2026-11-20T04:00Z",
    type=moment,
)
COMMANDS = {
    "demo": Command(
        "Try Rungs in a local workspace in your browser. It needs no Slack account.",
        _demo,
        (
            argument("--data DIR", "where the demo keeps its data", type=Path, default=DEMO_DATA),
            argument("--reset", "delete data from earlier demos first", action="store_true"),
        ),
    ),
    "start": Command(
        "Run everything in one process, for a small installation: Slack and the clock.",
        _serve,
        (SINCE,),
    ),
    "web": Command("Run HTTP only: Slack's requests, /healthz, /readyz, and /metrics.", _serve),
    "clock": Command("Run the clock only: scheduled jobs and messages.", _serve, (SINCE,)),
    "simulate": Command(
        "Simulate a year of messages, with made-up members and the real rules.",
        _simulate,
        (
            count("--days", "how many days", 365),
            count("--members", "how many members", 1000),
            argument(
                "--cadence",
                "how often all members get check-ins; if unset, most keep the default",
                choices=("weekly", "fortnightly", "monthly", "off"),
            ),
            argument(
                "--answering SHARE",
                "share of check-ins that get an answer (0.5)",
                type=share,
                default=0.5,
            ),
            count("--per-minute", "Slack's limit on posts per minute", 300),
            count("--seed", "a different number makes up different members", 1),
        ),
    ),
    "content": Command(
        "Check the content, or export and draft the items of knowledge checks.",
        _content,
        (
            argument("action", choices=["check", "items"]),
            argument(
                "words …",
                "after check: your own content folder; after items: 'draft' and a skill",
                nargs="*",
            ),
            argument(
                "--gift SKILL",
                "print the items of one skill, or of all, as GIFT",
                nargs="?",
                const="",
            ),
            argument("--to FILE", "where drafts are written", type=Path),
        ),
    ),
    "db": Command(
        "Upgrade, back up, or check the database.",
        _db,
        (
            argument("action", choices=["upgrade", "backup", "check"]),
            argument("destination PATH", "where the backup goes", nargs="?", type=Path),
        ),
    ),
    "messages": Command(
        "List the messages Rungs sends on its own, and why one did not go out.",
        _messages,
        (
            argument("action", nargs="?", choices=["list", "resend"], default="list"),
            argument("id ID", "the message to send again", nargs="?"),
            argument("--state", "only messages in this state", choices=MESSAGE_STATES),
            argument("--member U…", "only this member's, and what comes next"),
            argument("--channel C…", "only this channel's, and what comes next"),
            argument("--workspace T…", "only this workspace's"),
            count("--limit", "how many to show", 20),
        ),
    ),
    "audit": Command(
        "List who did what, when, and from where.",
        _audit,
        (
            argument("action", nargs="?", choices=["list"], default="list"),
            argument("--member U…", "only this member's"),
            argument(
                "--since TIME",
                "only from then on, such as 2026-11-20 or 2026-11-20T04:00Z",
                type=day_or_moment,
            ),
            argument("--workspace T…", "only this workspace's"),
            count("--limit", "how many to show", 50),
        ),
    ),
    "ledger": Command(
        "Check that nobody changed the ledger of claims or the audit log, or print their heads.",
        _ledger,
        (
            argument("action", choices=["verify", "head"]),
            argument("--workspace T…", "only this workspace's"),
            argument(
                "--head LINE",
                "a line that `rungs ledger head` printed before; can be given several times",
                action="append",
            ),
        ),
    ),
    "workspaces": Command(
        "List the workspaces that installed the app, show one, or erase one that left.",
        _workspaces,
        (
            argument("action", nargs="?", choices=["list", "show", "forget"], default="list"),
            argument("workspace T…", "the workspace to show or to erase", nargs="?"),
            argument("--state", "only workspaces in this state", choices=["installed", "left"]),
            count("--limit", "how many to list", 100),
        ),
    ),
    "keys": Command(
        "Make a key that encrypts tokens, or encrypt them all again by the first key.",
        _keys,
        (argument("action", choices=["new", "rotate"]),),
    ),
    "doctor": Command("Check the installation, and say what is wrong and what to do.", _doctor),
}


def read_arguments(words: Sequence[str] | None) -> argparse.Namespace:
    """Return the command and its options; a wrong call ends the process with 2 and a usage line."""
    parser = parser_of(COMMANDS, prog="rungs", about="An AI-skills coach that lives in Slack.")
    chosen = parser.parse_args(words)
    if chosen.command == "messages" and (chosen.action == "resend") != bool(chosen.id):
        parser.error("give one ID after 'resend', and no ID otherwise")
    if chosen.command == "content" and (problem := _wrong_content(chosen)):
        parser.error(problem)
    if chosen.command == "workspaces" and (chosen.action == "list") == bool(chosen.workspace):
        parser.error("give one workspace after 'show' and 'forget', and none otherwise")
    return chosen


def _wrong_content(chosen: argparse.Namespace) -> str | None:
    """Return what is wrong with the words after `content`; None when nothing is."""
    if chosen.action == "check":
        is_wrong = len(chosen.words) > 1 or chosen.gift is not None or chosen.to
        return "give at most one folder after 'check', and no options" if is_wrong else None
    is_draft = len(chosen.words) == 2 and chosen.words[0] == "draft"
    if not is_draft and (chosen.words or chosen.gift is None):
        return "after 'items' write 'draft' and one skill, or --gift"
    if is_draft and chosen.gift is not None:
        return "give either 'draft' or --gift"
    return "--to is for 'draft'" if chosen.to and not is_draft else None


if __name__ == "__main__":
    sys.exit(main())
