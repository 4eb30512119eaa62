"""Safeguards: what the admins of a workspace set to protect its members more than Rungs does by itself."""

import json
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, select
from sqlmodel import col

from storage import workspace_settings
from storage.audit import AuditEvent
from storage.checkins import CHECKIN, REASSESS, Pace
from storage.database import Session
from storage.database.rows import delete_oldest
from storage.outbox import queue
from storage.outbox.queue import ENDED, Outgoing, day_prefix
from storage.workspace_settings import ADMIN_ACT, MIN_GROUP, Setting, WorkspaceSettings
from storage.workspaces import Workspace

NO_REMINDERS: Setting[bool] = Setting("no_reminders", default=False)
"""Whether nobody is reminded of an open self-check or invited to a new one."""

NO_SHOUT_OUTS: Setting[bool] = Setting("no_shout_outs", default=False)
"""Whether digests name nobody, also not those who agreed."""

NO_FIGURES: Setting[bool] = Setting("no_figures", default=False)
"""Whether digests come without figures and charts, and the page for admins without numbers of people."""

OWNER_TEXT: Setting[str] = Setting("data_owner_text", "")
"""Who answers for the data, in words; a member who does is stored in the table of roles."""

DATA_OWNER = "data_owner"
"""The name under which that member is stored there."""

MESSAGES_KEPT: Setting[int] = Setting("messages_kept", queue.RETENTION.kept.days)
"""For how many days messages to members are kept once they have ended."""


async def minimum_since(
    session: Session, workspace_id: str, since: datetime, *, least: int
) -> int | None:
    """Return the least number of people that figures about a period may rest on; None for no figures.

    It is the strictest that held at any time `since` the period began: what admins loosen counts for new
    periods alone. Every change is in the audit log, which only grows, so it is read there. `least` is the
    minimum without what admins set.
    """
    settings = await workspace_settings.read(session, workspace_id)
    had = [(MIN_GROUP, settings.get(MIN_GROUP)), (NO_FIGURES, settings.get(NO_FIGURES))]
    changes = await session.scalars(
        select(col(AuditEvent.about)).where(
            col(AuditEvent.workspace_id) == workspace_id,
            col(AuditEvent.act) == ADMIN_ACT,
            col(AuditEvent.at) >= since,
        )
    )
    for change in map(json.loads, filter(None, changes)):
        had += [
            (setting, change["before"])
            for setting in (MIN_GROUP, NO_FIGURES)
            if setting.name == change["setting"]
        ]
    if any(value for setting, value in had if setting is NO_FIGURES):
        return None
    return max(least, *(value for setting, value in had if setting is MIN_GROUP))


async def workspaces_that_keep_less(session: Session, *, now: datetime) -> list[str]:  # noqa: ARG001
    """Return the connected workspaces in which messages are kept for less time than elsewhere."""
    found = await session.execute(
        select(col(Workspace.workspace_id), col(Workspace.settings)).where(
            col(Workspace.disconnected_at).is_(None),
            col(Workspace.settings).contains(f'"{MESSAGES_KEPT.name}"'),
        )
    )
    return [
        workspace_id
        for workspace_id, stored in found
        if _kept(workspace_settings.parsed(stored)) < queue.RETENTION.kept
    ]


def _kept(settings: WorkspaceSettings) -> timedelta:
    return timedelta(days=settings.get(MESSAGES_KEPT))


async def prune_sooner(
    session: Session, workspace_id: str, *, kept: timedelta, now: datetime, limit: int
) -> int:
    """Delete at most `limit` ended messages to members that are older than `kept`; return how many.

    Those on which later messages rest stay as long as everywhere: the last invitations to a new self-check,
    from which the next one is dated, and check-ins that nobody answered since, after five of which Rungs
    pauses. Messages to channels stay too: the history of a digest is made of them.
    """
    is_old = (
        (col(Outgoing.workspace_id) == workspace_id)
        & (col(Outgoing.id) < day_prefix((now - kept).date()))
        & col(Outgoing.state).in_(ENDED)
        & col(Outgoing.user_id).is_not(None)
        & (col(Outgoing.kind) != REASSESS)
        & ~_counts_as_ignored()
    )
    return await delete_oldest(session, Outgoing, is_old, order_by=col(Outgoing.id), limit=limit)


def _counts_as_ignored() -> ColumnElement[bool]:
    is_later = col(Pace.heard_at).is_(None) | (col(Pace.heard_at) < col(Outgoing.sent_at))
    return (
        (col(Outgoing.kind) == CHECKIN)
        & (col(Outgoing.state) == "sent")
        & col(Outgoing.answered_at).is_(None)
        & exists().where(
            col(Pace.workspace_id) == col(Outgoing.workspace_id),
            col(Pace.user_id) == col(Outgoing.user_id),
            is_later,
        )
    )
