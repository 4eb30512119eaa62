"""Databases for drills: SQLite in memory where there is such a folder, and PostgreSQL."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

MEMORY = Path("/dev/shm")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> Iterator[str]:
    """A fresh SQLite database with all tables.

    In memory: what a killed process wrote is there whether a disk has it or not, and a slow disk would
    only leave less time for kills.
    """
    folder = Path(mkdtemp(prefix="rungs-", dir=MEMORY)) if MEMORY.is_dir() else tmp_path
    yield f"sqlite:///{shutil.copy(sqlite_template, folder / 'rungs.db')}"
    shutil.rmtree(folder, ignore_errors=True)
