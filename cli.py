"""The `rungs` command line: one table of commands with their arguments, and what each one runs.

Each command imports what it needs when it runs, so that a wrong call is answered without loading the bot.
"""

import argparse
import asyncio
import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import settings as environment
from coaching.send_policy import MESSAGE_STATES
from settings import Settings, SettingsProblem

if TYPE_CHECKING:
    from doctor import Finding


OK, ACT = 0, 1
DEMO_PORT, DEMO_DATA = 8137, Path(".rungs-demo")
Argument = tuple[str, dict[str, Any]]
MANIFEST = Path(__file__).parent / "manifest.json"


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; return 0 when it went well, 1 when the user must act. A wrong call exits with 2."""
    chosen = read_arguments(words)
    try:
        return COMMANDS[chosen.command].run(chosen)
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
    """Return the exceptions whose messages tell an operator what to do."""
    from bot.outgoing.message_log import CannotResend
    from bot.slack.installation import CannotStart
    from bot.slack.server import PortTaken
    from content.problems import ContentProblems

    return CannotStart, ContentProblems, PortTaken, CannotResend


def _serve(chosen: argparse.Namespace) -> int:
    """Run `start`, `web` or `clock` until the process is told to stop."""
    settings = _ready_for_slack(http={"start": None, "web": True, "clock": False}[chosen.command])
    import app

    if chosen.command == "web":
        asyncio.run(app.web(settings))
    else:
        serve = app.start if chosen.command == "start" else app.clock
        asyncio.run(serve(settings, since=chosen.reconcile_since))
    return OK


def _demo(chosen: argparse.Namespace) -> int:
    settings = _settings(level="WARNING", port=DEMO_PORT)
    from demo import serve

    data: Path = chosen.data
    if chosen.reset:
        for file in (*data.glob("rungs.db*"), *data.glob("workspace*")):
            shutil.rmtree(file) if file.is_dir() else file.unlink()
    data.mkdir(parents=True, exist_ok=True)
    asyncio.run(serve(settings, data, manifest=json.loads(MANIFEST.read_text())))
    return OK


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
    from bot.outgoing.message_log import MessageFilter, message_table, resend_message

    asked = MessageFilter(
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
                print(await resend_message(database, chosen.id, now=utc_now()))

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


def _settings(*, level: str = "INFO", **options: Any) -> Settings:
    """Read the settings with these options, and configure the log; `level` counts unless it is set there."""
    settings = environment.read(os.environ, **options)
    from bot import logs

    logs.configure(settings.log_level if "LOG_LEVEL" in os.environ else level)
    return settings


def _ready_for_slack(*, http: bool | None) -> Settings:
    """Return the settings; SettingsProblem when one is wrong, or missing although Slack needs it.

    `http` says whether requests come over HTTP; None means that they do when there is no socket token.
    """

    def needs(settings: Settings) -> list[str]:
        needs_http = not settings.app_token if http is None else http
        return environment.missing_for_slack(settings, http=needs_http)

    return _settings(needs=needs)


def moment(text: str) -> datetime:
    """Return a time with its zone, as in 2026-11-20T04:00Z."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise argparse.ArgumentTypeError(
            f"'{text}' is not a time with a zone. Write it as in 2026-11-20T04:00Z."
        )
    return found


def positive(text: str) -> int:
    """Return a whole number from 1 on."""
    if not (text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 1 on.")
    return int(text)


def share(text: str) -> float:
    """Return a number from 0 to 1."""
    try:
        found = float(text)
    except ValueError:
        found = -1
    if not 0 <= found <= 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a share. Give a number from 0 to 1.")
    return found


def argument(name: str, about: str | None = None, **options: Any) -> Argument:
    """Return an argument of a command; `name` may be followed by the word that stands for its value."""
    name, _, metavar = name.partition(" ")
    return name, {"help": about, **({"metavar": metavar} if metavar else {}), **options}


def count(name: str, about: str, default: int) -> Argument:
    """Return an option that takes a whole number from 1 on."""
    return argument(f"{name} N", f"{about} ({default})", type=positive, default=default)


@dataclass(frozen=True)
class Command:
    """A command after `rungs`: what its help says, what it runs, and its arguments."""

    about: str
    run: Callable[[argparse.Namespace], int]
    arguments: Sequence[Argument] = ()


SINCE = argument(
    "--reconcile-since TIME",
    "after a restore: when the backup was made, such as 2026-11-20T04:00Z",
    type=moment,
)
COMMANDS = {
    "demo": Command(
        "A local workspace in the browser, with the bot and the clock.",
        _demo,
        (
            argument("--data DIR", "where the demo keeps its data", type=Path, default=DEMO_DATA),
            argument("--reset", "forget the data of earlier demos first", action="store_true"),
        ),
    ),
    "start": Command(
        "One process for a small installation: Slack and the clock.", _serve, (SINCE,)
    ),
    "web": Command("HTTP only: Slack's requests, /healthz, /readyz and /metrics.", _serve),
    "clock": Command("The scheduler only.", _serve, (SINCE,)),
    "simulate": Command(
        "What would happen in a year: made-up members, real rules.",
        _simulate,
        (
            count("--days", "how many days", 365),
            count("--members", "how many members", 1000),
            argument(
                "--cadence",
                "what every member chooses; unset: most keep the usual",
                choices=("weekly", "fortnightly", "monthly", "off"),
            ),
            argument("--answering SHARE", "of check-ins, answered (0.5)", type=share, default=0.5),
            count("--per-minute", "Slack's limit on posts", 300),
            argument("--seed N", "another number, other members (1)", type=positive, default=1),
        ),
    ),
    "content": Command(
        "Look after the content.",
        _content,
        (
            argument("action", choices=["check"]),
            argument("folder DIR", "a folder laid over the built-in one", nargs="?", type=Path),
        ),
    ),
    "db": Command(
        "Look after the database.",
        _db,
        (
            argument("action", choices=["upgrade", "backup"]),
            argument("destination PATH", "where the backup goes", nargs="?", type=Path),
        ),
    ),
    "messages": Command(
        "What the bot sends by itself, and why it did not.",
        _messages,
        (
            argument("action", nargs="?", choices=["list", "resend"], default="list"),
            argument("id ID", "the message to send again", nargs="?"),
            argument("--state", "only messages in this state", choices=MESSAGE_STATES),
            argument("--member U…", "only this member's, and what is next"),
            argument("--channel C…", "only this channel's, and what is next"),
            argument("--workspace T…", "only this workspace's"),
            count("--limit", "how many", 20),
        ),
    ),
    "doctor": Command("Say what is wrong with the installation and what to do.", _doctor),
}


def read_arguments(words: Sequence[str] | None) -> argparse.Namespace:
    """Return the command and its options; a wrong call ends the process with 2 and a usage line."""
    parser = argparse.ArgumentParser(
        prog="rungs", description="An AI-skills coach that lives in Slack."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    for name, command in COMMANDS.items():
        added = commands.add_parser(name, help=command.about, description=command.about)
        for argument_name, options in command.arguments:
            added.add_argument(argument_name, **options)
    chosen = parser.parse_args(words)
    if chosen.command == "messages" and (chosen.action == "resend") != bool(chosen.id):
        parser.error("give one ID after 'resend', and none without it")
    return chosen


if __name__ == "__main__":
    sys.exit(main())
