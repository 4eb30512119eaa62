"""The end of a digest: asked for by a member, or because the channel is gone for us."""

from logging import getLogger

from bot.deps import Deps
from bot.teams.place import Obstacle
from storage.database import Session
from storage.outbox import schedules
from storage.team_digest import teams
from storage.team_digest.teams import DIGEST

log = getLogger(__name__)

ASKED = "asked"
LOST = {
    "channel_archive": "archived",
    "group_archive": "archived",
    "channel_left": "removed",
    "group_left": "removed",
}
"""Events after which no digest can come, and the reason that the status gives."""

ENDED_BY: dict[Obstacle, str] = {
    "unseen": "removed",
    "not_invited": "removed",
    "archived": "archived",
    "shared": "shared",
}
"""What an obstacle that came up later means for a digest that was set up before."""


async def stop(session: Session, deps: Deps, channel: str, *, reason: str) -> bool:
    """Stop the digest of this channel and keep why; True when that is news."""
    workspace_id, now = deps.identity.workspace_id, deps.now()
    is_news = await teams.unfollow(session, workspace_id, channel, reason=reason, now=now)
    await schedules.stop(session, workspace_id, DIGEST, channel, now=now)
    return is_news


async def channel_lost(deps: Deps, channel: str, *, event: str) -> None:
    """The channel was archived, or the app was taken out of it."""
    await give_up(deps, channel, reason=LOST[event])


async def give_up(deps: Deps, channel: str, *, reason: str) -> None:
    """Stop a digest that can no longer reach its channel, and say so in the log."""
    async with deps.database.write() as session:
        is_news = await stop(session, deps, channel, reason=reason)
    if is_news:
        log.warning("digest_stopped", extra={"channel": channel, "reason": reason})
