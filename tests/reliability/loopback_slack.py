"""A quick stand-in for Slack with many workspaces: it answers what clocks ask, and keeps a ledger.

The playground shows people and conversations, which takes longer than the clocks take for a message. This one
knows only ids, which say where they belong: workspace `T0W0007` has the member `U0W0007M000123`, whose
conversation is `D0W0007M000123`. It refuses a token in a foreign workspace, and enforces Slack's rate limits.
"""

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from playground.limits import RateLimited, RateLimits

Json = dict[str, Any]
LENGTH = re.compile(r"content-length: *(\d+)", re.IGNORECASE)
TOKEN = re.compile(r"authorization: *Bearer (\S+)", re.IGNORECASE)
POST, READ = "chat.postMessage", "conversations.history"


def team_id(number: int) -> str:
    """Return the id of a workspace."""
    return f"T0W{number:04}"


def token_of(team: str) -> str:
    """Return the token of the app in a workspace."""
    return f"xoxb-{team}-loopback"


class Arrival(NamedTuple):
    """A post that took effect: where, and when by the clock of the run."""

    channel: str
    at: float


class LoopbackSlack:
    """What Slack knows and records; `members` and `zone` tell of the workspace with this number."""

    def __init__(
        self,
        now: Callable[[], float],
        *,
        workspaces: int,
        members: Callable[[int], int],
        zone: Callable[[int], str],
        posts_per_minute: int = 300,
    ) -> None:
        self.posts: dict[str, Arrival] = {}
        self.doubled = self.foreign = 0
        self.calls: Counter[str] = Counter()
        self.limits = RateLimits(on=True, posts_per_minute=posts_per_minute)
        self.api_url = ""
        self._now = now
        self._members = members
        self._zone = zone
        self._teams = {token_of(team_id(n)): n for n in range(1, workspaces + 1)}
        self._methods: dict[str, tuple[str, Callable[[int, Mapping[str, Any]], Json]]] = {
            POST: ("post", self._post),
            READ: ("3", self._history),
            "conversations.open": ("3", self._open),
            "users.list": ("2", self._list),
            "users.info": ("4", self._info),
            "dnd.teamInfo": ("2", self._quiet_of_some),
            "dnd.info": ("3", lambda _team, _given: {"dnd_enabled": False}),
        }

    def answer(self, head: str, body: bytes) -> bytes:
        """Return the whole response to a request."""
        path, _, query = head.split(" ", 2)[1].partition("?")
        method = path.rpartition("/")[2]
        self.calls[method] += 1
        more, status = "", "200 OK"
        try:
            told = self._told(method, head, query, body)
        except RateLimited as refusal:
            told, status = {"ok": False, "error": "ratelimited"}, "429 Too Many Requests"
            more = f"Retry-After: {refusal.retry_after}\r\n"
        said = json.dumps(told)
        kind = "Content-Type: application/json"
        lines = f"HTTP/1.1 {status}\r\n{kind}\r\n{more}Content-Length: {len(said)}\r\n\r\n"
        return (lines + said).encode()

    def _told(self, method: str, head: str, query: str, body: bytes) -> Json:
        found = TOKEN.search(head)
        team = self._teams.get(found[1]) if found else None
        if team is None:
            return {"ok": False, "error": "invalid_auth"}
        if method not in self._methods:
            return {"ok": False, "error": "unknown_method", "req_method": method}
        tier, run = self._methods[method]
        self.limits.check(method, tier=tier, now=self._now(), team=str(team))
        given = dict(parse_qsl(query)) | _parsed(body)
        for name in ("channel", "user", "users"):
            if not self._is_of(team, str(given.get(name) or "")):
                self.foreign += 1
                return {"ok": False, "error": "channel_not_found"}
        return {"ok": True, **run(team, given)}

    def _is_of(self, team: int, named: str) -> bool:
        return all(one[2:7] == f"W{team:04}" for one in named.split(",") if one)

    def _post(self, _team: int, given: Mapping[str, Any]) -> Json:
        key, now = given["metadata"]["event_payload"]["key"], self._now()
        if key in self.posts:
            self.doubled += 1
        else:
            self.posts[key] = Arrival(given["channel"], now)
        return {"channel": given["channel"], "ts": f"{now:.6f}"}

    def _history(self, _team: int, given: Mapping[str, Any]) -> Json:
        # Few calls: after a kill, one for each message that was under way.
        found = [(k, one) for k, one in self.posts.items() if one.channel == given["channel"]]
        return {"messages": [_message(key, one) for key, one in found], "has_more": False}

    def _open(self, _team: int, given: Mapping[str, Any]) -> Json:
        return {"channel": {"id": f"D{given['users'][1:]}"}}

    def _list(self, team: int, given: Mapping[str, Any]) -> Json:
        start = int(given.get("cursor") or 1)
        end = min(start + int(given["limit"]), self._members(team) + 1)
        zone = self._zone(team)
        some = [_profile(f"U0W{team:04}M{n:06}", zone) for n in range(start, end)]
        cursor = str(end) if end <= self._members(team) else ""
        return {"members": some, "response_metadata": {"next_cursor": cursor}}

    def _info(self, team: int, given: Mapping[str, Any]) -> Json:
        return {"user": _profile(given["user"], self._zone(team))}

    def _quiet_of_some(self, _team: int, given: Mapping[str, Any]) -> Json:
        return {"users": {user: {"dnd_enabled": False} for user in given["users"].split(",")}}


def _parsed(body: bytes) -> Json:
    if body.startswith(b"{"):
        return dict(json.loads(body))
    return dict(parse_qsl(body.decode()))


def _profile(user: str, zone: str) -> Json:
    return {"id": user, "tz": zone, "deleted": False}


def _message(key: str, one: Arrival) -> Json:
    metadata = {"event_type": "rungs_message", "event_payload": {"key": key}}
    return {"ts": f"{one.at:.6f}", "metadata": metadata}


class Connection(asyncio.Protocol):
    """One connection of a clock: whole requests are answered in their order."""

    def __init__(self, slack: LoopbackSlack) -> None:
        self._slack = slack
        self._unread = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer what is there as a whole."""
        self._unread += data
        while (end := self._unread.find(b"\r\n\r\n")) >= 0:
            head = self._unread[:end].decode("latin-1")
            length = LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._unread) < whole:
                return
            body, self._unread = self._unread[end + 4 : whole], self._unread[whole:]
            assert isinstance(self._transport, asyncio.Transport)
            self._transport.write(self._slack.answer(head, body))


@asynccontextmanager
async def answering(slack: LoopbackSlack) -> AsyncIterator[LoopbackSlack]:
    """Let it listen on a port of its own while the block runs."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(slack), "127.0.0.1", 0)
    slack.api_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/"
    try:
        yield slack
    finally:
        server.close()
