"""The job that compares the groups of SCIM servers with who has their permissions, each night."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from logging import getLogger

from bot.deps import Deps
from bot.features.changes.outcomes import UNFINISHED
from bot.features.changes.outside import outside
from storage.changes import receivers
from storage.changes.receivers import Look
from storage.installs.token_keys import CannotDecrypt

log = getLogger(__name__)

LEASE = timedelta(minutes=30)
AFTER_FAILURE = timedelta(hours=1)
SOON = timedelta(seconds=10)
FIRST_HOUR = 1
SPREAD_MINUTES = 180


def next_night(now: datetime, receiver_id: str) -> datetime:
    """Return when to compare next: tomorrow between one and four in UTC, at this receiver's minute."""
    minute = int.from_bytes(sha256(receiver_id.encode()).digest()[:4]) % SPREAD_MINUTES
    tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
    first = datetime(tomorrow.year, tomorrow.month, tomorrow.day, FIRST_HOUR, tzinfo=UTC)
    return first + timedelta(minutes=minute)


async def compare_groups(deps: Deps) -> bool:
    """Compare the groups of one SCIM server and mend what differs; return whether there may be another."""
    now = deps.now()
    async with deps.database.write() as session:
        receiver = await receivers.claim_look(
            session, deps.identity.workspace_id, until=now + LEASE, now=now
        )
    if receiver is None:
        return False
    # Here, because its libraries take most of a second to load, and few workspaces have such a server.
    from bot.features.changes import groups
    from bot.features.changes.scim import ScimFailed

    fields = {"workspace": receiver.workspace_id, "receiver": receiver.id}
    try:
        async with outside(deps.site) as client:
            look = await groups.compare(deps, client, receiver)
    except ScimFailed as problem:
        look = Look(problem=problem.outcome.problem)
        log.warning("groups_not_compared", extra={**fields, "reason": look.problem})
    except CannotDecrypt as problem:
        look = Look(problem="no_keys")
        log.error("receiver_token_unreadable", extra={"problem": str(problem)})
    counts = {"added": look.added, "removed": look.removed, "unknown": look.unknown}
    if any(counts.values()):
        log.warning("groups_mended", extra={**fields, **counts})
    if look.problem:
        again_at = now + (SOON if look.problem == UNFINISHED else AFTER_FAILURE)
    else:
        again_at = next_night(now, receiver.id)
    async with deps.database.write() as session:
        await receivers.looked(session, receiver, look, again_at=again_at, now=deps.now())
    return True
