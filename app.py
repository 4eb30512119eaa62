"""The composition root and the `rungs` command line: the only file that knows every package."""

import argparse
import asyncio
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from functools import partial
from logging import getLogger
from pathlib import Path

import arguments
import settings as environment
from bot import logs
from bot.deps import Deps
from bot.doctor import Finding, examine
from bot.message_log import Asked, NotAgain, message_table, send_again
from bot.outgoing_kinds import KINDS
from bot.reaching import over_http, over_socket
from bot.serving import PortTaken, Stopping, stop_signal
from bot.starting import Access, CannotStart, Running, coach, listening, ready_database, utc_now
from content.check import check
from content.loader import load_library
from content.model import Library
from content.problems import ContentProblems
from content.wording import Wording
from settings import Settings, SettingsProblem
from storage import schema
from storage.backup import backup
from storage.message_log import STATES

log = getLogger("rungs")

OK, ACT, USAGE = 0, 1, 2
DEMO_PORT = 8137
MANIFEST = Path(__file__).parent / "manifest.json"


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it went well, 1 when the user must act, 2 for a wrong call."""
    chosen = arguments.read(words, states=STATES)
    try:
        return RUN[chosen.command](chosen)
    except (CannotStart, SettingsProblem, ContentProblems, PortTaken, NotAgain) as problem:
        print(problem, file=sys.stderr)
        return ACT
    except (KeyboardInterrupt, asyncio.CancelledError):
        return OK


def _start(chosen: argparse.Namespace) -> int:
    settings = _settings()
    by_socket = bool(settings.app_token)

    async def serve() -> None:
        stop = stop_signal()
        async with (
            _listening(settings, http=not by_socket) as bot,
            _ticking(bot.deps, since=chosen.reconcile_since),
            _reached(bot, settings, by_socket=by_socket) as where,
        ):
            await _until(stop, where)

    return _run(serve)


def _web(_: argparse.Namespace) -> int:
    settings = _settings()

    async def serve() -> None:
        stop = stop_signal()
        async with (
            _listening(settings, http=True) as bot,
            _reached(bot, settings, by_socket=False) as where,
        ):
            await _until(stop, where)

    return _run(serve)


def _clock(chosen: argparse.Namespace) -> int:
    settings = _settings()

    async def tick() -> None:
        stop = stop_signal()
        async with (
            _coach(settings, http=False) as deps,
            _ticking(deps, since=chosen.reconcile_since),
        ):
            await _until(stop, "clock")

    return _run(tick)


def _demo(chosen: argparse.Namespace) -> int:
    settings = environment.read(os.environ, port=DEMO_PORT)
    logs.configure(settings.log_level if "LOG_LEVEL" in os.environ else "WARNING")
    data: Path = chosen.data
    if chosen.reset:
        for file in (*data.glob("rungs.db*"), *data.glob("workspace*")):
            shutil.rmtree(file) if file.is_dir() else file.unlink()
    data.mkdir(parents=True, exist_ok=True)
    return _run(partial(_play, settings, data))


async def _play(settings: Settings, data: Path) -> None:
    from demo import playing

    stop = stop_signal()
    library, wording = _content_of(settings)
    async with playing(
        data,
        port=settings.port,
        manifest=json.loads(MANIFEST.read_text()),
        library=library,
        wording=wording,
        min_group=settings.min_group,
    ) as address:
        print(f"Rungs is at {address}. Stop it with Ctrl+C.", flush=True)
        await stop.asked()


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
        raise CannotStart(str(problem)) from problem
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
    return findings + await examine(
        _access(settings),
        database_url=settings.database_url,
        content=settings.content,
        app_token=settings.app_token,
        manifest=MANIFEST,
    )


def _messages(chosen: argparse.Namespace) -> int:
    settings = _settings()
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

    return _run(look)


def _simulate(chosen: argparse.Namespace) -> int:
    from simulation.options import Options, Setting
    from simulation.parts import run

    settings = _settings(level="WARNING")
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


def _run(work: Callable[[], Coroutine[object, object, None]]) -> int:
    asyncio.run(work())
    return OK


@asynccontextmanager
async def _coach(settings: Settings, *, http: bool) -> AsyncIterator[Deps]:
    """What it takes to speak, from settings; raises CannotStart with everything that is missing."""
    missing = environment.missing_for_slack(settings, http=http)
    if missing:
        raise CannotStart("\n".join(missing))
    library, wording = _content_of(settings)
    async with (
        ready_database(settings.database_url) as database,
        coach(
            _access(settings),
            database=database,
            library=library,
            wording=wording,
            min_group=settings.min_group,
        ) as deps,
    ):
        yield deps


def _content_of(settings: Settings) -> tuple[Library, Wording]:
    library, wording = load_library(settings.content), Wording(settings.content)
    # Our own messages are held to every rule by the tests; looking again takes a quarter of the start.
    if not wording.is_built_in and (problems := wording.problems()):
        raise ContentProblems(problems)
    return library, wording


@asynccontextmanager
async def _listening(settings: Settings, *, http: bool) -> AsyncIterator[Running]:
    async with _coach(settings, http=http) as deps, listening(deps, _access(settings)) as bot:
        yield bot


@asynccontextmanager
async def _ticking(deps: Deps, *, since: datetime | None = None) -> AsyncIterator[None]:
    """The clock; `rungs web` has none and does not load its library."""
    from scheduler.clock import ticking
    from scheduler.jobs import Work
    from scheduler.reconcile import reconcile

    work = Work(deps.database, deps.now, coaches={deps.identity.workspace_id: deps}, kinds=KINDS)
    if since:
        held = await reconcile(work, since=since)
        log.info("reconciling", extra={"messages": held})
    async with ticking(work):
        yield


def _reached(
    bot: Running, settings: Settings, *, by_socket: bool
) -> AbstractAsyncContextManager[str]:
    if by_socket:
        return over_socket(bot, app_token=settings.app_token, port=settings.port)
    return over_http(bot, port=settings.port)


def _access(settings: Settings) -> Access:
    return Access(settings.bot_token, settings.signing_secret, settings.slack_api_url)


def _settings(*, level: str | None = None) -> Settings:
    settings = environment.read(os.environ)
    logs.configure(settings.log_level if "LOG_LEVEL" in os.environ else level or "INFO")
    return settings


async def _until(stop: Stopping, where: str) -> None:
    log.info("started", extra={"where": where})
    await stop.asked()
    log.info("stopping")


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
