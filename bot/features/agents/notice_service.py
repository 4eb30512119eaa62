"""Lines in a channel about its agents and projects.

A notice is enqueued in the transaction of the change that it is about, leased to this process, which posts
it right afterwards. When the process dies before, the lease runs out and a scheduler sends the notice like
any other message. Posts are announced and keyed, so the line appears once. The text is written when it is
posted, from the database, so that it names nobody who was erased meanwhile.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from logging import getLogger
from typing import Literal, Self

from bot.deps import Deps
from bot.outgoing.kinds import Composed
from bot.slack.api import Message
from bot.slack.blocks import notice
from bot.slack.client import Lease, guarded_by
from bot.slack.errors import NotSent, TooMany, Undeliverable, Unsure, WorkspaceGone
from bot.slack.phrases import who_first
from coaching.send_policy import ChannelFacts, Skip
from storage import allowances, workspaces
from storage.agents import agents, history
from storage.agents.agents import Agent, AgentEvent
from storage.allowances import LINES
from storage.database import Session
from storage.database.rows import new_id
from storage.outbox import claims, queue
from storage.outbox.queue import NewMessage, Outgoing

log = getLogger(__name__)

_POST = "chat.postMessage"

NOTICE_KIND = "agent_line"
NOTICE_LIFETIME = timedelta(days=2)
"""How long after the change a notice is still worth sending; it stays true when it comes a day late."""

NOTICE_LEASE = timedelta(seconds=60)
"""How long the process that made the change has the notice; at most as long as a scheduler's lease."""

NOTICE_OWNER = "register"
"""The owner of that lease; only the process that made the change posts under it."""

NoticeForm = Literal["added", "changed", "graded", "removed", "project_shared", "project_removed"]


@dataclass(frozen=True)
class ChannelNotice:
    """A line to post in a channel; `about` is the id of an event in an agent's history, or of a project."""

    channel: str
    form: NoticeForm
    about: str
    at: datetime

    @classmethod
    def of_event(cls, channel: str, form: NoticeForm, *, at: datetime) -> Self:
        """Return the notice of an event that is about to be saved, under a new id."""
        return cls(channel, form, new_id(), at)

    def message(self, deps: Deps) -> NewMessage:
        """Return the notice as an outbox row."""
        return NewMessage(
            workspace_id=deps.identity.workspace_id,
            kind=NOTICE_KIND,
            subject=self.channel,
            user_id=None,
            local_date=self.at.date(),
            due_at=self.at,
            expires_at=self.at + NOTICE_LIFETIME,
            form=self.form,
            about=self.about,
        )


async def enqueue_notice(session: Session, deps: Deps, line: ChannelNotice) -> None:
    """Enqueue the notice, leased to this process; `post_notice` posts it after the transaction.

    Raises LimitReached, which rolls the change back, when the channel has had too many lines.
    """
    workspace_id = deps.identity.workspace_id
    await allowances.spend(session, workspace_id, line.channel, LINES, now=deps.now())
    await queue.enqueue_leased(
        session, line.message(deps), owner=NOTICE_OWNER, lease=NOTICE_LEASE, now=deps.now()
    )


async def post_notice(deps: Deps, line: ChannelNotice) -> bool:
    """Post an enqueued notice; return False when it is not in the channel yet.

    A scheduler settles later what Slack did not refuse for good. An unexpected error is logged, not raised:
    the change that the notice is about is already saved.
    """
    try:
        return await _post(deps, line)
    except Undeliverable:
        raise
    except Exception:
        log.exception("message_failed", extra={"kind": NOTICE_KIND, "id": line.message(deps).id})
        return False


async def notice_facts(session: Session, deps: Deps, row: Outgoing) -> ChannelFacts:
    """Return the facts for the send policy; a register needs no digest, so every channel is followed."""
    workspace = await workspaces.get(session, row.workspace_id)
    return ChannelFacts(
        now=deps.now(),
        due_at=row.due_at,
        expires_at=row.expires_at,
        is_installed=workspace is not None and workspace.disconnected_at is None,
        is_followed=True,
    )


