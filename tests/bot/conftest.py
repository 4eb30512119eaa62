"""A stage that many tests share, each with a member of its own, and waiting for what must come."""

from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copy

import pytest
import pytest_asyncio

from tests.stage import Person, Stage, staged


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def long_stage(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """A bot that stays up for a whole file: its tests mark themselves with `loop_scope="module"`."""
    file = copy(sqlite_template, tmp_path_factory.mktemp("long") / "rungs.db")
    async with staged(f"sqlite:///{file}") as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def newcomer(long_stage: Stage) -> AsyncIterator[Person]:
    """Somebody whom the bot never met, on a stage where nothing goes wrong yet."""
    yield newcomer_of(long_stage)
    long_stage.playground.faults.clear()
    await long_stage.settle()


def newcomer_of(stage: Stage) -> Person:
    """One more person of the workspace, in a channel with the others."""
    workspace = stage.playground.workspace
    (person,) = workspace.add_people(1, channel=workspace.channel("growth").id)
    return Person(stage, person.id, person.name)
