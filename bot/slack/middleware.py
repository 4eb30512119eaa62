"""What is done around every handler: an id, the member's lock, one log line, and an apology on an error."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from logging import getLogger
from secrets import token_hex
from typing import Any

from bot.deps import Deps
from bot.logs import request_id
from bot.slack.api import Message
from bot.slack.blocks import busy, limit_text, notice, trouble
from bot.slack.errors import (
    ChannelGone,
    MemberGone,
    ScopeMissing,
    TooMany,
    Undeliverable,
    WorkspaceGone,
)
from bot.slack.payloads import Click, Request
from bot.slack.replies import Reply
from storage import members
from storage.allowances import LimitReached

log = getLogger("rungs.interaction")


class InFlight:
    """The handlers that are still running, so that a stop can wait for them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run this in the background, after the acknowledgement."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, *, within: float) -> bool:
        """Wait for all running handlers; return False when one still runs after `within` seconds."""
        if not self._tasks:
            return True
        _, pending = await asyncio.wait(set(self._tasks), timeout=within)
        return not pending

    def __len__(self) -> int:
        return len(self._tasks)


async def run_listener(
    deps: Deps,
    request: Request,
    *,
    kind: str,
    work: Callable[[], Awaitable[None]],
    answers: bool = True,
) -> None:
    """Run the handler of one interaction, log one line, and apologize to the member on an error.

    With `answers` false there is no apology, because the person is not waiting for an answer.
    """
    if request.key.workspace_id != deps.identity.workspace_id:
        log.warning("other_workspace", extra={"workspace": request.key.workspace_id})
        return
    token = request_id.set(token_hex(4))
    started = time.monotonic()
    outcome = "ok"
    try:
        async with deps.turns.of(request.key):
            await work()
    except LimitReached as problem:
        outcome = await _tell_limit(deps, request, problem)
    except Undeliverable as problem:
        outcome = await _could_not_deliver(deps, request, problem, answers=answers)
    except Exception:
        outcome = "error"
        log.exception("listener_failed", extra={"kind": kind})
        if answers:
            await _apologize(deps, request)
    finally:
        ms = round((time.monotonic() - started) * 1000)
        workspace = request.key.workspace_id
        extra = {"kind": kind, "outcome": outcome, "ms": ms, "workspace": workspace}
        log.info("interaction", extra=extra)
        request_id.reset(token)


async def _tell_limit(deps: Deps, request: Request, problem: LimitReached) -> str:
    with suppress(Undeliverable):
        await Reply(deps, request).privately(
            notice(limit_text(deps.render, problem, now=deps.now()))
        )
    return f"limit_of_{problem.limit.what}"


async def _could_not_deliver(
    deps: Deps, request: Request, problem: Undeliverable, *, answers: bool
) -> str:
    log.warning("undeliverable", extra={"method": problem.method, "reason": problem.reason})
    if isinstance(problem, WorkspaceGone):
        async with deps.database.write() as session:
            await members.disconnect_workspace(
                session, request.key.workspace_id, reason=problem.reason, now=deps.now()
            )
        log.error("workspace_disconnected", extra={"advice": WorkspaceGone.__doc__})
    elif isinstance(problem, MemberGone):
        async with deps.database.write() as session:
            await members.deactivate(session, request.key, now=deps.now())
            await deps.features.member_gone(session, deps, request.key)
    else:
        await _mend(deps, request, problem)
        if answers:
            await _apologize(deps, request, problem)
    return problem.reason.split(" ")[0]


async def _mend(deps: Deps, request: Request, problem: Undeliverable) -> None:
    """Make the next try work where that is possible: forget a DM that is gone, and log a missing scope."""
    if isinstance(problem, ScopeMissing):
        log.error("scope_missing", extra={"advice": ScopeMissing.__doc__})
    elif isinstance(problem, ChannelGone):
        async with deps.database.write() as session:
            await members.save_dm_channel(session, request.key, None)


async def _apologize(deps: Deps, request: Request, problem: Undeliverable | None = None) -> None:
    """Tell the member that something failed; nothing happens when that cannot be delivered either."""
    apology: Message = (
        busy(deps.render, problem.seconds)
        if isinstance(problem, TooMany)
        else trouble(deps.render, request_id.get())
    )
    with suppress(Undeliverable):
        await Reply(deps, request).privately(apology)


async def own_click(
    deps: Deps, click: Click, handler: Callable[[Deps, Click], Awaitable[None]]
) -> None:
    """Run the handler of a click, unless the click was in somebody else's conversation."""
    if await is_own(deps, click):
        await handler(deps, click)
    else:
        await Reply(deps, click.request).privately(notice(deps.render("slack/not_yours")))


async def is_own(deps: Deps, click: Click) -> bool:
    """Return whether the click came from the member's DM with the bot, or from what only they can see."""
    channel = click.request.channel
    if click.is_ephemeral or click.message_ts is None or not (channel or "").startswith("D"):
        return True
    async with deps.database.read() as session:
        member = await members.get(session, click.request.key)
    if member and member.dm_channel == channel:
        return True
    own = await deps.slack.open_dm(click.request.key.user_id)
    # Nothing is stored about a person because of a click alone.
    if member:
        async with deps.database.write() as session:
            await members.save_dm_channel(session, click.request.key, own)
    return channel == own
