"""A claim's life in storage: shown, returned, decided, undone, made again, appealed, revoked, ended."""

from datetime import timedelta

import pytest

from coaching import verifiers
from coaching.evidence import Criterion, LadderKey, Mark, Missing
from coaching.members import MemberKey
from storage import members
from storage.database.engine import Database
from storage.evidence import (
    claims,
    decisions,
    desk,
    ladder_people,
    ladders,
    looks,
    queue,
    review_requests,
    verified,
    verifier_moves,
)
from storage.evidence.claim_rows import Claim
from storage.evidence.looks import Review
from storage.evidence.review_requests import ReviewRequest
from storage.evidence.verifier_moves import Taken
from tests.evidence.bench import (
    ADA,
    CODING,
    CRITERIA,
    STEW,
    VERA,
    VERIFIERS,
    VIDA,
    VITO,
    accepted,
    decided,
    ending,
    finished,
    marked,
    piece,
    set_up,
    submitted,
)
from tests.storage.cast import minute

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    """No second looks, unless a test wants one each time."""
    monkeypatch.setattr(verifiers, "SECOND_LOOKS", 10**30)


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch, seldom: None) -> None:
    """A second look at each decision."""
    monkeypatch.setattr(verifiers, "SECOND_LOOKS", 1)


async def levels(database: Database, *, now: object = minute(60), key: object = ADA) -> list[int]:
    async with database.read() as session:
        return [one.level for one in await verified.levels_of(session, key, now)]  # type: ignore[arg-type]


async def queued(database: Database, key: object, *, now: object = minute(1)) -> list[str]:
    async with database.read() as session:
        return [one.claim_id for one in await queue.queue(session, key, now)]  # type: ignore[arg-type]


async def test_a_claim_that_is_accepted_verifies_its_levels(database: Database) -> None:
    await set_up(database)
    claim = await accepted(database, ADA, 2, now=minute(0))
    async with database.read() as session:
        held = await verified.levels_of(session, ADA, minute(60))
    assert [(one.ladder, one.level, one.claim_id) for one in held] == [
        (CODING, 1, claim.id),
        (CODING, 2, claim.id),
    ]
    assert await levels(database, now=minute(0) + 366 * DAY) == []


async def test_a_claim_says_why_it_cannot_begin(database: Database) -> None:
    async with database.write() as session:
        for ladder, level, problem in (
            (CODING, 4, "no_such_level"),
            (LadderKey("role-families"), 1, "no_such_level"),
            (CODING, 1, "off"),
        ):
            found = await claims.open_draft(session, ADA, ladder, level, CRITERIA, now=minute(0))
            assert found == problem
    await set_up(database)
    async with database.write() as session:
        for key, expected in ((STEW, "is_steward"), (ADA, None), (ADA, "open")):
            began = await claims.open_draft(session, key, CODING, 1, CRITERIA, now=minute(0))
            assert began == expected or (expected is None and isinstance(began, Claim))
        assert await ladders.name_steward(session, ADA, CODING, now=minute(1)) == "has_open_claim"
        assert await ladders.name_steward(session, VERA, CODING, now=minute(1)) == "is_verifier"
        named = await ladders.name_verifiers(
            session, "T1", CODING, [STEW.user_id, "U7", "U8"], now=minute(1)
        )
        assert named == "is_steward"


