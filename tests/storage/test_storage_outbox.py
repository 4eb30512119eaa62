"""The outbox: each message once, claimed by one process at a time, found by its indexes."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from storage import members, workspaces
from storage.database import Session
from storage.database.engine import Database
from storage.outbox import claims, queue, rates, recovery, reports, schedules, turns
from storage.outbox.queue import NewMessage, Outgoing
from storage.outbox.rates import RateLimit
from storage.team_digest import teams
from tests.message_states import count_by_state
from tests.storage.cast import ADA, COLLEAGUE, NAMESAKE, minute
from tests.storage.statements import plan_of, recorded

HOUR = timedelta(hours=1)
LEASE = timedelta(seconds=60)
FREE = RateLimit("chat.postMessage", per_minute=1_000_000)


def digest(number: int, *, due: datetime | None = None, channel: str | None = None) -> NewMessage:
    due = due or minute(0)
    return NewMessage(
        workspace_id="T1",
        kind="digest",
        subject=channel or f"C{number:04}",
        user_id=None,
        local_date=due.date(),
        due_at=due,
        expires_at=due + timedelta(days=1),
    )


async def put(database: Database, *messages: NewMessage) -> None:
    async with database.write() as session:
        await queue.enqueue(session, messages, now=minute(0))


async def claim(
    database: Database,
    owner: str = "one",
    *,
    now: datetime | None = None,
    batch: int = 25,
    limit: RateLimit = FREE,
) -> list[Outgoing]:
    async with database.write() as session:
        claimed = await claims.claim(
            session,
            "T1",
            owner=owner,
            lease=LEASE,
            limit=limit,
            batch=batch,
            now=now or minute(1),
        )
    assert len(claimed.messages) == len(claimed.slots)
    return list(claimed.messages)


async def test_a_message_is_put_in_once(database: Database) -> None:
    await put(database, digest(1), digest(1), digest(2))
    await put(database, digest(1))
    async with database.read() as session:
        assert await count_by_state(session) == {"ready": 2}


async def test_what_is_expired_is_put_in_as_skipped(database: Database) -> None:
    await put(database, digest(1, due=minute(0) - timedelta(days=1)))
    async with database.read() as session:
        assert await count_by_state(session) == {"skipped": 1}


async def test_a_claim_takes_no_more_than_its_batch(database: Database) -> None:
    await put(database, *(digest(number) for number in range(300)))
    seen: list[str] = []
    for batch in (25, 7, 100):
        claimed = await claim(database, batch=batch)
        assert len(claimed) == batch
        seen += [message.id for message in claimed]
    assert len(set(seen)) == 132


async def test_a_claim_takes_no_more_than_the_rate_allows(database: Database) -> None:
    await put(database, *(digest(number) for number in range(300)))
    limit = RateLimit("chat.postMessage", per_minute=60, ahead=timedelta(seconds=10))
    taken = [len(await claim(database, limit=limit, batch=100)) for _ in range(2)]
    assert taken[0] <= 11
    assert taken[1] == 0
    assert (
        9 <= len(await claim(database, limit=limit, batch=100, now=minute(1) + 10 * BREATH)) <= 11
    )


BREATH = timedelta(seconds=1)


async def test_asked_to_wait_nothing_is_reserved_before(database: Database) -> None:
    await put(database, digest(1))
    async with database.write() as session:
        await rates.block_until(session, "T1", "chat.postMessage", until=minute(3))
    assert await claim(database) == []
    async with database.write() as session:
        claimed = await claims.claim(
            session, "T1", owner="one", lease=LEASE, limit=FREE, batch=5, now=minute(3) - 5 * BREATH
        )
    assert [slot >= minute(3) for slot in claimed.slots] == [True]


async def test_one_message_of_a_subject_at_a_time(database: Database) -> None:
    later = [digest(1, due=minute(0) - n * timedelta(days=1), channel="C1") for n in range(1, 4)]
    long = [NewMessage(**(vars(one) | {"expires_at": minute(0) + 9 * 24 * HOUR})) for one in later]
    await put(database, *long)
    (first,) = await claim(database)
    assert first.due_at == min(one.due_at for one in later)
    assert await claim(database) == []
    async with database.write() as session:
        assert await claims.begin(session, first, channel="C1", lease=LEASE, now=minute(1))
    assert await claim(database) == []
    async with database.write() as session:
        assert await claims.finish(session, first, channel="C1", ts="1.1", now=minute(1))
    assert await claim(database, now=minute(1) + BREATH / 2) == []
    assert len(await claim(database, now=minute(1) + 2 * BREATH)) == 1


async def test_a_process_that_lost_its_claim_changes_nothing(database: Database) -> None:
    await put(database, digest(1))
    (lost,) = await claim(database, "one")
    async with database.write() as session:
        await recovery.release_expired(session, lease=LEASE, limit=10, now=minute(3))
    (held,) = await claim(database, "two", now=minute(3))
    assert held.epoch == lost.epoch + 1
    async with database.write() as session:
        now = minute(3)
        assert not await claims.begin(session, lost, channel="C1", lease=LEASE, now=now)
        assert not await claims.skip(session, lost, reason="x", now=now)
        assert not await claims.fail(session, lost, reason="x", now=now)
        assert not await claims.put_back(session, lost, not_before=now, reason=None, now=now)
        assert not await claims.finish(session, lost, channel="C1", ts="1", now=now)
        assert await claims.begin(session, held, channel="C1", lease=LEASE, now=now)
        assert not await claims.finish(session, lost, channel="C1", ts="1", now=now)
        assert await claims.finish(session, held, channel="C1", ts="2", now=now)
        assert not await claims.put_back(session, held, not_before=now, reason=None, now=now)


async def test_after_its_lease_nothing_is_begun(database: Database) -> None:
    await put(database, digest(1))
    (late,) = await claim(database)
    async with database.write() as session:
        assert not await claims.begin(
            session, late, channel="C1", lease=LEASE, now=minute(1) + LEASE
        )


async def test_a_lease_of_a_clock_that_was_set_back_ends(database: Database) -> None:
    await put(database, digest(1))
    await claim(database, now=minute(60))
    async with database.write() as session:
        assert (
            await recovery.release_expired(session, lease=LEASE, limit=9, now=minute(61) - LEASE)
            == []
        )
        assert (
            len(await recovery.release_expired(session, lease=LEASE, limit=9, now=minute(1))) == 1
        )


async def test_an_answer_counts_once_and_for_its_member_alone(database: Database) -> None:
    note = NewMessage(
        "T1", "checkin", ADA.user_id, ADA.user_id, minute(0).date(), minute(0), minute(99)
    )
    async with database.write() as session:
        for key in (ADA, COLLEAGUE, NAMESAKE):
            await members.ensure(session, key, now=minute(0))
        await queue.enqueue(session, [note], now=minute(0))
        for other in (COLLEAGUE, NAMESAKE):
            assert await queue.record_answer(session, other, note.id, "done", now=minute(2)) is None
        answered = await queue.record_answer(session, ADA, note.id, "done", now=minute(2))
        assert answered is not None
        assert (answered.answer, answered.answered_at) == ("done", minute(2))
        assert await queue.record_answer(session, ADA, note.id, "not_yet", now=minute(3)) is None


async def test_old_messages_are_forgotten_and_waiting_ones_kept(database: Database) -> None:
    await put(database, digest(1), digest(2))
    (old,) = await claim(database, batch=1)
    async with database.write() as session:
        await claims.skip(session, old, reason="expired", now=minute(1))
        assert await queue.prune(session, before=minute(0), limit=9) == 0
        tomorrow = minute(0) + timedelta(days=1)
        assert await queue.prune(session, before=tomorrow, limit=9) == 1
        assert await count_by_state(session) == {"ready": 1}


async def test_old_messages_of_all_workspaces_are_deleted_some_at_a_time(
    database: Database,
) -> None:
    old = [replace(digest(n), workspace_id=f"T{n % 3}", expires_at=minute(-1)) for n in range(9)]
    await put(database, *old)
    removed = []
    for _ in range(3):
        async with database.write() as session:
            tomorrow = minute(0) + timedelta(days=1)
            removed.append(await queue.prune(session, before=tomorrow, limit=4))
    assert removed == [4, 4, 1]


async def test_workspaces_with_due_messages_take_turns(database: Database) -> None:
    late = [replace(digest(n), workspace_id=f"T{n}") for n in range(5)]
    await put(database, *late, replace(digest(9, due=minute(60)), workspace_id="T9"))

    async def next_after(one: str) -> list[str]:
        async with database.read() as session:
            return await queue.workspaces_due(session, now=minute(1), after=one, limit=3)

    async with database.write() as session:
        for number in (0, 1, 3, 4, 9):
            await workspaces.connect(session, f"T{number}", "One", now=minute(0))
    assert await next_after("") == ["T0", "T1", "T3"]
    assert await next_after("T3") == ["T4", "T0", "T1"], "and so on from the first one"
    assert await next_after("T9") == ["T0", "T1", "T3"]


async def test_the_key_in_slack_is_made_from_what_the_message_is() -> None:
    assert digest(1).id == digest(1, due=minute(5)).id
    others = {digest(2).id, digest(1, due=minute(0) + timedelta(days=1)).id}
    assert digest(1).id not in others
    assert len(digest(1).id) == 32


async def digests_with_work(session: Session) -> list[str]:
    return await teams.workspaces_with_work(
        session, due_before=minute(9), followed_before=minute(9)
    )


Call = Callable[[Session, Outgoing], Awaitable[Any]]
PLANS: dict[str, tuple[str, Call]] = {
    "claim": (
        "ix_message_ready",
        lambda s, m: claims.claim(
            s, "T1", owner="x", lease=LEASE, limit=FREE, batch=9, now=minute(9)
        ),
    ),
    "release": (
        "ix_message_held",
        lambda s, m: recovery.release_expired(s, lease=LEASE, limit=9, now=minute(9)),
    ),
    "held": ("ix_message_held", lambda s, m: recovery.list_sending(s)),
    "give_back": ("ix_message_held", lambda s, m: claims.release_owned(s, "x", now=minute(9))),
    "due_workspaces": ("ix_message_ready", lambda s, m: queue.workspaces_due(s, now=minute(9))),
    "take_due": ("ix_schedule_due", lambda s, m: schedules.take_due(s, now=minute(9), limit=9)),
    "members_due": (
        "ix_schedule_due",
        lambda s, m: schedules.members_due(s, "T1", before=minute(9), limit=9),
    ),
    "turns": (
        "ix_schedule_due_here",
        lambda s, m: turns.next_in_turn(s, now=minute(9), after="", limit=9),
    ),
    "due_digests": ("ix_schedule_channel_due", lambda s, m: digests_with_work(s)),
    "ready_digests": ("ix_message_channel_ready", lambda s, m: digests_with_work(s)),
    "unannounced": ("ix_team_unannounced", lambda s, m: digests_with_work(s)),
    "checked": ("ix_completeness_day", lambda s, m: reports.completeness_of_all(s)),
    "begin": ("", lambda s, m: claims.begin(s, m, channel="C1", lease=LEASE, now=minute(2))),
    "finish": ("", lambda s, m: claims.finish(s, m, channel="C1", ts="1", now=minute(2))),
}


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize("name", PLANS)
async def test_no_step_of_a_message_reads_a_whole_table(database: Database, name: str) -> None:
    index, call = PLANS[name]
    await put(database, digest(1))
    (held,) = await claim(database)
    async with database.write() as session:
        await workspaces.connect(session, "T1", "One", now=minute(0))
        with recorded(session) as statements:
            await call(session, held)
        plans = [await plan_of(session, *one) for one in statements]
    assert index in "\n".join(plans)
    for plan in plans:
        scans = [line for line in plan.splitlines() if line.startswith("SCAN")]
        assert [scan for scan in scans if "message" in scan and "USING" not in scan] == []
        assert [scan for scan in scans if "schedule" in scan and "USING" not in scan] == []
