"""Grants: given once all is met, renewed ahead, ended at the second, and each change told once, in order."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import col

from coaching.access.decision import decide
from coaching.evidence import Verified
from coaching.members import MemberKey
from coaching.rules import Rules
from storage import members, rules
from storage.access import approvals, decisions, due, grants, trainings
from storage.access.decisions import Decided
from storage.access.facts import ON_PERMISSIONS, facts_of
from storage.database.engine import Database
from storage.evidence import ladder_people, ladders, verified
from storage.evidence.claim_rows import Claim
from storage.ledger.ledger import LedgerRow
from storage.workspace_settings import CAPABILITIES
from tests.access.policies import (
    AGENT,
    BOATS,
    CHAT,
    CUSTOMERS,
    DAY,
    POLICY,
    joins,
    opens_access,
    sets,
    told,
)
from tests.storage.cast import ADA, COLLEAGUE, NAMESAKE, START

SECOND = timedelta(seconds=1)


async def opened(database: Database) -> None:
    async with database.write() as session:
        await opens_access(session, COLLEAGUE)
        await joins(session, ADA)


async def reads_rules(database: Database, at: datetime, key: MemberKey = ADA) -> None:
    async with database.write() as session:
        assert await rules.record_reading(session, key, 1, now=at)


async def decided(database: Database, at: datetime) -> Sequence[Decided]:
    """Run the job's step until nothing is due; return what changed."""
    found: list[Decided] = []
    while True:
        async with database.read() as session:
            if ADA.workspace_id not in await due.workspaces_due(session, now=at):
                return found
        async with database.write() as session:
            batch = await decisions.decide_next(session, ADA.workspace_id, POLICY, now=at)
        found += batch.decided


async def may(database: Database, permission: str, at: datetime, key: MemberKey = ADA) -> bool:
    async with database.read() as session:
        return decide(POLICY, permission, await facts_of(session, key), at).is_allowed


async def next_due(database: Database) -> datetime | None:
    async with database.read() as session:
        row = await session.get(due.AccessMember, (ADA.workspace_id, ADA.user_id))
    assert row
    return row.due_at


async def heard(database: Database) -> list[tuple[str, str]]:
    async with database.read() as session:
        return await told(session, ADA)


async def test_a_grant_comes_once_all_is_met_and_ends_at_the_second(database: Database) -> None:
    await opened(database)
    assert not await decided(database, START)
    await reads_rules(database, START)
    assert not await may(database, CHAT, START)  # nothing is granted until the job runs
    (one,) = await decided(database, START)
    assert [(move.permission, move.change) for move in one.moves] == [(CHAT, "granted")]
    end = START + 65 * DAY  # read 60 days ago, and five days of grace
    assert one.moves[0].until == end
    assert await may(database, CHAT, end - SECOND)
    assert not await may(database, CHAT, end)
    # Told 14 days before, once.
    assert await next_due(database) == end - 14 * DAY
    (one,) = await decided(database, end - 14 * DAY)
    assert (one.moves, one.ending) == ((), (CHAT,))
    assert not await decided(database, end - 13 * DAY)
    assert not await decided(database, end - SECOND)
    assert await next_due(database) == end
    (one,) = await decided(database, end)
    assert [(move.change, move.reason) for move in one.moves] == [("ended", "not_met")]
    assert await next_due(database) is None
    assert await heard(database) == [(CHAT, "granted"), (CHAT, "ended")]
    # A clock that is set back gives nothing back.
    assert not await may(database, CHAT, end - DAY)


async def test_reading_again_keeps_it_without_a_gap_and_it_is_renewed_ahead(
    database: Database,
) -> None:
    await opened(database)
    await reads_rules(database, START)
    await decided(database, START)
    await reads_rules(database, START + 50 * DAY)
    (one,) = await decided(database, START + 50 * DAY)
    assert [(move.change, move.until) for move in one.moves] == [("changed", START + 100 * DAY)]
    # It counts 100 days, and is renewed 14 days before that.
    assert not await decided(database, START + 86 * DAY - SECOND)
    (one,) = await decided(database, START + 86 * DAY)
    assert [(move.change, move.until) for move in one.moves] == [("changed", START + 115 * DAY)]
    for days in (86, 100, 114):
        assert await may(database, CHAT, START + days * DAY)


