"""A real Chromium for tests of the page.

A test module asks for it with `pytest_plugins = ["tests.browser"]` and runs on the module's loop:
`pytestmark = pytest.mark.asyncio(loop_scope="module")`.
"""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MISSING = (
    "No Chromium was found: neither RUNGS_CHROMIUM nor chromium or google-chrome on the PATH. "
    "These tests drive the page in it. Install it, on Debian with: apt-get install chromium"
)


def chromium_path() -> str | None:
    """Return where Chromium is, or None."""
    named = os.environ.get("RUNGS_CHROMIUM")
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return named or next((path for path in found if path), None)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for a module; without Chromium its tests are skipped, or fail where CI is set."""
    path = chromium_path()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield started
        await started.close()


@dataclass
class Visit:
    """A page in a fresh profile, what it complained of, and every address it asked for."""

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
    context.set_default_timeout(8000)
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
