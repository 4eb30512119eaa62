"""Answering where the member acted: a message in the DM, or a line only they can see in a channel."""

from dataclasses import dataclass
from hashlib import sha256

from bot.delivery import Message, Posted
from bot.deps import Deps
from bot.origin import Click, Origin
from storage import members


def post_key(*parts: str) -> str:
    """An opaque name for one post: message metadata can be read by the whole workspace."""
    return sha256("\n".join(parts).encode()).hexdigest()[:24]


@dataclass(frozen=True)
class Reply:
    """Answers to one act of a member."""

    deps: Deps
    origin: Origin

    async def privately(self, message: Message) -> None:
        """Answer in place, seen by this member alone."""
        if self.origin.response_url and not self.origin.in_dm:
            await self.deps.slack.respond(self.origin.response_url, message)
        else:
            await self.in_dm(message, about="reply")

    async def instead(self, click: Click, message: Message) -> None:
        """Put the answer in the place of the message that was clicked."""
        if click.origin.response_url:
            await self.deps.slack.respond(click.origin.response_url, message, replace=True)
        elif click.message_ts and click.origin.channel:
            await self.deps.slack.update(click.origin.channel, click.message_ts, message)
        else:
            await self.in_dm(message, about="instead")

    async def in_dm(self, message: Message, *, about: str) -> Posted:
        """Post in the member's DM, once for this act and purpose."""
        channel = await dm_channel(self.deps, self.origin)
        key = post_key(self.origin.once, about)
        return await self.deps.slack.post(channel, message, key=key)


async def dm_channel(deps: Deps, origin: Origin) -> str:
    """The member's conversation with us, asked for once and then remembered."""
    if origin.in_dm and origin.channel and origin.channel.startswith("D"):
        return origin.channel
    async with deps.database.read() as session:
        member = await members.get(session, origin.key)
    if member and member.dm_channel:
        return member.dm_channel
    channel = await deps.slack.open_dm(origin.key.user_id)
    async with deps.database.write() as session:
        await members.ensure(session, origin.key, now=deps.now())
        await members.remember_channel(session, origin.key, channel)
    return channel
