"""A line that a channel is owed about its agents: put down in the transaction of what it tells of."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from logging import getLogger
from typing import Literal, Self

from bot.deps import Deps
from bot.outgoing.kinds import Composed
from bot.slack.api import Message
from bot.slack.blocks import notice
from bot.slack.errors import NotSent, TooMany, Undeliverable, Unsure, WorkspaceGone
from bot.slack.lease_guard import Lease, guarded_by
from bot.slack.phrases import who_first
from coaching.send_policy import ChannelFacts, Skip
from storage import members
from storage.agents import agents, history
from storage.agents.agents import Agent, AgentEvent
from storage.database import Session
from storage.database.rows import new_id
from storage.outbox import claims, queue
from storage.outbox.queue import NewMessage, Outgoing

NOTICE_KIND = "agent_line"
NOTICE_LIFETIME = timedelta(days=2)
"""How long it is worth telling: what it says is true still when it comes a day late."""

NOTICE_LEASE = timedelta(seconds=60)
"""How long whoever made the change has for the line alone; no longer than a lease of the clock's."""

NOTICE_OWNER = "register"
"""Who holds it for that long: of all processes the one that made the change, for none other tells it."""

NoticeForm = Literal["added", "changed", "graded", "removed", "project_shared", "project_removed"]


@dataclass(frozen=True)
class ChannelNotice:
    """What it tells of; `about` is the id of what happened: in the history of an agent, or a project's."""

    channel: str
    form: NoticeForm
    about: str
    at: datetime

    @classmethod
    def of_event(cls, channel: str, form: NoticeForm, *, at: datetime) -> Self:
        """The line about something that is about to happen to an agent."""
        return cls(channel, form, new_id(), at)

    def message(self, deps: Deps) -> NewMessage:
        """The line as the outbox has it."""
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
    """Put it down as held by this process, which tells it next; if it dies before, a clock does."""
    await queue.enqueue_leased(
        session, line.message(deps), owner=NOTICE_OWNER, lease=NOTICE_LEASE, now=deps.now()
    )


log = getLogger(__name__)

_POST = "chat.postMessage"


async def post_notice(deps: Deps, line: ChannelNotice) -> bool:
    """Post a line that is owed; False when it does not stand in the channel by now.

    What Slack did not refuse for good, or nobody began here, a clock settles later. An error of ours is no
    reason to say that the change did not work: it is saved.
    """
    try:
        return await _post(deps, line)
    except Undeliverable:
        raise
    except Exception:
        log.exception("message_failed", extra={"kind": NOTICE_KIND, "id": line.message(deps).id})
        return False


async def notice_facts(session: Session, deps: Deps, row: Outgoing) -> ChannelFacts:
    """What the gate asks about: a list of agents needs no digest, so every channel follows it."""
    workspace = await members.get_workspace(session, row.workspace_id)
    return ChannelFacts(
        now=deps.now(),
        due_at=row.due_at,
        expires_at=row.expires_at,
        is_installed=workspace is not None and workspace.disconnected_at is None,
        is_followed=True,
    )


async def compose_notice(session: Session, deps: Deps, row: Outgoing) -> Composed | Skip:
    """The line as it is told now: by somebody who has left meanwhile, without their name."""
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
    """Nothing follows from a line."""


async def _post(deps: Deps, line: ChannelNotice) -> bool:
    """Announce it, post it once, and say so."""
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
    """What it says, with its post announced; None when a clock has it by now, or it is not told."""
    now, composed = deps.now(), await compose_notice(session, deps, row)
    if isinstance(composed, Skip):
        await claims.skip(session, row, reason=composed.reason, now=now)
        return None
    is_ours = await claims.begin(
        session, row, channel=row.subject, lease=NOTICE_LEASE, form=composed.form, now=now
    )
    return composed.message if is_ours else None


async def _not_posted(deps: Deps, row: Outgoing, problem: Undeliverable) -> None:
    """What Slack refused is over; of what may have arrived, one read decides later."""
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