async def test_it_is_submitted_with_two_pieces_for_each_level(database: Database) -> None:
    await set_up(database)
    async with database.write() as session:
        claim = await claims.open_draft(session, ADA, CODING, 2, CRITERIA, now=minute(0))
        assert isinstance(claim, Claim)

        async def save(facts: object, piece_id: str | None = None) -> object:
            return await claims.save_piece(
                session, ADA, claim.id, facts, piece_id=piece_id, now=minute(1)  # type: ignore[arg-type]
            )  # fmt: skip

        first = await save(piece(1, shows=("first",)))
        assert await claims.submit(session, ADA, claim.id, now=minute(2)) == (
            Missing(1, 1, ("second",)),
            Missing(2, 2, ("first", "second")),
        )
        assert await save(piece(1), first.id) == first  # type: ignore[attr-defined]
        assert await save(piece(3)) == "level"
        assert await save(piece(1), "unknown") == "gone"
        await save(piece(1))
        kept = [await save(piece(2)) for _ in range(5)]
        assert kept[4] == "many"
        assert await claims.remove_piece(session, ADA, claim.id, kept[3].id)  # type: ignore[attr-defined]
        done = await claims.submit(session, ADA, claim.id, now=minute(3))
        assert isinstance(done, Claim)
        assert await save(piece(1), first.id) == "gone"  # type: ignore[attr-defined]
        assert not await claims.remove_piece(session, ADA, claim.id, kept[0].id)  # type: ignore[attr-defined]
        assert await claims.submit(session, VERA, claim.id, now=minute(3)) == "gone"


async def test_a_return_with_words_and_a_second_try(database: Database) -> None:
    await set_up(database)
    claim = await submitted(database, now=minute(0))
    review = await marked(database, VERA, claim, now=minute(1))
    async with database.write() as session:
        back = verifier_moves.return_with_words
        assert await back(session, VERA, review.id, " ", now=minute(2)) == "words"
        assert await back(session, VITO, review.id, "No.", now=minute(2)) == "gone"
        done = await back(session, VERA, review.id, "Which file?", now=minute(2))
        assert isinstance(done, Claim)
        assert [one.words for one in await looks.readable_reviews(session, done)] == ["Which file?"]
        again = await claims.submit(session, ADA, claim.id, now=minute(3))
        assert isinstance(again, Claim)
    await decided(database, VERA, again, now=minute(4))
    over = await ending(database, now=minute(14))
    assert over.then == "accepted"


async def test_it_is_decided_as_its_marks_say(database: Database) -> None:
    await set_up(database)
    claim = await submitted(database, level=2, now=minute(0))
    async with database.write() as session:
        taken = await verifier_moves.take(session, VERA, claim.id, now=minute(1))
        assert isinstance(taken, Taken)
        review = taken.review

        async def mark(criterion: str, said: Mark) -> object:
            return await verifier_moves.mark(
                session, VERA, review.id, criterion, said, now=minute(2)
            )

        assert await mark("1:first", Mark("not_shown")) == "words"
        assert await mark("3:first", Mark("shown")) == "gone"
        for key in ("1:first", "1:second", "2:first"):
            assert isinstance(await mark(key, Mark("shown")), Taken)
        decide = verifier_moves.decide
        assert await decide(session, VERA, review.id, "", now=minute(3)) == (CRITERIA[3],)
        assert isinstance(await mark("2:second", Mark("cannot_tell")), Taken)
        assert await decide(session, VERA, review.id, "", now=minute(3)) == "words"
        assert await decide(session, VITO, review.id, "x", now=minute(3)) == "gone"
        done = await decide(session, VERA, review.id, "Level 1 is there.", now=minute(3))
        assert isinstance(done, verifier_moves.Decided)
        assert (done.outcome, done.level) == ("adjusted", 1)
        assert await looks.readable_reviews(session, claim) == []
    assert await levels(database) == []
    assert await finished(database, now=minute(12)) is None
    over = await ending(database, now=minute(13))
    assert (over.then, over.claim.reached) == ("adjusted", 1)
    assert await levels(database) == [1]
    async with database.read() as session:
        told = await looks.readable_reviews(session, over.claim)
    assert [(one.level, one.words) for one in told] == [(1, "Level 1 is there.")]


