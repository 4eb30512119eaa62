"""One bot for a whole file of tests, put back to the moment of the recording before each."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.old_cards.replay import Replay, replaying


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running_replay(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Replay]:
    async with replaying(tmp_path_factory.mktemp("replay")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def replay(running_replay: Replay) -> Replay:
    """The bot in front of the recorded cards."""
    running_replay.rewind()
    return running_replay
