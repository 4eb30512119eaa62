"""Requests to the servers of an organization, which must not reach what only this computer can reach.

An address has to be https at a public host. The host's addresses are checked when they are looked up for the
request itself, so a name that leads elsewhere later is refused too. Hosts that the operator named in
RUNGS_INNER_HOSTS are the exception. Redirects are not followed.
"""

import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from bot.deps import PublicSite
from bot.slack.phrases import host_of

WITHIN = 5.0
"""Seconds for a whole request to a webhook."""

MOST_BYTES = 5_000_000
"""Of an answer that is read; the answers of webhooks are not."""

NAT64 = ip_network("64:ff9b::/96")


class NotReached(Exception):
    """The server did not answer; the text is a word for the log and for admins, without the address."""


def problem_with(url: str, inner_hosts: frozenset[str]) -> str | None:
    """Return why nothing is sent to this address, in a word; None when it is good."""
    host = host_of(url) if url.isascii() else None
    if host is None or "#" in url:
        return "unreadable"
    if host.strip("[]") in inner_hosts:
        return None
    if not url.lower().startswith("https:"):
        return "not_https"
    return "not_public" if _is_inner(host.strip("[]")) else None


def _is_inner(host: str) -> bool:
    """Return whether a host is written as an address that is not public, or as a name of an inner network."""
    try:
        return not is_public(host)
    except ValueError:
        return "." not in host.rstrip(".") or host.endswith((".localhost", ".local", ".internal"))


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the internet; ValueError when it is none at all."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        inside = found.ipv4_mapped or found.sixtofour
        if found in NAT64:
            inside = IPv4Address(int(found) & 0xFFFFFFFF)
        if inside is not None:
            found = inside
    is_of_site = isinstance(found, IPv6Address) and found.is_site_local
    return found.is_global and not found.is_multicast and not is_of_site


class PublicResolver(AbstractResolver):
    """Looks hosts up, and returns only public addresses; for hosts in `free` all of them."""

    def __init__(self, free: frozenset[str]) -> None:
        self._free = free
        self._system = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses; OSError when there is no public one."""
        found = await self._system.resolve(host, port, family)
        allowed = [one for one in found if host in self._free or is_public(one["host"])]
        if not allowed:
            raise OSError(f"{host} has no public address")
        return allowed

    async def close(self) -> None:
        """Close nothing: threads of the loop look names up."""


@dataclass(frozen=True)
class Answer:
    """What a server answered; the body is empty where it was not read."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Outside:
    """What sends requests to the servers of an organization."""

    client: aiohttp.ClientSession
    site: PublicSite

    async def request(
        self,
        method: str,
        url: str,
        *,
        body: bytes,
        headers: Mapping[str, str],
        within: float | None = None,
        is_read: bool = False,
    ) -> Answer:
        """Send a request and return the answer, with its body if `is_read`; NotReached without one.

        It is waited for `within` seconds, or `WITHIN`.
        """
        problem = problem_with(url, self.site.inner_hosts)
        if problem:
            raise NotReached(problem)
        try:
            async with self.client.request(
                method,
                url,
                data=body,
                headers=headers,
                allow_redirects=False,
                proxy=self.site.proxies.of(url),
                timeout=aiohttp.ClientTimeout(total=within or WITHIN),
            ) as answer:
                content = await _read(answer) if is_read else b""
                return Answer(answer.status, dict(answer.headers), content)
        except TimeoutError:
            raise NotReached("timeout") from None
        except (aiohttp.ClientConnectorError, OSError):
            # Whoever catches this must not see the address, which may have a secret in it.
            raise NotReached("no_connection") from None
        except (aiohttp.ClientError, ValueError):
            raise NotReached("broken_answer") from None


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    body = b""
    while len(body) <= MOST_BYTES and (more := await answer.content.read(MOST_BYTES)):
        body += more
    if len(body) > MOST_BYTES:
        raise ValueError("too long")
    return body


@asynccontextmanager
async def outside(site: PublicSite) -> AsyncIterator[Outside]:
    """Yield what sends requests, and close its connections at the end."""
    proxies = {site.proxies.https, site.proxies.http} - {""}
    free = site.inner_hosts | {urlsplit(proxy).hostname or "" for proxy in proxies}
    connector = aiohttp.TCPConnector(resolver=PublicResolver(free), limit=50, ttl_dns_cache=0)
    cookies = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(connector=connector, cookie_jar=cookies) as client:
        yield Outside(client, site)
