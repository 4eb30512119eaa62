"""The calls that read from Slack: people, Do-not-disturb, channels and messages; all are safe to repeat."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.client import SlackClients

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


class SlackReader:
    """The calls that change nothing in Slack."""

    def __init__(self, clients: SlackClients) -> None:
        self._clients = clients

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

    async def find_post(self, channel: str, key: str, *, since: float) -> Posted | None:
        """Return the post with this key, if it was posted after `since` (seconds since 1970)."""
        is_it = has_key(key)
        async for page in self._pages(
            self._clients.repeating.conversations_history,
            channel=channel,
            oldest=f"{since:.6f}",
            include_all_metadata=True,
        ):
            for message in page["messages"]:
                if is_it(message):
                    return Posted(channel, str(message["ts"]))
        return None

    async def own_messages(
        self, channel: str, *, bot_id: str, bot_user_id: str
    ) -> list[OwnMessage]:
        """Return all messages of the bot in a conversation.

        A message that shares a file has the user id alone, and others may have the bot's id alone.
        """
        found: list[OwnMessage] = []
        async for page in self._pages(
            self._clients.repeating.conversations_history, channel=channel
        ):
            found += [
                OwnMessage(str(m["ts"]), tuple(str(f["id"]) for f in m.get("files") or ()))
                for m in page["messages"]
                if m.get("bot_id") == bot_id or m.get("user") == bot_user_id
            ]
        return found

    async def _pages(
        self, method: Callable[..., Awaitable[AsyncSlackResponse]], **arguments: Any
    ) -> AsyncIterator[AsyncSlackResponse]:
        cursor: str | None = None
        while True:
            page = await self._clients.call(method, limit=PAGE, cursor=cursor, **arguments)
            yield page
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return


def has_key(key: str) -> Callable[[Mapping[str, Any]], bool]:
    """Recognizes the post that carries this key."""

    def is_it(message: Mapping[str, Any]) -> bool:
        metadata = message.get("metadata") or {}
        payload = metadata.get("event_payload") or {}
        return metadata.get("event_type") == EVENT_TYPE and payload.get("key") == key

    return is_it
