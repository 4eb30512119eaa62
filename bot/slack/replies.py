"""Answering where the member acted: a message in the DM, or a line only they can see in a channel."""

from dataclasses import dataclass
from hashlib import sha256
from logging import getLogger

from slack_sdk.models.views import View

from bot.deps import Deps
from bot.slack.api import Message
from bot.slack.blocks import message_window, notice, pointer
from bot.slack.errors import TRIGGER_GONE, Undeliverable
from bot.slack.payloads import Click, Origin
from bot.slack.reader import Posted
from storage import inbound, members


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


async def opened(deps: Deps, origin: Origin, view: View) -> str | None:
    """The id of the window; None when it was too late, and the member was told."""
    try:
        return await deps.slack.open_modal(origin.trigger_id or "", view)
    except Undeliverable as problem:
        if problem.reason not in TRIGGER_GONE:
            raise
    await Reply(deps, origin).privately(notice(deps.render("slack/too_slow")))
    return None


async def is_done(deps: Deps, origin: Origin) -> bool:
    """Whether this very form was saved before; then Slack need not be asked anything for it."""
    async with deps.database.read() as session:
        return await inbound.is_claimed(session, origin.key.workspace_id, origin.once)


async def unknown_click(deps: Deps, click: Click) -> None:
    """Say that nothing was changed, and where to go from here."""
    await Reply(deps, click.origin).privately(notice(deps.render("slack/unknown_click")))


log = getLogger(__name__)


async def point_to_dm(deps: Deps, origin: Origin, channel: str, *, what: str) -> None:
    """Say where the member acted, if that is not their messages, that the answer is there."""
    elsewhere = origin.response_url and origin.channel != channel
    if elsewhere or origin.on_home or origin.window is not None:
        told = pointer(deps.render, what, messages_url=messages_url(origin))
        try:
            await Reply(deps, origin).privately(told)
        except Undeliverable as problem:
            # What was asked for is in the messages already: an apology would be wrong.
            log.warning("pointer_lost", extra={"reason": problem.reason})


def messages_url(origin: Origin) -> str | None:
    """A link that opens the conversation with us; None when Slack did not say who we are."""
    if not origin.app_id:
        return None
    return f"slack://app?team={origin.key.workspace_id}&id={origin.app_id}&tab=messages"
