"""Finds the content files: the built-in ones, with an organization's folder laid over them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from typing import Literal

from content.limits import FILE_BYTES
from content.moved_messages import where_it_is_now
from content.problems import Problem, did_you_mean

Kind = Literal[
    "role-families",
    "family",
    "framework",
    "needs",
    "crosswalk",
    "steps",
    "any-steps",
    "series",
    "experiments",
    "messages",
]

BUILT_IN = Path(__file__).parent
ROLE_FAMILIES = "frameworks/role-families/framework.yaml"
CROSSWALK = "frameworks/crosswalk.yaml"
PLACES = ("frameworks/role-families", "steps", "steps/series", "tips", "teams", "messages")
FORMER_STEPS = "tips/"
"""The folder of steps in earlier versions of Rungs; an organization's files are still read from it."""


@dataclass(frozen=True)
class Source:
    """One content file; `display_path` is its path in problems."""

    relative: str
    path: Path
    display_path: str
    built_in: bool

    @cached_property
    def kind(self) -> Kind | None:
        return kind_of(self.relative)

    @cached_property
    def stem(self) -> str:
        return PurePosixPath(self.relative).stem

    @cached_property
    def folder(self) -> str:
        """The name of the folder it is in."""
        return PurePosixPath(self.relative).parent.name

    def text(self) -> str | Problem:
        """The text of the file, or the problem because of which it cannot be read."""
        try:
            if self.path.stat().st_size > FILE_BYTES:
                return Problem(
                    self.display_path, 1, f"The file is larger than {FILE_BYTES} bytes. Split it."
                )
            return self.path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            return Problem(
                self.display_path, line, "This is not UTF-8 text. Save the file as UTF-8."
            )
        except OSError as error:
            why = (error.strerror or "unknown reason").lower()
            advice = "Check that it is there and open to this user."
            return Problem(self.display_path, 1, f"The file cannot be read ({why}). {advice}")


def kind_of(relative: str) -> Kind | None:
    """The kind of a file at this path; None when no content is read from there."""
    relative = current_path(relative)
    path = PurePosixPath(relative)
    folder = str(path.parent)
    if path.suffix != ".yaml":
        return None
    single: dict[str, Kind] = {
        ROLE_FAMILIES: "role-families",
        CROSSWALK: "crosswalk",
        "steps/any-family.yaml": "any-steps",
    }
    if relative in single:
        return single[relative]
    if _is_in_framework(path) and path.parent.name != "role-families":
        in_framework: dict[str, Kind] = {"framework": "framework", "needs": "needs"}
        return in_framework.get(path.stem)
    kinds: dict[str, Kind] = {
        "frameworks/role-families": "family",
        "steps": "steps",
        "steps/series": "series",
        "teams": "experiments",
        "messages": "messages",
    }
    return kinds.get(folder)


def current_path(relative: str) -> str:
    """The path under which a file of a former folder is known today."""
    if relative.startswith(FORMER_STEPS):
        return f"steps/{relative.removeprefix(FORMER_STEPS)}"
    return relative


def _is_in_framework(path: PurePosixPath) -> bool:
    return len(path.parts) == 3 and path.parts[0] == "frameworks"


def find_sources(extra: Path | None) -> tuple[dict[str, Source], list[Problem]]:
    """Find the files by their relative path, and what in the folder `extra` is no content.

    A file in `extra` replaces the built-in one of the same path. One in the former folder `tips` replaces
    the built-in one in `steps`, unless `extra` has both: then both are read.
    """
    found = {source.relative: source for source in _built_in()}
    problems: list[Problem] = []
    if extra is None:
        return found, problems
    trouble = _folder_trouble(extra)
    if trouble:
        return found, [Problem(str(extra), 1, f"This folder of content {trouble}")]
    for source in _files(extra, display_root=str(extra), built_in=False):
        if source.kind:
            place = current_path(source.relative)
            is_first = place not in found or found[place].built_in
            found[place if is_first else source.relative] = source
        elif not _is_aside(source):
            problems.append(Problem(source.display_path, 1, _misplaced(source.relative)))
    return found, problems


def _folder_trouble(folder: Path) -> str | None:
    """Why nothing can be read from this folder, and what to do; None when it can."""
    if not os.path.lexists(folder):
        return "does not exist. Correct RUNGS_CONTENT, or create the folder."
    if not os.path.isdir(folder):  # noqa: PTH112 - Path.is_dir raises where a parent is closed
        return "is a file. Name the folder that holds it."
    if not os.access(folder, os.R_OK | os.X_OK):
        return "cannot be opened. Give this user the right to read it."
    return None


def _built_in() -> Iterator[Source]:
    for top in ("frameworks", "messages", "steps", "teams"):
        for source in _files(BUILT_IN, display_root="content", built_in=True, below=top):
            if source.kind:
                yield source


def _files(root: Path, *, display_root: str, built_in: bool, below: str = ".") -> Iterator[Source]:
    for path in sorted((root / below).rglob("*")):
        relative = path.relative_to(root)
        if any(part.startswith((".", "__")) for part in relative.parts) or path.is_dir():
            continue
        yield Source(relative.as_posix(), path, f"{display_root}/{relative.as_posix()}", built_in)


def _is_aside(source: Source) -> bool:
    """Whether it is a note beside the content."""
    return source.path.suffix.lower() in {".md", ".txt"}


def _misplaced(relative: str) -> str:
    """Why a file at this path is not read, and where it belongs."""
    path = PurePosixPath(relative)
    if path.suffix == ".yml":
        return "The name ends in '.yml'. Rename it to end in '.yaml'."
    if path.suffix == ".j2":
        return where_it_is_now(relative)
    if path.suffix != ".yaml":
        return "This is no content file. Use '.yaml' for content and messages, '.md' for notes."
    if _is_in_framework(path):
        return (
            f"Nothing is read from 'frameworks/{path.parent.name}' but 'framework.yaml' and "
            "'needs.yaml'. Rename it, or move it to its place."
        )
    folder = "the top of this folder" if path.parent == PurePosixPath() else f"'{path.parent}'"
    return f"Nothing is read from {folder}.{did_you_mean(str(path.parent), PLACES)}"


@cache
def built_in_families() -> tuple[str, ...]:
    """The families that come with Rungs."""
    return tuple(source.stem for source in _built_in() if source.kind == "family")
