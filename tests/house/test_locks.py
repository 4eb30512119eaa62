"""The lock files: versions and hashes for every platform, and no address of an index."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.txt", "requirements-dev.txt"]
PINNED = re.compile(r"^([a-z0-9-]+)(?:\[[a-z0-9,]+\])?==(\S+)", re.MULTILINE)


def pinned(name: str) -> dict[str, str]:
    return dict(PINNED.findall((ROOT / name).read_text()))


def plain(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9-]+", requirement)
    assert found is not None
    return found.group().lower()


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_has_a_version_and_hashes(name: str) -> None:
    text = (ROOT / name).read_text()
    packages = re.split(r"\n(?=[a-z])", text.strip())
    assert len(packages) == len(pinned(name))
    assert all("--hash=sha256:" in package for package in packages)


@pytest.mark.parametrize("name", LOCKS)
def test_no_address_of_an_index_is_kept(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert "--index-url" not in text


def test_both_locks_agree() -> None:
    running, testing = (pinned(name) for name in LOCKS)
    assert running.items() <= testing.items()


def test_every_direct_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    running, testing = (pinned(name) for name in LOCKS)
    assert {plain(r) for r in project["dependencies"]} <= set(running)
    assert {plain(r) for r in project["optional-dependencies"]["dev"]} <= set(testing)


def test_every_module_of_the_root_is_installed() -> None:
    """Without it the command `rungs` of a fresh environment does not find the module."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    listed = project["tool"]["setuptools"]["py-modules"]
    assert sorted(listed) == sorted(path.stem for path in ROOT.glob("*.py"))
