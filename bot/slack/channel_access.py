"""Whether a channel can have a digest, and whether a person may read or change it there."""

from dataclasses import dataclass
from typing import Literal

from bot.deps import Deps
from bot.slack.directory import zone_in
from bot.slack.errors import ChannelGone, ScopeMissing
from bot.slack.payloads import Request
from bot.slack.reader import Json

Obstacle = Literal[
    "direct", "unseen", "not_invited", "archived", "shared", "not_member", "guest", "stranger"
]
"""Why not: the conversation is no channel, or one that the bot cannot see, is not in, that is archived or
shared with another organization; the person is not in the channel, a guest, or from elsewhere."""


async def channel_obstacle(deps: Deps, channel: str | None) -> Obstacle | None:
    """Return why no digest can be posted here; None when one can."""
    if not channel or channel.startswith("D"):
        return "direct"
    try:
        about = await deps.slack.channel_info(channel)
    except ChannelGone:
        return "unseen"
    except ScopeMissing as problem:
        if "channels:read" in problem.reason or "groups:read" in problem.reason:
            raise
        # A group message takes another scope, which the bot does not ask for.
        return "direct"
    return _of_channel(about)


async def asker_obstacle(deps: Deps, request: Request, channel: str) -> Obstacle | None:
    """Return why this person may not see the digest of a channel; None when they may.

    Slack's members of the channel decide, whatever the act: a button can be clicked by somebody who looks at
    a public channel from outside or who left meanwhile, and a command is not known to come from inside.
    """
    async for page in deps.slack.channel_members(channel):
        if request.key.user_id in page:
            return None
    return "not_member"


def person_obstacle(about: Json) -> Obstacle | None:
    """Return why a person in the channel may not change its digest; `about` is their profile in Slack."""
    if about.get("is_stranger"):
        return "stranger"
    is_guest = about.get("is_restricted") or about.get("is_ultra_restricted")
    return "guest" if is_guest else None


def _of_channel(about: Json) -> Obstacle | None:
    if about.get("is_im") or about.get("is_mpim"):
        return "direct"
    if about.get("is_archived"):
        return "archived"
    if about.get("is_ext_shared") or about.get("is_pending_ext_shared"):
        return "shared"
    return None if about.get("is_member") else "not_invited"


@dataclass(frozen=True)
class ChannelAccess:
    """Whether a person may act in a channel; `zone` is theirs, looked up only for a change."""

    obstacle: Obstacle | None
    zone: str | None = None


async def check_access(
    deps: Deps, request: Request, channel: str, *, to_change: bool = False
) -> ChannelAccess:
    """Ask Slack about the channel and the person."""
    obstacle = await channel_obstacle(deps, channel)
    if obstacle is None:
        obstacle = await asker_obstacle(deps, request, channel)
    if obstacle or not to_change:
        return ChannelAccess(obstacle)
    about = await deps.slack.users_info(request.key.user_id)
    return ChannelAccess(person_obstacle(about), zone=zone_in(about))
