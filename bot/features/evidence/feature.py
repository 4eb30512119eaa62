"""Evidence as a capability: claims that other people decide on, and what is stored of them."""

from bot.deps import Deps
from bot.feature import Feature
from coaching.members import MemberKey
from storage.database import Session
from storage.evidence import claim_rows, ladders, looks, nudges, pieces, verified


async def leave(session: Session, _deps: Deps, key: MemberKey) -> None:
    """Take the roles of verifier and steward from a member who was deactivated."""
    await ladders.remove_member(session, key)


FEATURE = Feature(
    name="evidence",
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
