"""Test runs of agents that a CI sent, and the tokens by which it may.

A channel has one token, whose hash is kept; a new one takes the place of the one before. Of the runs of an
agent, the newest for each criterion is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import ColumnElement, delete, select
from sqlmodel import Field, col

from coaching.members import MemberKey
from coaching.test_runs import TestRun
from storage import members
from storage.allowances import Limit
from storage.database import Session
from storage.database.rows import NamingTable, Row, UtcTime, insert_into, refers_to

RUNS = Limit("test_runs", 120, timedelta(hours=1))
"""Test runs that one channel's token may send."""


class CiToken(Row, table=True):
    """The token by which a CI sends test runs of a channel's agents; `digest` is its hash."""

    __tablename__ = "ci_token"

    channel_id: str = Field(primary_key=True)
    digest: str
    made_by: str | None = None
    made_at: datetime = Field(sa_type=UtcTime)


TOKEN_DATA = NamingTable(
    CiToken,
    "ci_tokens",
    columns=("made_by",),
    order_by="channel_id",
    fields=("channel_id", "made_by", "made_at"),
)


class AgentTestRun(Row, table=True):
    """The newest run of a suite that backs a criterion of an agent."""

    __tablename__ = "agent_test_run"
    __table_args__ = (refers_to("agent", agent_id="id"),)

    agent_id: str = Field(primary_key=True)
    criterion: str = Field(primary_key=True)
    passed: int
    total: int
    skipped: int
    suite: str
    branch: str
    ran_at: datetime = Field(sa_type=UtcTime)
    sent_at: datetime = Field(sa_type=UtcTime)


@dataclass(frozen=True)
class SentRun:
    """A run that a CI sent: for which criterion of which agent, of which branch, and when it ran."""

    agent_id: str
    criterion: str
    run: TestRun
    branch: str
    ran_at: datetime


async def new_token(session: Session, key: MemberKey, channel_id: str, *, now: datetime) -> str:
    """Return a new token of the channel, in place of the one before; it is stored nowhere."""
    await members.ensure(session, key, now=now)
    token = f"{key.workspace_id}.{token_urlsafe(32)}"
    new = insert_into(session, CiToken).values(
        workspace_id=key.workspace_id,
        channel_id=channel_id,
        digest=_digest(token),
        made_by=key.user_id,
        made_at=now,
    )
    replaced = {name: new.excluded[name] for name in ("digest", "made_by", "made_at")}
    await session.execute(
        new.on_conflict_do_update(index_elements=["workspace_id", "channel_id"], set_=replaced)
    )
    return token


async def token_of(session: Session, workspace_id: str, channel_id: str) -> CiToken | None:
    """Return what is known of the channel's token; None when it has none."""
    found: CiToken | None = await session.scalar(
        select(CiToken)
        .where(_is_of(workspace_id, channel_id))
        .execution_options(populate_existing=True)
    )
    return found


async def revoke_token(session: Session, workspace_id: str, channel_id: str) -> bool:
    """Delete the channel's token; return False when it has none."""
    gone = await session.execute(
        delete(CiToken)
        .where(_is_of(workspace_id, channel_id))
        .returning(col(CiToken.channel_id))
        .execution_options(synchronize_session=False)
    )
    return gone.first() is not None


async def channel_of(session: Session, workspace_id: str, token: str) -> str | None:
    """Return the channel of a token in this workspace; None when no channel has it."""
    found: str | None = await session.scalar(
        select(col(CiToken.channel_id)).where(
            col(CiToken.workspace_id) == workspace_id, col(CiToken.digest) == _digest(token)
        )
    )
    return found


async def save(session: Session, workspace_id: str, sent: SentRun, *, now: datetime) -> bool:
    """Store a run unless a later one is stored; return whether it was stored."""
    new = insert_into(session, AgentTestRun).values(
        workspace_id=workspace_id,
        agent_id=sent.agent_id,
        criterion=sent.criterion,
        passed=sent.run.passed,
        total=sent.run.total,
        skipped=sent.run.skipped,
        suite=sent.run.suite,
        branch=sent.branch,
        ran_at=sent.ran_at,
        sent_at=now,
    )
    names = ("passed", "total", "skipped", "suite", "branch", "ran_at", "sent_at")
    stored = await session.execute(
        new.on_conflict_do_update(
            index_elements=["workspace_id", "agent_id", "criterion"],
            set_={name: new.excluded[name] for name in names},
            where=col(AgentTestRun.ran_at) <= new.excluded.ran_at,
        ).returning(col(AgentTestRun.criterion))
    )
    return stored.first() is not None


async def runs_of(session: Session, workspace_id: str, agent_id: str) -> Sequence[AgentTestRun]:
    """Return the newest run for each criterion of an agent."""
    rows = await session.scalars(
        select(AgentTestRun)
        .where(
            col(AgentTestRun.workspace_id) == workspace_id, col(AgentTestRun.agent_id) == agent_id
        )
        .execution_options(populate_existing=True)
    )
    return list(rows)


def _is_of(workspace_id: str, channel_id: str) -> ColumnElement[bool]:
    return (col(CiToken.workspace_id) == workspace_id) & (col(CiToken.channel_id) == channel_id)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