async def test_a_level_builds_on_the_one_below(database: Database) -> None:
    await set_up(database)
    await accepted(database, ADA, 1, now=minute(0))
    claim = await submitted(database, level=2, now=minute(100))
    assert claim.covered == (2,)
    await decided(database, VITO, claim, now=minute(110))
    async with database.write() as session:
        reason = "The pull request was somebody else's."
        gone = await decisions.revoke(session, STEW, ADA, CODING, 1, reason, now=minute(111))
        assert isinstance(gone, Claim)
    again = await ending(database, now=minute(120))
    assert again.then == "again"
    review = await marked(database, VITO, claim, now=minute(121))
    async with database.write() as session:
        now = minute(122)
        assert await verifier_moves.decide(session, VITO, review.id, "x", now=now) == "below"
    assert await levels(database, now=minute(130)) == []


async def test_a_decision_can_be_undone_for_ten_minutes(database: Database) -> None:
    await set_up(database)
    claim = await submitted(database, now=minute(0))
    review = await decided(database, VERA, claim, now=minute(1), shown=0)
    assert await queued(database, VITO) == []
    async with database.write() as session:
        undo = verifier_moves.undo
        assert await undo(session, VITO, review.id, now=minute(2)) == "gone"
        assert await undo(session, VERA, review.id, now=minute(11)) == "late"
        taken = await undo(session, VERA, review.id, now=minute(10))
        assert isinstance(taken, Review)
        assert len(await looks.marks_of(session, taken)) == 2
        assert await undo(session, VERA, review.id, now=minute(10)) == "gone"
    assert await finished(database, now=minute(60)) is None


async def test_a_claim_goes_back_after_48_hours_or_by_a_click(database: Database) -> None:
    await set_up(database)
    claim = await submitted(database, now=minute(0))
    review = await marked(database, VERA, claim, now=minute(0))
    late = minute(0) + 2 * DAY
    async with database.write() as session:
        take = verifier_moves.take
        assert await take(session, VITO, claim.id, now=minute(1)) == "taken"
        assert await verifier_moves.decide(session, VERA, review.id, "", now=late) == "gone"
        other = await take(session, VITO, claim.id, now=late)
        assert isinstance(other, Taken)
        back = await verifier_moves.give_back(session, VITO, other.review.id, now=late)
        assert isinstance(back, Review)
        mine = await take(session, VERA, claim.id, now=late)
        assert isinstance(mine, Taken)
        assert mine.review.id == review.id
        assert len(await looks.marks_of(session, mine.review)) == 2


@pytest.mark.usefixtures("always")
async def test_a_second_look_that_agrees_changes_nothing(database: Database) -> None:
    await set_up(database)
    claim = await submitted(database, now=minute(0))
    await decided(database, VERA, claim, now=minute(1))
    again = await ending(database, now=minute(11))
    assert (again.then, again.is_over) == ("second", False)
    assert await queued(database, VERA, now=minute(12)) == []
    async with database.write() as session:
        row = (await queue.queue(session, VITO, minute(12)))[0]
        assert (row.is_appeal, row.is_for_steward, row.review_id) == (False, False, None)
        assert await verifier_moves.take(session, VERA, claim.id, now=minute(12)) == "looked_before"
    await decided(database, VITO, claim, now=minute(12))
    over = await ending(database, now=minute(22))
    assert over.then == "accepted"


@pytest.mark.usefixtures("always")
async def test_the_first_verifier_cannot_undo_while_a_second_decision_can_be(
    database: Database,
) -> None:
    await set_up(database)
    claim = await submitted(database, now=minute(0))
    first = await decided(database, VERA, claim, now=minute(1))
    await finished(database, now=minute(11))
    second = await decided(database, VITO, claim, now=minute(12))
    async with database.write() as session:
        assert await desk.undoable(session, VERA, now=minute(13)) == []
        found = await desk.undoable(session, VITO, now=minute(13))
        assert [review.id for _, review in found] == [second.id]
        undo = verifier_moves.undo
        assert await undo(session, VERA, first.id, now=minute(13)) == "late"
        assert isinstance(await undo(session, VITO, second.id, now=minute(13)), Review)


