"""The connections to Slack: one shared session, one client that never repeats a call and one that may."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from json import JSONDecodeError
from logging import getLogger
from random import uniform
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
)
from slack_sdk.http_retry.builtin_interval_calculators import BackoffRetryIntervalCalculator
from slack_sdk.http_retry.jitter import Jitter
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.errors import (
    AMBIGUOUS,
    SERVER_ERROR,
    TOO_MANY,
    NotSent,
    TooMany,
    Unsure,
    from_slack,
    retry_after,
)
from bot.slack.lease_guard import lease_trace, was_not_sent
from bot.slack.proxies import DIRECT, Proxies, proxy_problem, unanswered, without_password

log = getLogger(__name__)

NO_ANSWER = (aiohttp.ClientError, asyncio.TimeoutError, JSONDecodeError, UnicodeDecodeError)
"""What a call raises when Slack's answer was lost, late or cut short."""

REPEATS = 4


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


class _NoAnswer(AsyncConnectionErrorRetryHandler):
    """Repeats a call whose answer was lost, but not one that a proxy refused."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if isinstance(error, aiohttp.ClientHttpProxyError):
            return False
        return await super()._can_retry_async(
            state=state, request=request, response=response, error=error
        )


class _ServerTrouble(AsyncRetryHandler):
    """Repeats a call after a 5xx, an unreadable answer, or an error of Slack that may be temporary."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,  # noqa: ARG002
        request: HttpRequest,  # noqa: ARG002
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if response is None:
            return isinstance(error, SlackApiError)  # slack_sdk raises it for an unreadable body
        body = response.body if isinstance(response.body, dict) else {}
        return response.status_code >= SERVER_ERROR or body.get("error") in AMBIGUOUS


class _RateLimited(AsyncRetryHandler):
    """Repeats a call when Slack asks to, as long as the waits of one call stay short together.

    Somebody's turn is held meanwhile, or a job; after a longer wait than that the caller decides.
    """

    def __init__(self, longest: float) -> None:
        super().__init__(max_retry_count=REPEATS)
        self._longest = longest

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,  # noqa: ARG002
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002
    ) -> bool:
        if response is None or response.status_code != TOO_MANY:
            return False
        waited = (state.custom_values or {}).get("waited", 0.0) + retry_after(response.headers)
        state.custom_values = {"waited": waited}
        return bool(waited <= self._longest)

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,  # noqa: ARG002
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002
    ) -> None:
        state.next_attempt_requested = True
        seconds = retry_after(response.headers if response else {})
        # Scattered, so that calls that were refused together are not repeated together.
        await asyncio.sleep(seconds + uniform(0, 1))  # noqa: S311 - no secret
        state.increment_current_attempt()


class _Scatter(Jitter):
    """Varies a wait by a fifth, so that calls that failed together are not repeated together."""

    def recalculate(self, duration: float) -> float:
        return duration * uniform(0.8, 1.2)  # noqa: S311 - no secret


@dataclass(frozen=True)
class SlackClients:
    """`once` sends a call a single time; `repeating` is for calls that are safe to send twice."""

    once: AsyncWebClient
    repeating: AsyncWebClient
    session: aiohttp.ClientSession
    proxies: Proxies = DIRECT

    async def call(
        self, method: Callable[..., Awaitable[AsyncSlackResponse]], **arguments: Any
    ) -> AsyncSlackResponse:
        """Call one of the clients' methods; return Slack's answer.

        Raises what `from_slack` makes of a refusal, NotSent when the lease was over before the request was
        sent, and Unsure when Slack's answer was lost, late or cut short.
        """
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
        return unanswered(self.once.base_url, self.proxies, error)

    async def close(self) -> None:
        await self.session.close()


def log_proxy_problem(error: BaseException, proxy: str | None) -> None:
    """Log what is wrong with the proxy, if the error comes from it."""
    problem = proxy_problem(error)
    if proxy and problem:
        log.warning("proxy_failed", extra={"proxy": without_password(proxy), "problem": problem})


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
    timeout: float = 10,
    pause: float = 0.5,
    longest: float = 30,
) -> SlackClients:
    """Return the clients. In seconds: `timeout` of a call, `pause` before the first repeat, and `longest`
    for all waits of one call that Slack asks for.
    """
    session = aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=timeout),
        connector=aiohttp.TCPConnector(limit=100, keepalive_timeout=30),
        trace_configs=[lease_trace()],
    )
    backoff = BackoffRetryIntervalCalculator(backoff_factor=pause, jitter=_Scatter())
    handlers: list[AsyncRetryHandler] = [
        _NoAnswer(REPEATS, backoff, error_types=list(NO_ANSWER)),
        _RateLimited(longest),
        _ServerTrouble(REPEATS, backoff),
    ]

    def client(retries: list[AsyncRetryHandler]) -> AsyncWebClient:
        return web_client(
            token=token,
            base_url=base_url,
            proxies=proxies,
            session=session,
            timeout=int(timeout) or 1,
            retry_handlers=retries,
        )

    return SlackClients(
        once=client([]), repeating=client(handlers), session=session, proxies=proxies
    )
