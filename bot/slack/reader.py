"""The calls that read from Slack: people, Do-not-disturb, channels and messages; all are safe to repeat."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.client import SlackClients
from bot.slack.errors import MoreToRead, TooMany
from bot.slack.reads import FREE_READS, METHOD, Reads

EVENT_TYPE = "rungs_message"
PAGE = 200
"""How many rows of a list are read with one call."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Posted:
    """The place of a message in Slack."""

    channel: str
    ts: str


@dataclass(frozen=True)
class OwnMessage:
    """A message of the bot, with the ids of its files."""

    ts: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class OwnMessages:
    """Messages of the bot, and the ts before which more of the conversation was not read; None for all."""

    found: list[OwnMessage]
    unread_before: str | None


class SlackReader:
    """The calls that change nothing in Slack."""

    def __init__(self, clients: SlackClients, *, reads: Reads = FREE_READS) -> None:
        self._clients = clients
        self.reads = reads

    async def users_info(self, user_id: str) -> Json:
        """Return the profile of one person."""
        answer = await self._clients.call(self._clients.repeating.users_info, user=user_id)
        return dict(answer["user"])

    async def granted_scopes(self) -> frozenset[str] | None:
        """Return the scopes of the bot's token; None when Slack does not say."""
        answer = await self._clients.call(self._clients.repeating.auth_test)
        headers = {str(name).lower(): str(value) for name, value in dict(answer.headers).items()}
        said = headers.get("x-oauth-scopes")
        return None if said is None else frozenset(one.strip() for one in said.split(","))

    async def users_list(self) -> AsyncIterator[list[Json]]:
        """Yield the profiles of all users, page by page."""
        async for page in self._pages(self._clients.repeating.users_list):
            yield list(page["members"])

    async def dnd_info(self, user_id: str) -> Json:
        """Return the Do-not-disturb of one person."""
        answer = await self._clients.call(self._clients.repeating.dnd_info, user=user_id)
        return dict(answer.data) if isinstance(answer.data, dict) else {}

    async def dnd_team_info(self, user_ids: Sequence[str]) -> dict[str, Json]:
        """Return the Do-not-disturb of up to fifty people by user id."""
        answer = await self._clients.call(
            self._clients.repeating.dnd_teamInfo, users=list(user_ids)
        )
        return dict(answer["users"])

    async def channel_members(self, channel: str) -> AsyncIterator[list[str]]:
        """Yield the user ids of a channel's members, page by page."""
        reading = self._clients.repeating.conversations_members
        async for page in self._pages(reading, channel=channel):
            yield [str(user) for user in page["members"]]

    async def channel_info(self, channel: str) -> Json:
        """Return what Slack knows of a channel."""
        answer = await self._clients.call(
            self._clients.repeating.conversations_info, channel=channel
        )
        return dict(answer["channel"])

    async def user_groups(self) -> list[Json]:
        """Return the user groups of the workspace that are in use."""
        answer = await self._clients.call(self._clients.repeating.usergroups_list)
        return [dict(group) for group in answer["usergroups"]]

    async def user_group_members(self, group: str) -> list[str]:
        """Return the user ids of the people in a user group."""
        answer = await self._clients.call(
            self._clients.repeating.usergroups_users_list, usergroup=group
        )
        return [str(user) for user in answer["users"]]

    async def find_post(
        self,
        channel: str,
        key: str,
        *,
        since: float,
        cursor: str | None = None,
        has_turn: bool = False,
    ) -> Posted | None:
        """Return the post with this key, if it was posted after `since` (seconds since 1970).

        Where reading is limited, this reads once, from `cursor` on: TooMany when it is not the workspace's
        turn, unless the caller has taken it, and MoreToRead when the post may be among the other messages.
        """
        is_it = has_key(key)
        while True:
            if not has_turn:
                await self.reads.take()
            page = await self.read_once(channel, since=since, cursor=cursor)
            for message in page["messages"]:
                if is_it(message):
                    return Posted(channel, str(message["ts"]))
            cursor = next_cursor(page)
            if cursor is None:
                return None
            if self.reads.is_limited:
                raise MoreToRead(METHOD, cursor)

    async def own_messages(
        self, channel: str, *, bot_id: str, bot_user_id: str, before: str | None = None
    ) -> OwnMessages:
        """Return the messages of the bot in a conversation, of those older than `before` (a ts) if given.

        Where reading is limited, these are the newest of them, and TooMany when it is not the workspace's
        turn. A message that shares a file has the user id alone, and others may have the bot's id alone.
        """
        found: list[OwnMessage] = []
        while True:
            await self.reads.take()
            page = await self.read_once(channel, before=before)
            found += [
                OwnMessage(str(m["ts"]), tuple(str(f["id"]) for f in m.get("files") or ()))
                for m in page["messages"]
                if m.get("bot_id") == bot_id or m.get("user") == bot_user_id
            ]
            before = str(page["messages"][-1]["ts"]) if next_cursor(page) else None
            if before is None or self.reads.is_limited:
                return OwnMessages(found, before)

    async def read_once(
        self,
        channel: str,
        *,
        since: float | None = None,
        before: str | None = None,
        cursor: str | None = None,
    ) -> AsyncSlackResponse:
        """Return one page of a conversation, the newest messages first; the caller has taken the turn."""
        # A repeated call would be a second read, so the limit allows no repeats.
        client = self._clients.once if self.reads.is_limited else self._clients.repeating
        try:
            return await self._clients.call(
                client.conversations_history,
                channel=channel,
                oldest=None if since is None else f"{since:.6f}",
                latest=before,
                limit=self.reads.page,
                cursor=cursor,
                include_all_metadata=True,
            )
        except TooMany as problem:
            await self.reads.refused(problem)
            raise

    async def _pages(
        self, method: Callable[..., Awaitable[AsyncSlackResponse]], **arguments: Any
    ) -> AsyncIterator[AsyncSlackResponse]:
        cursor: str | None = None
        while True:
            page = await self._clients.call(method, limit=PAGE, cursor=cursor, **arguments)
            yield page
            cursor = next_cursor(page)
            if cursor is None:
                return


def next_cursor(page: AsyncSlackResponse) -> str | None:
    """Return where the next page of a list begins; None after the last one."""
    return (page.get("response_metadata") or {}).get("next_cursor") or None


def has_key(key: str) -> Callable[[Mapping[str, Any]], bool]:
    """Recognizes the post that carries this key."""

    def is_it(message: Mapping[str, Any]) -> bool:
        metadata = message.get("metadata") or {}
        payload = metadata.get("event_payload") or {}
        return metadata.get("event_type") == EVENT_TYPE and payload.get("key") == key

    return is_it
