"""Thousands of claims that wait take a statement for each page, not for each claim or each verifier."""

import pytest
from sqlalchemy import insert

from coaching.evidence import LadderKey, Mark, criterion_key
from storage.database import Session
from storage.database.engine import Database
from storage.evidence import ladders, queue, review_requests, verifier_moves
from storage.evidence.claim_rows import PAGE, Claim
from storage.evidence.verifier_moves import Taken
from storage.members import Member
from tests.evidence.bench import CODING, VERA, VITO, set_up, submitted
from tests.storage.cast import minute
from tests.storage.statements import recorded

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])

MANY = 3 * PAGE
SALES = LadderKey("role-families", "sales")
"""A ladder on which nobody may verify."""


async def wait(session: Session, count: int, ladder: LadderKey = SALES) -> None:
    """So many claims wait, all older than others."""
    users = [f"U{number:05}" for number in range(count)]
    here, seen = {"workspace_id": "T1"}, {"created_at": minute(0), "seen_at": minute(0)}
    await session.execute(insert(Member), [{**here, "user_id": user, **seen} for user in users])
    claim = {
        **here,
        "framework": ladder.framework,
        "family": ladder.family,
        "level": 1,
        "from_level": 1,
        "is_renewal": False,
        "state": "submitted",
        "needs": "first",
        "round": 1,
        "criteria": "[]",
        "opened_at": minute(0),
        "submitted_at": minute(0),
    }
    await session.execute(insert(Claim), [{**claim, "user_id": user, "id": user} for user in users])


def pages(count: int) -> int:
    return count // PAGE + 1


async def test_whom_to_ask_takes_no_statement_for_each_claim(database: Database) -> None:
    await set_up(database)
    async with database.write() as session:
        more = [VERA.user_id, *(f"UMORE{number}" for number in range(20))]
        assert await ladders.name_verifiers(session, "T1", CODING, more, now=minute(0)) is None
        await wait(session, MANY)
    mine = await submitted(database, now=minute(1))
    async with database.write() as session:
        with recorded(session) as seen:
            found = await review_requests.next_request(session, "T1", now=minute(2))
        assert found is not None
        assert (found.claim_id, found.stage) == (mine.id, "new")
        # Of each page: its claims, who was asked, who holds them, and one about the verifiers.
        assert len(seen) <= 4 * pages(MANY) + 20
    async with database.read() as session:
        assert await review_requests.due(session, now=minute(2)) == ["T1"]


async def test_a_queue_reads_the_claims_of_its_ladders_only(database: Database) -> None:
    await set_up(database)
    mine = await submitted(database, now=minute(1))
    async with database.write() as session:
        await wait(session, MANY)
    async with database.read() as session:
        with recorded(session) as seen:
            (one,) = await queue.queue(session, VERA, minute(2))
        # What keeps her from claims, the claims, and who holds them.
        assert (one.claim_id, len(seen)) == (mine.id, 3)


async def test_a_mark_reads_once_what_it_needs(database: Database) -> None:
    await set_up(database)
    claim = await submitted(database, now=minute(1))
    async with database.write() as session:
        taken = await verifier_moves.take(session, VERA, claim.id, now=minute(2))
        assert isinstance(taken, Taken)
    first, said = criterion_key(claim.to_show[0]), Mark("shown")
    async with database.write() as session:
        with recorded(session) as seen:
            done = await verifier_moves.mark(
                session, VERA, taken.review.id, first, said, now=minute(3)
            )
        assert isinstance(done, Taken)
        # Both people are locked, then the claim and the review; then whether she may, the pieces, the mark.
        assert len(seen) == 5


async def test_a_queue_is_full_though_others_hold_the_oldest_claims(database: Database) -> None:
    """What others took counts for nothing, however many of the oldest claims that is."""
    await set_up(database)
    async with database.write() as session:
        await wait(session, queue.QUEUE + 2, CODING)
        for one in (await queue.queue(session, VERA, minute(2)))[:2]:
            await verifier_moves.take(session, VITO, one.claim_id, now=minute(2))
    async with database.read() as session:
        assert len(await queue.queue(session, VERA, minute(3))) == queue.QUEUE
