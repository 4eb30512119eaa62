"""The libraries that Rungs runs on: `make sbom` lists them, `make check` looks at their licenses.

Both read `requirements.txt` and what the installed libraries say of themselves, and ask no index.
"""

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]

ALLOWED = {
    *("Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC"),
    *("MIT", "MIT-0", "PSF-2.0", "Unlicense"),
}
"""Licenses that ask for no more than their notice, by their SPDX names; decision 0061 says why two."""

CALLED = {
    "Apache 2.0": "Apache-2.0",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: Python Software Foundation License": "PSF-2.0",
}
"""SPDX names of what libraries say in older forms."""

LOOKED_UP = {"email-validator": "Unlicense", "jinja2": "BSD-3-Clause"}
"""Licenses of libraries that name theirs too loosely, as their license files have it."""


@dataclass(frozen=True)
class Library:
    """A library of the lock, with its installed version and the SPDX expression of its license, if known."""

    name: str
    locked: str
    version: str | None
    license: str | None
    requires: tuple[Requirement, ...] = ()
    about: str = ""

    @property
    def ref(self) -> str:
        """Return its package URL."""
        return f"pkg:pypi/{self.name}@{self.version}"


def locked(text: str) -> Iterator[Requirement]:
    """Yield what a lock file pins for this platform."""
    for line in text.replace("\\\n", " ").splitlines():
        pinned = Requirement(line.partition("--hash")[0]) if line[:1].isalnum() else None
        if pinned and (pinned.marker is None or pinned.marker.evaluate()):
            yield pinned


def installed(pinned: Requirement) -> Library:
    """Return the library with what its installed version says of itself."""
    name, version = canonicalize_name(pinned.name), str(pinned.specifier).removeprefix("==")
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return Library(name, version, None, None)
    license_name = LOOKED_UP.get(name) or license_of(found.metadata)
    requires = tuple(Requirement(line) for line in found.requires or ())
    about = str(found.metadata["Summary"] or "")
    return Library(name, version, found.version, license_name, requires, about)


def license_of(metadata: Any) -> str | None:
    """Return the SPDX expression of a library's license; None when it is not clear."""
    said = [
        metadata["License-Expression"],
        metadata["License"],
        *(metadata.get_all("Classifier") or ()),
    ]
    names = [CALLED.get(one, one) for one in said if one]
    return next(
        (one for one in names if one == metadata["License-Expression"] or one in ALLOWED), None
    )


def problems(libraries: Iterable[Library]) -> Iterator[str]:
    """Yield what is wrong: a library is missing or of another version, or a license is not allowed."""
    for one in libraries:
        if one.version != one.locked:
            yield (
                f"{one.name}: requirements.txt pins {one.locked}, installed is {one.version or 'none'}. "
                "Run 'make setup'."
            )
        elif one.license is None:
            yield (
                f"{one.name}: its license is not clear from its metadata. Read its license file, and add its "
                "SPDX name to LOOKED_UP in docs/libraries.py."
            )
        elif others := sorted(_names(one.license) - ALLOWED):
            yield (
                f"{one.name}: its license {', '.join(others)} is not in the list of ALLOWED in "
                "docs/libraries.py. Use another library, or add the license and say why in a decision record."
            )


def _names(expression: str) -> set[str]:
    return set(re.findall(r"[\w.+-]+", expression)) - {"AND", "OR", "WITH"}


def runtime() -> list[Library]:
    """Return the libraries of `requirements.txt`."""
    return [installed(one) for one in locked((ROOT / "requirements.txt").read_text())]


def project() -> dict[str, Any]:
    """Return what pyproject.toml says of Rungs."""
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return found


def bill_of_materials(libraries: Iterable[Library]) -> dict[str, Any]:
    """Return a CycloneDX document: the libraries and what each needs. The same lock makes the same one."""
    known = {one.name: one for one in libraries}
    rungs, direct = project(), [Requirement(one) for one in project()["dependencies"]]
    own = f"pkg:pypi/rungs@{rungs['version']}"
    extras = _extras(direct, known)
    needs = {own: _refs(direct, known)} | {
        one.ref: _refs(_needed(one, extras[one.name]), known) for one in known.values()
    }
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid5(NAMESPACE_URL, json.dumps(needs)).urn,
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": "rungs",
                "version": rungs["version"],
                "description": rungs["description"],
            }
        },
        "components": [_component(one) for one in known.values()],
        "dependencies": [{"ref": ref, "dependsOn": on} for ref, on in needs.items()],
    }


def _extras(direct: list[Requirement], known: dict[str, Library]) -> dict[str, set[str]]:
    """Return which extras of each library something asks for."""
    asked: dict[str, set[str]] = {name: set() for name in known}
    seen, left = set[str](), list(direct)
    while left:
        one = left.pop()
        name = canonicalize_name(one.name)
        if name in known and (name not in seen or one.extras - asked[name]):
            seen.add(name)
            asked[name] |= one.extras
            left += _needed(known[name], asked[name])
    return asked


def _needed(library: Library, extras: set[str]) -> Iterator[Requirement]:
    for one in library.requires:
        if any(one.marker is None or one.marker.evaluate({"extra": e}) for e in ("", *extras)):
            yield one


def _refs(requirements: Iterable[Requirement], known: dict[str, Library]) -> list[str]:
    names = {canonicalize_name(one.name) for one in requirements}
    return sorted(known[name].ref for name in names if name in known)


def _component(library: Library) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": library.ref,
        "name": library.name,
        "version": library.version,
        "description": library.about,
        "licenses": [{"expression": library.license}],
        "purl": library.ref,
    }


def main(words: list[str] | None = None) -> int:
    """Name what is wrong; without `--check`, also write the document. 1 when something is wrong."""
    parser = argparse.ArgumentParser(prog="docs.libraries", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("--output", type=Path, default=ROOT / "rungs.cdx.json")
    asked, libraries = parser.parse_args(words), runtime()
    if wrong := list(problems(libraries)):
        print(*wrong, sep="\n", file=sys.stderr)
        return 1
    if not asked.check:
        asked.output.write_text(json.dumps(bill_of_materials(libraries), indent=2) + "\n")
        print(f"Wrote {len(libraries)} libraries to {asked.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
