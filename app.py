"""The composition root and the `rungs` command line: the only file that knows every package."""

import argparse
import asyncio
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from logging import getLogger
from pathlib import Path
from typing import TYPE_CHECKING

from slack_sdk.errors import SlackApiError
from starlette.applications import Starlette

import settings as environment
from bot import logs
from bot.doctor import Finding, examine_slack
from bot.serving import (
    PortTaken,
    Stopping,
    port_taken,
    serving_http,
    serving_socket,
    stop_signal,
)
from bot.slack_client import NO_ANSWER
from bot.slack_errors import from_slack
from bot.starting import Access, Running, running, utc_now
from bot.web import web_app
from content.check import check
from content.loader import load_library
from content.problems import ContentProblems
from content.wording import Wording
from settings import Settings, SettingsProblem
from storage import schema
from storage.backup import backup
from storage.database import Database

if TYPE_CHECKING:
    from playground.server import Playground

log = getLogger("rungs")

OK, ACT, USAGE = 0, 1, 2
DEMO_PORT = 8137
MANIFEST = Path(__file__).parent / "manifest.json"


class Stop(Exception):
    """The user must act; the message is what they read."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it went well, 1 when the user must act, 2 for a wrong call."""
    chosen = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = chosen.run
    try:
        return run(chosen)
    except (Stop, SettingsProblem, ContentProblems, PortTaken) as problem:
        print(problem, file=sys.stderr)
        return ACT
    except (KeyboardInterrupt, asyncio.CancelledError):
        return OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rungs", description="An AI-skills coach that lives in Slack."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, about: str, run: Callable[[argparse.Namespace], int]
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=about, description=about)
        made.set_defaults(run=run)
        return made

    demo = command("demo", "A local workspace in the browser, with the bot and the clock.", _demo)
    demo.add_argument(
        "--data", type=Path, default=Path(".rungs-demo"), help="where the demo keeps its data"
    )
    demo.add_argument("--reset", action="store_true", help="forget the data of earlier demos first")
    command("start", "One process for a small installation: Slack and the clock.", _start)
    command("web", "HTTP only: Slack's requests, /healthz and /readyz.", _web)
    command("clock", "The scheduler only.", _clock)
    content = command("content", "Look after the content.", _content)
    content.add_argument("action", choices=["check"])
    content.add_argument(
        "folder", nargs="?", type=Path, metavar="DIR", help="a folder laid over the built-in one"
    )
    database = command("db", "Look after the database.", _db)
    database.add_argument("action", choices=["upgrade", "backup"])
    database.add_argument(
        "destination", nargs="?", type=Path, metavar="PATH", help="where the backup goes"
    )
    command("doctor", "Say what is wrong with the installation and what to do.", _doctor)
    return parser


def _start(_: argparse.Namespace) -> int:
    settings = _settings()
    with_socket = bool(settings.app_token)

    async def serve(bot: Running, stop: Stopping) -> None:
        async with _ticking(bot.deps.database):
            if with_socket:
                async with serving_socket(bot.app, app_token=settings.app_token):
                    await _until(stop, "socket")
            else:
                async with serving_http(_web_app(bot), port=settings.port):
                    await _until(stop, f"port {settings.port}")

    return asyncio.run(_with_bot(settings, serve, http=not with_socket))


def _web(_: argparse.Namespace) -> int:
    settings = _settings()

    async def serve(bot: Running, stop: Stopping) -> None:
        async with serving_http(_web_app(bot), port=settings.port):
            await _until(stop, f"port {settings.port}")

    return asyncio.run(_with_bot(settings, serve, http=True))


def _clock(_: argparse.Namespace) -> int:
    settings = _settings()

    async def tick() -> int:
        stop = stop_signal()
        async with _database(settings) as database, _ticking(database):
            await _until(stop, "clock")
        return OK

    return asyncio.run(tick())


def _demo(chosen: argparse.Namespace) -> int:
    settings = environment.read(os.environ, port=DEMO_PORT)
    logs.configure(settings.log_level if "LOG_LEVEL" in os.environ else "WARNING")
    data: Path = chosen.data
    if chosen.reset:
        for file in (*data.glob("rungs.db*"), *data.glob("workspace*")):
            shutil.rmtree(file) if file.is_dir() else file.unlink()
    data.mkdir(parents=True, exist_ok=True)
    return asyncio.run(_play(settings, data))


