"""What members and supervisors are told about plans, with their next notices."""

from bot.deps import Deps
from bot.features.notices.service import tell
from bot.features.sandbox.week_messages import ask_for_week
from coaching.members import MemberKey
from storage.database import Session
from storage.sandbox.clock import Event
from storage.sandbox.plan_rows import Plan

ASKED, REPORTED = "sandbox_asked", "sandbox_reported"
HALFWAY_SAID, OPEN = "sandbox_halfway_said", "sandbox_open"
"""To supervisors: a plan waits for them, a report came, the look halfway is there, a report is missing."""

DECIDED, EXTENDED, ENDED = "sandbox_decided", "sandbox_extended", "sandbox_ended"
HALFWAY, ANSWERED, REMINDED = "sandbox_halfway", "sandbox_answered", "sandbox_reminded"
"""To members: a decision, an extension, an end; the look halfway is due, the supervisor answered, a report is
missing.
"""

OFF = "sandbox_off"
"""To members, also while sandboxes are off: their plan ended because admins switched sandboxes off."""

FOR_MEMBER = {"ended": ENDED, "halfway": HALFWAY, "reminded": REMINDED}
"""What a member is told of what the clock did."""


async def tell_member(session: Session, deps: Deps, plan: Plan, kind: str) -> None:
    """Tell the member whose plan it is, if they are there; in the transaction of what it tells of."""
    if plan.key is not None and plan.reason != "left":
        await tell(session, deps, plan.key, kind, plan.id)


async def tell_supervisor(session: Session, deps: Deps, plan: Plan, kind: str) -> None:
    """Tell the supervisor of the plan, if there is one; in the transaction of what it tells of."""
    if plan.supervisor is not None:
        key = MemberKey(plan.workspace_id, plan.supervisor)
        await tell(session, deps, key, kind, plan.id)


async def tell_of(session: Session, deps: Deps, event: Event) -> None:
    """Tell of what the clock did with a plan."""
    if event.what in FOR_MEMBER:
        await tell_member(session, deps, event.plan, FOR_MEMBER[event.what])
    if event.what == "week":
        await ask_for_week(session, deps, event.plan)
    if event.what == "open":
        await tell_supervisor(session, deps, event.plan, OPEN)
