"""What the program notes for itself: what was dealt with, and what the auditor found."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from storage.tables.row import Row
from storage.times import UtcTime


class Audit(Row, table=True):
    """What the auditor found on one day: how many messages ought to exist, and how many are missing."""

    day: date = Field(primary_key=True)
    expected: int
    missing: int
    late: int


class Inbound(Row, table=True):
    """Something from Slack that was taken up; its key never holds a user id."""

    __table_args__ = (Index("ix_inbound_seen_at", "seen_at"),)

    key: str = Field(primary_key=True)
    seen_at: datetime = Field(sa_type=UtcTime)
