"""Which files there are: the built-in ones, and an organization's folder laid over them."""

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
    "tips",
    "any-tips",
    "series",
    "experiments",
    "messages",
]

BUILT_IN = Path(__file__).parent
ROLE_FAMILIES = "frameworks/role-families/framework.yaml"
CROSSWALK = "frameworks/crosswalk.yaml"
PLACES = ("frameworks/role-families", "tips", "tips/series", "teams", "messages")


@dataclass(frozen=True)
class Source:
    """One content file; `shown` is how problems name it."""

    relative: str
    path: Path
    shown: str
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
        """What the file says, or why it cannot be read."""
        try:
            if self.path.stat().st_size > FILE_BYTES:
                return Problem(
                    self.shown, 1, f"The file is larger than {FILE_BYTES} bytes. Split it."
                )
            return self.path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            return Problem(self.shown, line, "This is not UTF-8 text. Save the file as UTF-8.")
        except OSError as error:
            why = (error.strerror or "unknown reason").lower()
            advice = "Check that it is there and open to this user."
            return Problem(self.shown, 1, f"The file cannot be read ({why}). {advice}")


def kind_of(relative: str) -> Kind | None:
    """What a file in this place is; None when nothing is read from there."""
    path = PurePosixPath(relative)
    folder = str(path.parent)
    if path.suffix != ".yaml":
        return None
    single: dict[str, Kind] = {
        ROLE_FAMILIES: "role-families",
        CROSSWALK: "crosswalk",
        "tips/any-family.yaml": "any-tips",
    }
    if relative in single:
        return single[relative]
    if _is_in_framework(path) and path.parent.name != "role-families":
        in_framework: dict[str, Kind] = {"framework": "framework", "needs": "needs"}
        return in_framework.get(path.stem)
    kinds: dict[str, Kind] = {
        "frameworks/role-families": "family",
        "tips": "tips",
        "tips/series": "series",
        "teams": "experiments",
        "messages": "messages",
    }
    return kinds.get(folder)


def _is_in_framework(path: PurePosixPath) -> bool:
    return len(path.parts) == 3 and path.parts[0] == "frameworks"


def find_sources(extra: Path | None) -> tuple[dict[str, Source], list[Problem]]:
    """The files by their relative path; one in `extra` replaces the built-in one of its path."""
    found = {source.relative: source for source in _built_in()}
    problems: list[Problem] = []
    if extra is None:
        return found, problems
    trouble = _folder_trouble(extra)
    if trouble:
        return found, [Problem(str(extra), 1, f"This folder of content {trouble}")]
    for source in _files(extra, shown=str(extra), built_in=False):
        if source.kind:
            found[source.relative] = source
        elif not _is_aside(source):
            problems.append(Problem(source.shown, 1, _misplaced(source.relative)))
    return found, problems


def _folder_trouble(folder: Path) -> str | None:
    """Why nothing can be read from this folder, and what to do."""
    if not os.path.lexists(folder):
        return "does not exist. Correct RUNGS_CONTENT, or create the folder."
    if not os.path.isdir(folder):  # noqa: PTH112 - Path.is_dir raises where a parent is closed
        return "is a file. Name the folder that holds it."
    if not os.access(folder, os.R_OK | os.X_OK):
        return "cannot be opened. Give this user the right to read it."
    return None


def _built_in() -> Iterator[Source]:
    for top in ("frameworks", "messages", "teams", "tips"):
        for source in _files(BUILT_IN, shown="content", built_in=True, below=top):
            if source.kind:
                yield source


def _files(root: Path, *, shown: str, built_in: bool, below: str = ".") -> Iterator[Source]:
    for path in sorted((root / below).rglob("*")):
        relative = path.relative_to(root)
        if any(part.startswith((".", "__")) for part in relative.parts) or path.is_dir():
            continue
        yield Source(relative.as_posix(), path, f"{shown}/{relative.as_posix()}", built_in)


def _is_aside(source: Source) -> bool:
    """Notes beside the content, which nothing reads."""
    return source.path.suffix.lower() in {".md", ".txt"}


def _misplaced(relative: str) -> str:
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
