"""A real Chromium for tests of the page.

A test module asks for it with `pytest_plugins = ["tests.browser"]` and runs on the session's loop:
`pytestmark = pytest.mark.asyncio(loop_scope="session")`.
"""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.visits import PATIENCE_MS

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
expect.set_options(timeout=PATIENCE_MS)

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first one has the same engine and no windows; it takes half the time of the others."""
MISSING = (
    "No Chromium was found: RUNGS_CHROMIUM is not set, and none of these is on the PATH: "
    f"{', '.join(PROGRAMS)}. These tests drive the page in it. "
    "Install it, on Debian with: apt-get install chromium-headless-shell"
)


def chromium_path() -> str | None:
    """Return where Chromium is, or None."""
    named = os.environ.get("RUNGS_CHROMIUM")
    found = map(shutil.which, PROGRAMS)
    return named or next((path for path in found if path), None)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser for each test process; without Chromium its tests are skipped, or fail where CI is set."""
    path = chromium_path()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield started
        await started.close()