@pytest.mark.usefixtures("always")
async def test_of_looks_that_disagree_the_steward_decides_with_words(database: Database) -> None:
    await set_up(database)
    claim = await submitted(database, level=2, now=minute(0))
    await decided(database, VERA, claim, now=minute(1))
    await finished(database, now=minute(11))
    await decided(database, VITO, claim, now=minute(12), shown=1)
    over = await ending(database, now=minute(22))
    assert over.then == "steward"
    assert await queued(database, VIDA, now=minute(23)) == []
    assert await queued(database, STEW, now=minute(23)) == [claim.id]
    async with database.read() as session:
        told = await decisions.looks_for_steward(session, STEW, claim.id)
        assert [(one.look, one.level, len(one.marks)) for one in told] == [
            ("first", 2, 4),
            ("second", 1, 4),
        ]
        assert await decisions.looks_for_steward(session, VERA, claim.id) == ()
    review = await marked(database, STEW, claim, now=minute(24))
    async with database.write() as session:
        decide = verifier_moves.decide
        assert await decide(session, STEW, review.id, "", now=minute(25)) == "words"
        assert isinstance(
            await decide(session, STEW, review.id, "Both are there.", now=minute(25)),
            verifier_moves.Decided,
        )
    last = await ending(database, now=minute(35))
    assert last.then == "accepted"


async def test_an_appeal_is_heard_once_by_somebody_else(database: Database) -> None:
    await set_up(database)
    claim = await submitted(database, now=minute(0))
    await decided(database, VERA, claim, now=minute(1), shown=0)
    await finished(database, now=minute(11))
    async with database.write() as session:
        assert await claims.appeal(session, ADA, claim.id, " ", now=minute(12)) == "words"
        words = "The second piece shows it."
        asked = await claims.appeal(session, ADA, claim.id, words, now=minute(12))
        assert isinstance(asked, Claim)
    assert await queued(database, VERA, now=minute(13)) == []
    async with database.read() as session:
        read = await queue.dossier(session, VITO, claim.id, now=minute(13))
        assert read is not None
        assert read.appeal_words == words
    await decided(database, VITO, asked, now=minute(14), shown=0)
    over = await ending(database, now=minute(24))
    assert over.then == "declined"
    async with database.write() as session:
        assert await claims.appeal(session, ADA, claim.id, "Again.", now=minute(25)) == "gone"


@pytest.mark.usefixtures("always")
async def test_an_appeal_is_looked_at_twice_while_somebody_is_left(database: Database) -> None:
    await set_up(database)
    async with database.write() as session:
        users = [*(key.user_id for key in VERIFIERS), "UFOURTH"]
        await ladders.name_verifiers(session, "T1", CODING, users, now=minute(0))
    claim = await submitted(database, now=minute(0))
    for verifier, at in ((VERA, 1), (VITO, 12)):
        await decided(database, verifier, claim, now=minute(at), shown=0)
        await finished(database, now=minute(at + 10))
    async with database.write() as session:
        asked = await claims.appeal(session, ADA, claim.id, "Look again.", now=minute(23))
    assert isinstance(asked, Claim)
    await decided(database, VIDA, asked, now=minute(24), shown=0)
    again = await ending(database, now=minute(34))
    assert again.then == "second"
    await decided(database, MemberKey("T1", "UFOURTH"), asked, now=minute(35))
    over = await ending(database, now=minute(45))
    assert over.then == "steward"
    assert await queued(database, STEW, now=minute(46)) == [claim.id]


@pytest.mark.usefixtures("always")
async def test_an_appeal_stands_when_nobody_is_left_for_a_second_look(database: Database) -> None:
    await set_up(database)
    claim = await submitted(database, now=minute(0))
    for verifier, at in ((VERA, 1), (VITO, 12)):
        await decided(database, verifier, claim, now=minute(at), shown=0)
        await finished(database, now=minute(at + 10))
    async with database.write() as session:
        asked = await claims.appeal(session, ADA, claim.id, "Look again.", now=minute(23))
    assert isinstance(asked, Claim)
    await decided(database, VIDA, asked, now=minute(24))
    over = await ending(database, now=minute(34))
    assert over.then == "accepted"


