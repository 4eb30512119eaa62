"""Whether anybody is left who may make a look at a claim."""

from datetime import datetime

from coaching.evidence import Look
from coaching.members import MemberKey
from storage.database import Session
from storage.evidence import ladders, looks
from storage.evidence.claim_rows import Claim
from storage.evidence.exclusions import Reviewer, reviewer, reviewers


async def can_be_made(session: Session, claim: Claim, look: Look, *, now: datetime) -> bool:
    """Return whether a verifier of the ladder, or for "steward" its steward, may make this look now.

    People who decided on the claim before, in any round, are not counted.
    """
    every = await looks.of_claim(session, claim.workspace_id, claim.id)
    before = {one.verifier for one in every if one.state in looks.DECIDED}
    people = await _people(session, claim, look, now=now)
    return any(
        one.key.user_id not in before and one.exclusion(claim, now=now, look=look) is None
        for one in people
    )


async def _people(session: Session, claim: Claim, look: Look, *, now: datetime) -> list[Reviewer]:
    workspace_id, ladder = claim.workspace_id, claim.ladder
    if look == "steward":
        row = await ladders.get(session, workspace_id, ladder)
        if row is None or row.steward is None:
            return []
        return [await reviewer(session, MemberKey(workspace_id, row.steward), now=now)]
    found = await ladders.verifiers_of(session, workspace_id, ladder, now=now)
    users = [one.user_id for one in found]
    return list((await reviewers(session, workspace_id, {ladder: users}, now=now)).values())
