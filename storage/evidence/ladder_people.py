"""What else is set of a ladder: user groups whose people verify, and members who said yes or no to it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import col

from coaching.evidence import LadderKey
from coaching.members import MemberKey
from storage import holders
from storage.database import Session
from storage.database.rows import update_rows
from storage.evidence import ladders, review_requests
from storage.evidence.exclusions import Reviewer
from storage.evidence.ladders import EvidenceLadder, Verifier
from storage.evidence.verified import levels_of


async def named_on(session: Session, workspace_id: str, ladder: LadderKey) -> list[str]:
    """Return whom admins named to verify on the ladder."""
    rows = await session.scalars(
        select(col(Verifier.user_id))
        .where(ladders.is_ladder(Verifier, workspace_id, ladder), col(Verifier.is_named))
        .order_by(col(Verifier.since), col(Verifier.user_id))
    )
    return list(rows)


async def groups_of(
    session: Session, workspace_id: str, ladder: LadderKey
) -> list[holders.RoleGroup]:
    """Return the user groups whose people verify on the ladder."""
    found = await holders.groups(session, workspace_id)
    return [one for one in found if one.role == ladders.role_of(ladder)]


async def choose_groups(
    session: Session, workspace_id: str, ladder: LadderKey, handles: Mapping[str, str]
) -> None:
    """Let the people in these user groups, and in no others, verify on the ladder."""
    await holders.choose_groups(session, workspace_id, ladders.role_of(ladder), dict(handles))


async def clear_steward(
    session: Session, workspace_id: str, ladder: LadderKey, *, now: datetime
) -> None:
    """Let the ladder have no steward; whoever is the next one is asked anew about what waits."""
    row = await ladders.locked(session, workspace_id, ladder, now=now)
    row.steward = None
    await session.flush()
    await review_requests.forget_steward(session, workspace_id, ladder)


async def offers_to(session: Session, who: Reviewer, *, now: datetime) -> list[LadderKey]:
    """Return the ladders whose rule lets the member verify, on which they have not said yes."""
    open_to = {
        row.ladder: row.rule_level
        for row in await ladders.set_ladders(session, who.key.workspace_id)
        if row.rule_level and row.ladder not in who.verifies | who.stewards
    }
    if not open_to:
        return []
    held: dict[LadderKey, int] = {}
    for one in await levels_of(session, who.key, now):
        held[one.ladder] = max(one.level, held.get(one.ladder, 0))
    return [ladder for ladder, least in open_to.items() if held.get(ladder, 0) >= least]


async def say_yes(
    session: Session, key: MemberKey, ladder: LadderKey, *, now: datetime
) -> ladders.NamingProblem | None:
    """Store that the member is willing to verify where the ladder's rule lets them."""
    row = await ladders.locked(session, key.workspace_id, ladder, now=now)
    if row.steward == key.user_id:
        return "is_steward"
    await ladders.put(session, key, ladder, now=now, is_willing=True)
    return None


async def say_no(session: Session, key: MemberKey, ladder: LadderKey) -> None:
    """Store that the member does not want to verify on the ladder, also if they were named."""
    await session.execute(
        delete(Verifier).where(
            ladders.is_ladder(Verifier, key.workspace_id, ladder),
            col(Verifier.user_id) == key.user_id,
        )
    )


async def remove_member(session: Session, key: MemberKey) -> None:
    """Delete what is stored here about a member who was deactivated."""
    here = col(Verifier.workspace_id) == key.workspace_id
    await session.execute(delete(Verifier).where(here, col(Verifier.user_id) == key.user_id))
    for ladder in await ladders.stewarded_by(session, key):
        await review_requests.forget_steward(session, key.workspace_id, ladder)
    mine = col(EvidenceLadder.workspace_id) == key.workspace_id
    await update_rows(
        session, EvidenceLadder, mine, col(EvidenceLadder.steward) == key.user_id, steward=None
    )
