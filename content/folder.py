"""An organization's folder of content: the regular files that are really inside it.

A link may lead to a secret of this process or back to its own folder, a pipe keeps a reader waiting, and a
device never ends. Each of them is named, and nothing of it is read. Links inside the folder are followed:
Kubernetes mounts a ConfigMap as a hidden folder with links to it.
"""

import faulthandler
import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Timer

from content.limits import CHECK_SECONDS, FILE_BYTES, FOLDER_ENTRIES, FOLDERS_DEEP

_WAY = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW
_FOLDER = _WAY | os.O_DIRECTORY
_FILE = _WAY | os.O_NONBLOCK | os.O_NOCTTY
"""A pipe is opened without waiting for a writer, a terminal without becoming ours; both are then refused."""

_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
}


class RefusedPath(Exception):
    """What is at this path is not read; the message says why, and what to do."""


class UnusableFolder(Exception):
    """Nothing of this folder is read; the message says why, and what to do."""


@dataclass(frozen=True)
class FolderEntry:
    """A file at this path inside the folder, or a folder that is not read, with why and what to do."""

    relative: str
    trouble: str | None = None


def entries(folder: Path, *, without: str = "") -> Iterator[FolderEntry]:
    """Yield the files below this folder, sorted, without hidden ones; raises UnusableFolder.

    `without` is a name directly in it that is left out, with all below it.
    """
    if not os.path.lexists(folder):
        raise UnusableFolder("does not exist. Correct RUNGS_CONTENT, or create the folder.")
    if not os.path.isdir(folder):  # noqa: PTH112 - Path.is_dir raises where a parent is closed
        raise UnusableFolder("is a file. Name the folder that holds it.")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise UnusableFolder("cannot be opened. Give this user the right to read it.")
    root = Path(os.path.realpath(folder))
    yield from _Walk(root, without).entries("", (root,))


@dataclass
class _Walk:
    root: Path
    without: str = ""
    left: int = FOLDER_ENTRIES

    def entries(self, relative: str, above: tuple[Path, ...]) -> Iterator[FolderEntry]:
        """Yield what is in the folder at this path; `above` are the folders that lead to it, and itself."""
        try:
            names = self._names(above[-1])
        except OSError as error:
            advice = "Give this user the right to read it."
            yield FolderEntry(relative, f"The folder cannot be opened ({_why(error)}). {advice}")
            return
        for name in names:
            path = f"{relative}/{name}" if relative else name
            if path == self.without:
                continue
            if not os.path.isdir(above[-1] / name):  # noqa: PTH112 - Path.is_dir raises on bad links
                yield FolderEntry(path)
            elif trouble := self._trouble(path, above):
                yield FolderEntry(path, trouble)
            else:
                yield from self.entries(path, (*above, _inside(self.root, self.root / path)))

    def _names(self, folder: Path) -> list[str]:
        with os.scandir(folder) as found:
            names = [entry.name for entry in islice(found, self.left + 1)]
        self.left -= len(names)
        if self.left < 0:
            message = f"has more than {FOLDER_ENTRIES} files and folders."
            raise UnusableFolder(f"{message} Name a folder that holds only content.")
        return sorted(name for name in names if not name.startswith((".", "__")))

    def _trouble(self, path: str, above: tuple[Path, ...]) -> str | None:
        """Return why the folder at this path is not read; None when it is."""
        if path.endswith(".yaml"):
            return "This is a folder, not a file. Delete it, and save the file under this name."
        try:
            real = _inside(self.root, self.root / path)
        except RefusedPath as refused:
            return str(refused)
        if real in above:
            return "This link leads back to a folder it is in, so it never ends. Delete it."
        return (
            "The folders are nested too deeply. Move it up." if len(above) > FOLDERS_DEEP else None
        )


def read_inside(root: Path, path: Path) -> bytes:
    """Return the bytes of a regular file inside `root`, up to one more than FILE_BYTES.

    Raises RefusedPath, or OSError where it cannot be read. The folders on the way are opened one by one
    without following links, so that nobody leads the way out of `root` after it was looked at.
    """
    *folders, name = _inside(root, path).relative_to(root).parts or (".",)
    with ExitStack() as opened:
        at = _open(opened, str(root), _FOLDER, None)
        for folder in folders:
            at = _open(opened, folder, _FOLDER, at)
        file = _open(opened, name, _FILE, at)
        kind = stat.S_IFMT(os.fstat(file).st_mode)
        if kind != stat.S_IFREG:
            what = _KINDS.get(kind, "something else")
            raise RefusedPath(f"This is {what}, not a file. Put a file in its place.")
        with open(file, "rb", closefd=False) as reader:
            return reader.read(FILE_BYTES + 1)


def _open(opened: ExitStack, name: str, flags: int, at: int | None) -> int:
    descriptor = os.open(name, flags, dir_fd=at)
    opened.callback(os.close, descriptor)
    return descriptor


def _inside(root: Path, path: Path) -> Path:
    """Return where this path really leads; raises RefusedPath where that is outside of `root`."""
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(root):
        message = f"This link leads out of the folder, to '{real}'."
        raise RefusedPath(f"{message} Put a copy in its place.")
    return real


def _why(error: OSError) -> str:
    return (error.strerror or "unknown reason").lower()


@contextmanager
def time_limit(folder: Path) -> Iterator[None]:
    """End the process with exit code 1 if reading this folder takes longer than CHECK_SECONDS.

    A thread does it, with one line. Where no thread can run, because a single operation holds the
    interpreter, faulthandler does it one second later and prints where that is.
    """
    timer = Timer(CHECK_SECONDS, _give_up, [folder])
    timer.daemon = True
    timer.start()
    faulthandler.dump_traceback_later(CHECK_SECONDS + 1, exit=True, file=2)
    try:
        yield
    finally:
        timer.cancel()
        faulthandler.cancel_dump_traceback_later()


def _give_up(folder: Path) -> None:
    """Say which folder it is and end the process, which has only read so far."""
    what = f"{folder}: This folder takes more than {CHECK_SECONDS} s to read."
    os.write(2, f"{what} Remove what was added last.\n".encode())
    os._exit(1)
