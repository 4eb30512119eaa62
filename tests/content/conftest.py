"""Folders laid over the built-in content."""

from collections.abc import Callable
from pathlib import Path

import pytest

from content.loader import check, load_library
from content.problems import ContentProblems, Problem

FINANCE = "frameworks/role-families/finance.yaml"

Problems = Callable[[], list[str]]


@pytest.fixture
def folder(finance: Path) -> Path:
    """An organization's folder, in which the check finds nothing wrong."""
    return finance


@pytest.fixture
def problems(folder: Path) -> Problems:
    """What the check says about the folder, each with the path inside it."""

    def found() -> list[str]:
        return [str(p).replace(f"{folder}/", "") for p in every() if str(folder) in p.file]

    def every() -> list[Problem]:
        if (folder / "messages").exists():
            return check(folder)[0]
        try:  # to check all messages takes most of the time, and they are as they were
            load_library(folder)
        except ContentProblems as refused:
            return refused.problems
        return []

    return found
