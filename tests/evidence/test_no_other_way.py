"""No sequence of acts, roles, and jumps of the clock verifies a level in any other way than by the rules.

People claim, decide, undo, return, appeal, revoke, change roles, check themselves, leave and come back, in
any order. After each act: levels stand on those below; none was lowered but by a revocation; each was decided
by somebody else, who might verify at that moment and had not been decided on by the member within 180 days;
no claim was handed over with fewer pieces than it takes; what people say of themselves verified nothing.
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
from coaching.evidence import UNDO_WITHIN, Mark, Verified, criterion_key
from coaching.members import MemberKey
from coaching.verifiers import NOT_MUTUAL
from storage import members
from storage.database.engine import Database
from storage.evidence import (
    claims,
    decisions,
    exclusions,
    ladder_people,
    ladders,
    queue,
    verified,
    verifier_moves,
)
from storage.evidence.claim_rows import Claim
from storage.evidence.looks import Review
from storage.evidence.pieces import Piece
from storage.evidence.verifier_moves import Taken
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
        self.named: set[MemberKey] = set()
        self.willing: set[MemberKey] = set()
        self.gone: set[MemberKey] = set()
        self.looks_after: MemberKey | None = None
        self.decided_at: dict[str, datetime] = {}

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
                named = ladders.name_verifiers(session, "T1", CODING, users, now=self.now)
                if await named is None:
                    self.named = set(which)

        self.run(act())

    @rule(who=people)
    def steward(self, who: MemberKey) -> None:
        async def act() -> None:
            async with self.database.write() as session:
                if await ladders.name_steward(session, who, CODING, now=self.now) is None:
                    self.looks_after = who

        self.run(act())

    @rule(who=people, level=st.sampled_from([None, 1, 2]))
    def volunteer(self, who: MemberKey, level: int | None) -> None:
        async def act() -> None:
            async with self.database.write() as session:
                await ladders.set_rule(session, "T1", CODING, level, now=self.now)
                await ladder_people.say_yes(session, who, CODING, now=self.now)
                self.willing.add(who)

        self.run(act())

    @rule(who=people, is_active=st.booleans())
    def come_and_go(self, who: MemberKey, is_active: bool) -> None:
        async def act() -> None:
            async with self.database.write() as session:
                await members.ensure(session, who, now=self.now)
                await members.record_profile(
                    session, who, zone=None, is_active=is_active, now=self.now
                )
            self.gone = self.gone - {who} if is_active else self.gone | {who}

        self.run(act())

    @rule(who=people, level=st.sampled_from([1.0, 3.0]))
    def check_themselves(self, who: MemberKey, level: float) -> None:
        self.run(checked_themselves(self.database, who, level))

    @rule(who=people, level=st.sampled_from([1, 2]), pieces=st.sampled_from([1, 2, 2]))
    def claim(self, who: MemberKey, level: int, pieces: int) -> None:
        async def act() -> None:
            async with self.database.write() as session:
                made = await claims.open_draft(session, who, CODING, level, CRITERIA, now=self.now)
                if isinstance(made, Claim):
                    for one in made.covered * pieces:
                        await claims.save_piece(session, who, made.id, piece(one), now=self.now)
                    await claims.submit(session, who, made.id, now=self.now)

        self.run(act())

    @rule(who=people, shown=st.sampled_from([0, 1, 2, 2, 2]), place=st.integers(0, 3))
    def mark(self, who: MemberKey, shown: int, place: int) -> None:
        async def act() -> None:
            async with self.database.write() as session:
                if (review := await self.taken(session, who, place)) is None:
                    return
                claim = await claims.one(session, "T1", review.claim_id)
                assert claim is not None
                for one in (await queue.dossier_in(session, claim)).criteria:
                    said = Mark("shown") if one.level <= shown else Mark("not_shown", "No.")
                    name = criterion_key(one)
                    await verifier_moves.mark(session, who, review.id, name, said, now=self.now)

        self.run(act())

    @rule()
    def decide(self) -> None:
        """Whoever has taken a claim decides on it, if they still may."""

        async def act() -> None:
            async with self.database.write() as session:
                for review in list(await session.scalars(select(Review))):
                    by = MemberKey("T1", str(review.verifier))
                    done = await verifier_moves.decide(session, by, review.id, "So.", now=self.now)
                    if isinstance(done, verifier_moves.Decided):
                        assert by not in self.gone
                        assert by in {self.looks_after, *self.named, *self.willing}
                        self.decided_at[review.id] = self.now

        self.run(act())

    @rule(
        one=st.sampled_from(PEOPLE[:2]),
        other=st.sampled_from(PEOPLE[1:3]),
        days=st.sampled_from([0, 90, 179]),
        is_late=st.booleans(),
    )
    def each_claims_and_looks_at_the_other(
        self, one: MemberKey, other: MemberKey, days: int, is_late: bool
    ) -> None:
        """Two claim and look at each other's claim: one after the other, or both before either decides."""
        self.name(list(PEOPLE[:3]))
        for who in (one, other):
            self.come_and_go(who, is_active=True)
            self.claim(who, 1, 2)
            self.claim(who, 2, 2)
        for by in (other, one):
            for place in (0, 1):
                self.mark(by, 2, place)
            if is_late:
                self.decide()
                self.finish()
                self.now += timedelta(days=days)
        self.decide()

    @rule(
        level=st.sampled_from([1, 2]),
        pieces=st.sampled_from([1, 2, 2]),
        is_decided=st.booleans(),
        end=st.sampled_from(["named", "leaves", "revoked"]),
    )
    def something_ends_in_the_middle(
        self, level: int, pieces: int, is_decided: bool, end: str
    ) -> None:
        """What somebody's look rests on changes before they decide, or before the decision is final."""
        by, who = PEOPLE[0], PEOPLE[4]
        self.name(list(PEOPLE[:3]))
        self.come_and_go(by, is_active=True)
        self.submit_again_appeal_or_withdraw(who, is_withdrawn=True)
        self.claim(who, level, pieces)
        self.mark(by, level, 0)
        if is_decided:
            self.decide()
        if end == "named":
            self.name(list(PEOPLE[1:3]))
        elif end == "leaves":
            self.come_and_go(by, is_active=False)
        elif self.looks_after:
            self.revoke(self.looks_after, who, 1)
        self.decide()
        self.finish()

    async def taken(self, session: Any, who: MemberKey, place: int) -> Review | None:
        """Any claim of anybody, also one that the queue does not offer."""
        every = await session.scalars(select(Claim).order_by(Claim.id.desc()))  # type: ignore[attr-defined]
        found = list(every)
        if not found:
            return None
        claim_id = found[place % len(found)].id
        taken = await verifier_moves.take(session, who, claim_id, now=self.now)
        return taken.review if isinstance(taken, Taken) else None

    async def waits_for_somebody(self, session: Any, claim: Claim) -> None:
        """No claim goes on to a look that nobody may make."""
        found = [await exclusions.reviewer(session, who, now=self.now) for who in PEOPLE]
        assert any(one.exclusion(claim, now=self.now) is None for one in found), claim

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
                for review in list(await session.scalars(select(Review))):
                    by = MemberKey("T1", str(review.verifier))
                    done = await verifier_moves.undo(session, by, review.id, now=self.now)
                    if isinstance(done, Review):
                        assert self.now < self.decided_at[review.id] + UNDO_WITHIN

        self.run(act())

    @rule(who=people, is_withdrawn=st.booleans())
    def submit_again_appeal_or_withdraw(self, who: MemberKey, is_withdrawn: bool) -> None:
        async def act() -> None:
            async with self.database.write() as session:
                for one in await claims.of_member(session, who):
                    await claims.submit(session, who, one.id, now=self.now)
                    done = await claims.appeal(session, who, one.id, "Look again.", now=self.now)
                    if isinstance(done, Claim):
                        await self.waits_for_somebody(session, done)
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
                    done = await decisions.finish_next(session, "T1", now=self.now)
                    if done is None:
                        return
                    if done.then in ("second", "steward"):
                        await self.waits_for_somebody(session, done.claim)

        self.now += timedelta(minutes=11)
        self.run(act())

    @invariant()
    def levels_stand_on_those_below_and_only_a_revocation_lowers_one(self) -> None:
        now: dict[tuple[MemberKey, int], Verified] = {}
        for key, held in self.levels().items():
            assert sorted(held) == list(range(1, len(held) + 1)), held
            for level, one in held.items():
                assert level == 1 or one.ends_at <= held[level - 1].ends_at
                now[key, level] = one
        for place, old in self.was.items():
            if place[0] not in self.revoked and old.is_in_force(self.now):
                assert now[place].ends_at >= old.ends_at
        self.was = {place: one for place, one in self.was.items() if place[0] not in self.revoked}
        self.was |= now
        self.revoked.clear()

    @invariant()
    def every_claim_that_was_handed_over_has_its_pieces(self) -> None:
        async def look() -> list[tuple[Claim, list[int]]]:
            async with self.database.read() as session:
                rows = await session.execute(
                    select(Claim, Piece.level)  # type: ignore[call-overload]
                    .join(Piece, Piece.claim_id == Claim.id)
                    .where(Claim.state.not_in(["draft", "returned", "withdrawn"]))  # type: ignore[attr-defined]
                )
                found: dict[str, tuple[Claim, list[int]]] = {}
                for claim, level in rows:
                    found.setdefault(claim.id, (claim, []))[1].append(level)
                return list(found.values())

        for claim, levels in self.run(look()):
            wanted = 1 if claim.is_renewal else 2
            assert all(levels.count(level) >= wanted for level in claim.covered), claim

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
        for held in self.levels().values():
            for level, one in held.items():
                by_this = [reached or 0 for claim_id, reached in shown if claim_id == one.claim_id]
                assert max(by_this, default=0) >= level, "no level without a decision that says so"

    def levels(self) -> dict[MemberKey, dict[int, Verified]]:
        async def look() -> dict[MemberKey, dict[int, Verified]]:
            async with self.database.read() as session:
                return {
                    key: {
                        one.level: one for one in await verified.levels_of(session, key, self.now)
                    }
                    for key in PEOPLE
                }

        return self.run(look())


def test_no_sequence_verifies_in_another_way(
    sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Office, "template", sqlite_template, raising=False)
    monkeypatch.setattr(verifiers, "SECOND_LOOKS", 3)
    # The short form tries the same sequences each time, so that what it finds is found by everybody.
    wanted = os.environ.get("EVIDENCE_EXAMPLES")
    run_state_machine_as_test(
        Office,
        settings=settings(
            max_examples=int(wanted or 6),
            stateful_step_count=25,
            derandomize=not wanted,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
