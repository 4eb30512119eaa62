"""The permissions of a sandbox: granted while its plan runs, and ended with it."""

from datetime import datetime

from storage.access import grants
from storage.database import Session
from storage.sandbox.plan_rows import Plan


async def grant(session: Session, plan: Plan, *, now: datetime) -> None:
    """Let the member have the permissions of the plan until it ends; also when it ends later than before."""
    if plan.key is None or plan.ends_at is None:
        return
    for permission in plan.granted_ids:
        await grants.grant_for_sandbox(
            session, plan.key, permission, plan.id, until=plan.ends_at, now=now
        )


async def end(session: Session, plan: Plan, *, now: datetime) -> None:
    """End the permissions of the plan."""
    if plan.key is not None and plan.granted_ids:
        await grants.end_for_sandbox(session, plan.key, plan.id, now=now)
