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

    settings = read_settings(needs=needs)
    import process

    if chosen.command == "web":
        asyncio.run(process.web(settings))
    else:
        serve = process.start if chosen.command == "start" else process.clock
        asyncio.run(serve(settings, since=chosen.reconcile_since))
    return OK


def demo(chosen: argparse.Namespace) -> int:
    """Run the playground, the bot and its clock until told to stop."""
    settings = read_settings(level="WARNING", port=DEMO_PORT)
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
    folder = Path(chosen.words[0]) if chosen.words else read_settings().content
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
    settings = read_settings()
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

            return print_from_database(item_table, knowledge=library.knowledge)
    except AuthorProblem as problem:
        return must_act(problem)
    return OK


def database(chosen: argparse.Namespace) -> int:
    """Upgrade, back up, or check the database."""
    url = read_settings().database_url
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


def print_from_database(work: Callable[..., Awaitable[str]], **options: Any) -> int:
    """Print what `work` returns for the database, which must have this version's tables, and the options."""
    settings = read_settings()
    from app import ready_database

    async def look() -> None:
        async with ready_database(settings.database_url) as database:
            print(await work(database, **options))

    asyncio.run(look())
    return OK


def scopes(_: argparse.Namespace) -> int:
    """Print the scopes that the app asks for, also those for options, each with its reason."""
    from bot.slack.installation import OPTIONAL_SCOPES, SCOPES

    print(json.dumps(SCOPES | OPTIONAL_SCOPES, indent=2, ensure_ascii=False))
    return OK


def simulate(chosen: argparse.Namespace) -> int:
    """Simulate messages with made-up members, and print what came of it."""
    settings = read_settings(level="WARNING")
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


def read_settings(*, level: str = "INFO", **options: Any) -> Settings:
    """Read the settings with these options, and configure the log; `level` counts unless it is set there."""
    settings = environment.read(os.environ, **options)
    from bot import logs

    logs.configure(settings.log_level if "LOG_LEVEL" in os.environ else level)
    return settings
