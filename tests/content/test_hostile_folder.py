"""A folder that leads elsewhere, waits, never ends or is enormous is named, and nothing of it is read."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from content.loader import check, load_library
from tests.content.conftest import FINANCE, Problems

SECRET = "SLACK_BOT_TOKEN=xoxb-secret"
LINK = "This link leads out of the folder, to"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A file beside the folder that nobody may read through it."""
    (tmp_path / "outside").mkdir()
    path = tmp_path / "outside" / "finance.yaml"
    path.write_text(f"step: {SECRET}\n")
    return path


def steps(folder: Path) -> Path:
    (folder / "steps").mkdir()
    return folder / "steps" / "finance.yaml"


@pytest.mark.parametrize("target", ["/proc/self/environ", "/etc/passwd", "/dev/zero", "/dev/tty"])
def test_a_link_out_of_the_folder_is_named(folder: Path, problems: Problems, target: str) -> None:
    steps(folder).symlink_to(target)
    (found,) = problems()
    real = os.path.realpath(target)
    assert found == f"steps/finance.yaml:1: {LINK} '{real}'. Put a copy in its place."


def test_no_words_of_a_file_outside_are_told(
    folder: Path, outside: Path, problems: Problems
) -> None:
    (folder / "messages").mkdir()
    (folder / "messages/steps.yaml").symlink_to(outside)
    (found,) = problems()
    assert found.startswith(f"messages/steps.yaml:1: {LINK}")
    assert SECRET not in found


def test_a_link_through_another_link_is_named(
    folder: Path, outside: Path, problems: Problems
) -> None:
    (folder / ".way").symlink_to(outside.parent)
    steps(folder).symlink_to("../.way/finance.yaml")
    (found,) = problems()
    assert found.startswith(f"steps/finance.yaml:1: {LINK}")


def test_a_linked_folder_outside_is_named(folder: Path, outside: Path, problems: Problems) -> None:
    (folder / "steps").symlink_to(outside.parent)
    assert problems() == [f"steps:1: {LINK} '{outside.parent}'. Put a copy in its place."]


def pipe(path: Path) -> None:
    os.mkfifo(path)


def listening(path: Path) -> None:
    # A socket's path may have 108 characters; pytest's folders have more.
    here = os.open(path.parent, os.O_RDONLY)
    socket.socket(socket.AF_UNIX).bind(f"/proc/self/fd/{here}/{path.name}")
    os.close(here)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (pipe, "This is a pipe, not a file. Put a file in its place."),
        (listening, "The file cannot be read (no such device or address)."),
        (Path.mkdir, "This is a folder, not a file. Delete it, and save the file under this name."),
    ],
)
def test_what_is_no_file_is_named(
    folder: Path, problems: Problems, make: Callable[[Path], None], expected: str
) -> None:
    make(steps(folder))
    (found,) = problems()
    assert found.startswith(f"steps/finance.yaml:1: {expected}")


def test_a_folder_as_kubernetes_mounts_it_is_read(tmp_path: Path, folder: Path) -> None:
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    folder.rename(mounted / "..2026_11_30")
    (mounted / "..data").symlink_to("..2026_11_30")
    (mounted / "frameworks").symlink_to("..data/frameworks")
    assert "finance" in load_library(mounted).families
    (mounted / "frameworks").unlink()
    (mounted / FINANCE).parent.mkdir(parents=True)
    (mounted / FINANCE).symlink_to(f"../../..data/{FINANCE}")
    assert "finance" in load_library(mounted).families


def test_the_folder_itself_may_be_a_link(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "current").symlink_to(folder)
    assert "finance" in load_library(tmp_path / "current").families


@pytest.mark.parametrize("target", ["..", ".", "../steps"])
def test_a_link_that_leads_back_is_named(folder: Path, problems: Problems, target: str) -> None:
    steps(folder)
    (folder / "steps/again").symlink_to(target)
    assert problems() == [
        "steps/again:1: This link leads back to a folder it is in, so it never ends. Delete it."
    ]


def test_a_link_to_itself_is_named(folder: Path, problems: Problems) -> None:
    steps(folder).symlink_to("finance.yaml")
    (found,) = problems()
    assert "cannot be read (too many levels of symbolic links)" in found


@pytest.mark.parametrize("names", [[], ["README.md"], [".git"]])
def test_an_empty_folder_is_named(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("x")
    (found,) = check(tmp_path)[0]
    assert str(found) == (
        f"{tmp_path}:1: This folder of content is empty. Put your files into it, or unset RUNGS_CONTENT."
    )


def test_an_enormous_number_of_files_is_named(folder: Path, problems: Problems) -> None:
    for number in range(1001):
        (folder / f".{number}").touch()
    (found,) = check(folder)[0]
    assert "has more than 1000 files and folders." in found.message


def test_folders_that_lead_to_each_other_without_a_loop_come_to_an_end(folder: Path) -> None:
    for number in range(24):
        (folder / f"..{number}").mkdir()
        for name in ("a", "b"):
            (folder / f"..{number}" / name).symlink_to(f"../..{number + 1}")
    (folder / "..24").mkdir()
    (folder / "steps").symlink_to("..0")
    found = check(folder)[0]
    assert {problem.message for problem in found} == {
        "The folders are nested too deeply. Move it up."
    }


def test_too_much_in_all_is_named(folder: Path) -> None:
    steps(folder)
    for number in range(6):
        (folder / f"steps/f{number}.yaml").write_text("#" * 900_000)
    (found,) = check(folder)[0]
    assert "This folder of content is larger than 5000000 bytes." in found.message


def test_a_huge_file_is_not_read(folder: Path, problems: Problems) -> None:
    steps(folder).touch()
    os.truncate(folder / "steps/finance.yaml", 2**40)
    assert problems() == ["steps/finance.yaml:1: The file is larger than 1000000 bytes. Split it."]


def test_a_name_cannot_steer_a_terminal(folder: Path, problems: Problems) -> None:
    (folder / "red\x1b[31m\u202e\n.yaml").touch()
    (found,) = problems()
    assert found.startswith(r"red\x1b[31m\u202e\n.yaml:1: Nothing is read from the top")


def test_a_name_that_is_no_text_is_shown(folder: Path, problems: Problems) -> None:
    (folder / os.fsdecode(b"\xff.yaml")).touch()
    (found,) = problems()
    assert found.encode().startswith(rb"\udcff.yaml:1: Nothing is read")