@pytest.mark.usefixtures("always")
async def test_the_steward_hears_the_appeal_of_one_of_three_verifiers(database: Database) -> None:
    await set_up(database)
    claim = await submitted(database, VERA, now=minute(0))
    for verifier, at in ((VITO, 1), (VIDA, 12)):
        await decided(database, verifier, claim, now=minute(at), shown=0)
        await finished(database, now=minute(at + 10))
    async with database.write() as session:
        asked = await claims.appeal(session, VERA, claim.id, "Look again.", now=minute(23))
    assert isinstance(asked, Claim)
    assert await queued(database, STEW, now=minute(24)) == [claim.id]
    await decided(database, STEW, asked, now=minute(24))
    over = await ending(database, now=minute(34))
    assert over.then == "accepted"


@pytest.mark.usefixtures("always")
async def test_the_first_decision_stands_when_the_steward_is_barred_too(
    database: Database,
) -> None:
    await set_up(database)
    async with database.write() as session:
        await ladders.name_steward(session, ADA, CODING, now=minute(0))
        both = LadderKey("ai-data")
        users = [key.user_id for key in VERIFIERS]
        await ladders.name_verifiers(session, "T1", both, users, now=minute(0))
        await ladders.name_steward(session, STEW, both, now=minute(0))
        made = await claims.open_draft(session, ADA, both, 1, CRITERIA, now=minute(0))
        assert isinstance(made, Claim)
        for _ in range(2):
            await claims.save_piece(session, ADA, made.id, piece(1), now=minute(0))
        await claims.submit(session, ADA, made.id, now=minute(0))
    # The claimant decided on the steward, who therefore may not decide on the claimant.
    await decided(database, VERA, made, now=minute(1))
    claim = await submitted(database, VERA, now=minute(2))
    await decided(database, VITO, claim, now=minute(3), shown=0)
    for _ in range(2):
        await finished(database, now=minute(13))
    await decided(database, VIDA, claim, now=minute(14))
    over = await ending(database, now=minute(24))
    assert (over.then, over.review.verifier) == ("declined", VITO.user_id)
    assert await levels(database, now=minute(25), key=VERA) == []
    async with database.write() as session:
        (told,) = await looks.readable_reviews(session, over.claim)
        assert told.verifier == VITO.user_id
        assert await looks.is_split(session, told)
        appeal = claims.appeal
        assert await appeal(session, VERA, claim.id, "Look.", now=minute(25)) == "nobody"
        users = [*(key.user_id for key in VERIFIERS), "UFOURTH"]
        await ladders.name_verifiers(session, "T1", CODING, users, now=minute(26))
        asked = await appeal(session, VERA, claim.id, "Look.", now=minute(27))
    assert isinstance(asked, Claim)
    assert asked.needs == "appeal"


async def test_nobody_decides_on_whom_they_depend(database: Database) -> None:
    await set_up(database)
    own = await submitted(database, VITO, now=minute(0))
    assert own.id not in await queued(database, VITO)
    async with database.write() as session:
        assert await verifier_moves.take(session, VITO, own.id, now=minute(1)) == "oneself"
        assert await verifier_moves.take(session, STEW, own.id, now=minute(1)) == "not_verifier"
    await decided(database, VERA, own, now=minute(1), shown=0)
    await finished(database, now=minute(11))
    theirs = await submitted(database, VERA, now=minute(12))
    async with database.write() as session:
        take = verifier_moves.take
        assert await take(session, VITO, theirs.id, now=minute(13)) == "mutual"
        later = minute(1) + 180 * DAY
        taken = await take(session, VITO, theirs.id, now=later)
        assert isinstance(taken, Taken)
        await claims.appeal(session, VITO, own.id, "Look again.", now=later)
        assert await queue.dossier(session, VITO, theirs.id, now=later) is None
        await verifier_moves.give_back(session, VITO, taken.review.id, now=later)
        assert await take(session, VITO, theirs.id, now=later) == "appeal"


