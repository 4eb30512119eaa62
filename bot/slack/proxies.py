"""Which proxy a request to Slack goes through; requests to this machine never go through one."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import ClientHttpProxyError, ClientProxyConnectionError

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


def unanswered(url: str, proxies: Proxies, error: BaseException) -> str:
    """Say that Slack does not answer, and through which proxy it was asked."""
    proxy = proxies.of(url)
    if proxy is None:
        return f"Slack does not answer at {url}. Check the network and SLACK_API_URL."
    problem = proxy_problem(error)
    return (
        f"Slack does not answer at {url} through the proxy {without_password(proxy)}"
        f"{f', which {problem}' if problem else ''}. Check HTTPS_PROXY and NO_PROXY."
    )


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
