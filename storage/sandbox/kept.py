"""What stays of a sandbox when its member erases their data: nothing, unless admins set that it stays.

Where they did, plans that ran stay with their notes and reports, as they were written and without the person.
Plans that never ran are deleted either way.
"""

from sqlalchemy import ColumnElement, case, delete, select, update
from sqlmodel import col

from coaching.members import MemberKey
from coaching.sandbox import RAN
from storage import workspace_settings
from storage.database import Session
from storage.database.rows import OwnedTable, Row
from storage.sandbox.plan_rows import Plan, is_of
from storage.workspace_settings import Setting

KEEP_REPORTS: Setting[bool] = Setting("sandbox_reports_stay", default=False)
"""Whether plans and reports stay without their person when a member erases their data."""


async def stays(session: Session, key: MemberKey) -> bool:
    """Return whether admins set that plans and reports stay."""
    settings = await workspace_settings.read(session, key.workspace_id)
    return settings.get(KEEP_REPORTS)


async def forget_person(session: Session, key: MemberKey) -> bool:
    """Where plans stay, delete those that never ran, take the person from the others, and end these.

    Return False, and do nothing, where they do not stay.
    """
    if not await stays(session, key):
        return False
    await session.execute(
        delete(Plan)
        .where(is_of(key), col(Plan.state).not_in(RAN))
        .execution_options(synchronize_session=False)
    )
    is_running, state, reason = col(Plan.state) == "running", col(Plan.state), col(Plan.end_reason)
    await session.execute(
        update(Plan)
        .where(is_of(key))
        .values(
            user_id=None,
            due_at=None,
            state=case((is_running, "ended"), else_=state),
            end_reason=case((is_running, "erased"), else_=reason),
        )
        .execution_options(synchronize_session="fetch")
    )
    return True


def is_of_plans(table: type[Row], key: MemberKey) -> ColumnElement[bool]:
    """Return the condition that matches the rows of this table that belong to the member's plans."""
    plan_id = table.metadata.tables[str(table.__tablename__)].columns["plan_id"]
    theirs = select(col(Plan.id)).where(is_of(key))
    return (col(table.workspace_id) == key.workspace_id) & plan_id.in_(theirs)


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
    keep=forget_person,
)