async def test_new_rules_take_it_away_after_grace_unless_they_are_read(database: Database) -> None:
    await opened(database)
    await reads_rules(database, START)
    await decided(database, START)
    changed_at = START + 10 * DAY
    async with database.write() as session:
        new = Rules(lines=("Ask first.",))
        await rules.save(session, COLLEAGUE, new, based_on=1, place="home", now=changed_at)
    (one,) = await decided(database, changed_at)
    assert [(move.change, move.until) for move in one.moves] == [("changed", changed_at + 5 * DAY)]
    assert one.ending == (CHAT,)
    async with database.write() as session:
        again, at = Rules(lines=("Ask first, please.",)), changed_at + DAY
        await rules.save(session, COLLEAGUE, again, based_on=2, place="home", now=at)
    assert not await decided(database, at)  # that the text is put right takes nothing away
    assert await may(database, CHAT, changed_at + 5 * DAY - SECOND)
    assert not await may(database, CHAT, changed_at + 5 * DAY)


async def is_verified(database: Database, at: datetime) -> None:
    async with database.write() as session:
        if await session.get(Claim, (ADA.workspace_id, "claim")) is None:
            session.add(
                Claim(
                    workspace_id=ADA.workspace_id,
                    user_id=ADA.user_id,
                    framework=BOATS.framework,
                    family="",
                    id="claim",
                    level=1,
                    from_level=1,
                    is_renewal=False,
                    state="accepted",
                    round=1,
                    criteria="[]",
                    opened_at=at,
                )
            )
            await session.flush()
        level = Verified(BOATS, 1, at, at + 300 * DAY, "claim")
        await verified.save(session, ADA, level, now=at)


async def test_what_takes_three_facts_ends_with_each_of_them(database: Database) -> None:
    await opened(database)
    await is_verified(database, START)
    await reads_rules(database, START)
    on = START.date()
    async with database.write() as session:
        confirm = trainings.confirm
        assert not await confirm(session, ADA, "safety", on=on, by=ADA, now=START)
        assert not await confirm(session, ADA, "safety", on=on, by=NAMESAKE, now=START)
        late = on + DAY
        assert not await confirm(session, ADA, "safety", on=late, by=COLLEAGUE, now=START)
    await decided(database, START)
    assert not await may(database, AGENT, START)
    async with database.write() as session:
        assert await trainings.confirm(session, ADA, "safety", on=on, by=COLLEAGUE, now=START)
    await decided(database, START)
    assert await may(database, AGENT, START)
    # Who verified it verifies no more: what they verified stays.
    async with database.write() as session:
        await ladders.put(session, COLLEAGUE, BOATS, now=START, is_named=True)
        await ladder_people.remove_member(session, COLLEAGUE)
    assert not await decided(database, START)
    assert await may(database, AGENT, START)
    async with database.write() as session:
        await verified.revoke_from(session, ADA, BOATS, 1, claim_id="claim", now=START)
    assert not await may(database, AGENT, START)  # at once, and without grace
    await decided(database, START)
    async with database.write() as session:
        await verified.restore(session, ADA, "claim", up_to=None, now=START)
    await decided(database, START)
    assert await may(database, AGENT, START)
    async with database.write() as session:
        assert await trainings.withdraw(session, ADA, "safety", by=COLLEAGUE, now=START)
    await decided(database, START)
    assert [change for name, change in await heard(database) if name == AGENT] == [
        "granted", "ended", "granted", "ended",
    ]  # fmt: skip
    async with database.read() as session:
        acts = list(await session.scalars(select(col(LedgerRow.act))))
    assert acts.count("access_granted") == 3
    assert acts.count("access_ended") == 2
    assert {"training_confirmed", "training_withdrawn"} < set(acts)


async def test_whose_approval_is_asked_for_again_ends_without_a_new_one(database: Database) -> None:
    await opened(database)
    async with database.write() as session:
        assert not await approvals.give(session, ADA, CUSTOMERS, by=ADA, now=START)
        assert await approvals.give(session, ADA, CUSTOMERS, by=COLLEAGUE, now=START)
    await decided(database, START)
    assert await may(database, CUSTOMERS, START + 100 * DAY - SECOND)
    assert not await may(database, CUSTOMERS, START + 100 * DAY)
    again = START + 90 * DAY
    async with database.write() as session:
        await approvals.give(session, ADA, CUSTOMERS, by=COLLEAGUE, now=again)
    for _ in range(2):
        await decided(database, again + DAY)
    assert await may(database, CUSTOMERS, again + 100 * DAY - SECOND)
    assert not await may(database, CUSTOMERS, again + 100 * DAY)
    assert await heard(database) == [(CUSTOMERS, "granted"), (CUSTOMERS, "changed")]
    async with database.write() as session:
        assert await approvals.withdraw(session, ADA, CUSTOMERS, by=COLLEAGUE, now=again)
    assert not await may(database, CUSTOMERS, again + 2 * DAY)


