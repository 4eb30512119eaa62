"""The composition root and the `rungs` command line: the only file that knows every package."""

import argparse
import asyncio
import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

# Each command loads what it needs and no more: a wrong call or a missing setting is said at once.
import arguments
import settings as environment
from settings import Settings, SettingsProblem

if TYPE_CHECKING:
    from bot.doctor import Finding

OK, ACT, USAGE = 0, 1, 2
DEMO_PORT = 8137
MANIFEST = Path(__file__).parent / "manifest.json"


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it went well, 1 when the user must act, 2 for a wrong call."""
    chosen = arguments.read(words)
    try:
        return RUN[chosen.command](chosen)
    except (KeyboardInterrupt, asyncio.CancelledError):
        return OK
    except SettingsProblem as problem:
        return _must_act(problem)
    except _explained() as problem:
        return _must_act(problem)


def _must_act(problem: Exception) -> int:
    print(problem, file=sys.stderr)
    return ACT


def _explained() -> tuple[type[Exception], ...]:
    """Problems whose words tell an operator what to do."""
    from bot.message_log import NotAgain
    from bot.serving import PortTaken
    from bot.starting import CannotStart
    from content.problems import ContentProblems

    return CannotStart, ContentProblems, PortTaken, NotAgain


def _start(chosen: argparse.Namespace) -> int:
    settings = _ready_for_slack(http=None)
    from processes import start

    asyncio.run(start(settings, since=chosen.reconcile_since))
    return OK


def _web(_: argparse.Namespace) -> int:
    settings = _ready_for_slack(http=True)
    from processes import web

    asyncio.run(web(settings))
    return OK


def _clock(chosen: argparse.Namespace) -> int:
    settings = _ready_for_slack(http=False)
    from processes import clock

    asyncio.run(clock(settings, since=chosen.reconcile_since))
    return OK


def _demo(chosen: argparse.Namespace) -> int:
    from bot import logs

    settings = environment.read(os.environ, port=DEMO_PORT)
    logs.configure(settings.log_level if "LOG_LEVEL" in os.environ else "WARNING")
    data: Path = chosen.data
    if chosen.reset:
        for file in (*data.glob("rungs.db*"), *data.glob("workspace*")):
            shutil.rmtree(file) if file.is_dir() else file.unlink()
    data.mkdir(parents=True, exist_ok=True)
    asyncio.run(_play(settings, data))
    return OK


async def _play(settings: Settings, data: Path) -> None:
    from bot.serving import stop_signal
    from demo import playing
    from processes import content_of

    stop = stop_signal()
    library, messages = content_of(settings)
    async with playing(
        data,
        port=settings.port,
        manifest=json.loads(MANIFEST.read_text()),
        library=library,
        messages=messages,
        min_group=settings.min_group,
    ) as address:
        print(f"Rungs is at {address}. Stop it with Ctrl+C.", flush=True)
        await stop.asked()


def _content(chosen: argparse.Namespace) -> int:
    folder = chosen.folder or _settings().content
    from content.check import check

    problems, table = check(folder)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        return ACT
    print(table)
    return OK


def _db(chosen: argparse.Namespace) -> int:
    settings = _settings()
    from storage import schema
    from storage.backup import backup

    try:
        if chosen.action == "upgrade":
            asyncio.run(schema.upgrade(settings.database_url))
            print("The database is up to date.")
        else:
            destination = chosen.destination or Path("rungs-backup.db")
            print(f"Saved to {backup(settings.database_url, destination)}")
    except (OSError, ValueError, RuntimeError) as problem:
        return _must_act(problem)
    return OK


def _doctor(_: argparse.Namespace) -> int:
    findings = asyncio.run(_examine())
    for finding in findings:
        print(finding)
    return OK if all(finding.is_fine for finding in findings) else ACT


async def _examine() -> "list[Finding]":
    from bot import logs
    from bot.doctor import Finding, examine
    from processes import access

    try:
        settings = environment.read(os.environ)
    except SettingsProblem as problem:
        return [Finding("settings", line) for line in problem.problems]
    logs.configure("ERROR")
    missing = environment.missing_for_slack(settings, http=not settings.app_token)
    findings = [Finding("settings", line) for line in missing] or [Finding("settings")]
    return findings + await examine(
        access(settings),
        database_url=settings.database_url,
        content=settings.content,
        app_token=settings.app_token,
        manifest=MANIFEST,
    )


def _messages(chosen: argparse.Namespace) -> int:
    settings = _settings()
    from bot.message_log import Asked, message_table, send_again
    from bot.starting import ready_database, utc_now

    asked = Asked(
        state=chosen.state,
        subject=chosen.member or chosen.channel,
        workspace_id=chosen.workspace,
        limit=chosen.limit,
    )

    async def look() -> None:
        async with ready_database(settings.database_url) as database:
            if chosen.action == "list":
                print(await message_table(database, asked))
            else:
                print(await send_again(database, chosen.id, now=utc_now()))

    asyncio.run(look())
    return OK


def _simulate(chosen: argparse.Namespace) -> int:
    settings = _settings(level="WARNING")
    from simulation.options import Options, Setting
    from simulation.parts import run

    options = Options(
        days=chosen.days,
        members=chosen.members,
        seed=chosen.seed,
        cadence=chosen.cadence,
        answering=chosen.answering,
        min_group=settings.min_group,
        posts_per_minute=chosen.per_minute,
    )
    setting = Setting(json.loads(MANIFEST.read_text()), content=settings.content)
    result = run(options, setting, say=partial(print, file=sys.stderr, flush=True))
    print(result)
    return OK if result.is_clean else ACT


def _settings(*, level: str | None = None) -> Settings:
    settings = environment.read(os.environ)
    from bot import logs

    logs.configure(settings.log_level if "LOG_LEVEL" in os.environ else level or "INFO")
    return settings


def _ready_for_slack(*, http: bool | None) -> Settings:
    """The settings, with all that Slack needs; unless told, HTTP is needed where there is no socket."""
    settings = _settings()
    needs_http = not settings.app_token if http is None else http
    missing = environment.missing_for_slack(settings, http=needs_http)
    if missing:
        raise SettingsProblem(missing)
    return settings


RUN: dict[str, Callable[[argparse.Namespace], int]] = {
    "demo": _demo,
    "start": _start,
    "web": _web,
    "clock": _clock,
    "content": _content,
    "db": _db,
    "messages": _messages,
    "simulate": _simulate,
    "doctor": _doctor,
}


if __name__ == "__main__":
    sys.exit(main())
