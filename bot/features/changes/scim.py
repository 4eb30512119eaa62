"""A SCIM 2.0 server as the adapter needs it: find a person, find or make a group, change who is in it."""

import time
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
from scim2_client import SCIMClientException
from scim2_client.engines.httpx2 import AsyncSCIMClient
from scim2_models import (
    Group,
    Resource,
    SCIMException,
    ScimPolicy,
    ScimProvider,
    User,
)

from bot.features.changes.outcomes import UNFINISHED, Outcome, down, of_status
from bot.features.changes.outside import NotReached, Outside

WITHIN = 10.0
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
AT_ONCE = 200
"""People in one request that changes a group."""

PROVIDER = ScimProvider(models=[User, Group], policy=ScimPolicy(unknown=ScimPolicy.Unknown.ignore))
"""Servers have attributes of their own, which are passed over."""


class ScimFailed(Exception):
    """The server did not do it; `outcome` says whether that is about what was asked."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.problem)
        self.outcome = outcome


class Transport(httpx2.AsyncBaseTransport):
    """Sends the library's requests by `Outside`, so that they reach only what they may.

    `within` so many seconds after the first one began, none is under way any more.
    """

    def __init__(self, outside: Outside, within: float) -> None:
        self._outside = outside
        self._within = within
        self._until: float | None = None
        self.status = 0
        """Of the last answer; 0 without one."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; httpx2.ConnectError when there is no answer."""
        headers = {name: value for name, value in request.headers.items() if name != "host"}
        headers["accept-encoding"] = "identity"
        self.status = 0
        if self._until is None:
            self._until = time.monotonic() + self._within
        within = min(WITHIN, self._until - time.monotonic())
        if within <= 0:
            raise httpx2.ConnectError(UNFINISHED, request=request)
        try:
            answer = await self._outside.request(
                request.method,
                str(request.url),
                body=await request.aread(),
                headers=headers,
                within=within,
                is_read=True,
            )
        except NotReached as problem:
            raise httpx2.ConnectError(str(problem), request=request) from None
        self.status = answer.status
        kept = {
            name: value
            for name, value in answer.headers.items()
            if name.lower() not in ("content-encoding", "content-length", "transfer-encoding")
        }
        return httpx2.Response(answer.status, headers=kept, content=answer.body)


@dataclass(frozen=True)
class ScimServer:
    """The server of one receiver; every method raises ScimFailed."""

    client: AsyncSCIMClient
    transport: Transport

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Raise what goes wrong with a request as ScimFailed."""
        try:
            yield
        except (SCIMException, SCIMClientException) as problem:
            # Not every server says what went wrong in the form of SCIM.
            outcome = (
                of_status(self.transport.status) if self.transport.status else down("no_answer")
            )
            cause = problem.__cause__
            if isinstance(cause, httpx2.ConnectError):
                outcome = down(str(cause))
            raise ScimFailed(down("broken_answer") if outcome.is_taken else outcome) from None

    async def person(self, email: str) -> str | None:
        """Return the id of the one person with this address; None when there is none, or several."""
        for attribute in ("userName", "emails.value"):
            found = await self._ids(User, f"{attribute} eq {_quoted(email)}")
            if found:
                return found[0] if len(found) == 1 else None
        return None

    async def group(self, name: str) -> str:
        """Return the id of the group with this name, which is made if there is none."""
        found = await self._ids(Group, f"displayName eq {_quoted(name)}")
        if found:
            return found[0]
        with self._failures():
            made: Any = await self.client.create(Group(display_name=name))
        return str(made.id)

    async def members(self, group_id: str) -> set[str]:
        """Return the ids of who is in a group."""
        with self._failures():
            found: Any = await self.client.query(Group, group_id, {"attributes": "members"})
        return {str(one.value) for one in found.members or ()}

    async def change(
        self, group_id: str, *, added: Collection[str] = (), removed: Collection[str] = ()
    ) -> None:
        """Add people to a group and remove others; those who are there, or gone, make no difference."""
        operations: list[dict[str, Any]] = [
            {"op": "add", "path": "members", "value": [{"value": one} for one in some]}
            for some in _parts(sorted(added))
        ]
        operations += [
            {"op": "remove", "path": f"members[value eq {_quoted(one)}]"} for one in sorted(removed)
        ]
        for some in _parts(operations):
            patch = {"schemas": [PATCH], "Operations": list(some)}
            with self._failures():
                await self.client.modify(Group, group_id, patch, check_request_payload=False)

    async def _ids(self, kind: type[Resource[Any]], condition: str) -> list[str]:
        search: dict[str, Any] = {"filter": condition, "attributes": "id", "count": 2}
        with self._failures():
            found: Any = await self.client.query(kind, query_parameters=search)
        return [str(one.id) for one in found.resources or ()]


def _quoted(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _parts(every: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(every), AT_ONCE):
        yield every[start : start + AT_ONCE]


@asynccontextmanager
async def scim_server(
    outside: Outside, url: str, token: str, *, within: float
) -> AsyncIterator[ScimServer]:
    """Yield the server at this address, which the token opens; all requests end `within` so many seconds."""
    transport = Transport(outside, within)
    async with httpx2.AsyncClient(
        base_url=url,
        headers={"Authorization": f"Bearer {token}", "User-Agent": "Rungs"},
        transport=transport,
        follow_redirects=False,
    ) as client:
        yield ScimServer(AsyncSCIMClient(client, provider=PROVIDER), transport)