async def _play(settings: Settings, data: Path) -> int:
    """The playground, the bot on a real socket to it, and the clock, until told to stop."""
    database_url = f"sqlite:///{data / 'rungs.db'}"
    await schema.upgrade(database_url)
    async with _playground(data / "workspace", port=settings.port) as slack:
        credentials = slack.credentials
        local = replace(
            settings,
            database_url=database_url,
            bot_token=credentials.bot_token,
            app_token=credentials.app_token,
            signing_secret=credentials.signing_secret,
            slack_api_url=slack.api_url,
        )

        async def serve(bot: Running, stop: Stopping) -> None:
            async with (
                _ticking(bot.deps.database),
                serving_socket(bot.app, app_token=local.app_token),
            ):
                print(f"Rungs is at {slack.address}. Stop it with Ctrl+C.", flush=True)
                await stop.asked()

        return await _with_bot(local, serve, http=False)


@asynccontextmanager
async def _playground(data: Path, *, port: int) -> AsyncIterator["Playground"]:
    from playground.server import Playground

    slack = Playground(data=data, manifest=json.loads(MANIFEST.read_text()))
    try:
        await slack.start(port=port)
    except OSError as error:
        raise port_taken(port, error) from error
    try:
        yield slack
    finally:
        await slack.stop()


def _content(chosen: argparse.Namespace) -> int:
    folder = chosen.folder or _settings().content
    problems, table = check(folder)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        return ACT
    print(table)
    return OK


def _db(chosen: argparse.Namespace) -> int:
    settings = _settings()
    try:
        if chosen.action == "upgrade":
            asyncio.run(schema.upgrade(settings.database_url))
            print("The database is up to date.")
        else:
            print(
                f"Saved to {backup(settings.database_url, chosen.destination or Path('rungs-backup.db'))}"
            )
    except (OSError, ValueError, RuntimeError) as problem:
        raise Stop(str(problem)) from problem
    return OK


def _doctor(_: argparse.Namespace) -> int:
    findings = asyncio.run(_examine())
    for finding in findings:
        print(finding)
    return OK if all(finding.is_fine for finding in findings) else ACT


async def _examine() -> list[Finding]:
    try:
        settings = environment.read(os.environ)
    except SettingsProblem as problem:
        return [Finding("settings", line) for line in problem.problems]
    logs.configure("ERROR")
    missing = environment.missing_for_slack(settings, http=not settings.app_token)
    findings = [Finding("settings", line) for line in missing] or [Finding("settings")]
    findings.append(Finding("database", await _database_problem(settings)))
    if settings.bot_token:
        findings += await examine_slack(
            _access(settings), app_token=settings.app_token, manifest=MANIFEST
        )
    problems, _ = check(settings.content)
    findings += [Finding("content", str(p)) for p in problems] or [Finding("content")]
    return findings


async def _database_problem(settings: Settings) -> str | None:
    try:
        database = await Database.open(settings.database_url)
    except (ValueError, OSError) as problem:
        return str(problem)
    try:
        return await schema.problem(database)
    finally:
        await database.close()


async def _with_bot(
    settings: Settings, serve: Callable[[Running, Stopping], Awaitable[None]], *, http: bool
) -> int:
    """Put the bot together, let it serve, and stop it well."""
    stop = stop_signal()
    missing = environment.missing_for_slack(settings, http=http)
    if missing:
        raise Stop("\n".join(missing))
    library, wording = load_library(settings.content), Wording(settings.content)
    if problems := wording.problems():
        raise ContentProblems(problems)
    async with _database(settings) as database:
        try:
            async with running(
                _access(settings), database=database, library=library, wording=wording
            ) as bot:
                await serve(bot, stop)
        except SlackApiError as error:
            reason = from_slack("start", error).reason
            raise Stop(f"Slack refused the token ({reason}). Run `rungs doctor`.") from error
        except NO_ANSWER as error:
            raise Stop(
                f"Slack does not answer at {settings.slack_api_url}. Check the network."
            ) from error
    return OK


@asynccontextmanager
async def _ticking(database: Database) -> AsyncIterator[None]:
    """The clock; `rungs web` has none and does not load its library."""
    from scheduler.clock import ticking
    from scheduler.jobs import Work

    async with ticking(Work(database, utc_now)):
        yield


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    try:
        database = await Database.open(settings.database_url)
    except (ValueError, OSError) as problem:
        raise Stop(str(problem)) from problem
    try:
        wrong = await schema.problem(database)
        if wrong:
            raise Stop(wrong)
        yield database
    finally:
        await database.close()


def _web_app(bot: Running) -> Starlette:
    async def is_ready() -> str | None:
        return await schema.problem(bot.deps.database)

    return web_app(bot.app, is_ready=is_ready)


def _access(settings: Settings) -> Access:
    return Access(settings.bot_token, settings.signing_secret, settings.slack_api_url)


def _settings() -> Settings:
    settings = environment.read(os.environ)
    logs.configure(settings.log_level)
    return settings


async def _until(stop: Stopping, where: str) -> None:
    log.info("started", extra={"where": where})
    await stop.asked()
    log.info("stopping")


if __name__ == "__main__":
    sys.exit(main())
