"""A real HTTP proxy on loopback that tunnels to the playground, which then stands at https://slack.test.

The tunnel's other end is TLS with a certificate of the tests, as Slack's is TLS: a client that trusts it
(`SSL_CERT_FILE`) and goes through the proxy reaches the playground, any other one reaches nothing.
"""

import asyncio
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playground.server import Playground

CERTIFICATE = Path(__file__).parent / "slack" / "slack_test.pem"
SLACK = "https://slack.test"
USER, PASSWORD = "rungs", "not-to-be-shown"


@dataclass
class Proxy:
    """What was asked of the proxy, and what it does."""

    playground: str
    """The host and port of the playground."""
    port: int = 0
    refusal: str | None = None
    """The status line with which every request is refused, such as "503 Service Unavailable"."""
    asked: list[str] = field(default_factory=list)
    """The host and port of every tunnel that was asked for with the right password."""

    @property
    def url(self) -> str:
        return f"http://{USER}:{PASSWORD}@127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, ssl.SSLError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            refusal = self._refused(head)
            writer.write(f"HTTP/1.1 {refusal or '200 Connection established'}\r\n\r\n".encode())
            await writer.drain()
            if refusal is None:
                await writer.start_tls(_context())
                await self._tunnel(reader, writer)
        writer.close()

    def _refused(self, head: str) -> str | None:
        method, target, _ = head.split(" ", 2)
        known = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if f"Proxy-Authorization: Basic {known}" not in head:
            return "407 Proxy Authentication Required"
        self.asked.append(target)
        return self.refusal or (None if method == "CONNECT" else "405 Method Not Allowed")

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_connection(*self.playground.split(":"))
        try:
            await asyncio.gather(
                # The playground answers only to names of this machine.
                _pipe(
                    reader, ours, (b"Host: slack.test\r\n", f"Host: {self.playground}\r\n".encode())
                ),
                _pipe(theirs, writer, (b"", b"")),
            )
        finally:
            ours.close()


async def _pipe(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, replaced: tuple[bytes, bytes]
) -> None:
    while part := await reader.read(65_536):
        writer.write(part.replace(*replaced) if replaced[0] else part)
        await writer.drain()
    writer.close()


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


@asynccontextmanager
async def proxied(slack: Playground) -> AsyncIterator[Proxy]:
    """Run a proxy, and move the playground's addresses behind it."""
    proxy = Proxy(urlsplit(slack.address).netloc)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    slack.workspace.address = SLACK
    try:
        yield proxy
    finally:
        server.close()
