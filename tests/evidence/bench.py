"""A ladder with three verifiers and a steward, and what members and verifiers do on it."""

from datetime import datetime, timedelta

from coaching.evidence import Criterion, LadderKey, Mark, PieceFacts, criterion_key
from coaching.members import MemberKey
from storage import workspaces
from storage.database.engine import Database
from storage.evidence import claims, decisions, ladders, queue, verifier_moves
from storage.evidence.claims import Claim
from storage.evidence.decisions import Finished
from storage.evidence.looks import Review
from storage.evidence.verifier_moves import Taken
from tests.storage.cast import minute

CODING = LadderKey("ai-coding")
CRITERIA = tuple(
    Criterion(level, name, f"I do {name} of level {level}.")
    for level in (1, 2, 3)
    for name in ("first", "second")
)
ADA = MemberKey("T1", "UADA")
VERA, VITO, VIDA = (MemberKey("T1", user) for user in ("UVERA", "UVITO", "UVIDA"))
STEW = MemberKey("T1", "USTEW")
VERIFIERS = (VERA, VITO, VIDA)


async def set_up(database: Database, ladder: LadderKey = CODING) -> None:
    """The ladder has its verifiers and its steward."""
    async with database.write() as session:
        await workspaces.connect(session, "T1", "Acme", now=minute(0))
        users = [key.user_id for key in VERIFIERS]
        assert await ladders.name_verifiers(session, "T1", ladder, users, now=minute(0)) is None
        assert await ladders.name_steward(session, STEW, ladder, now=minute(0)) is None


def piece(level: int = 1, **changes: object) -> PieceFacts:
    """A piece that shows all criteria of its level."""
    values: dict[str, object] = {
        "level": level,
        "link": "https://example.com/pull/1",
        "did": "Wrote the parser.",
        "ai_did": "Drafted the tests.",
        "checked": "Ran them on last month's files.",
        "shows": ("first", "second"),
    }
    return PieceFacts(**values | changes)  # type: ignore[arg-type]


async def submitted(
    database: Database, key: MemberKey = ADA, level: int = 1, *, now: datetime, count: int = 2
) -> Claim:
    """A claim with enough pieces for each of its levels, handed over."""
    async with database.write() as session:
        claim = await claims.open_draft(session, key, CODING, level, CRITERIA, now=now)
        assert isinstance(claim, Claim), claim
        for one in claim.covered:
            for _ in range(count):
                await claims.save_piece(session, key, claim.id, piece(one), now=now)
        done = await claims.submit(session, key, claim.id, now=now)
    assert isinstance(done, Claim), done
    return done


async def marked(
    database: Database,
    verifier: MemberKey,
    claim: Claim,
    *,
    now: datetime,
    shown: int | None = None,
) -> Review:
    """The verifier took the claim and marked each criterion; those above level `shown` are not shown."""
    async with database.write() as session:
        taken = await verifier_moves.take(session, verifier, claim.id, now=now)
        assert isinstance(taken, Taken), taken
        review = taken.review
        for one in (await queue.dossier_in(session, claim)).criteria:
            is_shown = shown is None or one.level <= shown
            said = Mark("shown") if is_shown else Mark("not_shown", "It says nothing of it.")
            key = criterion_key(one)
            done = await verifier_moves.mark(session, verifier, review.id, key, said, now=now)
            assert isinstance(done, Taken), done
    return review


async def decided(
    database: Database,
    verifier: MemberKey,
    claim: Claim,
    *,
    now: datetime,
    shown: int | None = None,
    words: str = "I looked at both.",
) -> Review:
    """The verifier decided on the claim as their marks say."""
    review = await marked(database, verifier, claim, now=now, shown=shown)
    async with database.write() as session:
        done = await verifier_moves.decide(session, verifier, review.id, words, now=now)
    assert isinstance(done, verifier_moves.Decided), done
    return review


async def finished(database: Database, *, now: datetime) -> Finished | None:
    """What comes of the oldest decision that can no longer be undone at this moment."""
    async with database.write() as session:
        return await decisions.finish_next(session, "T1", now=now)


async def ending(database: Database, *, now: datetime) -> Finished:
    """What comes of that decision, which there is."""
    done = await finished(database, now=now)
    assert done is not None
    return done


async def accepted(
    database: Database, key: MemberKey, level: int, *, now: datetime, by: MemberKey = VERA
) -> Claim:
    """A claim of this level that was accepted; as often as a second look was drawn, that agreed too."""
    claim = await submitted(database, key, level, now=now)
    for who in (by, *(one for one in VERIFIERS if one != by)):
        await decided(database, who, claim, now=now)
        now += timedelta(minutes=10)
        done = await ending(database, now=now)
        if done.is_over:
            assert done.then == "accepted"
            return done.claim
    raise AssertionError("Two looks that agree were not enough.")
