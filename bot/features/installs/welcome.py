"""The one message to who installed the app, with what to do next."""

from datetime import datetime, timedelta

from bot.buttons import START
from bot.deps import Deps
from bot.outgoing.kinds import Composed, Kind, receiver_of
from bot.slack.api import Message
from bot.slack.blocks import button, paragraph, row
from bot.slack.phrases import number
from coaching.members import MemberKey
from coaching.safe_text import Render
from coaching.send_policy import ChannelFacts, Skip
from storage import members, workspaces
from storage.database import Session
from storage.outbox import queue
from storage.outbox.queue import NewMessage, Outgoing

KIND = "install_welcome"
EXPIRES_AFTER = timedelta(days=3)
ADMIN, MEMBER, UNKNOWN = "admin", "member", "unknown"
"""What is known of who installed the app: an owner or admin of the workspace, or not."""

ONCE = "install"


async def plan_welcome(session: Session, key: MemberKey, form: str, *, now: datetime) -> None:
    """Plan the message, unless this person had it before."""
    await members.ensure(session, key, now=now)
    message = NewMessage(
        workspace_id=key.workspace_id,
        kind=KIND,
        subject=key.user_id,
        user_id=key.user_id,
        local_date=now.date(),
        due_at=now,
        expires_at=now + EXPIRES_AFTER,
        form=form,
        about=ONCE,
    )
    await queue.enqueue(session, [message], now=now)


async def _facts(session: Session, deps: Deps, row: Outgoing) -> ChannelFacts:
    """Return the facts for the send policy: it answers an act, so it waits for no working hours."""
    member = await members.get(session, receiver_of(row))
    workspace = await workspaces.get(session, row.workspace_id)
    return ChannelFacts(
        now=deps.now(),
        due_at=row.due_at,
        expires_at=row.expires_at,
        is_installed=workspace is not None and workspace.disconnected_at is None,
        is_followed=member is not None and member.deactivated_at is None,
    )


async def _compose(_session: Session, deps: Deps, row: Outgoing) -> Composed | Skip:
    message = welcome_card(deps.render, row.form or UNKNOWN, min_group=deps.min_group)
    return Composed(message, form=row.form)


def welcome_card(render: Render, form: str, *, min_group: int) -> Message:
    """Return the three steps to the first team digest, and who sets the workspace up."""
    text = render("installs/welcome", form=form, minimum=number(min_group))
    start = button("Start the self-check", action=START, style="primary")
    return Message(text=text, blocks=[paragraph(text), row(start)])


async def _sent(session: Session, deps: Deps, row: Outgoing) -> None:
    """Count the member as greeted: the greeting of newcomers would say much of this once more."""
    await members.claim_greeting(session, receiver_of(row), now=deps.now())


WELCOME = Kind(KIND, expires_after=EXPIRES_AFTER, facts=_facts, compose=_compose, sent=_sent)
