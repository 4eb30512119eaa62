"""`rungs servers rotate`: sign what webhooks are sent by a new key."""

from datetime import datetime

from bot.deps import PublicSite
from bot.features.changes.tokens import renewed
from bot.operators import record_operator
from storage import signing_keys
from storage.database.engine import Database
from storage.signing_keys import ACCESS


class NoAccessKey(Exception):
    """The key cannot be changed; the text says why and what to do."""


async def rotate(
    database: Database,
    *,
    site: PublicSite,
    workspace_id: str | None,
    is_compromised: bool,
    now: datetime,
) -> str:
    """Sign by a new key in one workspace or in all that have one, and say in how many; NoAccessKey if none.

    The old keys are published for a day, unless those are compromised: then they are deleted.
    """
    if site.keys is None or not site.url:
        raise NoAccessKey(
            "RUNGS_PUBLIC_URL and RUNGS_TOKEN_KEYS are needed to sign. Set both, and run this again."
        )
    async with database.read() as session:
        found = {key.workspace_id for key in await signing_keys.in_use(session, ACCESS)}
    chosen = sorted(found & {workspace_id} if workspace_id else found)
    if not chosen:
        raise NoAccessKey("No webhook was told anything there, so there is no key to change.")
    for one in chosen:
        async with database.write() as session:
            await renewed(session, site, site.keys, one, now=now)
            if is_compromised:
                await signing_keys.drop_retired(session, one, ACCESS)
            about = "compromised" if is_compromised else None
            await record_operator(session, "access_keys", about=about, workspace_id=one, now=now)
    told = f"What webhooks are sent is signed by a new key in {len(chosen)} of {len(found)} workspaces."
    return f"{told} The old keys are no longer published." if is_compromised else told