async def compose_notice(session: Session, deps: Deps, row: Outgoing) -> Composed | Skip:
    """Write the line from the database as it is now; Skip when there is nothing to tell any more."""
    message = await deps.features.channel_lines[row.form or ""](session, deps, row)
    return Composed(message, form=row.form) if message else Skip("off_the_list")


async def change_line(session: Session, deps: Deps, row: Outgoing) -> Message | None:
    """Return the line about an agent that was added, changed or removed; None when it is unknown."""
    found = await event_of(session, row)
    if found is None:
        return None
    agent, event = found
    by, detail = who_first(event.by), history.detail_of(event)
    if event.kind == "added":
        facts = {name: detail[name] for name in ("name", "tool", "model")}
        return notice(deps.render("agents/added_line", who=by, **facts))
    if event.kind == "removed":
        return notice(deps.render("agents/removed_line", who=by, name=agent.name))
    name = await history.name_at(session, agent, event.at)
    before, now = detail.get("name", (name, name))
    text = deps.render(
        "agents/changed_line",
        who=by,
        name=now,
        before=before,
        renamed=now != before,
        model=detail["model"][1] if "model" in detail else None,
    )
    return notice(text)


async def event_of(session: Session, row: Outgoing) -> tuple[Agent, AgentEvent] | None:
    """Return the event of an agent's history that a notice is about, with the agent."""
    event = await history.get(session, row.workspace_id, row.about or "")
    agent = await agents.get(session, row.workspace_id, event.agent_id) if event else None
    return (agent, event) if agent and event else None


async def after_notice(_session: Session, _deps: Deps, _row: Outgoing) -> None:
    """Do nothing: a sent notice has no consequences."""


async def _post(deps: Deps, line: ChannelNotice) -> bool:
    """Announce the post, make it once, and save where it is."""
    steady, now = time.monotonic(), deps.now()
    async with deps.database.write() as session:
        row = await queue.get(session, deps.identity.workspace_id, line.message(deps).id)
        message = await _begin(session, deps, row) if row and row.owner == NOTICE_OWNER else None
    if row is None or message is None:
        return False
    lease = Lease(
        now + NOTICE_LEASE, steady + NOTICE_LEASE.total_seconds(), deps.now, time.monotonic
    )
    try:
        with guarded_by(lease):
            posted = await deps.slack.post(row.subject, message, key=row.id)
    except Undeliverable as problem:
        await _not_posted(deps, row, problem)
        return False
    async with deps.database.write() as session:
        await claims.finish(session, row, channel=posted.channel, ts=posted.ts, now=deps.now())
    return True


async def _begin(session: Session, deps: Deps, row: Outgoing) -> Message | None:
    """Compose the notice and announce its post; None when a scheduler has taken it or there is no line."""
    now, composed = deps.now(), await compose_notice(session, deps, row)
    if isinstance(composed, Skip):
        await claims.skip(session, row, reason=composed.reason, now=now)
        return None
    is_ours = await claims.begin(
        session, row, channel=row.subject, lease=NOTICE_LEASE, form=composed.form, now=now
    )
    return composed.message if is_ours else None


async def _not_posted(deps: Deps, row: Outgoing, problem: Undeliverable) -> None:
    """Close a notice that Slack refused; leave open what may have arrived, which is read back later."""
    log.warning("undeliverable", extra={"method": problem.method, "reason": problem.reason})
    is_open = isinstance(problem, Unsure | TooMany | NotSent) or problem.method != _POST
    async with deps.database.write() as session:
        now = deps.now()
        if isinstance(problem, WorkspaceGone) and not is_open:
            reason = problem.reason
            await claims.put_back(session, row, not_before=now, reason=reason, now=now)
        elif not is_open:
            await claims.fail(session, row, reason=problem.reason, now=now)
    if isinstance(problem, WorkspaceGone):
        raise problem
