"""The connections to Slack: one shared session, one client that never repeats a call and one that may.

Whoever claims a message may post it until its lease ends; then another process may claim it. A process can be
suspended for any time between checking the lease and sending, and would then post a second time. So the check
is a trace hook of the HTTP session, called right before a request begins and again when its body is written.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from inspect import signature
from ipaddress import ip_address
from types import SimpleNamespace
from typing import Any, Protocol
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.errors import (
    NotSent,
    TooMany,
    Unsure,
    WorkspaceGone,
    from_slack,
    log_proxy_problem,
    unanswered,
    was_not_sent,
)
from bot.slack.retries import NO_ANSWER, retry_handlers


@dataclass(frozen=True)
class Lease:
    """Until when a message may be posted, by the wall clock and by the monotonic one (seconds)."""

    until: datetime
    steady_until: float
    now: Callable[[], datetime]
    steady: Callable[[], float]

    def is_over(self) -> bool:
        """Return whether either clock has passed the end, so that setting one back prolongs nothing."""
        return self.now() >= self.until or self.steady() >= self.steady_until


_held: ContextVar[Lease | None] = ContextVar("lease", default=None)


@contextmanager
def guarded_by(lease: Lease) -> Iterator[None]:
    """Send the requests of this block only while the lease holds; otherwise they raise NotSent."""
    token = _held.set(lease)
    try:
        yield
    finally:
        _held.reset(token)


def lease_trace() -> aiohttp.TraceConfig:
    """Return the hooks for a session: they check before a request begins and when its body is written."""
    hooks = aiohttp.TraceConfig()
    hooks.on_request_start.append(_check_lease)
    # Checking when the connection is made would be too early: another task writes the body later.
    hooks.on_request_chunk_sent.append(_check_lease)
    return hooks


async def _check_lease(
    _session: aiohttp.ClientSession, _context: SimpleNamespace, _about: object
) -> None:
    lease = _held.get()
    if lease is not None and lease.is_over():
        raise NotSent("chat.postMessage", "lease_over")


SECURE = ("https", "wss")


@dataclass(frozen=True)
class Proxies:
    """The proxies of the environment; the default is none. Their addresses may contain a password.

    `https` is for https and wss, `http` for http and ws, and for the others when `https` is empty. `no_proxy`
    lists hosts that are reached directly: names, the ends of names, or `*` for all.
    """

    https: str = ""
    http: str = ""
    no_proxy: str = ""

    def of(self, url: str) -> str | None:
        """Return the address of the proxy for this URL; None when there is none."""
        parts = urlsplit(url)
        found = (self.https or self.http) if parts.scheme in SECURE else self.http
        host = parts.hostname or ""
        if not found or _is_this_machine(host) or self._excepts(host):
            return None
        return found

    def _excepts(self, host: str) -> bool:
        names = [name.lstrip(".").lower() for name in re.split(r"[\s,]+", self.no_proxy)]
        return any(name and (name in ("*", host) or host.endswith(f".{name}")) for name in names)

    def __repr__(self) -> str:
        return "Proxies(…)"


DIRECT = Proxies()


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class RetryPolicy:
    """How long to wait for Slack, in seconds.

    `answer` is how long one call may take, `pause` the first wait before a call is repeated, `longest` how
    long one call is put off because Slack asks for it: a member's turn is held meanwhile. A lost post
    counts as not arrived `hung` seconds after it got no answer in time (it may still be taking effect),
    or `broken` seconds after its connection broke or Slack answered with a server error.
    """

    answer: float = 10
    pause: float = 0.5
    longest: float = 30
    hung: float = 15
    broken: float = 2
    between_looks: float = 0.5


@dataclass
class Waits:
    """The waits of one call that Slack asked for; `left` is how many seconds more it may be put off."""

    left: float

    async def wait(self, problem: TooMany) -> None:
        """Wait as long as Slack asked; raise the problem when that is too long."""
        self.left -= problem.seconds
        if self.left < 0:
            raise problem
        await asyncio.sleep(problem.seconds)


class TokenSource(Protocol):
    """Where the bot token of one workspace comes from, asked before every call."""

    async def current(self) -> str:
        """Return the token to use now."""

    async def after(self, refused: str) -> str | None:
        """Return another token than this one, which Slack refused; None when there is no other."""


@dataclass(frozen=True, repr=False)
class OneToken:
    """A token that stays the same."""

    token: str

    async def current(self) -> str:
        """Return the token."""
        return self.token

    async def after(self, refused: str) -> str | None:  # noqa: ARG002 - there is no other
        """Return None: there is no other."""
        return None


NO_TOKEN = OneToken("")

REFUSED_TOKENS = (
    *("token_expired", "invalid_auth", "token_revoked", "not_authed"),
    "account_inactive",
)
"""Errors after which another token may work: it was replaced, or the app removed and installed again."""


@dataclass(frozen=True)
class SlackClients:
    """`once` sends a call a single time; `repeating` is for calls that are safe to send twice.

    Both are the same for all workspaces; `tokens` are those of one. `team_id` is the workspace in which calls
    are answered, where the token is for a whole organization.
    """

    once: AsyncWebClient
    repeating: AsyncWebClient
    session: aiohttp.ClientSession
    proxies: Proxies = DIRECT
    tokens: TokenSource = NO_TOKEN
    team_id: str | None = None

    async def call(
        self, method: Callable[..., Awaitable[AsyncSlackResponse]], **arguments: Any
    ) -> AsyncSlackResponse:
        """Call one of the clients' methods with the workspace's token; return Slack's answer.

        A token that Slack refuses is replaced once, because it may have been renewed meanwhile. Raises what
        `from_slack` makes of a refusal, NotSent when the lease was over before the request was sent, and
        Unsure when Slack's answer was lost, late or cut short.
        """
        if self.team_id and _takes_team(method):
            arguments["team_id"] = self.team_id
        token = await self.tokens.current()
        try:
            return await self._call(method, token=token, **arguments)
        except WorkspaceGone as problem:
            other = problem.reason in REFUSED_TOKENS and await self.tokens.after(token)
            if not other:
                raise
        return await self._call(method, token=other, **arguments)

    async def _call(
        self, method: Callable[..., Awaitable[AsyncSlackResponse]], **arguments: Any
    ) -> AsyncSlackResponse:
        name = getattr(method, "__name__", "call").replace("_", ".", 1)
        try:
            return await method(**arguments)
        except SlackApiError as error:
            raise from_slack(name, error) from error
        except NO_ANSWER as error:
            if was_not_sent(error):
                raise NotSent(name, "lease_over") from error
            log_proxy_problem(error, self.once.proxy)
            hung = isinstance(error, asyncio.TimeoutError)
            raise Unsure(name, "no_answer", hung=hung) from error

    def unanswered(self, error: BaseException) -> str:
        """Say that Slack does not answer, and through which proxy it was asked."""
        return unanswered(self.once.base_url, self.once.proxy, error)

    async def close(self) -> None:
        await self.session.close()


def _takes_team(method: Callable[..., Awaitable[AsyncSlackResponse]]) -> bool:
    """Return whether a method of Slack asks for the workspace when the token is for an organization."""
    return "team_id" in signature(method).parameters


def web_client(*, base_url: str, proxies: Proxies, **options: Any) -> AsyncWebClient:
    """Return a client of the Web API that goes through the proxy for its address, if there is one."""
    client = AsyncWebClient(base_url=base_url, **options)
    # Given no proxy, slack_sdk takes the one of the environment, also for this machine and against NO_PROXY.
    client.proxy = proxies.of(base_url)
    return client


def connect(
    token: str,
    *,
    base_url: str,
    proxies: Proxies = DIRECT,
    patience: RetryPolicy = RetryPolicy(),
) -> SlackClients:
    """Return the clients, which wait for Slack as long as `patience` says."""
    session = aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=patience.answer),
        connector=aiohttp.TCPConnector(limit=100, keepalive_timeout=30),
        trace_configs=[lease_trace()],
    )
    handlers = retry_handlers(pause=patience.pause, longest=patience.longest)

    def client(retries: list[AsyncRetryHandler]) -> AsyncWebClient:
        return web_client(
            token=token,
            base_url=base_url,
            proxies=proxies,
            session=session,
            timeout=int(patience.answer) or 1,
            retry_handlers=retries,
        )

    return SlackClients(
        once=client([]),
        repeating=client(handlers),
        session=session,
        proxies=proxies,
        tokens=OneToken(token),
    )
