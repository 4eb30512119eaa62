"""After a restore: what the database still wants to send may have been sent since the backup was made."""

from datetime import datetime

from scheduler.tick import tick
from scheduler.work import Work
from storage.outbox import recovery


async def reconcile(work: Work, *, since: datetime) -> int:
    """Hold back everything that may have gone out since that moment; returns how many messages.

    To be called before the clock starts. Plans that are due become messages first: theirs may be among
    those that were sent. The reaper looks each up in Slack before it goes out.
    """
    while await tick(work):
        pass
    async with work.database.write() as session:
        return await recovery.hold_all_for_lookup(session, since=since, now=work.now())
