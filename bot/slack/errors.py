"""Slack's errors as exceptions that say what to do, and what is said of a proxy that fails.

Undeliverable      Slack refused the call, and why
├── MemberGone     this person cannot be reached any more
├── ChannelGone    this conversation cannot be reached any more
├── WorkspaceGone  the app was removed, or its token no longer works
├── ScopeMissing   the app lacks a permission
├── NotSent        the call was not sent, because the lease was over
├── TooMany        Slack asked to wait
├── MoreToRead     the rest of a conversation can only be read later
└── Unsure         no usable answer came, so it is not known whether the call took effect
"""

from collections.abc import Mapping
from dataclasses import dataclass
from logging import Logger, getLogger
from math import isnan
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientHttpProxyError, ClientProxyConnectionError
from slack_sdk.errors import SlackApiError

log = getLogger(__name__)

AMBIGUOUS = frozenset({"fatal_error", "internal_error", "service_unavailable", "request_timeout"})
MEMBER_GONE = frozenset({"user_disabled", "user_not_found", "user_not_visible", "cannot_dm_bot"})
CHANNEL_GONE = frozenset(
    {"channel_not_found", "not_in_channel", "is_archived", "messages_tab_disabled", "is_inactive"}
)
WORKSPACE_GONE = frozenset(
    {
        "account_inactive",
        "app_access_restricted",
        "invalid_auth",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    }
)
BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format"})
TRIGGER_GONE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"})
TOO_MANY = 429
DAY_SECONDS = 86_400.0
CLIENT_ERROR = 400
SERVER_ERROR = 500


class Undeliverable(Exception):
    """Slack refused the call, and would refuse it again; `reason` is Slack's name for the error."""

    def __init__(self, method: str, reason: str) -> None:
        super().__init__(f"{method}: {reason}")
        self.method = method
        self.reason = reason


class MemberGone(Undeliverable):
    """This person is deactivated or cannot be seen; nothing more is sent to them."""


class ChannelGone(Undeliverable):
    """This conversation is gone, archived or closed to the app; the next act opens it anew."""


class WorkspaceGone(Undeliverable):
    """The app was uninstalled, or its token no longer works."""


class ScopeMissing(Undeliverable):
    """The app lacks a scope; install it again with the scopes of manifest.json."""


class NotSent(Undeliverable):
    """The lease was over before the call was sent; another process may hold the message by now."""


class TooMany(Undeliverable):
    """Slack refused the call because of its rate limit, and asked to wait for `seconds`."""

    def __init__(self, method: str, seconds: float) -> None:
        super().__init__(method, "ratelimited")
        self.seconds = seconds


class MoreToRead(Undeliverable):
    """What is looked for was not among the messages read; `cursor` is where the next turn reads on."""

    def __init__(self, method: str, cursor: str) -> None:
        super().__init__(method, "more_to_read")
        self.cursor = cursor


class Unsure(Undeliverable):
    """No usable answer came, so it is not known whether the call took effect.

    `hung` is true after a timeout: the call may still take effect.
    """

    def __init__(self, method: str, reason: str, *, hung: bool = False) -> None:
        super().__init__(method, reason)
        self.hung = hung


@dataclass(frozen=True)
class LogUndeliverable:
    """A context in which an Undeliverable is logged as `event`, and the work after it goes on.

    It is for what may fail once the member has their answer. WorkspaceGone is raised all the same, because
    nothing else will reach that workspace either.
    """

    log: Logger
    event: str = "undeliverable"

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        if isinstance(error, WorkspaceGone) or not isinstance(error, Undeliverable):
            return False
        self.log.warning(self.event, extra={"method": error.method, "reason": error.reason})
        return True


def from_slack(method: str, error: SlackApiError) -> Undeliverable:
    """Return the exception for an error that slack_sdk raised."""
    if _is_unreadable(error):
        return Unsure(method, "unreadable")  # the missing part may have said anything
    data: Mapping[str, object] = error.response.data if _is_answer(error) else {}
    if _status(error) == TOO_MANY:
        return TooMany(method, retry_after(dict(error.response.headers)))
    reason = str(data.get("error") or f"http_{_status(error)}")
    if reason in AMBIGUOUS or _status(error) >= SERVER_ERROR:
        return Unsure(method, reason)
    if reason in MEMBER_GONE:
        return MemberGone(method, reason)
    if reason in WORKSPACE_GONE:
        return WorkspaceGone(method, reason)
    if reason in CHANNEL_GONE:
        return ChannelGone(method, reason)
    if reason == "missing_scope":
        return ScopeMissing(method, f"missing_scope (needs {data.get('needed', 'unknown')})")
    return Undeliverable(method, reason)


def retry_after(headers: Mapping[str, Any]) -> float:
    """Return the seconds to wait from Slack's header, at most a day; one second without a number in it."""
    found = {str(name).lower(): value for name, value in headers.items()}.get("retry-after", 1)
    try:
        seconds = float(found[0] if isinstance(found, list) else found)
    except (ValueError, IndexError):
        return 1.0
    return 1.0 if isnan(seconds) else min(max(seconds, 0.0), DAY_SECONDS)


def _is_unreadable(error: SlackApiError) -> bool:
    """Return whether the answer is none of Slack's API, such as an error page of a proxy."""
    if _is_answer(error):
        return _status(error) < CLIENT_ERROR and not error.response.data.get("error")
    return _status(error) != TOO_MANY


def _is_answer(error: SlackApiError) -> bool:
    return isinstance(getattr(error.response, "data", None), dict)


def _status(error: SlackApiError) -> int:
    return int(getattr(error.response, "status_code", 0) or 0)


def without_password(proxy: str) -> str:
    """Return the address of a proxy without user and password."""
    parts = urlsplit(proxy)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def proxy_problem(error: BaseException) -> str | None:
    """Return what is wrong with the proxy in a few words; None for errors that do not come from it."""
    if isinstance(error, ClientProxyConnectionError):
        return "cannot be reached"
    if isinstance(error, ClientHttpProxyError):
        return f"answered {error.status} {error.message}".rstrip()
    return None


def unanswered(url: str, proxy: str | None, error: BaseException) -> str:
    """Say that Slack does not answer, and through which proxy it was asked."""
    if proxy is None:
        return f"Slack does not answer at {url}. Check the network and SLACK_API_URL."
    problem = proxy_problem(error)
    return (
        f"Slack does not answer at {url} through the proxy {without_password(proxy)}"
        f"{f', which {problem}' if problem else ''}. Check HTTPS_PROXY and NO_PROXY."
    )


def was_not_sent(error: BaseException | None) -> bool:
    """Return whether NotSent caused this error; aiohttp wraps what its writing task raised."""
    while error is not None:
        if isinstance(error, NotSent):
            return True
        error = error.__cause__
    return False


def log_proxy_problem(error: BaseException, proxy: str | None) -> None:
    """Log what is wrong with the proxy, if the error comes from it."""
    problem = proxy_problem(error)
    if proxy and problem:
        log.warning("proxy_failed", extra={"proxy": without_password(proxy), "problem": problem})
