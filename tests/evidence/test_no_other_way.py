"""No sequence of acts, roles, and jumps of the clock verifies a level in any other way than by the rules.

People claim, decide, undo, return, appeal, revoke, change roles, check themselves, leave and come back, in
any order. After each act: levels stand on those below; none was lowered but by a revocation; each was decided
by somebody else, who had not been decided on by the member within 180 days; and what people say of themselves
verified nothing.
"""

import asyncio
import os
import shutil
from collections.abc import Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from bot.features.ledger import operators
from coaching import verifiers
from coaching.evidence import Mark, Verified, criterion_key
from coaching.members import MemberKey
from coaching.verifiers import NOT_MUTUAL
from storage import members
from storage.database.engine import Database
from storage.evidence import (
    claims,
    decisions,
    ladders,
    naming,
    queue,
    verified,
    verifier_moves,
)
from storage.evidence.claim_rows import Claim
from storage.evidence.looks import Review
from tests.databases import open_database
from tests.evidence.bench import CODING, CRITERIA, piece
from tests.storage.cast import finished as checked_themselves
from tests.storage.cast import minute

T = TypeVar("T")

PEOPLE = tuple(MemberKey("T1", f"U{letter}") for letter in "ABCDE")
people = st.sampled_from(PEOPLE)


class Office(RuleBasedStateMachine):
    """Five people who may be members, verifiers and stewards of one ladder, in any order."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = TemporaryDirectory()
        file = shutil.copy(self.template, Path(self.folder.name) / "rungs.db")
        self.database: Database = self.run(open_database(f"sqlite:///{file}"))
        self.now: datetime = minute(0)
        self.was: dict[tuple[MemberKey, int], Verified] = {}
        self.revoked: set[MemberKey] = set()

    def run(self, act: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(act)

    def teardown(self) -> None:
        told, is_fine = self.run(operators.verify(self.database))
        self.run(self.database.close())
        self.loop.close()
        self.folder.cleanup()
        assert is_fine, told

    @initialize()
    def roles(self) -> None:
        """A ladder that works, so that most sequences come to decisions."""
        self.name(list(PEOPLE[:3]))
        self.steward(PEOPLE[3])

    @rule(which=st.lists(people, min_size=3, max_size=4, unique=True))
    def name(self, which: list[MemberKey]) -> None:
        async def act() -> None:
            async with self.database.write() as session:
                users = [key.user_id for key in which]
                await ladders.name_verifiers(session, "T1", CODING, users, now=self.now)

        self.run(act())

    @rule(who=people)
    def steward(self, who: MemberKey) -> None:
        async def act() -> None:
            async with self.database.write() as session:
                await ladders.name_steward(session, who, CODING, now=self.now)

        self.run(act())

    @rule(who=people, level=st.sampled_from([None, 1, 2]))
    def volunteer(self, who: MemberKey, level: int | None) -> None:
        async def act() -> None:
            async with self.database.write() as session:
                await ladders.set_rule(session, "T1", CODING, level, now=self.now)
                await naming.say_yes(session, who, CODING, now=self.now)

        self.run(act())

    @rule(who=people, is_active=st.booleans())
    def come_and_go(self, who: MemberKey, is_active: bool) -> None:
        async def act() -> None:
            async with self.database.write() as session:
                await members.ensure(session, who, now=self.now)
                await members.record_profile(
                    session, who, zone=None, is_active=is_active, now=self.now
                )

        self.run(act())

    @rule(who=people, level=st.sampled_from([1.0, 3.0]))
    def check_themselves(self, who: MemberKey, level: float) -> None:
        self.run(checked_themselves(self.database, who, level))

    @rule(who=people, level=st.sampled_from([1, 2]))
    def claim(self, who: MemberKey, level: int) -> None:
        async def act() -> None:
            async with self.database.write() as session:
                made = await claims.open_draft(session, who, CODING, level, CRITERIA, now=self.now)
                if isinstance(made, Claim):
                    for one in (*made.covered, *made.covered):
                        await claims.save_piece(session, who, made.id, piece(one), now=self.now)
                    await claims.submit(session, who, made.id, now=self.now)

        self.run(act())

    @rule(who=people, shown=st.sampled_from([0, 1, 2, 2, 2]), place=st.integers(0, 3))
    def decide(self, who: MemberKey, shown: int, place: int) -> None:
        async def act() -> None:
            async with self.database.write() as session:
                if (review := await self.taken(session, who, place)) is None:
                    return
                claim = await claims.one(session, "T1", review.claim_id)
                assert claim is not None
                for one in await queue.asked_of(session, claim):
                    said = Mark("shown") if one.level <= shown else Mark("not_shown", "No.")
                    name = criterion_key(one)
                    await verifier_moves.mark(session, who, review.id, name, said, now=self.now)
                await verifier_moves.decide(session, who, review.id, "Because.", now=self.now)

        self.run(act())

    async def taken(self, session: Any, who: MemberKey, place: int) -> Review | None:
        """Any claim of anybody, also one that the queue does not offer."""
        every = await session.scalars(select(Claim).order_by(Claim.id.desc()))  # type: ignore[attr-defined]
        found = list(every)
        if not found:
            return None
        claim_id = found[place % len(found)].id
        review = await verifier_moves.take(session, who, claim_id, now=self.now)
        return review if isinstance(review, Review) else None

    @rule(who=people, place=st.integers(0, 3))
    def give_back_or_return(self, who: MemberKey, place: int) -> None:
        async def act() -> None:
            async with self.database.write() as session:
                review = await self.taken(session, who, place)
                if review and place % 2:
                    await verifier_moves.give_back(session, who, review.id, now=self.now)
                elif review:
                    await verifier_moves.return_with_words(
                        session, who, review.id, "More.", now=self.now
                    )

        self.run(act())

    @rule()
    def undo(self) -> None:
        async def act() -> None:
            async with self.database.write() as session:
                for review in await session.scalars(select(Review)):
                    if review.verifier:
                        by = MemberKey("T1", review.verifier)
                        await verifier_moves.undo(session, by, review.id, now=self.now)

        self.run(act())

    @rule(who=people, is_withdrawn=st.booleans())
    def submit_again_appeal_or_withdraw(self, who: MemberKey, is_withdrawn: bool) -> None:
        async def act() -> None:
            async with self.database.write() as session:
                for one in await claims.of_member(session, who):
                    await claims.submit(session, who, one.id, now=self.now)
                    await claims.appeal(session, who, one.id, "Look again.", now=self.now)
                    if is_withdrawn:
                        await claims.withdraw(session, who, one.id, now=self.now)

        self.run(act())

    @rule(by=people, who=people, level=st.sampled_from([1, 2]))
    def revoke(self, by: MemberKey, who: MemberKey, level: int) -> None:
        async def act() -> object:
            async with self.database.write() as session:
                return await decisions.revoke(
                    session, by, who, CODING, level, "Not theirs.", now=self.now
                )

        if isinstance(self.run(act()), Claim):
            self.revoked.add(who)

    @rule(
        later=st.sampled_from(
            [timedelta(minutes=5), timedelta(minutes=11), timedelta(hours=49)]
            + [timedelta(days=days) for days in (15, 181, 340, 366)]
        )
    )
    def time_passes(self, later: timedelta) -> None:
        self.now += later

    @rule()
    def finish(self) -> None:
        async def act() -> None:
            for _ in range(9):
                async with self.database.write() as session:
                    if await decisions.finish_next(session, "T1", now=self.now) is None:
                        return

        self.now += timedelta(minutes=11)
        self.run(act())

    @invariant()
    def levels_stand_on_those_below(self) -> None:
        for key in PEOPLE:
            held = self.levels(key)
            assert sorted(held) == list(range(1, len(held) + 1)), held
            for level, one in held.items():
                assert level == 1 or one.ends_at <= held[level - 1].ends_at

    @invariant()
    def nothing_lowers_a_level_but_a_revocation(self) -> None:
        for key in PEOPLE:
            held = self.levels(key)
            for (who, level), old in self.was.items():
                if who == key and key not in self.revoked and old.is_in_force(self.now):
                    assert held[level].ends_at >= old.ends_at
            self.was |= {(key, level): one for level, one in held.items()}
        self.was = {place: one for place, one in self.was.items() if place[0] not in self.revoked}
        self.revoked.clear()

    @invariant()
    def others_decided_and_none_on_each_other(self) -> None:
        async def look() -> list[tuple[str, str, datetime, str, int | None, str]]:
            async with self.database.read() as session:
                rows = await session.execute(
                    select(Review, Claim).join(Claim, Claim.id == Review.claim_id)  # type: ignore[arg-type]
                )
                return [
                    (
                        *(str(review.verifier), claim.user_id, review.decided_at or self.now),
                        *(claim.id, review.level, review.look),
                    )
                    for review, claim in rows
                    if review.state == "decided"
                ]

        found = self.run(look())
        for by, whose, at, *_ in found:
            assert by != whose
            back = [row[2] for row in found if row[:2] == (whose, by)]
            assert all(abs(at - then) >= NOT_MUTUAL for then in back)
        shown = {(claim_id, level) for _, _, _, claim_id, level, _ in found}
        for key in PEOPLE:
            for level, one in self.levels(key).items():
                by_this = [reached or 0 for claim_id, reached in shown if claim_id == one.claim_id]
                assert max(by_this, default=0) >= level, "no level without a decision that says so"

    def levels(self, key: MemberKey) -> dict[int, Verified]:
        async def look() -> dict[int, Verified]:
            async with self.database.read() as session:
                held = await verified.levels_of(session, key, self.now)
                return {one.level: one for one in held}

        return self.run(look())


def test_no_sequence_verifies_in_another_way(
    sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Office, "template", sqlite_template, raising=False)
    monkeypatch.setattr(verifiers, "SECOND_LOOKS", 3)
    run_state_machine_as_test(
        Office,
        settings=settings(
            max_examples=int(os.environ.get("EVIDENCE_EXAMPLES", "8")),
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
