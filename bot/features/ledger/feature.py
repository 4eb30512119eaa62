"""The ledger as a capability: what it stores about members, and the job that logs the heads of the chains."""

from logging import getLogger

from bot.deps import Deps
from bot.feature import Feature, FeatureJob
from storage.audit import INSTALLATION
from storage.ledger.heads import head_at, take_to_log, to_log
from storage.ledger.ledger import PERSONAL_DATA

log = getLogger(__name__)


async def log_heads(deps: Deps) -> bool:
    """Log the heads of the workspace that were not logged for a day, and those of the whole database."""
    now = deps.now()
    async with deps.database.write() as session:
        for place in (deps.identity.workspace_id, INSTALLATION):
            for one in await take_to_log(session, place, now=now):
                head = head_at(one.workspace_id, one.chain, one.number, one.digest, now=now)
                log.info("ledger_head", extra={"head": str(head.signed(deps.site.keys))})
    return False


FEATURE = Feature(
    name="ledger",
    personal_data=(PERSONAL_DATA,),
    jobs=(
        FeatureJob(
            name="ledger_heads",
            seconds=3600,
            promise=(
                "Logs the signed heads of the ledger and of the audit log, once a day. Run twice or in "
                "several processes: one of them logs each head. Run late: it is logged then."
            ),
            run=log_heads,
            due=to_log,
        ),
    ),
)
