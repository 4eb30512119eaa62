"""The job that decides anew about members, and tells them what changed."""

from datetime import timedelta
from logging import getLogger

from bot.deps import Deps
from bot.feature import FeatureJob
from bot.features.access.grant_notices import ENDED, ENDS, GRANTED
from bot.features.notices.service import tell
from bot.slack.directory import refresh
from bot.slack.errors import LogUndeliverable
from coaching.access.settlement import Move
from coaching.members import MemberKey
from storage.access import decisions, due
from storage.access.decisions import Decided
from storage.database import Session

log = getLogger(__name__)


async def decide(deps: Deps) -> bool:
    """Decide about the members of a batch, and tell them; True when there may be more."""
    await _read_profiles(deps)
    async with deps.database.write() as session:
        batch = await decisions.decide_next(
            session, deps.identity.workspace_id, deps.library.access, now=deps.now()
        )
        for one in batch.decided:
            await _tell(session, deps, one)
    return batch.has_more


async def _read_profiles(deps: Deps) -> None:
    """Read the profiles of members who are due and whose was never read: they may be guests."""
    async with deps.database.read() as session:
        unread = await decisions.unread(session, deps.identity.workspace_id, now=deps.now())
    if unread:
        with LogUndeliverable(log, "profiles_unread"):
            await refresh(deps, unread, older_than=timedelta(0))


async def _tell(session: Session, deps: Deps, decided: Decided) -> None:
    """Tell a member what changed by the policy, or what admins ended of a sandbox.

    Who grants for a sandbox tells of the rest of it. Nothing is told while access is off, to guests, or to
    people who left.
    """
    told = {move.permission: kind for move in decided.moves if (kind := _kind_of(move))}
    told |= dict.fromkeys(decided.ending, ENDS)
    for permission_id, kind in told.items():
        if kind in deps.features.notice_lines:
            await tell(session, deps, decided.key, kind, permission_id)


def _kind_of(move: Move) -> str | None:
    is_taken = move.change == "ended" and move.reason == "not_on"
    if (move.via != "policy" and not is_taken) or move.reason in ("not_member", "guest"):
        return None
    return {"granted": GRANTED, "ended": ENDED}.get(move.change)


async def end_all(session: Session, deps: Deps, key: MemberKey) -> None:
    """Tell receivers that everything ended which a member has who is about to be erased."""
    await decisions.end_all(session, key, now=deps.now())


DECIDE = FeatureJob(
    name="access_decisions",
    seconds=3,
    promise=(
        "Decides anew about members of whom something changed, or whose time for something is over. Grants, "
        "the changes for receivers and the notices to members are stored in one transaction. Run twice or in "
        "several processes: each change is stored once. Run late: nobody has more than before, because every "
        "question reads the facts itself."
    ),
    run=decide,
    due=due.workspaces_due,
)