async def test_who_leaves_or_becomes_a_guest_loses_all_at_once(database: Database) -> None:
    await opened(database)
    await reads_rules(database, START)
    await decided(database, START)
    for is_active, is_guest in ((False, False), (True, True)):
        async with database.write() as session:
            await members.record_profile(
                session, ADA, zone=None, is_active=is_active, is_guest=is_guest, now=START
            )
        assert not await may(database, CHAT, START)
        await decided(database, START)
        async with database.write() as session:
            await members.record_profile(session, ADA, zone=None, is_active=True, now=START)
        await decided(database, START)
        assert await may(database, CHAT, START)
    assert [change for _, change in await heard(database)] == [
        "granted", "ended", "granted", "ended", "granted",
    ]  # fmt: skip
    # Nobody knows of somebody without a profile whether they are a guest.
    async with database.write() as session:
        await rules.record_reading(session, MemberKey("T1", "UNEW"), 1, now=START)
    await decided(database, START)
    assert not await may(database, CHAT, START, MemberKey("T1", "UNEW"))
    later = START + timedelta(minutes=10)
    async with database.read() as session:
        assert await decisions.unread(session, "T1", now=START) == []
        assert await decisions.unread(session, "T1", now=later) == ["UNEW"]
    assert not await may(database, CHAT, START, MemberKey("T1", "USTRANGER"))
    assert not await may(database, CHAT, START, NAMESAKE)


async def test_ticking_off_and_switching_off_end_what_the_policy_and_sandboxes_gave(
    database: Database,
) -> None:
    await opened(database)
    await reads_rules(database, START)
    for setting, off, on in (
        (ON_PERMISSIONS, (), (CHAT, AGENT)),
        (CAPABILITIES, ("sandbox",), ("access", "sandbox")),
    ):
        async with database.write() as session:
            until = START + 10 * DAY
            await grants.grant_for_sandbox(session, ADA, AGENT, "plan", until=until, now=START)
        await decided(database, START)
        assert await may(database, CHAT, START)
        assert await may(database, AGENT, START)
        async with database.write() as session:
            await sets(session, COLLEAGUE, setting, off)
        assert not await may(database, CHAT, START)
        assert not await may(database, AGENT, START)
        await decided(database, START)
        async with database.write() as session:
            await sets(session, COLLEAGUE, setting, on)
        await decided(database, START)
        assert await may(database, CHAT, START)
        assert not await may(database, AGENT, START)  # the plan's is over for good
    agent = [change for name, change in await heard(database) if name == AGENT]
    assert agent == ["granted", "ended"] * 2


async def test_a_sandbox_and_the_policy_together_end_once(database: Database) -> None:
    await opened(database)
    async with database.write() as session:
        until = START + 10 * DAY
        await grants.grant_for_sandbox(session, ADA, AGENT, "plan", until=until, now=START)
    assert await may(database, AGENT, START)  # at once
    await decided(database, START)
    await is_verified(database, START)
    await reads_rules(database, START)
    async with database.write() as session:
        on = START.date()
        await trainings.confirm(session, ADA, "safety", on=on, by=COLLEAGUE, now=START)
    await decided(database, START)
    async with database.write() as session:
        await grants.end_for_sandbox(session, ADA, "plan", now=START)
    assert not await decided(database, START)
    assert await may(database, AGENT, START)
    assert [change for name, change in await heard(database) if name == AGENT] == [
        "granted", "changed",
    ]  # fmt: skip


async def test_another_version_of_the_policy_is_noticed_when_nothing_is_due(
    database: Database,
) -> None:
    await opened(database)
    await reads_rules(database, START)
    await decided(database, START)
    without = type(POLICY)(permissions={AGENT: POLICY.permissions[AGENT]})
    later = START + timedelta(minutes=11)
    async with database.read() as session:
        assert await due.workspaces_due(session, now=later) == [ADA.workspace_id]
    async with database.write() as session:
        batch = await decisions.decide_next(session, ADA.workspace_id, without, now=later)
    ((move,),) = [one.moves for one in batch.decided]
    assert (move.change, move.reason) == ("ended", "unknown_permission")


async def test_processes_at_once_store_each_change_once(database: Database) -> None:
    await opened(database)
    people = [MemberKey("T1", f"UM{number:02}") for number in range(30)]
    for one in people:
        async with database.write() as session:
            await joins(session, one)
            await rules.record_reading(session, one, 1, now=START)

    async def process() -> None:
        for _ in range(8):
            async with database.write() as session:
                await decisions.decide_next(session, "T1", POLICY, now=START, limit=7)

    await asyncio.gather(*(process() for _ in range(4)))
    for one in people:
        async with database.read() as session:
            assert await told(session, one) == [(CHAT, "granted")]
