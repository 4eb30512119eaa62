"""What stays of a sandbox when its member erases their data: nothing, unless admins set that it stays.

Where they did, plans that ran stay with their notes and reports, as they were written and without the person.
Plans that never ran are deleted either way.
"""

from datetime import datetime

from sqlmodel import col

from coaching.members import MemberKey
from storage import workspace_settings
from storage.database import Session
from storage.database.rows import OwnedTable, update_rows
from storage.sandbox import ends
from storage.sandbox.plan_rows import Plan, is_of
from storage.workspace_settings import Setting

KEEP_REPORTS: Setting[bool] = Setting("sandbox_reports_stay", default=False)
"""Whether plans and reports stay without their person when a member erases their data."""


async def forget_person(session: Session, key: MemberKey, *, now: datetime) -> None:
    """End the plans of a member who is about to be erased; where plans stay, take the person from them.

    The caller removes all rows that are still the member's, in the same transaction.
    """
    await ends.end_of_member(session, key, "erased", now=now)
    settings = await workspace_settings.read(session, key.workspace_id)
    if settings.get(KEEP_REPORTS):
        ran = col(Plan.state).in_(("ended", "reported"))
        await update_rows(session, Plan, is_of(key), ran, user_id=None, due_at=None)


PERSONAL_DATA = OwnedTable(
    Plan,
    "sandbox_plans",
    "results",
    order_by="opened_at",
    json_columns=("risks", "permissions", "granted"),
    internal=(
        "due_at",
        "week_at",
        "halfway_at",
        "unsupervised_since",
        "reminded_at",
        "open_told_at",
    ),
)
