"""The job that takes changes out of the queue and tells the receivers of a workspace."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from logging import getLogger

from bot.deps import Deps
from bot.features.changes import webhook
from bot.features.changes.outcomes import Outcome, pause_after
from bot.features.changes.outside import Outside, outside
from storage.changes import queue, receivers
from storage.changes.queue import Change
from storage.changes.receivers import SCIM, Receiver

log = getLogger(__name__)

LEASE = timedelta(seconds=60)
"""How long a claimed change is left to the process that claimed it: much longer than a request takes."""

AT_ONCE = 20
BUDGET = 3.0
"""Seconds after which a run leaves the rest to the next, so that other workspaces have their turn."""

Send = Callable[[Deps, Outside, Receiver, Sequence[Change]], Awaitable[Sequence[Outcome]]]


async def send_changes(deps: Deps) -> bool:
    """Tell the workspace's receivers what is due, for a few seconds; return whether there may be more."""
    until = time.monotonic() + BUDGET
    async with deps.database.read() as session:
        every = await receivers.every(session, deps.identity.workspace_id)
    now = deps.now()
    async with outside(deps.site) as client:
        served = (_serve(deps, client, one, until) for one in every if one.open_at <= now)
        # What goes wrong with one is raised once the others were told, whose requests need the client.
        ended = await asyncio.gather(*served, return_exceptions=True)
    for one in ended:
        if isinstance(one, BaseException):
            raise one
    return any(ended)


async def _serve(deps: Deps, client: Outside, receiver: Receiver, until: float) -> bool:
    """Tell one receiver until nothing is due, it fails, or the time is over; return whether there is more.

    After a failure it is tried with a single change.
    """
    most = 1 if receiver.failures else AT_ONCE
    while time.monotonic() < until:
        async with deps.database.write() as session:
            claimed = await queue.claim(session, receiver, lease=LEASE, most=most, now=deps.now())
        if not claimed:
            return False
        outcomes = await _sender_of(receiver)(deps, client, receiver, claimed)
        if not await _settle(deps, receiver, claimed, outcomes):
            return False
        most = AT_ONCE
    return True


def _sender_of(receiver: Receiver) -> Send:
    if receiver.kind != SCIM:
        return webhook.send
    # Here, because its libraries take most of a second to load, and few workspaces have such a server.
    from bot.features.changes import groups

    return groups.send


async def _settle(
    deps: Deps, receiver: Receiver, claimed: Sequence[Change], outcomes: Sequence[Outcome]
) -> bool:
    """Store what became of these changes; return whether the receiver can be told more at once."""
    now = deps.now()
    both = list(zip(claimed, outcomes, strict=True))
    problem = next((outcome.problem for _, outcome in both if outcome.is_down), None)
    pause = pause_after(receiver.failures + 1)
    async with deps.database.write() as session:
        taken = [change for change, outcome in both if outcome.is_taken]
        if taken:
            await queue.finish(session, receiver, taken)
        for change, outcome in both:
            if not outcome.is_taken:
                wait = pause if outcome.is_down else pause_after(change.tries)
                await queue.postpone(session, receiver, change, now + wait)
        if problem:
            await receivers.failed(session, receiver, problem, open_at=now + pause)
        elif receiver.failures:
            await receivers.succeeded(session, receiver)
        dead = await queue.give_up(session, receiver, now=now) if len(taken) < len(both) else 0
    _report(receiver, both, problem=problem, dead=dead)
    receiver.failures = receiver.failures + 1 if problem else 0
    return problem is None


def _report(
    receiver: Receiver,
    both: Sequence[tuple[Change, Outcome]],
    *,
    problem: str | None,
    dead: int,
) -> None:
    """Log what happened, without addresses and people."""
    fields = {"workspace": receiver.workspace_id, "receiver": receiver.id}
    refused = [outcome.problem for _, outcome in both if outcome.problem and not outcome.is_down]
    if problem:
        log.warning("receiver_down", extra={**fields, "reason": problem})
    if refused:
        log.warning(
            "changes_refused", extra={**fields, "reason": refused[0], "count": len(refused)}
        )
    if dead:
        log.error("changes_given_up", extra={**fields, "count": dead})
