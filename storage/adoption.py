"""The months that were counted for the page for admins, and who took part in which month."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, exists, func, select
from sqlmodel import Field, col

from coaching.adoption import MemberMonth, Month
from storage.assessments.assessments import SELF, Assessment
from storage.database import Session
from storage.database.rows import Row, UtcTime, insert_new
from storage.members import Member
from storage.steps.steps import Practice
from storage.team_digest.teams import TeamPractice
from storage.workspaces import Workspace

PAGE = 5_000


class AdoptionMonth(Row, table=True):
    """What was released about a month, once and for good; `facts` is None when nothing may be said."""

    __tablename__ = "adoption_month"

    month: date = Field(primary_key=True)
    facts: str | None = Field(default=None, sa_type=Text)
    released_at: datetime = Field(sa_type=UtcTime)


async def release(
    session: Session,
    workspace_id: str,
    month: Month,
    facts: Mapping[str, Any] | None,
    *,
    now: datetime,
) -> bool:
    """Store what may be said of a month; return False if that was decided before, and stays."""
    values = {
        "workspace_id": workspace_id,
        "month": month.first,
        "facts": json.dumps(facts, ensure_ascii=False, sort_keys=True) if facts else None,
        "released_at": now,
    }
    return await insert_new(session, AdoptionMonth, values) is not None


async def list_months(
    session: Session, workspace_id: str, *, limit: int
) -> list[tuple[date, dict[str, Any] | None]]:
    """Return the released months with what was said of each, newest first."""
    rows = await session.execute(
        select(col(AdoptionMonth.month), col(AdoptionMonth.facts))
        .where(col(AdoptionMonth.workspace_id) == workspace_id)
        .order_by(col(AdoptionMonth.month).desc())
        .limit(limit)
    )
    return [(month, json.loads(facts) if facts else None) for month, facts in rows]


async def is_released(session: Session, workspace_id: str, month: Month) -> bool:
    """Return whether this month was decided."""
    found = select(col(AdoptionMonth.month)).where(
        col(AdoptionMonth.workspace_id) == workspace_id, col(AdoptionMonth.month) == month.first
    )
    return await session.scalar(found) is not None


async def workspaces_to_count(session: Session, month: Month, *, limit: int = 200) -> list[str]:
    """Return the connected workspaces with results from before the month that was not decided yet."""
    here = col(Workspace.workspace_id)
    found = (
        select(here)
        .where(
            col(Workspace.disconnected_at).is_(None),
            ~exists().where(
                col(AdoptionMonth.workspace_id) == here, col(AdoptionMonth.month) == month.first
            ),
            exists().where(
                col(Assessment.workspace_id) == here,
                _is_result(),
                col(Assessment.ended_at) < month.begin,
            ),
        )
        .order_by(here)
        .limit(limit)
    )
    return list(await session.scalars(found))


async def members_in(
    session: Session, workspace_id: str, month: Month
) -> AsyncIterator[list[MemberMonth]]:
    """Yield, page by page, whether each active member took part in this month and in the one before.

    Members are those who finished a self-check before the month began.
    """
    after = ""
    while True:
        page = [
            MemberMonth(user, bool(now), bool(before), since < month.before.begin)
            for user, since, now, before in await session.execute(
                _months_of(workspace_id, month, after=after)
            )
        ]
        yield page
        if len(page) < PAGE:
            return
        after = page[-1].user_id


def _months_of(workspace_id: str, month: Month, *, after: str) -> Select[*tuple[Any, ...]]:
    since = func.min(col(Assessment.ended_at)).label("since")
    user = col(Assessment.user_id)
    return (
        select(
            user, since, _took_part(month).label("now"), _took_part(month.before).label("before")
        )
        .join(
            Member,
            (col(Member.workspace_id) == col(Assessment.workspace_id))
            & (col(Member.user_id) == user),
        )
        .where(
            col(Assessment.workspace_id) == workspace_id,
            _is_result(),
            col(Member.deactivated_at).is_(None),
            user > after,
        )
        .group_by(user, col(Member.workspace_id), col(Member.user_id))
        .having(func.min(col(Assessment.ended_at)) < month.begin)
        .order_by(user)
        .limit(PAGE)
    )


def _took_part(month: Month) -> ColumnElement[bool]:
    """Match members who finished a self-check, said how a step went, or did a team's experiment then."""
    theirs = Assessment.__table__.alias()  # type: ignore[attr-defined]
    finished = exists().where(
        theirs.c.workspace_id == col(Member.workspace_id),
        theirs.c.user_id == col(Member.user_id),
        theirs.c.state == "completed",
        theirs.c.ended_at >= month.begin,
        theirs.c.ended_at < month.end,
    )
    said = [
        exists().where(
            col(table.workspace_id) == col(Member.workspace_id),
            col(table.user_id) == col(Member.user_id),
            col(table.said_at) >= month.begin,
            col(table.said_at) < month.end,
        )
        for table in (Practice, TeamPractice)
    ]
    return finished | said[0] | said[1]


def _is_result() -> ColumnElement[bool]:
    return (col(Assessment.state) == "completed") & (col(Assessment.subject) == SELF)
