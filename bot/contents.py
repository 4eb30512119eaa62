"""The content of each workspace: the same for all, or with the workspace's own folder laid over it.

The folder is `workspaces/T…` in RUNGS_CONTENT. It is read when it is first needed, and again when a file in
it has changed. Another process reads it first: content is not trusted with the process that serves
everybody, and a folder may be so made that reading it never ends.
"""

import asyncio
import stat
import sys
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from logging import getLogger
from pathlib import Path
from typing import Protocol

from coaching.safe_text import Render, is_slack_id
from content.library import Library, MessageCatalog
from content.limits import CHECK_SECONDS, FILE_BYTES
from content.loader import load_library
from content.problems import ContentProblems
from content.sources import WORKSPACES

log = getLogger(__name__)

MOST = 50
"""How many contents are remembered; one takes a few megabytes."""


@dataclass(frozen=True)
class Content:
    """What a workspace reads: the library with all that it offers, and the messages."""

    library: Library
    render: Render


class Contents(Protocol):
    """The content of each workspace."""

    async def of(self, workspace_id: str) -> Content:
        """Return the content of this workspace."""


@dataclass(frozen=True)
class OneContent:
    """The same content for every workspace."""

    content: Content

    async def of(self, workspace_id: str) -> Content:  # noqa: ARG002
        return self.content


class WorkspaceContents:
    """The content of workspaces that may have folders of their own in `folder`.

    `general` is the content of all others, `reserved` the words of commands. What is wrong in a workspace's
    folder is logged, and the workspace gets the general content.
    """

    def __init__(self, folder: Path, general: Content, reserved: Collection[str]) -> None:
        self._folder = folder
        self._general = general
        self._reserved = reserved
        self._kept: OrderedDict[str, Content] = OrderedDict()
        self._loading = asyncio.Lock()

    async def of(self, workspace_id: str) -> Content:
        """Return the content of this workspace; contents of equal files are one."""
        own = self._folder / WORKSPACES / workspace_id
        digest = await asyncio.to_thread(_digest_of, own) if is_slack_id(workspace_id) else None
        if digest is None:
            return self._general
        async with self._loading:
            if digest not in self._kept:
                self._kept[digest] = await self._load(workspace_id, own)
        self._kept.move_to_end(digest)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return self._kept[digest]

    async def _load(self, workspace_id: str, own: Path) -> Content:
        folders = (self._folder, own)
        problem = await _problem_elsewhere(folders)
        if problem is None:
            try:
                return await asyncio.to_thread(self._content_of, folders)
            except ContentProblems as problems:
                problem = str(problems).partition("\n")[0]
        log.error(
            "workspace_content_refused", extra={"workspace": workspace_id, "problem": problem}
        )
        return self._general

    def _content_of(self, folders: tuple[Path, ...]) -> Content:
        library = load_library(folders, self._reserved)
        library.phrasebook.prepare()
        return Content(library, MessageCatalog(folders).render)


def _digest_of(folder: Path) -> str | None:
    """Return a digest of the files in this folder; None without a folder.

    Of what is no regular file, only the time counts: a pipe would keep a reader waiting.
    """
    if not folder.is_dir():
        return None
    found = sha256()
    for path in sorted(folder.rglob("*")):
        about = path.lstat()
        is_small_file = stat.S_ISREG(about.st_mode) and about.st_size <= FILE_BYTES
        held = path.read_bytes() if is_small_file else str(about.st_mtime_ns).encode()
        found.update(f"{path.relative_to(folder)}\0{len(held)}\0".encode() + held)
    return found.hexdigest()


async def _problem_elsewhere(folders: Collection[Path]) -> str | None:
    """Check these folders in another process, which ends itself in time; return the first problem."""
    checking = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "content.check", *map(str, folders)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=Path(__file__).parents[1],
    )
    try:
        async with asyncio.timeout(2 * CHECK_SECONDS):
            told, _ = await checking.communicate()
    except TimeoutError:
        checking.kill()
        await checking.wait()
        return f"It took longer than {CHECK_SECONDS} seconds to read."
    lines = told.decode(errors="replace").splitlines()
    if checking.returncode == 0:
        return None
    return lines[0] if lines else f"Reading it ended with {checking.returncode}."
