"""A visit to a page in a fresh profile, with the errors it logged and the addresses it requested."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import Browser, Page

PATIENCE_MS = 20_000
"""So long a test waits for something on the page; a busy machine is slow."""


@dataclass
class Visit:
    """A page in a fresh profile, the errors it logged, and every address it requested."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@asynccontextmanager
async def visit(
    browser: Browser, address: str, *, width: int = 1200, height: int = 800, dark: bool = False
) -> AsyncIterator[Visit]:
    """Open an address as a newcomer does: no cookies, nothing stored."""
    context = await browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
    )
    context.set_default_timeout(PATIENCE_MS)
    try:
        seen = _watched(await context.new_page())
        await seen.page.goto(address)
        yield seen
    finally:
        await context.close()


def _watched(page: Page) -> Visit:
    seen = Visit(page)
    page.on("console", lambda said: _note(seen, said.type, said.text))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("request", lambda request: seen.requests.append(request.url))
    return seen


def _note(seen: Visit, kind: str, text: str) -> None:
    if kind in {"error", "warning"}:
        seen.complaints.append(f"{kind}: {text}")
