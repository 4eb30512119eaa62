"""Grants that end in one night: they end in order, and what is sent meanwhile goes out as without them."""

import asyncio
import json
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import exists, insert, select, update
from sqlmodel import col

from app import REGISTRY, jobs_of
from benchmarks import measurement
from benchmarks.measurement import MORNING, Answer, Figures
from benchmarks.outbox import SEND, TIMINGS, fast_clock, free_facts, once_each
from benchmarks.seed import WORKSPACE
from benchmarks.table import Sizes
from benchmarks.workspace import access_to, coaching, opened, require, rows_of, workspace
from bot.coaches import FixedCoaches
from bot.slack.installation import Access
from content.loader import load_content
from playground.clock import Clock
from playground.crowd import big_workspace
from playground.limits import POSTS_PER_MINUTE, RateLimits
from playground.server import Playground
from scheduler.clock import run_job
from scheduler.context import SchedulerContext
from storage.access import due
from storage.access.due import AccessMember
from storage.access.facts import ACCESS, ON_PERMISSIONS
from storage.access.grants import BY_POLICY, AccessGrant, AccessHeld
from storage.changes.receivers import WEBHOOK, Followed, Receiver
from storage.database import Session, schema
from storage.database.engine import Database
from storage.members import Member
from storage.outbox.queue import Outgoing
from storage.workspace_settings import CAPABILITIES
from storage.workspaces import Workspace
from tests.reliability.arena import ENDED, Arena
from tests.reliability.receipts import Ledger
from tests.reliability.worker import DRILL, KINDS

SPEED = 1.0
"""The clock runs as the real one, because with Slack's limit the sender has time to wait for others."""

AT_ONCE = 500
PERMISSION = "chat-public-data"
DECIDE = next(job for job in jobs_of(REGISTRY) if job.name == "access_decisions")

SENT = "SELECT count(*) || ' sent' FROM message WHERE kind = ? AND state = 'sent'"
KEYS = "SELECT id FROM message WHERE kind = ?"
NIGHT = timedelta(hours=8)
ENDS = """SELECT count(*) || ' ended, '
|| (SELECT count(*) FROM access_change WHERE change = 'ended') || ' to be told, '
|| (SELECT count(*) FROM access_held) || ' held, in order: '
|| (coalesce(sum(user_id < before), 0) = 0)
FROM (SELECT user_id, lag(user_id) OVER (ORDER BY number) AS before FROM ledger_person)"""


async def night(folder: Path, sizes: Sizes) -> list[Figures]:
    """Seconds to send messages at Slack's limit while grants end, and without these."""
    ours, alone = folder / "ours.db", folder / "alone.db"
    await schema.upgrade(f"sqlite:///{ours}")
    shutil.copy(ours, alone)
    async with measurement.worker(worker) as send:
        beside = await _sent(send, ours, sizes.beside, ending=sizes.ending)
        without = await _sent(send, alone, sizes.beside, ending=0)
    expected = f"{sizes.ending} ended, {sizes.ending} to be told, 0 held, in order: 1"
    require(ours, expected, ENDS)
    return [(beside, without)]


async def _sent(send: Answer, path: Path, messages: int, *, ending: int) -> float:
    began, crowd = time.time(), big_workspace(messages)
    clock, limits = Clock(fast_clock(began, SPEED)), RateLimits(on=True)
    async with (
        workspace(sample=crowd, clock=clock, limits=limits) as slack,
        opened(path) as database,
    ):
        filled = Arena(slack, Ledger(), database, str(path), now=lambda: MORNING)
        slack.service.journal = filled.ledger
        await filled.fill(messages)
        await _grant(database, slack, ending)
        seconds = float(await send(path, access_to(slack), began))
    require(path, f"{messages} sent", SENT, DRILL)
    once_each(filled.ledger, [key for (key,) in rows_of(path, KEYS, DRILL)])
    return seconds


async def _grant(database: Database, slack: Playground, count: int) -> None:
    """Let so many members have a permission whose requirements are met no more, one after the other."""
    policy = load_content()[0].access
    on = {CAPABILITIES.name: [ACCESS], ON_PERMISSIONS.name: [PERMISSION]}
    async with database.write() as session:
        await session.execute(
            update(Workspace)
            .where(col(Workspace.workspace_id) == slack.workspace.id)
            .values(settings=json.dumps(on))
        )
        server = {"workspace_id": WORKSPACE, "receiver_id": "gate"}
        session.add(
            Receiver(
                workspace_id=WORKSPACE,
                id="gate",
                kind=WEBHOOK,
                url="https://gate.example.org",
                made_at=MORNING,
                open_at=MORNING,
            )
        )
        await session.flush()
        session.add(Followed(**server, permission=PERMISSION))
        for start in range(0, count, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, count))
            await _store(session, [_member(number, count) for number in numbers], policy.version)


def _member(number: int, count: int) -> dict[str, Any]:
    ended_at = MORNING - NIGHT + number * NIGHT / count
    return {"workspace_id": WORKSPACE, "user_id": f"UEND{number:07}", "until": ended_at}


async def _store(session: Session, people: list[dict[str, Any]], version: str) -> None:
    since = MORNING - timedelta(days=365)
    for one in people:
        one |= {"since": since, "permission_id": PERMISSION, "plan_id": BY_POLICY}
        one |= {"created_at": since, "seen_at": since, "is_guest": False, "zone": "Asia/Tokyo"}
        one |= {"due_at": one["until"], "generation": 0, "via": "policy", "policy_version": version}
    for table in (Member, AccessMember, AccessGrant, AccessHeld):
        names = table.metadata.tables[str(table.__tablename__)].columns.keys()
        rows = [{name: one[name] for name in names if name in one} for one in people]
        await session.execute(insert(table), rows)


@asynccontextmanager
async def worker() -> AsyncIterator[Answer]:
    """The worker that sends all messages beside the job that ends grants; returns the seconds for that."""
    yield _send


async def _send(path: Path, access: Access, began: float) -> float:
    clock = fast_clock(began, SPEED)
    async with coaching(access, path, now=lambda: datetime.fromtimestamp(clock(), UTC)) as deps:
        coaches, kinds = FixedCoaches([deps]), {DRILL: replace(KINDS[DRILL], facts=free_facts)}
        context = replace(
            SchedulerContext(deps.database, deps.now, coaches, kinds),
            timings=replace(TIMINGS, posts_per_minute=POSTS_PER_MINUTE),
            steady=clock,
        )
        ending, started = asyncio.create_task(_end(context)), clock()
        while await _is_left(deps.database):
            if not await run_job(SEND, context):
                await context.pause(SEND.every_seconds)
        seconds = clock() - started
        await ending
    return seconds


async def _end(context: SchedulerContext) -> None:
    while await _is_due(context.database, context.now()):
        await run_job(DECIDE, context)


async def _is_left(database: Database) -> bool:
    left = exists().where(col(Outgoing.kind) == DRILL, col(Outgoing.state).not_in(ENDED))
    async with database.read() as session:
        return bool(await session.scalar(select(left)))


async def _is_due(database: Database, now: datetime) -> bool:
    async with database.read() as session:
        return bool(await due.workspaces_due(session, now=now))
