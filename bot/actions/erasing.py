"""Erasing everything about a member, in the database and in the conversation."""

from bot.deps import Deps
from bot.home import publish
from bot.origin import Click
from bot.replies import Reply, post_key
from bot.views.notices import notice
from storage import erasure, members


async def forget_confirmed(deps: Deps, click: Click) -> None:
    """Erase the rows first, then take our messages and files out of the conversation."""
    key = click.origin.key
    async with deps.database.read() as session:
        known = await members.get(session, key)
    if known is None:
        await Reply(deps, click.origin).instead(notice(deps.say("nothing_to_forget")))
        return
    channel = known.dm_channel
    async with deps.database.write() as session:
        await erasure.erase(session, key)
    done = notice(deps.say("forgotten"))
    if channel != click.origin.channel:
        await Reply(deps, click.origin).instead(done)
    if channel:
        await _clear(deps, channel)
        await deps.slack.post(channel, done, key=post_key(click.origin.once, "erased"))
    await publish(deps, click.origin)


async def _clear(deps: Deps, channel: str) -> None:
    messages, files = await deps.slack.own_messages(channel, bot_id=deps.identity.bot_id)
    for file_id in files:
        await deps.slack.delete_file(file_id)
    for ts in messages:
        await deps.slack.delete(channel, ts)
