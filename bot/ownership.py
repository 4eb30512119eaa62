"""Whose message was clicked: a person acts in their own conversation with us and nowhere else."""

from collections.abc import Awaitable, Callable

from bot.deps import Deps
from bot.origin import Click
from bot.replies import Reply
from bot.views.notices import notice
from storage import members


async def own_click(
    deps: Deps, click: Click, handler: Callable[[Deps, Click], Awaitable[None]]
) -> None:
    """Do what was clicked, unless it stands in somebody else's conversation."""
    if await is_own(deps, click):
        await handler(deps, click)
    else:
        await Reply(deps, click.origin).privately(notice(deps.render("slack/not_yours")))


async def is_own(deps: Deps, click: Click) -> bool:
    """Whether the click came from the member's own conversation, or from what only they can see."""
    channel = click.origin.channel
    if click.is_ephemeral or click.message_ts is None or not (channel or "").startswith("D"):
        return True
    async with deps.database.read() as session:
        member = await members.get(session, click.origin.key)
    if member and member.dm_channel == channel:
        return True
    own = await deps.slack.open_dm(click.origin.key.user_id)
    # A click alone is no reason to keep something about a person we do not know.
    if member:
        async with deps.database.write() as session:
            await members.remember_channel(session, click.origin.key, own)
    return channel == own
