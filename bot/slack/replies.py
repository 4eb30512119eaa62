"""Answers to a member's act, in place, for them alone or in their DM; and whether it was handled before."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from logging import getLogger

from slack_sdk.models.views import View

from bot.deps import Deps
from bot.slack.api import Message
from bot.slack.blocks import loading, message_window, notice, pointer
from bot.slack.errors import TRIGGER_GONE, Undeliverable, Unsure, WorkspaceGone
from bot.slack.payloads import Click, Request
from bot.slack.reader import Posted
from storage import inbound, members
from storage.database import Session


def post_key(*parts: str) -> str:
    """Return an opaque name for one post, because the whole workspace can read a message's metadata."""
    return sha256("\n".join(parts).encode()).hexdigest()[:24]


@dataclass(frozen=True)
class Reply:
    """Answers to one act of a member."""

    deps: Deps
    request: Request

    async def privately(self, message: Message) -> None:
        """Answer in an ephemeral message or a modal, or else in the DM; only the member sees it."""
        slack = self.deps.slack
        if self.request.response_url:
            await slack.respond(self.request.response_url, message)
        elif self.request.is_mention:
            await self._beside_mention(message)
        elif self.request.window:
            await slack.update_modal(self.request.window, message_window(message.in_window))
        elif not (self.request.on_home and await self._in_window(message)):
            await self.in_dm(message, about="reply")

    async def privately_or_in_dm(self, message: Message, *, about: str) -> None:
        """Answer in place; in the DM where Slack refuses that, as it does half an hour after the act."""
        try:
            await self.privately(message)
        except WorkspaceGone:
            raise
        except Undeliverable:
            await self.in_dm(message, about=about)

    async def replace(self, message: Message) -> None:
        """Replace what was clicked with the answer."""
        if self.request.response_url:
            await self.deps.slack.respond(self.request.response_url, message, replace=True)
        else:
            await self.privately(message)

    async def in_place(self, message: Message) -> bool:
        """Replace what was clicked with the answer; return False where it is no longer shown."""
        if self.request.response_url:
            await self.deps.slack.respond(self.request.response_url, message, replace=True)
            return True
        window = self.request.window
        return window is not None and await self.deps.slack.update_modal(
            window, message_window(message.in_window)
        )

    async def _beside_mention(self, message: Message) -> None:
        """Answer where the member named the bot, for them alone; in the DM where Slack refuses that."""
        request = self.request
        try:
            await self.deps.slack.post_for_one(
                request.channel or "", request.key.user_id, message, thread=request.thread
            )
        except (WorkspaceGone, Unsure):
            raise
        except Undeliverable:
            await self.in_dm(message, about="reply")

    async def _in_window(self, message: Message) -> bool:
        """Show the message in a modal; return False when the trigger had expired."""
        try:
            window = message_window(message.in_window)
            await self.deps.slack.open_modal(self.request.trigger_id or "", window)
        except Undeliverable as problem:
            if problem.reason in TRIGGER_GONE:
                return False
            raise
        return True

    async def in_dm(self, message: Message, *, about: str) -> Posted:
        """Post in the member's DM, once for this act and `about`."""
        channel = await dm_channel(self.deps, self.request)
        key = post_key(self.request.idempotency_key, about)
        return await self.deps.slack.post(channel, message, key=key)


async def dm_channel(deps: Deps, request: Request) -> str:
    """Return the member's DM with the bot; it is opened once and then stored."""
    if here := own_channel(request):
        return here
    async with deps.database.read() as session:
        member = await members.get(session, request.key)
    if member and member.dm_channel:
        return member.dm_channel
    channel = await deps.slack.open_dm(request.key.user_id)
    async with deps.database.write() as session:
        await members.ensure(session, request.key, now=deps.now())
        await members.save_dm_channel(session, request.key, channel)
    return channel


def own_channel(request: Request) -> str | None:
    """Return the member's DM with the bot if they acted there."""
    if request.in_dm and request.channel and request.channel.startswith("D"):
        return request.channel
    return None


async def open_modal(deps: Deps, request: Request, view: View) -> str | None:
    """Open a modal and return its id; tell the member where that cannot be done, and return None."""
    if request.trigger_id is None:
        await Reply(deps, request).privately(notice(deps.render("slack/no_window")))
        return None
    try:
        return await deps.slack.open_modal(request.trigger_id, view)
    except Undeliverable as problem:
        if problem.reason not in TRIGGER_GONE:
            raise
    await Reply(deps, request).privately(notice(deps.render("slack/too_slow")))
    return None


async def open_and_fill(
    deps: Deps,
    request: Request,
    title: str,
    *,
    callback: str,
    content: Callable[[], Awaitable[View]],
) -> None:
    """Open a window under this title, then put in it the view that `content` returns.

    The window opens first, because Slack allows that only in the three seconds after the act. When it is too
    late, the member is told, and `content` is not called.
    """
    view_id = await open_modal(deps, request, loading(title, callback=callback))
    if view_id is not None:
        await deps.slack.update_modal(view_id, await content())


async def is_first_delivery(session: Session, deps: Deps, request: Request) -> bool:
    """Claim this act of a member, or this event; return False when any process has claimed it before."""
    act = request.idempotency_key
    return await inbound.claim(session, request.key.workspace_id, act, now=deps.now())


async def is_submitted(deps: Deps, request: Request) -> bool:
    """Return whether this submission was saved before."""
    async with deps.database.read() as session:
        return await inbound.is_claimed(session, request.key.workspace_id, request.idempotency_key)


async def unknown_click(deps: Deps, click: Click, *, about: str = "") -> None:
    """Answer a click whose value has no meaning: nothing was changed, and what to do next.

    `about` is the id of the role family or the framework of the click, which may be switched off.
    """
    await Reply(deps, click.request).privately(not_offered(deps, about))


def not_offered(deps: Deps, about: str) -> Message:
    """Return the answer to an act about a role family or a framework that is not there, or is off."""
    every = deps.library.everything
    if about in every.families or about in every.frameworks:
        return notice(deps.render("slack/switched_off"))
    return notice(deps.render("slack/unknown_click"))


log = getLogger(__name__)


async def point_to_dm(deps: Deps, request: Request, channel: str, *, what: str) -> None:
    """Say where the member acted, unless that was their DM, that `what` is in their DM."""
    is_answered_there = request.response_url or request.is_mention
    elsewhere = is_answered_there and request.channel != channel
    if elsewhere or request.on_home or request.window is not None:
        told = pointer(deps.render, what, messages_url=messages_url(request))
        try:
            await Reply(deps, request).privately(told)
        except Undeliverable as problem:
            # The answer itself was delivered, so an apology would be wrong.
            log.warning("pointer_lost", extra={"reason": problem.reason})


def messages_url(request: Request) -> str | None:
    """Return a link that opens the DM with the bot; None when the payload had no app id."""
    if not request.app_id:
        return None
    return f"slack://app?team={request.key.workspace_id}&id={request.app_id}&tab=messages"
