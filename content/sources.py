"""Finds the content files: the built-in ones, with an organization's folder laid over them."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from typing import Literal

from content.folder import RefusedPath, UnusableFolder, entries, read_inside
from content.limits import FILE_BYTES, FOLDER_BYTES
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
    "phrases",
    "skills",
    "items",
    "access",
    "sandbox",
]

BUILT_IN = Path(__file__).parent
ROLE_FAMILIES_FILE = "frameworks/role-families/framework.yaml"
CROSSWALK_FILE = "frameworks/crosswalk.yaml"
PLACES = (
    "frameworks/role-families",
    "steps",
    "steps/series",
    "tips",
    "teams",
    "messages",
    "phrases",
    "checks",
    "access",
    "sandbox",
)
WORKSPACES = "workspaces"
"""The folder of folders that are each for one workspace; it is no content for all."""

FORMER_STEPS = "tips/"
"""The folder of steps in earlier versions of Rungs; an organization's files are still read from it."""


@dataclass(frozen=True)
class Source:
    """One content file; `display_path` is its path in problems.

    `root` is the organization's folder without links on its way, and None for a built-in file.
    """

    relative: str
    path: Path
    display_path: str
    root: Path | None = None

    @property
    def built_in(self) -> bool:
        return self.root is None

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

    @property
    def size(self) -> int:
        """The size of the file; 0 where it will not be read."""
        try:
            size = self.path.stat().st_size
        except OSError:
            return 0
        return size if size <= FILE_BYTES else 0

    def text(self) -> str | Problem:
        """The text of the file, or the problem because of which it is not read."""
        try:
            data = read_inside(self.root, self.path) if self.root else self.path.read_bytes()
            if len(data) > FILE_BYTES:
                raise RefusedPath(f"The file is larger than {FILE_BYTES} bytes. Split it.")
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            return Problem(
                self.display_path, line, "This is not UTF-8 text. Save the file as UTF-8."
            )
        except RefusedPath as refused:
            return Problem(self.display_path, 1, str(refused))
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
        "checks/skills.yaml": "skills",
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
        "phrases": "phrases",
        "checks": "items",
        "access": "access",
        "sandbox": "sandbox",
    }
    return kinds.get(folder)


def current_path(relative: str) -> str:
    """The path under which a file of a former folder is known today."""
    if relative.startswith(FORMER_STEPS):
        return f"steps/{relative.removeprefix(FORMER_STEPS)}"
    return relative


def _is_in_framework(path: PurePosixPath) -> bool:
    return len(path.parts) == 3 and path.parts[0] == "frameworks"


Folders = Path | Sequence[Path] | None
"""Folders of content, each laid over the one before, and the first over the built-in content."""


def folders_of(extra: Folders) -> tuple[Path, ...]:
    """Return the folders one by one, in the order in which they are laid over each other."""
    if extra is None:
        return ()
    return (extra,) if isinstance(extra, Path) else tuple(extra)


def find_sources(extra: Folders) -> tuple[dict[str, Source], list[Problem]]:
    """Find the files by their relative path, and what in the folders `extra` is no content.

    A file in a folder replaces the one of the same path before it. One in the former folder `tips` replaces
    the one in `steps`, unless the folder has both: then both are read. Where a folder as a whole cannot be
    used, the only problem is in the folder itself, and no file of it is returned.
    """
    found = {source.relative: source for source in _built_in()}
    problems: list[Problem] = []
    for folder in folders_of(extra):
        problems += _lay_over(found, folder)
    return found, problems


def _lay_over(found: dict[str, Source], folder: Path) -> list[Problem]:
    """Put the files of this folder in; return what in it is no content."""
    try:
        own, problems = _own_sources(folder)
    except UnusableFolder as unusable:
        return [Problem(str(folder), 1, f"This folder of content {unusable}")]
    taken = set[str]()
    for source in own:
        place = current_path(source.relative)
        found[source.relative if place in taken else place] = source
        taken.add(place)
    return problems


def _own_sources(extra: Path) -> tuple[list[Source], list[Problem]]:
    """The content files in this folder, and what in it is neither content nor a note.

    Raises UnusableFolder where there is nothing, or more than content can be.
    """
    root, own, problems = Path(os.path.realpath(extra)), list[Source](), list[Problem]()
    for entry in entries(extra, without=WORKSPACES):
        shown = f"{extra}/{entry.relative}"
        source = Source(entry.relative, extra / entry.relative, shown, root)
        if entry.trouble:
            problems.append(Problem(shown, 1, entry.trouble))
        elif source.kind:
            own.append(source)
        elif not _is_aside(source):
            problems.append(Problem(shown, 1, _misplaced(source.relative)))
    if not own and not problems and not (root / WORKSPACES).is_dir():
        raise UnusableFolder("is empty. Put your files into it, or unset RUNGS_CONTENT.")
    if sum(source.size for source in own) > FOLDER_BYTES:
        advice = "Keep only the files that you change or add."
        raise UnusableFolder(f"is larger than {FOLDER_BYTES} bytes. {advice}")
    return own, problems


def _built_in() -> Iterator[Source]:
    tops = ("access", "checks", "frameworks", "messages", "phrases", "sandbox", "steps", "teams")
    for top in tops:
        for path in sorted((BUILT_IN / top).rglob("*.yaml")):
            relative = path.relative_to(BUILT_IN).as_posix()
            if kind_of(relative):
                yield Source(relative, path, f"content/{relative}")


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
        return "This is not a content file. Use '.yaml' for content and messages, '.md' for notes."
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
    "chat_answer": "help/not_understood",
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
    "team/no_spread": "team_digest/no_figures",
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
