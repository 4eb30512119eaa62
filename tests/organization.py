"""Fixtures for content that changes: an organization's folder, and a workspace that outlasts a bot."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.server import Playground
from playground.server import running as playing

CONTENT = Path(__file__).parent / "content"


@pytest.fixture
async def slack() -> AsyncIterator[Playground]:
    """A workspace that one bot after another may serve."""
    async with playing(Playground()) as ready:
        yield ready


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    """A copy of an organization's folder with a framework of each kind."""
    return Path(shutil.copytree(CONTENT / "kinds", tmp_path / "acme"))


@pytest.fixture
def finance(tmp_path: Path) -> Path:
    """A copy of an organization's folder with one family of its own, finance."""
    return Path(shutil.copytree(CONTENT / "good", tmp_path / "acme"))


def reword(file: Path, *changes: tuple[str, str]) -> None:
    """Replace words of a content file, each of which must be there, and make it version 2."""
    text = file.read_text()
    for before, after in (*changes, ("version: '1'", "version: '2'")):
        assert before in text
        text = text.replace(before, after)
    file.write_text(text)