@pytest.mark.parametrize("leaves", [True, False])
async def test_whose_role_ended_in_the_middle_of_a_look_does_not_decide(
    database: Database, leaves: bool
) -> None:
    await set_up(database)
    claim = await submitted(database, now=minute(0))
    review = await marked(database, VERA, claim, now=minute(1))
    async with database.write() as session:
        if leaves:
            await members.record_profile(session, VERA, zone=None, is_active=False, now=minute(2))
        else:
            others = [VITO.user_id, VIDA.user_id, ADA.user_id]
            await ladders.name_verifiers(session, "T1", CODING, others, now=minute(2))
    async with database.write() as session:
        assert (
            await verifier_moves.decide(session, VERA, review.id, "", now=minute(3))
            == "not_verifier"
        )
        words = verifier_moves.return_with_words
        assert await words(session, VERA, review.id, "More.", now=minute(3)) == "gone"
    async with database.read() as session:
        assert await queue.dossier(session, VERA, claim.id, now=minute(3)) is None


async def test_a_revoked_level_comes_back_with_those_above_by_an_appeal(database: Database) -> None:
    await set_up(database)
    claim = await accepted(database, ADA, 1, now=minute(0))
    await accepted(database, ADA, 2, now=minute(100), by=VITO)
    async with database.write() as session:
        revoke = decisions.revoke
        assert await revoke(session, STEW, ADA, CODING, 1, "", now=minute(200)) == "words"
        assert await revoke(session, VERA, ADA, CODING, 1, "x", now=minute(200)) == "not_verifier"
        assert await revoke(session, STEW, ADA, CODING, 3, "x", now=minute(200)) == "gone"
        gone = await revoke(session, STEW, ADA, CODING, 1, "Not theirs.", now=minute(200))
        assert isinstance(gone, Claim)
        assert [one.words for one in await looks.readable_reviews(session, gone)][
            -1
        ] == "Not theirs."
    assert await levels(database, now=minute(201)) == []
    async with database.write() as session:
        asked = await claims.appeal(session, ADA, claim.id, "It is mine.", now=minute(202))
        assert isinstance(asked, Claim)
        assert await verifier_moves.take(session, STEW, claim.id, now=minute(203)) == "not_verifier"
    await decided(database, VIDA, asked, now=minute(203))
    await finished(database, now=minute(213))
    assert await levels(database, now=minute(214)) == [1, 2]


async def test_a_revoked_level_that_was_renewed_comes_back_by_an_appeal(database: Database) -> None:
    await set_up(database)
    async with database.write() as session:
        await ladders.set_months(session, "T1", CODING, 6, now=minute(0))
    await accepted(database, ADA, 2, now=minute(0))
    soon = minute(0) + 160 * DAY
    renewal = await submitted(database, level=2, now=soon, count=1)
    assert renewal.is_renewal
    await decided(database, VITO, renewal, now=soon)
    await finished(database, now=soon + timedelta(minutes=10))
    later = soon + DAY
    async with database.write() as session:
        gone = await decisions.revoke(session, STEW, ADA, CODING, 2, "Not theirs.", now=later)
        assert isinstance(gone, Claim)
        assert gone.id == renewal.id
        asked = await claims.appeal(session, ADA, renewal.id, "It is mine.", now=later)
        assert isinstance(asked, Claim)
    await decided(database, VIDA, asked, now=later)
    over = await ending(database, now=later + timedelta(minutes=10))
    assert over.then == "accepted"
    assert await levels(database, now=later + DAY) == [1, 2]


