"""The main path of a claim: draft, submitted, taken, marked, decided, verified."""

from datetime import timedelta

from storage.database.engine import Database
from storage.evidence import verified
from tests.evidence.bench import ADA, CODING, accepted, set_up
from tests.storage.cast import minute


async def test_a_claim_that_is_accepted_verifies_its_levels(database: Database) -> None:
    await set_up(database)
    claim = await accepted(database, ADA, 2, now=minute(0))
    async with database.read() as session:
        held = await verified.levels_of(session, ADA, minute(60))
        later = await verified.levels_of(session, ADA, minute(0) + timedelta(days=367))
    assert [(one.ladder, one.level, one.claim_id) for one in held] == [
        (CODING, 1, claim.id),
        (CODING, 2, claim.id),
    ]
    assert later == ()
