"""Answering where the member acted: a message in the DM, or a line only they can see in a channel."""

from dataclasses import dataclass
from hashlib import sha256

from bot.delivery import Message, Posted
from bot.deps import Deps
from bot.origin import Origin
from bot.slack_errors import TRIGGER_GONE, Undeliverable
from bot.views.windows import message_window
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
        """Answer in place, seen by this member alone: a line, or a window."""
        slack = self.deps.slack
        if self.origin.response_url:
            await slack.respond(self.origin.response_url, message)
        elif self.origin.window:
            await slack.update_modal(self.origin.window, message_window(message.blocks))
        elif not (self.origin.on_home and await self._in_window(message)):
            await self.in_dm(message, about="reply")

    async def instead(self, message: Message) -> None:
        """Put the answer in the place of what was clicked."""
        if self.origin.response_url:
            await self.deps.slack.respond(self.origin.response_url, message, replace=True)
        else:
            await self.privately(message)

    async def _in_window(self, message: Message) -> bool:
        """False when it was too late for a window."""
        try:
            window = message_window(message.blocks)
            await self.deps.slack.open_modal(self.origin.trigger_id or "", window)
        except Undeliverable as problem:
            if problem.reason in TRIGGER_GONE:
                return False
            raise
        return True

    async def in_dm(self, message: Message, *, about: str) -> Posted:
        """Post in the member's DM, once for this act and purpose."""
        channel = await dm_channel(self.deps, self.origin)
        key = post_key(self.origin.once, about)
        return await self.deps.slack.post(channel, message, key=key)


async def dm_channel(deps: Deps, origin: Origin) -> str:
    """The member's conversation with us, asked for once and then remembered."""
    if here := own_channel(origin):
        return here
    async with deps.database.read() as session:
        member = await members.get(session, origin.key)
    if member and member.dm_channel:
        return member.dm_channel
    channel = await deps.slack.open_dm(origin.key.user_id)
    async with deps.database.write() as session:
        await members.ensure(session, origin.key, now=deps.now())
        await members.save_dm_channel(session, origin.key, channel)
    return channel


def own_channel(origin: Origin) -> str | None:
    """The member's conversation with us, when that is where they acted."""
    if origin.in_dm and origin.channel and origin.channel.startswith("D"):
        return origin.channel
    return None
