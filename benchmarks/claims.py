"""One claim for each member whose review is measured: who verifies, whose claim it is, and what it shows."""

from app import utc_now
from benchmarks.measurement import Broken
from coaching.evidence import LadderKey, PieceFacts
from coaching.members import MemberKey
from content.evidence import claim_ladder
from content.loader import load_content
from storage.database.engine import Database
from storage.evidence import claims, ladders
from storage.evidence.claim_rows import Claim

CODING, LEVEL = LadderKey("ai-coding"), 1
STEWARD, VERIFIERS = "U0STEWARD00", ("U0VERIFIER1", "U0VERIFIER2", "U0VERIFIER3")
DID = "Wrote the import of the orders with its tests, and ran both on a copy of last week's data."


async def panel(database: Database, workspace_id: str) -> None:
    """Let a steward and three people decide on coding, without whom nobody can claim a level."""
    async with database.write() as session:
        await ladders.name_verifiers(session, workspace_id, CODING, VERIFIERS, now=utc_now())
        steward = MemberKey(workspace_id, STEWARD)
        await ladders.name_steward(session, steward, CODING, now=utc_now())


async def one_for(database: Database, verifier: MemberKey) -> None:
    """Let this member verify coding, and somebody else hand in a claim of two pieces."""
    library, _ = load_content()
    ladder, now = claim_ladder(library, CODING), utc_now()
    criteria = ladder.criteria_up_to(LEVEL) if ladder else ()
    somebody = MemberKey(verifier.workspace_id, f"{verifier.user_id}C")
    shows = tuple(one.id for one in criteria)
    facts = PieceFacts(LEVEL, "https://example.com/pull/12", DID, DID, DID, shows)
    async with database.write() as session:
        await ladders.put(session, verifier, CODING, now=now, is_named=True)
        claim = await claims.open_draft(session, somebody, CODING, LEVEL, criteria, now=now)
        if not isinstance(claim, Claim):
            raise Broken(f"A claim could not be made: {claim}.")
        for _ in range(2):
            await claims.save_piece(session, somebody, claim.id, facts, now=now)
        done = await claims.submit(session, somebody, claim.id, now=now)
    if not isinstance(done, Claim):
        raise Broken(f"A claim could not be handed in: {done}.")
