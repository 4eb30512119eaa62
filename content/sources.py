"""Finds the content files: the built-in ones, with an organization's folder laid over them."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from typing import Literal

from content.limits import FILE_BYTES
from content.problems import Problem, did_you_mean

SourceKind = Literal[
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
ROLE_FAMILIES_FILE = "frameworks/role-families/framework.yaml"
CROSSWALK_FILE = "frameworks/crosswalk.yaml"
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
    def kind(self) -> SourceKind | None:
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


def kind_of(relative: str) -> SourceKind | None:
    """The kind of a file at this path; None when no content is read from there."""
    relative = current_path(relative)
    path = PurePosixPath(relative)
    folder = str(path.parent)
    if path.suffix != ".yaml":
        return None
    single: dict[str, SourceKind] = {
        ROLE_FAMILIES_FILE: "role-families",
        CROSSWALK_FILE: "crosswalk",
        "steps/any-family.yaml": "any-steps",
    }
    if relative in single:
        return single[relative]
    if _is_in_framework(path) and path.parent.name != "role-families":
        in_framework: dict[str, SourceKind] = {"framework": "framework", "needs": "needs"}
        return in_framework.get(path.stem)
    kinds: dict[str, SourceKind] = {
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


_FORMER_PREFIXES = (
    ("agent/need_", "required_level/"),
    ("agent/project", "required_level/project"),
    ("agent/", "agents/"),
    ("checkin/", "checkins/"),
    ("ladder/", "assessments/ladder_"),
    ("result/", "self_check/"),
    ("team/", "team_digest/"),
    ("family_", "self_check/family_"),
    ("forget_", "privacy/forget_"),
    ("forgotten", "privacy/forgotten"),
    ("home_", "home/"),
    ("how_", "self_check/how_"),
    ("step_", "steps/"),
)
"""Beginnings of the names of messages in an earlier version ("messages/tip.j2"), and of those today.

An organization may still have such files. They are refused, and the problem names the file and the key that
took their place. The first beginning that fits counts, and only for names that `_FORMER_NAMES` does not have.
"""

_FORMER_NAMES: Mapping[str, str] = {
    "agent/more": "slack/more",
    "agent/person_footer": "assessments/criteria_footer",
    "agent/person_promise": "assessments/criteria_promise",
    "agent/result_person": "assessments/criteria_result",
    "chat_answer": "help/chat_answer",
    "ended_card": "assessments/ended",
    "export_ready": "privacy/export_ready",
    "gone_card": "assessments/gone",
    "greeting": "home/greeting",
    "in_your_messages": "slack/in_your_messages",
    "ladder/text": "assessments/ladder_result",
    "map_offer": "map/offer",
    "moved": "assessments/moved",
    "no_other_step": "steps/no_other_step",
    "no_profile": "profile/no_result",
    "no_step": "steps/no_step",
    "not_yours": "slack/not_yours",
    "nothing_to_forget": "privacy/nothing_to_forget",
    "privacy": "privacy/page",
    "restart_note": "assessments/restart_note",
    "result/text": "self_check/result",
    "resume": "assessments/resume",
    "said_line": "profile/said_line",
    "saved": "assessments/saved",
    "self_check_moves": "assessments/moves",
    "self_check_promise": "self_check/promise",
    "team/off": "team_digest/not_followed",
    "team/practised": "team_digest/practiced",
    "tip": "steps/step",
    "too_slow": "slack/too_slow",
    "trouble": "slack/trouble",
    "unknown_check": "self_check/unknown_check",
    "unknown_click": "slack/unknown_click",
    "unknown_command": "help/unknown_command",
    "unknown_family": "self_check/unknown_family",
    "unknown_level": "map/unknown_level",
}


def new_name(old: str) -> str | None:
    """Return the name that took the place of this one, or None where there was no such message."""
    if old in _FORMER_NAMES:
        return _FORMER_NAMES[old]
    for before, after in _FORMER_PREFIXES:
        if old.startswith(before):
            return after + old.removeprefix(before)
    return None


def where_it_is_now(relative: str) -> str:
    """Return what to do with a '.j2' file that stands here in a folder of content."""
    name = new_name(relative.removeprefix("messages/").removesuffix(".j2"))
    if name is None:
        key = PurePosixPath(relative).stem
        return f"Messages are now in YAML. Move its text to the key {key} of a file in 'messages'."
    file, _, key = name.partition("/")
    return f"Messages are now in YAML. Move its text to the key {key} in messages/{file}.yaml."
