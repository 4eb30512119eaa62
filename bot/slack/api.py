"""The calls that change something in Slack; no other module posts.

Slack's API has no idempotency key for posts, so a post is sent once. When the answer is lost, the
conversation is read to see whether the post arrived. All other calls are safe to repeat and are repeated.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from logging import getLogger
from secrets import token_hex
from typing import Any, TypeVar
from urllib.parse import urlsplit

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient
from slack_sdk.webhook.webhook_response import WebhookResponse

from bot.slack.client import Lease, RetryPolicy, SlackClients, Waits, guarded_by
from bot.slack.errors import BLOCKS_REFUSED, TooMany, Undeliverable, Unsure, log_proxy_problem
from bot.slack.reader import EVENT_TYPE, Posted, SlackReader, has_key, next_cursor
from bot.slack.reads import FREE_READS, METHOD, Reads
from bot.slack.retries import NO_ANSWER

log = getLogger(__name__)

T = TypeVar("T")

CALL_TRIES = 6
LOOK_BACK_SECONDS = 30
TRIGGER_LIVES = 3
AS_WRITTEN = {"parse": "none", "link_names": False}
"""Keeps Slack from making mentions and links of what only looks like one in the text of a message."""


@dataclass(frozen=True)
class Message:
    """A message: `blocks` are shown, `text` is for notifications and screen readers.

    `plain` is sent instead when Slack refuses the blocks, as it may refuse charts.
    """

    text: str
    blocks: Sequence[Block]
    plain: Sequence[Block] | None = None

    @property
    def in_window(self) -> Sequence[Block]:
        """The blocks for a modal, where Slack shows no charts."""
        return self.blocks if self.plain is None else self.plain


class SlackApi(SlackReader):
    """All calls to Slack; the reading ones are inherited."""

    def __init__(
        self, clients: SlackClients, *, patience: RetryPolicy, reads: Reads = FREE_READS
    ) -> None:
        super().__init__(clients, reads=reads)
        self._patience = patience

    async def open_dm(self, user_id: str) -> str:
        """Return the id of the DM with this person."""
        answer = await self._clients.call(self._clients.repeating.conversations_open, users=user_id)
        return str(answer["channel"]["id"])

    async def post(self, channel: str, message: Message, *, key: str) -> Posted:
        """Post once and return where; `channel` is a D… or C… id, `key` an opaque name of this post.

        Raises Unsure when it is not known whether the post arrived.
        """
        waits = Waits(self._patience.longest)
        for _ in range(CALL_TRIES):
            since = time.time() - LOOK_BACK_SECONDS
            try:
                return await self._post(channel, message, key=key)
            except TooMany as problem:
                await waits.wait(problem)
                continue
            except Unsure as problem:
                wait = self._patience.hung if problem.hung else self._patience.broken
            log.warning("post_unanswered", extra={"key": key})
            found = await self._find(channel, has_key(key), since=since, wait=wait)
            if found:
                return found
        raise Unsure("chat.postMessage", "no_answer")

    async def post_under(self, lease: Lease, channel: str, message: Message, *, key: str) -> Posted:
        """Send one request to post, and none once the lease is over: then NotSent is raised."""
        with guarded_by(lease):
            return await self._post(channel, message, key=key)

    async def _post(self, channel: str, message: Message, *, key: str) -> Posted:
        # A refusal is definite: nothing was posted, so posting once more doubles nothing.
        return await _shown(partial(self._post_blocks, channel, message.text, key=key), message)

    async def _post_blocks(
        self, channel: str, text: str, blocks: Sequence[Block], *, key: str
    ) -> Posted:
        answer = await self._clients.call(
            self._clients.once.chat_postMessage,
            channel=channel,
            text=text,
            blocks=blocks,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
            unfurl_links=False,
            unfurl_media=False,
            **AS_WRITTEN,
        )
        return Posted(str(answer["channel"]), str(answer["ts"]))

    async def post_for_one(
        self, channel: str, user_id: str, message: Message, *, thread: str | None = None
    ) -> None:
        """Post in a channel, or in this thread of it, what only this person sees; Slack stores no copy."""
        await _shown(
            partial(self._post_ephemeral, channel, user_id, message.text, thread=thread), message
        )

    async def _post_ephemeral(
        self, channel: str, user_id: str, text: str, blocks: Sequence[Block], *, thread: str | None
    ) -> None:
        await self._clients.call(
            self._clients.once.chat_postEphemeral,
            channel=channel,
            user=user_id,
            thread_ts=thread,
            text=text,
            blocks=blocks,
            **AS_WRITTEN,
        )

    async def update(self, channel: str, ts: str, message: Message) -> None:
        """Replace the content of a message."""
        await _shown(partial(self._update_blocks, channel, ts, message.text), message)

    async def _update_blocks(
        self, channel: str, ts: str, text: str, blocks: Sequence[Block]
    ) -> None:
        await self._clients.call(
            self._clients.repeating.chat_update,
            channel=channel,
            ts=ts,
            text=text,
            blocks=blocks,
            **AS_WRITTEN,
        )

    async def delete(self, channel: str, ts: str) -> None:
        """Delete a message of the bot; does nothing when it is gone."""
        try:
            await self._clients.call(self._clients.repeating.chat_delete, channel=channel, ts=ts)
        except Undeliverable as problem:
            if problem.reason != "message_not_found":
                raise

    async def publish_home(self, user_id: str, view: View) -> None:
        """Publish this person's Home tab."""
        await self._clients.call(self._clients.repeating.views_publish, user_id=user_id, view=view)

    async def open_modal(self, trigger_id: str, view: View) -> str:
        """Open a modal once and return its id; when the answer is lost, look it up by its external id."""
        view.external_id = token_hex(12)
        lost, waits = False, Waits(TRIGGER_LIVES - 1)
        for _ in range(CALL_TRIES):
            try:
                answer = await self._clients.call(
                    self._clients.once.views_open, trigger_id=trigger_id, view=view
                )
                return str(answer["view"]["id"])
            except TooMany as problem:
                await waits.wait(problem)
            except Undeliverable as problem:
                lost = lost or isinstance(problem, Unsure)
                standing = await self._standing_modal(view) if lost else None
                if standing:
                    return standing
                if not isinstance(problem, Unsure):
                    raise
        raise Unsure("views.open", "no_answer")

    async def _standing_modal(self, view: View) -> str | None:
        """Return the id of the open modal with this view's external id; None when there is none."""
        try:
            answer = await self._clients.call(
                self._clients.repeating.views_update, external_id=view.external_id, view=view
            )
        except Undeliverable as problem:
            if problem.reason != "not_found":
                raise
            return None
        return str(answer["view"]["id"])

    async def update_modal(self, view_id: str, view: View) -> bool:
        """Change an open modal; return False when it was closed meanwhile."""
        try:
            await self._clients.call(
                self._clients.repeating.views_update, view_id=view_id, view=view
            )
        except Undeliverable as problem:
            if problem.reason != "not_found":
                raise
            return False
        return True

    async def respond(self, response_url: str, message: Message, *, replace: bool = False) -> None:
        """Answer where the member acted; only they see it. `replace` replaces what was clicked."""
        said = {"response_type": "ephemeral", "replace_original": replace}
        answer = await self._answer(response_url, text=message.text, blocks=message.blocks, **said)
        if message.plain is not None and any(name in answer.body for name in BLOCKS_REFUSED):
            answer = await self._answer(
                response_url, text=message.text, blocks=message.plain, **said
            )
        _check(answer)

    async def withdraw(self, response_url: str) -> None:
        """Remove the message that was clicked."""
        _check(await self._answer(response_url, delete_original=True))

    async def _answer(self, response_url: str, **said: Any) -> WebhookResponse:
        if not self._is_slack(response_url):
            raise Undeliverable("response_url", "not_an_address_of_slack")
        webhook = AsyncWebhookClient(response_url, session=self._clients.session)
        webhook.proxy = self._clients.proxies.of(response_url)
        try:
            return await webhook.send(**said)
        except NO_ANSWER as error:
            log_proxy_problem(error, webhook.proxy)
            raise Unsure("response_url", "no_answer") from error

    async def upload(self, channel: str, files: Mapping[str, bytes], *, comment: str) -> None:
        """Share files, by name, in one message of a conversation."""
        announced = [
            {"id": await self._announce(name, content), "title": name}
            for name, content in files.items()
        ]
        await self._share(channel, announced, comment=comment)

    async def _announce(self, name: str, content: bytes) -> str:
        """Upload a file that nobody sees yet; return its id."""
        ticket = await self._clients.call(
            self._clients.repeating.files_getUploadURLExternal, filename=name, length=len(content)
        )
        await self._send_bytes(str(ticket["upload_url"]), content)
        return str(ticket["file_id"])

    async def _send_bytes(self, url: str, content: bytes) -> None:
        proxy = self._clients.proxies.of(url)
        try:
            async with self._clients.session.post(url, data=content, proxy=proxy) as taken:
                status = taken.status
        except NO_ANSWER as error:
            log_proxy_problem(error, proxy)
            raise Unsure("files.upload", "no_answer") from error
        if status >= 300:
            raise Undeliverable("files.upload", f"http_{status}")

    async def _share(self, channel: str, files: list[dict[str, str]], *, comment: str) -> None:
        """Share uploaded files: a post, so it is sent once and looked up when the answer is lost."""
        waits = Waits(self._patience.longest)
        for _ in range(CALL_TRIES):
            since = time.time() - LOOK_BACK_SECONDS
            try:
                await self._clients.call(
                    self._clients.once.files_completeUploadExternal,
                    files=files,
                    channel_id=channel,
                    initial_comment=comment,
                )
            except TooMany as problem:
                await waits.wait(problem)
            except Unsure as problem:
                wait = self._patience.hung if problem.hung else self._patience.broken
                is_it = has_file(files[0]["id"])
                if await self._find(channel, is_it, since=since, wait=wait):
                    return
            else:
                return
        raise Unsure("files.completeUploadExternal", "no_answer")

    async def delete_file(self, file_id: str) -> None:
        """Delete a file of the bot; does nothing when it is gone."""
        try:
            await self._clients.call(self._clients.repeating.files_delete, file=file_id)
        except Undeliverable as problem:
            if problem.reason not in ("file_not_found", "file_deleted"):
                raise

    async def _find(
        self, channel: str, is_it: Callable[[Mapping[str, Any]], bool], *, since: float, wait: float
    ) -> Posted | None:
        """Look for the post until `wait` seconds have passed; None when it is not there.

        Where reading is limited, it looks once, after that time. Unsure when it could not look, or when more
        was written meanwhile than one read shows.
        """
        deadline = time.monotonic() + wait
        if self.reads.is_limited:
            await asyncio.sleep(wait)
        while True:
            late = time.monotonic() >= deadline
            page = await self._look_back(channel, since=since)
            for message in page["messages"]:
                if is_it(message):
                    return Posted(channel, str(message["ts"]))
            if late and next_cursor(page):
                raise Unsure(METHOD, "more_to_read")
            if late:
                return None
            await asyncio.sleep(self._patience.between_looks)

    async def _look_back(self, channel: str, *, since: float) -> AsyncSlackResponse:
        try:
            await self.reads.take(within=self._patience.longest)
            return await self.read_once(channel, since=since)
        except TooMany as problem:
            raise Unsure(METHOD, "not_read") from problem

    def _is_slack(self, url: str) -> bool:
        """Return whether a response URL points to Slack, or to the host of SLACK_API_URL."""
        parts = urlsplit(url)
        api = urlsplit(self._clients.once.base_url)
        if api.hostname == "slack.com":
            return parts.scheme == "https" and parts.hostname == "hooks.slack.com"
        return (parts.scheme, parts.netloc) == (api.scheme, api.netloc)


def _check(answer: WebhookResponse) -> None:
    """Raise Undeliverable when Slack refused an answer to a response URL."""
    if answer.status_code >= 300:
        raise Undeliverable("response_url", f"http_{answer.status_code}")


async def _shown(send: Callable[[Sequence[Block]], Awaitable[T]], message: Message) -> T:
    """Send the blocks of a message, or what stands in for them when Slack refuses them."""
    try:
        return await send(message.blocks)
    except Undeliverable as problem:
        if message.plain is None or problem.reason not in BLOCKS_REFUSED:
            raise
    return await send(message.plain)


def has_file(file_id: str) -> Callable[[Mapping[str, Any]], bool]:
    """Return a test for the message that shares this file."""
    return lambda message: any(file.get("id") == file_id for file in message.get("files", ()))
