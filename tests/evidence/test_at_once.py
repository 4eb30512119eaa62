"""Two who act on the same claim at once, on both databases, and people who leave meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import REGISTRY
from bot.features.ledger import operators
from coaching import verifiers
from coaching.members import MemberKey
from storage import privacy
from storage.database.engine import Database
from storage.evidence import claims, decisions, ladders, looks, verified, verifier_moves
from storage.evidence.claim_rows import Claim
from storage.evidence.looks import Review
from storage.evidence.verifier_moves import Taken
from storage.ledger.ledger import LedgerRow
from tests.evidence.bench import (
    ADA,
    CODING,
    STEW,
    VERA,
    VIDA,
    VITO,
    accepted,
    decided,
    finished,
    marked,
    set_up,
    submitted,
)
from tests.storage.cast import minute
from tests.storage.rows import everything


@pytest.fixture(autouse=True)
def seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    """No second looks."""
    monkeypatch.setattr(verifiers, "SECOND_LOOKS", 10**30)


async def erased(database: Database, key: MemberKey) -> None:
    async with database.write() as session:
        await privacy.erase(session, key, REGISTRY.personal_data)


async def acts(database: Database) -> list[str]:
    async with database.read() as session:
        rows = await session.scalars(select(LedgerRow).order_by(LedgerRow.number))  # type: ignore[arg-type]
        found = [row.act for row in rows]
    told, is_fine = await operators.verify(database)
    assert is_fine, told
    return found


async def test_of_two_who_take_a_claim_at_once_one_has_it(database: Database) -> None:
    await set_up(database)
    claim = await submitted(database, now=minute(0))

    async def take(key: MemberKey) -> object:
        async with database.write() as session:
            return await verifier_moves.take(session, key, claim.id, now=minute(1))

    found = await asyncio.gather(*(take(key) for key in (VERA, VITO, VIDA)))
    assert sorted(isinstance(one, Taken) for one in found) == [False, False, True]
    assert [one for one in found if not isinstance(one, Taken)] == ["taken", "taken"]
    assert await acts(database) == ["opened", "submitted", "taken"]


async def test_of_two_decisions_at_once_one_counts(database: Database) -> None:
    """One verifier decides twice, by two clicks, while another has the claim no more."""
    await set_up(database)
    claim = await submitted(database, now=minute(0))
    late = minute(49 * 60)
    old = await marked(database, VITO, claim, now=minute(0))
    review = await marked(database, VERA, claim, now=late)

    async def decide(key: MemberKey, which: Review) -> object:
        async with database.write() as session:
            return await verifier_moves.decide(session, key, which.id, "", now=late)

    found = await asyncio.gather(decide(VERA, review), decide(VITO, old), decide(VERA, review))
    assert sum(isinstance(one, verifier_moves.Decided) for one in found) == 1
    assert found.count("gone") == 2
    assert (await acts(database)).count("decided") == 1


async def test_two_who_decide_on_each_other_at_once_are_not_mutual(database: Database) -> None:
    await set_up(database)
    of_vera = await submitted(database, VERA, now=minute(0))
    of_vito = await submitted(database, VITO, now=minute(0))
    by_vito = await marked(database, VITO, of_vera, now=minute(1))
    by_vera = await marked(database, VERA, of_vito, now=minute(1))

    async def decide(key: MemberKey, which: Review) -> object:
        async with database.write() as session:
            return await verifier_moves.decide(session, key, which.id, "", now=minute(2))

    found = await asyncio.gather(decide(VERA, by_vera), decide(VITO, by_vito))
    assert sum(isinstance(one, verifier_moves.Decided) for one in found) == 1
    assert found.count("mutual") == 1


async def test_undo_and_finish_at_once_leave_one_of_the_two(database: Database) -> None:
    await set_up(database)
    for number in range(4):
        key = MemberKey("T1", f"U{number}")
        claim = await submitted(database, key, now=minute(0))
        review = await decided(database, VERA, claim, now=minute(1))

        async def undo(review_id: str = review.id) -> object:
            async with database.write() as session:
                # The clock of this process is a little behind.
                return await verifier_moves.undo(session, VERA, review_id, now=minute(10))

        async def finish() -> object:
            return await finished(database, now=minute(11))

        both: list[Callable[[], Awaitable[object]]] = [undo, finish]
        found = await asyncio.gather(*(act() for act in (both if number % 2 else both[::-1])))
        undone = any(isinstance(one, Review) for one in found)
        over = any(isinstance(one, decisions.Finished) for one in found)
        async with database.read() as session:
            held = await verified.levels_of(session, key, minute(12))
        assert undone != over == bool(held)


async def test_a_level_is_revoked_with_the_claim_that_verified_it_last(database: Database) -> None:
    """A renewal ends at the moment at which the steward revokes the level."""
    await set_up(database)
    async with database.write() as session:
        await ladders.set_months(session, "T1", CODING, 6, now=minute(0))
    await accepted(database, ADA, 1, now=minute(0))
    soon = minute(0) + timedelta(days=160)
    renewal = await submitted(database, level=1, now=soon, count=1)
    await decided(database, VITO, renewal, now=soon)
    late = soon + timedelta(minutes=10)

    async def revoke() -> object:
        async with database.write() as session:
            return await decisions.revoke(session, STEW, ADA, CODING, 1, "Not theirs.", now=late)

    done, _ = await asyncio.gather(revoke(), finished(database, now=late))
    async with database.read() as session:
        row = (await session.scalars(select(verified.VerifiedLevel))).one()
        revoked = [one.id for one in await session.scalars(select(Claim)) if one.state == "revoked"]
    if row.revoked_at is None:
        assert (done, revoked) == ("gone", [])
    else:
        assert revoked == [row.claim_id] == [row.revoked_with]


async def test_a_verifier_who_is_erased_leaves_the_decision_without_a_name(
    database: Database,
) -> None:
    await set_up(database)
    claim = await submitted(database, now=minute(0))
    await decided(database, VERA, claim, now=minute(1), shown=0, words="Neither shows it.")
    await erased(database, VERA)
    over = await finished(database, now=minute(11))
    assert over is not None
    assert over.then == "declined"
    async with database.read() as session:
        (told,) = await looks.readable_reviews(session, over.claim)
    assert (told.words, told.verifier) == ("Neither shows it.", None)
    assert VERA.user_id not in str(await everything(database))
    assert (await acts(database))[-1] == "declined"


async def test_a_claim_goes_with_its_member_in_the_middle_of_a_look(database: Database) -> None:
    await set_up(database)
    claim = await submitted(database, now=minute(0))
    review = await marked(database, VERA, claim, now=minute(1))

    async def decide() -> object:
        async with database.write() as session:
            return await verifier_moves.decide(session, VERA, review.id, "", now=minute(2))

    found, _ = await asyncio.gather(decide(), erased(database, ADA))
    assert found == "gone" or isinstance(found, verifier_moves.Decided)
    assert await finished(database, now=minute(60)) is None
    left = await everything(database)
    kept = {name for name in left if name.startswith("evidence") and left[name]}
    assert kept <= {"evidence_ladder", "evidence_verifier", "evidence_key"}
    assert ADA.user_id not in str(left)
    await acts(database)


async def test_the_member_gets_their_evidence_with_their_data(database: Database) -> None:
    await set_up(database)
    claim = await submitted(database, now=minute(0))
    await decided(database, VERA, claim, now=minute(1), shown=0, words="Neither shows it.")

    async def exported(key: MemberKey) -> dict[str, object]:
        async with database.read() as session:
            held = await privacy.everything_about(session, key, REGISTRY.personal_data)
        return {**held["results"], **held["log"]}

    before = await exported(ADA)
    assert before["reviews_of_claims"] == before["marks"] == []
    await finished(database, now=minute(11))
    after = await exported(ADA)
    assert "Neither shows it." in str(after["reviews_of_claims"])
    assert "It says nothing of it." in str(after["marks"])
    assert "Wrote the parser." in str(after["pieces_of_claims"])
    assert VERA.user_id not in str(after)
    theirs = await exported(VERA)
    assert "Neither shows it." in str(theirs["reviews_by_you"])
    assert "Wrote the parser." not in str(theirs)
    async with database.write() as session:
        asked = await claims.appeal(session, ADA, claim.id, "No.", now=minute(12))
        assert isinstance(asked, Claim)
