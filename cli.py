"""The composition root and the `rungs` command line: the only file that knows every package."""

import argparse
import asyncio
import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import settings as environment
from coaching.send_policy import MESSAGE_STATES
from settings import Settings, SettingsProblem

if TYPE_CHECKING:
    from doctor import Finding


OK, ACT, USAGE = 0, 1, 2
DEMO_PORT = 8137
MANIFEST = Path(__file__).parent / "manifest.json"


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it went well, 1 when the user must act, 2 for a wrong call."""
    chosen = read_arguments(words)
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
    from bot.outgoing.message_log import NotAgain
    from bot.slack.installation import CannotStart
    from bot.slack.server import PortTaken
    from content.problems import ContentProblems

    return CannotStart, ContentProblems, PortTaken, NotAgain


def _start(chosen: argparse.Namespace) -> int:
    settings = _ready_for_slack(http=None)
    from app import start

    asyncio.run(start(settings, since=chosen.reconcile_since))
    return OK


def _web(_: argparse.Namespace) -> int:
    settings = _ready_for_slack(http=True)
    from app import web

    asyncio.run(web(settings))
    return OK


def _clock(chosen: argparse.Namespace) -> int:
    settings = _ready_for_slack(http=False)
    from app import clock

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
    from app import content_of
    from bot.slack.server import stop_signal
    from demo import playing

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
    from storage.database import schema
    from storage.database.backup import backup

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
    from app import access
    from bot import logs
    from doctor import Finding, examine

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
    from app import ready_database, utc_now
    from bot.outgoing.message_log import Asked, message_table, send_again

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
    setting = Setting(json.loads(MANIFEST.read_text()), content=settings.content)
    result = run_simulation(
        options, setting, print_line=partial(print, file=sys.stderr, flush=True)
    )
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

CADENCES = ("weekly", "fortnightly", "monthly", "off")
Parser = argparse.ArgumentParser
Command = Callable[[str, str], Parser]


def read_arguments(words: Sequence[str] | None) -> argparse.Namespace:
    """The command and its options; ends the process with 2 and a usage line for a wrong call."""
    parser = Parser(prog="rungs", description="An AI-skills coach that lives in Slack.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")

    def command(name: str, about: str) -> Parser:
        return commands.add_parser(name, help=about, description=about)

    _add_demo(command)
    _serving(command)
    _add_simulate(command)
    _looking_after(command)
    chosen = parser.parse_args(words)
    if chosen.command == "messages" and (chosen.action == "resend") != bool(chosen.id):
        parser.error("give one ID after 'resend', and none without it")
    return chosen


def _add_demo(command: Command) -> None:
    demo = command("demo", "A local workspace in the browser, with the bot and the clock.")
    where = Path(".rungs-demo")
    demo.add_argument(
        "--data", type=Path, default=where, metavar="DIR", help="where the demo keeps its data"
    )
    demo.add_argument("--reset", action="store_true", help="forget the data of earlier demos first")


def _serving(command: Command) -> None:
    start = command("start", "One process for a small installation: Slack and the clock.")
    command("web", "HTTP only: Slack's requests, /healthz, /readyz and /metrics.")
    clock = command("clock", "The scheduler only.")
    for with_clock in (start, clock):
        with_clock.add_argument(
            "--reconcile-since",
            type=moment,
            metavar="TIME",
            help="after a restore: when the backup was made, such as 2026-11-20T04:00Z",
        )


def _add_simulate(command: Command) -> None:
    simulate = command("simulate", "What would happen in a year: made-up members, real rules.")
    add = simulate.add_argument
    add("--days", type=positive, default=365, metavar="N", help="how many days (365)")
    add("--members", type=positive, default=1000, metavar="N", help="how many members (1000)")
    add("--cadence", choices=CADENCES, help="what every member chooses; unset: most keep the usual")
    add(
        "--answering", type=share, default=0.5, metavar="SHARE", help="of check-ins, answered (0.5)"
    )
    add(
        "--per-minute", type=positive, default=300, metavar="N", help="Slack's limit on posts (300)"
    )
    add("--seed", type=positive, default=1, metavar="N", help="another number, other members (1)")


def _looking_after(command: Command) -> None:
    content = command("content", "Look after the content.")
    content.add_argument("action", choices=["check"])
    content.add_argument(
        "folder", nargs="?", type=Path, metavar="DIR", help="a folder laid over the built-in one"
    )
    database = command("db", "Look after the database.")
    database.add_argument("action", choices=["upgrade", "backup"])
    database.add_argument(
        "destination", nargs="?", type=Path, metavar="PATH", help="where the backup goes"
    )
    _add_messages(command("messages", "What the bot sends by itself, and why it did not."))
    command("doctor", "Say what is wrong with the installation and what to do.")


def _add_messages(messages: Parser) -> None:
    messages.add_argument("action", nargs="?", choices=["list", "resend"], default="list")
    messages.add_argument("id", nargs="?", metavar="ID", help="the message to send again")
    messages.add_argument("--state", choices=MESSAGE_STATES, help="only messages in this state")
    messages.add_argument("--member", metavar="U…", help="only this member's, and what is next")
    messages.add_argument("--channel", metavar="C…", help="only this channel's, and what is next")
    messages.add_argument("--workspace", metavar="T…", help="only this workspace's")
    messages.add_argument("--limit", type=positive, default=20, metavar="N", help="how many (20)")


def moment(said: str) -> datetime:
    """A time with its zone, as in 2026-11-20T04:00Z."""
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise argparse.ArgumentTypeError(
            f"'{said}' is not a time with a zone. Write it as in 2026-11-20T04:00Z."
        )
    return found


def positive(said: str) -> int:
    """A whole number from 1 on."""
    if not (said.isdecimal() and int(said)):
        raise argparse.ArgumentTypeError(f"'{said}' is not a whole number from 1 on.")
    return int(said)


def share(said: str) -> float:
    """A part of a whole, from 0 to 1."""
    try:
        found = float(said)
    except ValueError:
        found = -1
    if not 0 <= found <= 1:
        raise argparse.ArgumentTypeError(f"'{said}' is not a share. Give a number from 0 to 1.")
    return found


if __name__ == "__main__":
    sys.exit(main())
