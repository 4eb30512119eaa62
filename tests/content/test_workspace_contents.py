"""The content of one workspace: its own folder, laid over the content of all."""

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.contents import Content, WorkspaceContents
from content.library import MessageCatalog
from content.loader import load_library
from tests.content.test_content_doors import run
from tests.stage import built_in, built_in_messages

FINANCE = "frameworks/role-families/finance.yaml"
OURS, OTHERS = "T0HARBORPIN", "T0NORTHWIND"

Below = Callable[[str, str], Path]


@pytest.fixture
def general(tmp_path: Path) -> Path:
    """The folder of the organization, with words of its own and no family."""
    folder = tmp_path / "content"
    (folder / "messages").mkdir(parents=True)
    (folder / "messages/home.yaml").write_text("private: For all of us.\nhelp: Help for all.\n")
    return folder


@pytest.fixture
def own(general: Path, finance: Path) -> Path:
    """The folder of one workspace, with a family and a message of its own."""
    folder = general / "workspaces" / OURS
    shutil.copytree(finance, folder)
    (folder / "messages").mkdir()
    (folder / "messages/home.yaml").write_text("private: For us alone.\n")
    return folder


def contents(general: Path) -> WorkspaceContents:
    render = MessageCatalog(general).render
    return WorkspaceContents(general, Content(load_library(general), render), ())


@pytest.mark.usefixtures("own")
async def test_a_workspace_reads_its_own_folder_over_that_of_all(general: Path) -> None:
    every = contents(general)
    ours, others = await every.of(OURS), await every.of(OTHERS)
    assert ours.library.family("finance") is not None
    assert others.library.family("finance") is None
    assert (ours.render("home/private"), others.render("home/private")) == (
        "For us alone.",
        "For all of us.",
    )
    assert ours.render("home/help") == "Help for all."


async def test_equal_files_are_read_once_and_a_changed_file_anew(general: Path, own: Path) -> None:
    shutil.copytree(own, general / "workspaces" / OTHERS)
    every = contents(general)
    first = await every.of(OURS)
    assert await every.of(OURS) is first
    assert await every.of(OTHERS) is first
    (own / "messages/home.yaml").write_text("private: For us today.\n")
    second = await every.of(OURS)
    assert second.render("home/private") == "For us today."
    assert await every.of(OTHERS) is first


async def test_a_folder_with_a_problem_is_named_in_the_log_and_not_used(
    general: Path, own: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (own / FINANCE).write_text("family: finance\n")
    os.mkfifo(own / "steps.yaml")
    with caplog.at_level(logging.ERROR):
        found = await contents(general).of(OURS)
    assert found.render("home/private") == "For all of us."
    (record,) = [one for one in caplog.records if one.message == "workspace_content_refused"]
    assert vars(record)["workspace"] == OURS
    assert str(own) in vars(record)["problem"]


async def test_a_workspace_without_a_folder_costs_no_content(tmp_path: Path) -> None:
    every = Content(built_in(), built_in_messages().render)
    empty = WorkspaceContents(tmp_path, every, ())
    assert await empty.of("../outside") is every
    assert await empty.of(OURS) is every


def test_the_check_names_what_is_wrong_in_the_folder_of_a_workspace(
    general: Path, own: Path, tmp_path: Path
) -> None:
    (own / FINANCE).write_text("family: finance\n")
    (general / "workspaces/harbor").mkdir()
    ended = run("-m", "cli", "content", "check", str(general), cwd=tmp_path)
    assert ended.returncode == 1
    assert f"{own}/{FINANCE}:" in ended.stderr
    assert f"{general}/workspaces/harbor:1: This is no id of a workspace." in ended.stderr
