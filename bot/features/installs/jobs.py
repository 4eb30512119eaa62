"""The jobs about installs: tokens that end soon, and workspaces whose time has come."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from logging import getLogger

from bot.features.installs.service import InstallService
from bot.features.installs.tokens import refresh_ending
from bot.operators import record_operator
from storage import workspaces
from storage.installs import erasure

log = getLogger(__name__)

ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class InstallJob:
    """A job of a service for many workspaces: as a `FeatureJob`, but for all of them at once."""

    name: str
    seconds: int
    promise: str
    run: Callable[[InstallService], Awaitable[bool]]

    async def step(self, service: InstallService, _context: object) -> bool:
        """Do one small piece of work, whatever else the scheduler works with."""
        return await self.run(service)


async def refresh_tokens(service: InstallService) -> bool:
    """Exchange some tokens that end within two hours; return True when there may be more."""
    return await refresh_ending(service.store)


async def erase_left(service: InstallService) -> bool:
    """Erase some rows of one workspace that was left long enough ago; return True when there may be more."""
    left_before = service.now() - service.keep
    async with service.database.write() as session:
        left = await erasure.list_left(session, before=left_before, limit=1)
        for workspace_id in left:
            rows = await erasure.erase_rows(
                session, workspace_id, left_before=left_before, limit=ROWS_AT_ONCE
            )
            if rows and await workspaces.get(session, workspace_id) is None:
                await record_operator(
                    session, "workspace_erased", about=workspace_id, now=service.now()
                )
                log.info("workspace_erased", extra={"workspace": workspace_id})
    return bool(left)


INSTALL_JOBS = (
    InstallJob(
        name="tokens",
        seconds=60,
        promise=(
            "With many workspaces: exchanges the tokens that end within two hours. Run twice or in several "
            "processes: one of them asks Slack. Run late: the first call that needs a token does it."
        ),
        run=refresh_tokens,
    ),
    InstallJob(
        name="departures",
        seconds=600,
        promise=(
            "With many workspaces: erases those that left `RUNGS_KEEP_DAYS` ago, 500 rows at a time. Safe to "
            "run twice, late, or in several processes; one that returns first keeps all."
        ),
        run=erase_left,
    ),
)
