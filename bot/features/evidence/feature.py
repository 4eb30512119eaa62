"""Evidence as a capability: claims that other people decide on, and what is stored of them."""

from bot.deps import Deps
from bot.feature import Feature, FeatureJob, Switch
from bot.features.evidence.service import (
    DECIDED,
    ENDS,
    NAME,
    RETURNED,
    TALK,
    claim_notice,
    ends_notice,
    evidence_needs,
    finish_decisions,
    tell_ends,
)
from coaching.members import MemberKey
from storage.database import Session
from storage.evidence import claim_rows, decisions, ladders, looks, nudges, pieces, verified


async def leave(session: Session, _deps: Deps, key: MemberKey) -> None:
    """Take the roles of verifier and steward from a member who was deactivated."""
    await ladders.remove_member(session, key)


FEATURE = Feature(
    name=NAME,
    switch=Switch(
        title="Evidence",
        about=(
            "Members show pieces of real work for a level, and colleagues whom you name decide whether it's "
            "verified."
        ),
        needs=evidence_needs,
    ),
    notice_lines={
        RETURNED: claim_notice,
        DECIDED: claim_notice,
        TALK: claim_notice,
        ENDS: ends_notice,
    },
    jobs=(
        FeatureJob(
            name="evidence_decisions",
            seconds=30,
            promise=(
                "Makes decisions on claims final after ten minutes, and plans the notice to the member in "
                "the same transaction. Run twice or in several processes: each is finished once. "
                "Run late: the decision counts from when it was made."
            ),
            run=finish_decisions,
            due=decisions.due,
        ),
        FeatureJob(
            name="evidence_ends",
            seconds=3600,
            promise=(
                "Plans the notice that a verified level ends within 30 days. Run twice or in several "
                "processes: a member is told once of each level. Run late: they have less time to renew it."
            ),
            run=tell_ends,
            due=verified.due,
        ),
    ),
    on_member_gone=leave,
    personal_data=(
        ladders.LADDER_DATA,
        ladders.PERSONAL_DATA,
        claim_rows.PERSONAL_DATA,
        pieces.PERSONAL_DATA,
        looks.PERSONAL_DATA,
        looks.REVIEW_DATA,
        looks.MARK_DATA,
        nudges.PERSONAL_DATA,
        verified.PERSONAL_DATA,
    ),
)
