"""What is done around every handler: an id, the member's lock, one log line, and an apology on an error.

An app with the token of one workspace also refuses payloads of an installation in a whole organization: their
team may be null, so nothing says which workspace a member's data would belong to.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from logging import getLogger
from secrets import token_hex
from typing import Any

from slack_bolt import BoltResponse

from bot.coaches import Coaches
from bot.deps import Deps
from bot.logs import request_id
from bot.slack.api import Message
from bot.slack.blocks import busy, limit_text, message_window, notice, trouble
from bot.slack.directory import is_stranger
from bot.slack.errors import (
    ChannelGone,
    MemberGone,
    ScopeMissing,
    TooMany,
    Undeliverable,
    WorkspaceGone,
)
from bot.slack.installation import app_removed
from bot.slack.payloads import Click, Request
from bot.slack.replies import Reply, is_first_delivery
from coaching.members import MemberKey
from storage import members
from storage.allowances import LimitReached

log = getLogger("rungs.interaction")

NO_ORGANIZATIONS = "Uninstall the app from the organization, and install it in one workspace."


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


Work = Callable[[Deps], Awaitable[None]]


async def run_listener(
    coaches: Coaches, request: Request, *, kind: str, work: Work, answers: bool = True
) -> None:
    """Run the handler of one interaction with the dependencies of its workspace.

    Nothing runs for a workspace in which the app is not installed. With `answers` false there is no apology
    on an error, because the person is not waiting for an answer.
    """
    try:
        deps = await coaches.of(request.key.workspace_id, request.enterprise_id)
    except Exception:
        log.exception("workspace_unread", extra={"kind": kind})
        return
    if deps is None:
        log.warning("other_workspace", extra={"workspace": request.key.workspace_id})
        return
    await _run(deps, request, kind=kind, work=work, answers=answers)


async def _run(deps: Deps, request: Request, *, kind: str, work: Work, answers: bool) -> None:
    """Run the handler, log one line, and apologize to the member on an error."""
    token = request_id.set(token_hex(4))
    started = time.monotonic()
    outcome = "ok"
    try:
        async with _turn_of(deps, request.key):
            if await is_stranger(deps, request):
                outcome = "stranger"
                await _tell_stranger(deps, request)
            else:
                await work(deps)
    except LimitReached as problem:
        outcome = await _tell_limit(deps, request, problem)
    except Undeliverable as problem:
        if outcome == "stranger" and not isinstance(problem, WorkspaceGone):
            log.warning("stranger_not_told", extra={"reason": problem.reason})
        else:
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


def _turn_of(deps: Deps, key: MemberKey) -> asyncio.Lock:
    """Return the lock of this member; it is dropped when no task holds or awaits it."""
    lock = deps.turns.get(key)
    if lock is None:
        lock = deps.turns[key] = asyncio.Lock()
    return lock


async def _tell_stranger(deps: Deps, request: Request) -> None:
    """Tell a person of another company that Rungs is not theirs, for them alone and where they acted.

    Nothing is stored about them, and nothing is sent to their messages.
    """
    told = notice(deps.render("slack/not_a_member"))
    if request.response_url:
        await deps.slack.respond(request.response_url, told)
    elif request.window:
        await deps.slack.update_modal(request.window, message_window(told.blocks))
    elif request.is_mention and request.channel and await _is_first(deps, request):
        await deps.slack.post_for_one(
            request.channel, request.key.user_id, told, thread=request.thread
        )


async def _is_first(deps: Deps, request: Request) -> bool:
    async with deps.database.write() as session:
        return await is_first_delivery(session, deps, request)


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
        await app_removed(deps, request.key.workspace_id, reason=problem.reason)
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


async def switched_off(deps: Deps, request: Request) -> None:
    """Answer a click or a form of a capability that the workspace's admins have switched off."""
    await Reply(deps, request).privately(notice(deps.render("slack/switched_off")))


def is_of_organization(body: Mapping[str, Any]) -> bool:
    """Return whether a payload is of an installation in a whole organization."""
    if "team" in body and body["team"] is None:
        return True
    granted = body.get("authorizations")
    first = granted[0] if isinstance(granted, list) and granted else body
    return isinstance(first, Mapping) and first.get("is_enterprise_install") in (True, "true")


async def refuse_organizations(
    body: dict[str, Any],
    next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt passes it by this name
    *,
    deps: Deps,
    flight: InFlight,
) -> BoltResponse:
    """Answer payloads of organizations, and pass on all others; a middleware of Bolt."""
    if not is_of_organization(body):
        return await next()
    kind = body.get("type") or "command"
    log.warning("organization_install", extra={"kind": str(kind)[:60], "advice": NO_ORGANIZATIONS})
    told = notice(deps.render("slack/not_for_organizations"))
    if "command" in body:
        return BoltResponse(status=200, body=told.text)
    if kind == "view_submission":
        view = message_window(told.blocks).to_dict()
        return BoltResponse(status=200, body={"response_action": "update", "view": view})
    if kind == "block_actions":
        flight.start(_tell_clicker(deps, body))
    return BoltResponse(status=200, body="")


async def _tell_clicker(deps: Deps, body: Mapping[str, Any]) -> None:
    """Answer a click where it was made, as far as Slack takes it."""
    told = notice(deps.render("slack/not_for_organizations"))
    view = body.get("view") or {}
    with suppress(Undeliverable):
        if body.get("response_url"):
            await deps.slack.respond(str(body["response_url"]), told)
        elif view.get("type") == "modal":
            await deps.slack.update_modal(str(view["id"]), message_window(told.blocks))
        else:
            trigger = str(body.get("trigger_id") or "")
            await deps.slack.open_modal(trigger, message_window(told.blocks))
