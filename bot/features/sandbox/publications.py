"""The message that publishes a report in a channel, and whether Slack took it."""

from datetime import datetime, timedelta

from storage.database import Session
from storage.outbox import queue
from storage.outbox.queue import NewMessage
from storage.sandbox.reports import Report

REPORT_KIND = "sandbox_report"
LIFETIME = timedelta(days=2)
"""How long after it was published a report is still worth sending."""

NEVER_SENT = ("failed", "skipped")
"""The states of a message that will not be sent any more."""


def message_of(report: Report, channel: str, at: datetime) -> NewMessage:
    """Return the message of a report that is published in this channel at this moment."""
    return NewMessage(
        workspace_id=report.workspace_id,
        kind=REPORT_KIND,
        subject=channel,
        user_id=None,
        local_date=at.date(),
        due_at=at,
        expires_at=at + LIFETIME,
        form=str(int(at.timestamp())),
        about=report.plan_id,
    )


async def was_refused(session: Session, report: Report) -> bool:
    """Return whether the report was published and Slack never took it, so that it can be published again."""
    if report.published_at is None or report.published_in is None:
        return False
    message = message_of(report, report.published_in, report.published_at)
    row = await queue.get(session, report.workspace_id, message.id)
    return row is not None and row.state in NEVER_SENT