async def test_levels_end_and_are_renewed_with_one_piece(database: Database) -> None:
    await set_up(database)
    async with database.write() as session:
        await ladders.set_months(session, "T1", CODING, 6, now=minute(0))
    await accepted(database, ADA, 2, now=minute(0))
    soon = minute(0) + 160 * DAY
    async with database.write() as session:
        early = minute(0) + 100 * DAY
        opened = await claims.open_draft(session, ADA, CODING, 2, CRITERIA, now=early)
        assert opened == "verified"
        assert await verified.due(session, now=early) == []
        assert await verified.due(session, now=soon) == ["T1"]
        told = await verified.next_notice(session, "T1", now=soon)
        assert told is not None
        assert (told[0], told[1].level) == (ADA, 2)
        assert await verified.next_notice(session, "T1", now=soon) is None
    claim = await submitted(database, level=2, now=soon, count=1)
    assert (claim.is_renewal, claim.covered) == (True, (2,))
    # The level ends while the claim waits; it was in time.
    late = soon + 60 * DAY
    assert await levels(database, now=late) == []
    await decided(database, VITO, claim, now=late)
    await finished(database, now=late + timedelta(minutes=10))
    assert await levels(database, now=late + DAY) == [1, 2]
    assert await levels(database, now=late + 190 * DAY) == []
    anew = await submitted(database, level=2, now=late + 190 * DAY)
    assert (anew.is_renewal, anew.covered) == (False, (1, 2))


async def test_a_verifier_reads_what_was_submitted_and_nothing_else(database: Database) -> None:
    await set_up(database)
    claim = await submitted(database, now=minute(0))
    async with database.read() as session:
        read = await queue.dossier(session, VERA, claim.id, now=minute(1))
        assert read is not None
        assert read.pieces == (piece(1), piece(1))
        assert read.criteria == CRITERIA[:2]
        assert (read.user_id, read.level, read.appeal_words) == (ADA.user_id, 1, "")
        for other in (ADA, STEW):
            assert await queue.dossier(session, other, claim.id, now=minute(1)) is None
    await marked(database, VERA, claim, now=minute(1))
    async with database.write() as session:
        assert await queue.dossier(session, VITO, claim.id, now=minute(2)) is None
        await claims.withdraw(session, ADA, claim.id, now=minute(3))
        assert await queue.dossier(session, VERA, claim.id, now=minute(4)) is None


async def test_who_is_asked_changes_while_a_claim_waits(database: Database) -> None:
    await set_up(database)
    claim = await submitted(database, now=minute(0))
    asked: list[tuple[str, str]] = []
    for days in (0, 0, 2, 3, 3, 7, 14, 30):
        now = minute(0) + days * DAY
        async with database.write() as session:
            due = await review_requests.due(session, now=now)
            found = await review_requests.next_request(session, "T1", now=now)
            assert due == (["T1"] if found else [])
        if isinstance(found, ReviewRequest):
            asked.append((found.stage, found.to.user_id))
    stages, people = zip(*asked, strict=True)
    assert stages == ("new", "reminder", "another", "steward")
    assert people[0] == people[1] != people[2]
    assert people[3] == STEW.user_id
    assert await queued(database, STEW, now=minute(0) + 13 * DAY) == []
    assert await queued(database, STEW, now=minute(0) + 14 * DAY) == [claim.id]


async def asks(database: Database, *days: int) -> list[tuple[str, str]]:
    """The stages of who is asked on these days, with whom."""
    found: list[tuple[str, str]] = []
    for day in days:
        async with database.write() as session:
            one = await review_requests.next_request(session, "T1", now=minute(0) + day * DAY)
        found += [(one.stage, one.to.user_id)] if one else []
    return found


async def test_the_steward_is_asked_once_nobody_holds_the_claim(database: Database) -> None:
    await set_up(database)
    claim = await submitted(database, now=minute(0))
    assert len(await asks(database, 0, 3, 7)) == 3
    await marked(database, VERA, claim, now=minute(0) + 13 * DAY)
    assert await asks(database, 14, 15) == [("steward", STEW.user_id)]


