"""The servers of an organization: a webhook that misbehaves on demand, and a SCIM server over real HTTP."""

import asyncio
import json
import threading
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from socketserver import ThreadingMixIn
from typing import Any
from urllib.request import Request, urlopen
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from scim2_server.memory import InMemoryStorage
from scim2_server.testserver.application import BearerTokenApplication
from scim2_server.utils import load_default_provider

OK = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


@dataclass
class Hook:
    """A webhook: what it was sent, and how it behaves with a request; `mood` names one of `MOODS`."""

    port: int = 0
    mood: str = "well"
    tokens: list[str] = field(default_factory=list)
    asked: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?key=very-secret"

    @property
    def claims(self) -> list[dict[str, Any]]:
        """What the tokens say that it took, unchecked, in the order in which they came."""
        return [_claims(token) for token in self.tokens]

    def of(self, user_id: str) -> list[tuple[str, str]]:
        """Return the changes of a member, each with its id, in the order in which they came."""
        return [(one["change"], one["jti"]) for one in self.claims if one["sub"] == user_id]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request, and answer as the mood says."""
        self.asked += 1
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length: ")[1].split("\r\n")[0])
        body = (await reader.readexactly(length)).decode()
        keeps, answer = MOODS[self.mood]
        if keeps:
            self.tokens.append(body)
        if self.mood == "slow":
            await asyncio.sleep(30)
        writer.write(answer)
        await writer.drain()
        writer.close()


MOODS: dict[str, tuple[bool, bytes]] = {
    "well": (True, OK),
    "broken": (False, b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"),
    "moved": (
        False,
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
    ),
    "silent": (True, b""),
    "cut": (True, b"HTTP/1.1 20"),
    "twice": (True, 2 * b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    "slow": (True, OK),
    "choosy": (False, b"HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n"),
}
"""How it behaves: whether it keeps what came, and what it answers."""


def _claims(token: str) -> dict[str, Any]:
    middle = token.split(".")[1]
    found: dict[str, Any] = json.loads(urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return found


@asynccontextmanager
async def hook() -> AsyncIterator[Hook]:
    """Serve a webhook on this computer."""
    made = Hook()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    async with server:
        yield made


class _Threading(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Say nothing."""


SECRET = "scim-secret-token"


@dataclass
class Directory:
    """An identity provider that speaks SCIM.

    `requests` are those it got, `asked` their queries, and `fails` the status of all.
    """

    url: str = ""
    requests: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    fails: str = ""

    def add_person(self, email: str, *, as_username: bool = True) -> str:
        """Add a person with this address, and return their id."""
        fields: dict[str, Any] = {"userName": email if as_username else email.partition("@")[0]}
        if not as_username:
            fields["emails"] = [{"value": email, "primary": True}]
        return str(self.does("POST", "/Users", fields)["id"])

    def group(self, name: str) -> dict[str, Any]:
        """Return the group with this name."""
        every: list[dict[str, Any]] = self.does("GET", "/Groups")["Resources"]
        return next(one for one in every if one["displayName"] == name)

    def members(self, name: str) -> list[str]:
        """Return the ids of who is in a group."""
        return sorted(one["value"] for one in self.group(name).get("members", ()))

    def set_members(self, name: str, *ids: str) -> None:
        """Change by hand who is in a group."""
        fields = {"displayName": name, "members": [{"value": one} for one in ids]}
        self.does("PUT", f"/Groups/{self.group(name)['id']}", fields)

    def does(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request as the provider's own administrators do."""
        schema = f"urn:ietf:params:scim:schemas:core:2.0:{path.split('/')[1].rstrip('s')}"
        request = Request(
            f"{self.url}{path}",
            method=method,
            data=json.dumps({"schemas": [schema], **body}).encode() if body else None,
            headers={
                "Authorization": f"Bearer {SECRET}",
                "Content-Type": "application/scim+json",
                "X-By-Hand": "yes",
            },
        )
        with urlopen(request) as answer:
            return json.loads(answer.read() or b"{}")


@contextmanager
def directory() -> Iterator[Directory]:
    """Serve an identity provider on this computer, over real HTTP, in a thread."""
    made = Directory()
    provider = load_default_provider()
    application = BearerTokenApplication(InMemoryStorage(), provider, bearer_tokens=[SECRET])

    def counted(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        if "HTTP_X_BY_HAND" in environ:
            return application(environ, start)
        made.asked.append(environ["QUERY_STRING"])
        made.requests.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        if made.fails:
            start(made.fails, [("Content-Length", "0")])
            return [b""]
        return application(environ, start)

    server = make_server("127.0.0.1", 0, counted, server_class=_Threading, handler_class=_Quiet)
    made.url = f"http://127.0.0.1:{server.server_port}/v2"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
