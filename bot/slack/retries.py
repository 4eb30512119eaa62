"""When calls of Slack's client are repeated: after lost answers, server errors, and rate limits."""

import asyncio
from json import JSONDecodeError
from random import uniform

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

from bot.slack.errors import AMBIGUOUS, SERVER_ERROR, TOO_MANY, retry_after

NO_ANSWER = (aiohttp.ClientError, asyncio.TimeoutError, JSONDecodeError, UnicodeDecodeError)
"""What a call raises when Slack's answer was lost, late or cut short."""

REPEATS = 4


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


def retry_handlers(*, pause: float, longest: float) -> list[AsyncRetryHandler]:
    """Return the handlers for calls that are safe to send twice.

    In seconds: `pause` before the first repeat, and `longest` for all waits of one call that Slack asks for.
    """
    backoff = BackoffRetryIntervalCalculator(backoff_factor=pause, jitter=_Scatter())
    return [
        _NoAnswer(REPEATS, backoff, error_types=list(NO_ANSWER)),
        _RateLimited(longest),
        _ServerTrouble(REPEATS, backoff),
    ]
