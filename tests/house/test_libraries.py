"""`make sbom`, and the check of versions and licenses in `make check`."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from docs.libraries import Library, installed, license_of, locked, main, problems, project
from tests.house.test_locks import ROOT, plain


def test_every_library_has_an_allowed_license_and_the_version_of_the_lock() -> None:
    assert main(["--check"]) == 0


def pinned_here() -> dict[str, str]:
    """Return the version of each library that the lock has for this platform."""
    lock = (ROOT / "requirements.txt").read_text()
    return {one.name: one.locked for one in map(installed, locked(lock))}


def test_the_document_lists_the_lock_with_what_needs_what(tmp_path: Path) -> None:
    assert main(["--output", str(tmp_path / "sbom.json")]) == 0
    made = json.loads((tmp_path / "sbom.json").read_text())
    assert (made["bomFormat"], made["specVersion"], made["version"]) == ("CycloneDX", "1.6", 1)
    assert {one["name"]: one["version"] for one in made["components"]} == pinned_here()
    assert all(one["licenses"][0]["expression"] for one in made["components"])
    needs = {one["ref"]: one["dependsOn"] for one in made["dependencies"]}
    root = made["metadata"]["component"]["bom-ref"]
    direct = {ref.partition("/")[2].partition("@")[0] for ref in needs[root]}
    assert direct == {plain(one) for one in project()["dependencies"]}
    reached, left = set[str](), [root]
    while left:
        one = left.pop()
        if one not in reached:
            reached.add(one)
            left += needs[one]
    assert reached == {root, *(one["bom-ref"] for one in made["components"])}
    main(["--output", str(tmp_path / "again.json")])
    assert (tmp_path / "again.json").read_text() == (tmp_path / "sbom.json").read_text()


FINE = Library("paddle", "1.2", "1.2", "MIT AND (Apache-2.0 OR BSD-3-Clause)")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"version": None},
            "paddle: requirements.txt pins 1.2, installed is none. Run 'make setup'.",
        ),
        ({"version": "1.3"}, "paddle: requirements.txt pins 1.2, installed is 1.3."),
        ({"license": None}, "paddle: its license is not clear from its metadata."),
        ({"license": "MIT OR GPL-3.0-only"}, "paddle: its license GPL-3.0-only is not in the list"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(change: dict[str, str | None], said: str) -> None:
    assert list(problems([FINE])) == []
    (problem,) = problems([replace(FINE, **change)])  # type: ignore[arg-type]
    assert problem.startswith(said)


class Metadata(dict[str, str]):
    """What a library says of itself; empty where it says nothing."""

    def __missing__(self, key: str) -> None:
        return None

    def get_all(self, _name: str) -> list[str]:
        return [self["Classifier"]] if "Classifier" in self else []


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"License-Expression": "MPL-2.0"}, "MPL-2.0"),
        ({"License": "Apache 2.0"}, "Apache-2.0"),
        ({"Classifier": "License :: OSI Approved :: MIT License"}, "MIT"),
        ({"Classifier": "License :: OSI Approved :: BSD License"}, None),
        ({"License": "Do what you want"}, None),
        ({}, None),
    ],
)
def test_a_license_is_read_or_called_unclear(said: dict[str, str], found: str | None) -> None:
    assert license_of(Metadata(said)) == found