async def test_the_next_steward_is_asked_too(database: Database) -> None:
    await set_up(database)
    await submitted(database, now=minute(0))
    assert (await asks(database, 0, 14))[-1] == ("steward", STEW.user_id)
    others = [MemberKey("T1", user) for user in ("USTELLA", "USTAN")]
    async with database.write() as session:
        await ladder_people.clear_steward(session, "T1", CODING, now=minute(0))
        assert await ladders.name_steward(session, others[0], CODING, now=minute(0)) is None
    assert await asks(database, 15, 16) == [("steward", others[0].user_id)]
    async with database.write() as session:
        await ladder_people.remove_member(session, others[0])
        assert await ladders.name_steward(session, others[1], CODING, now=minute(0)) is None
    assert await asks(database, 17, 18) == [("steward", others[1].user_id)]


@pytest.mark.usefixtures("always")
async def test_a_second_look_never_goes_to_the_steward(database: Database) -> None:
    await set_up(database)
    claim = await submitted(database, now=minute(0))
    late = minute(0) + 14 * DAY
    await decided(database, VERA, claim, now=late)
    again = await ending(database, now=late + timedelta(minutes=10))
    assert again.then == "second"
    assert await queued(database, STEW, now=late + DAY) == []
    async with database.write() as session:
        took = await verifier_moves.take(session, STEW, claim.id, now=late + DAY)
    assert took == "not_verifier"
    ((stage, user),) = await asks(database, 15, 16, 30)
    assert stage == "another"
    assert user in (VITO.user_id, VIDA.user_id)
    async with database.read() as session:
        assert await review_requests.due(session, now=late + 30 * DAY) == []


async def test_where_the_steward_is_barred_another_verifier_is_asked(database: Database) -> None:
    await set_up(database)
    async with database.write() as session:
        users = [*(key.user_id for key in VERIFIERS), ADA.user_id]
        await ladders.name_verifiers(session, "T1", CODING, users, now=minute(0))
        other = MemberKey("T1", "UOTHER")
        assert await ladders.name_steward(session, other, CODING, now=minute(0)) is None
    await accepted(database, STEW, 1, now=minute(0) - DAY, by=ADA)
    async with database.write() as session:
        assert await ladders.name_steward(session, STEW, CODING, now=minute(0)) is None
    await submitted(database, now=minute(0))
    stages, people = zip(*await asks(database, 0, 3, 7, 14, 15), strict=True)
    assert stages == ("new", "reminder", "another", "steward")
    assert set(people) == {key.user_id for key in VERIFIERS}


async def test_a_rule_lets_those_verify_who_are_verified_and_said_yes(database: Database) -> None:
    await set_up(database)
    await accepted(database, ADA, 1, now=minute(0))
    async with database.write() as session:
        await ladders.set_rule(session, "T1", CODING, 1, now=minute(20))
        assert not await ladders.is_verifier(session, ADA, CODING, now=minute(21))
        await ladder_people.say_yes(session, ADA, CODING, now=minute(21))
        assert await ladders.is_verifier(session, ADA, CODING, now=minute(21))
        later = minute(0) + 366 * DAY
        assert not await ladders.is_verifier(session, ADA, CODING, now=later)


async def test_a_criterion_is_named_with_its_level(database: Database) -> None:
    """Families ask the same question at each tier."""
    sales = LadderKey("role-families", "sales")
    await set_up(database, sales)
    asked = [Criterion(tier, "checking", f"Tier {tier}.") for tier in (1, 2)]
    async with database.write() as session:
        claim = await claims.open_draft(session, ADA, sales, 2, asked, now=minute(0))
        assert isinstance(claim, Claim)
        for tier in (1, 1, 2, 2):
            facts = piece(tier, shows=("checking",))
            await claims.save_piece(session, ADA, claim.id, facts, now=minute(0))
        assert isinstance(await claims.submit(session, ADA, claim.id, now=minute(0)), Claim)
    await decided(database, VERIFIERS[0], claim, now=minute(1), shown=1)
    over = await ending(database, now=minute(11))
    assert (over.then, over.claim.reached) == ("adjusted", 1)
