"""Sandboxes: plans to try something under oversight.

These are two capabilities. `sandbox` is what people see, once an admin switched it on. `sandbox_plans` is
always there, so that plans and their permissions also end when it is switched off.
"""

from collections.abc import Sequence

from bot.deps import Deps
from bot.feature import Feature, Switch
from bot.features.holders.service import SUPERVISOR
from bot.features.sandbox.jobs import JOBS, leave
from storage.access.facts import SANDBOX
from storage.database import Session
from storage.sandbox import kept, notes, plan_rows, reports


async def sandbox_needs(_session: Session, _deps: Deps) -> Sequence[str]:
    """Return what is missing before sandboxes can be on: nothing, supervisors are named afterward."""
    return []


PLANS = Feature(
    name="sandbox_plans",
    jobs=JOBS,
    on_member_gone=leave,
    personal_data=(
        kept.PERSONAL_DATA,
        plan_rows.SUPERVISOR_DATA,
        notes.PERSONAL_DATA,
        reports.PERSONAL_DATA,
    ),
)

FEATURE = Feature(
    name=SANDBOX,
    switch=Switch(
        title="Sandbox",
        about=(
            "Members plan to try something new, and supervisors whom you name approve the plan, can stop it, "
            "and answer the report."
        ),
        needs=sandbox_needs,
    ),
    roles=(SUPERVISOR,),
)
