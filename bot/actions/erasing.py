"""Erasing everything about a member, in the database and in the conversation."""

from logging import getLogger

from bot.delivery import Message
from bot.deps import Deps
from bot.home import publish
from bot.origin import Click
from bot.replies import Reply, post_key
from bot.slack_errors import Undeliverable
from bot.views.notices import notice
from storage import erasure, members

log = getLogger(__name__)


async def forget_confirmed(deps: Deps, click: Click) -> None:
    """Erase the rows first, then take our messages and files out of the conversation.

    Safe to run again: what Slack did not let go the first time is taken away the next time.
    """
    key = click.origin.key
    async with deps.database.write() as session:
        known = await members.get(session, key)
        channel = known.dm_channel if known else None
        await erasure.erase(session, key)
    channel = channel or await deps.slack.open_dm(key.user_id)
    done = await _cleared(deps, channel)
    if channel != click.origin.channel:
        await Reply(deps, click.origin).instead(done)
    await deps.slack.post(channel, done, key=post_key(click.origin.once, "erased"))
    await publish(deps, click.origin)


async def _cleared(deps: Deps, channel: str) -> Message:
    """Take everything of ours away; what to say about it."""
    try:
        messages, files = await deps.slack.own_messages(channel, bot_id=deps.identity.bot_id)
        for file_id in files:
            await deps.slack.delete_file(file_id)
        for ts in messages:
            await deps.slack.delete(channel, ts)
    except Undeliverable as problem:
        log.warning("not_cleared", extra={"method": problem.method, "reason": problem.reason})
        return notice(deps.render("privacy/forgotten_partly"))
    return notice(deps.render("privacy/forgotten"))
