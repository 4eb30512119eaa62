"""Who may see and change the digest of a channel: the people in it, guests for reading."""

from dataclasses import dataclass

from bot.deps import Deps
from bot.slack.payloads import Origin
from bot.teams.place import Obstacle, asker_obstacle, channel_obstacle, person_obstacle


@dataclass(frozen=True)
class Asked:
    """What Slack said of a channel and of who asks; `zone` is theirs, known when they mean to change."""

    obstacle: Obstacle | None
    zone: str | None = None


async def asked(
    deps: Deps, origin: Origin, channel: str, *, typed_here: bool, to_change: bool = False
) -> Asked:
    """Look at the channel and the person, each time anew; `typed_here` is true for a slash command."""
    obstacle = await channel_obstacle(deps, channel)
    if obstacle is None:
        obstacle = await asker_obstacle(deps, origin, channel, typed_here=typed_here)
    if obstacle or not to_change:
        return Asked(obstacle)
    about = await deps.slack.users_info(origin.key.user_id)
    return Asked(person_obstacle(about), zone=about.get("tz"))
