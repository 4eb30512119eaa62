"""A running playground and the app's own client, for every test here."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser
from slack_sdk.web.async_client import AsyncWebClient

from playground.server import Playground, running
from tests.playground.page_stage import Stage, staged
from tests.playground.people import Page, client_of


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    """A fresh workspace."""
    async with running(Playground()) as started:
        yield started


@pytest.fixture
def slack(playground: Playground) -> AsyncWebClient:
    """The app's client, as Bolt makes it."""
    return client_of(playground)


@pytest.fixture
async def page(playground: Playground) -> AsyncIterator[Page]:
    """A page of the playground."""
    async with aiohttp.ClientSession() as session:
        yield Page(session, playground.address)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared(browser: Browser) -> AsyncIterator[Stage]:
    """A page that tests of a file share, each with messages of its own: opening one is slow."""
    async with staged(browser) as stage:
        yield stage
