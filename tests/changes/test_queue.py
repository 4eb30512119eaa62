"""The queue of changes: each is told at least once, in order for each member, by any number of processes."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text, update

from app import utc_now
from coaching.members import MemberKey
from playground.server import Playground
from playground.server import running as playing
from storage import members, workspaces
from storage.changes import backlog, queue, receivers
from storage.changes.queue import Change
from storage.changes.receivers import Receiver
from storage.database import Session
from storage.database.engine import Database
from storage.installs.token_keys import TokenKeys
from tests.changes.servers import Hook
from tests.databases import open_database
from tests.eventually import until
from tests.process import Process
from tests.storage.cast import minute
from tests.storage.statements import plan_of, recorded

LEASE = timedelta(minutes=1)
PEOPLE = [MemberKey("T1", f"U{number}") for number in range(1, 4)]


async def prepare(
    database: Database, workspace_id: str = "T1", url: str = "https://example.org/"
) -> Receiver:
    """Store a workspace with its members and a webhook that follows the permission "pilot"."""
    now = minute(0)
    receiver = Receiver(
        workspace_id=workspace_id, id="hook", kind="webhook", url=url, made_at=now, open_at=now
    )
    async with database.write() as session:
        await workspaces.connect(session, workspace_id, "Acme", now=now)
        for key in PEOPLE:
            await members.ensure(session, MemberKey(workspace_id, key.user_id), now=now)
        await receivers.save(session, receiver, {"pilot": None})
    return receiver


async def append(session: Session, key: MemberKey, change: Any, *, now: datetime) -> None:
    details: dict[str, Any] = {"until": None, "via": "policy", "reason": "", "policy_version": "1"}
    await queue.append(session, key, "pilot", change, **details, now=now)


async def moves(database: Database) -> None:
    """Three changes of each member, one transaction each."""
    for number, change in enumerate(("granted", "changed", "ended")):
        for key in PEOPLE:
            async with database.write() as session:
                await append(session, key, change, now=minute(number))


async def test_processes_share_the_changes_and_keep_their_order(database: Database) -> None:
    receiver = await prepare(database)
    await moves(database)
    told: list[tuple[str | None, str]] = []

    async def tells() -> None:
        while True:
            async with database.write() as session:
                claimed = await queue.claim(session, receiver, lease=LEASE, most=2, now=minute(5))
            if not claimed:
                return
            told.extend((change.user_id, change.change) for change in claimed)
            await asyncio.sleep(0)
            async with database.write() as session:
                await queue.finish(session, receiver, claimed)

    while len(told) < 9:
        await asyncio.gather(*(tells() for _ in range(4)))
    for key in PEOPLE:
        of_member = [change for user, change in told if user == key.user_id]
        assert of_member == ["granted", "changed", "ended"]
    async with database.read() as session:
        assert await backlog.waiting(session, "T1") == {}


async def test_whose_claim_is_over_changes_nothing(database: Database) -> None:
    receiver = await prepare(database)
    await moves(database)
    async with database.write() as session:
        (late,) = await queue.claim(session, receiver, lease=LEASE, most=1, now=minute(5))
    async with database.write() as session:
        again = await queue.claim(session, receiver, lease=LEASE, most=9, now=minute(7))
        assert late.id in [change.id for change in again]
        await queue.finish(session, receiver, [late])
        await queue.postpone(session, receiver, late, minute(99))
    async with database.read() as session:
        assert (await backlog.waiting(session, "T1"))["hook"].count == 9


async def test_a_server_that_is_down_holds_up_no_other_workspace(database: Database) -> None:
    down, other = await prepare(database), await prepare(database, "T2")
    async with database.write() as session:
        for workspace_id in ("T1", "T2"):
            await append(session, MemberKey(workspace_id, "U1"), "granted", now=minute(1))
        await receivers.failed(session, down, "timeout", open_at=minute(60))
        assert await queue.workspaces_due(session, now=minute(2)) == ["T2"]
        assert await queue.claim(session, other, lease=LEASE, most=9, now=minute(2))
        assert await queue.workspaces_due(session, now=minute(2)) == []
        assert await queue.workspaces_due(session, now=minute(61)) == ["T1", "T2"]


async def test_what_is_due_is_found_by_an_index(database: Database) -> None:
    receiver = await prepare(database)
    many = 3_000
    at = {"at": minute(0), "due_at": minute(900), "via": "policy", "reason": ""}
    rows: list[dict[str, Any]] = [
        {
            "workspace_id": "T1",
            "receiver_id": "hook",
            "id": f"{number:06}",
            **at,
            "user_id": PEOPLE[number % 3].user_id,
            "permission": "pilot",
            "change": "ended",
            "policy_version": "",
            "number": number,
            "state": "waiting",
            "tries": 1,
        }
        for number in range(many)
    ]
    async with database.write() as session:
        await session.execute(insert(Change), rows)
    async with database.write() as session:
        await session.execute(text("ANALYZE"))
    async with database.write() as session:
        with recorded(session) as statements:
            await queue.claim(session, receiver, lease=LEASE, most=20, now=minute(1))
            await queue.workspaces_due(session, now=minute(1))
            await append(session, PEOPLE[0], "granted", now=minute(1))
            await queue.finish(session, receiver, [Change(**rows[7])])
        *plans, finished = [await plan_of(session, *one) for one in statements]
    assert "id=?" in finished or "pk_access_change" in finished, finished
    assert "TEMP B-TREE" not in plans[0]
    for plan, index in zip(plans, ("due", "due", "order"), strict=True):
        assert f"ix_access_change_{index}" in plan, plan
        assert "Seq Scan on access_change" not in plan, plan


async def test_killed_between_sending_and_marking_it_is_told_again(
    sqlite_url: str, webhook: Hook, tmp_path: Path
) -> None:
    async with playing(Playground()) as slack:
        workspace_id = slack.workspace.id
        database = await open_database(sqlite_url)
        try:
            await prepare(database, workspace_id, webhook.url)
            async with database.write() as session:
                for change in ("granted", "ended"):
                    key = MemberKey(workspace_id, PEOPLE[0].user_id)
                    await append(session, key, change, now=utc_now())
            settings = {
                "SLACK_BOT_TOKEN": slack.credentials.bot_token,
                "SLACK_API_URL": slack.api_url,
                "DATABASE_URL": sqlite_url,
                "RUNGS_TOKEN_KEYS": TokenKeys.new(),
                "RUNGS_PUBLIC_URL": "https://rungs.example.org",
                "RUNGS_INNER_HOSTS": "127.0.0.1",
            }
            webhook.mood = "slow"
            first = await Process.start("clock", cwd=tmp_path, settings=settings)
            await until(lambda: bool(webhook.tokens), what="the first request")
            await first.kill()
            webhook.mood = "well"
            async with database.write() as session:
                # The claim is over a minute later.
                await session.execute(update(Change).values(due_at=utc_now()))
            second = await Process.start("clock", cwd=tmp_path, settings=settings)
            await until(lambda: len(webhook.tokens) == 3, what="the second process")
            await second.kill()
        finally:
            await database.close()
    told = webhook.of(PEOPLE[0].user_id)
    assert [change for change, _ in told] == ["granted", "granted", "ended"]
    assert told[0] == told[1]
