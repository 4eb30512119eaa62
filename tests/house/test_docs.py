"""What the documents say beside their generated parts: examples of output, and promises in figures."""

import os
import re
import shutil
import sys
from asyncio import create_subprocess_exec, subprocess
from json import loads
from logging import INFO, LogRecord
from pathlib import Path

import pytest

from bot.logs import JsonLines
from content.loader import load_library
from docs.generate import documents, main
from playground.server import Playground, running
from scheduler.clock import JOBS
from storage import inbound

ROOT = Path(__file__).parents[2]
OPERATING = ROOT / "docs/operating.md"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The documents in a folder of their own."""
    for path in documents(ROOT):
        target = tmp_path / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return tmp_path


def test_generated_parts_say_what_the_code_does() -> None:
    assert main(["--check"]) == 0, "Run 'make docs'."


def test_a_part_that_differs_is_named_and_made_anew(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    readme, operating = copy / "README.md", copy / "docs/operating.md"
    pages = readme.read_text(), operating.read_text()
    readme.write_text(pages[0].replace("Who sees what |", "Who |"))
    operating.write_text(pages[1].replace("| `LOG_LEVEL` | `INFO` |", "| `LOG_LEVEL` | none |"))
    assert main(["--check"], root=copy) == 1
    assert [line.partition(":")[0] for line in capsys.readouterr().err.splitlines()] == [
        "README.md, commands",
        "docs/operating.md, settings",
    ]
    assert main([], root=copy) == 0
    assert (readme.read_text(), operating.read_text()) == pages


def test_a_row_without_words_is_named(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = copy / "docs/operating.md"
    file.write_text(re.sub(r"\n\| `job_done` .*", "", file.read_text()))
    for words in ([], ["--check"]):
        assert main(words, root=copy) == 1
        assert capsys.readouterr().err.startswith("docs/operating.md, log-events: run 'make docs'")
    assert "| `job_done` | (say what this is) | (say what this is) |" in file.read_text()


def test_a_part_that_nobody_makes_is_named(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = copy / "docs/privacy.md"
    file.write_text(f"{file.read_text()}<!-- generated: jbos -->\n<!-- end: jbos -->\n")
    assert main(["--check"], root=copy) == 1
    assert "docs/privacy.md, jbos" in capsys.readouterr().err


def test_the_page_of_jobs_names_the_module_and_the_step_of_each() -> None:
    page = (ROOT / "scheduler/README.md").read_text()
    for job in JOBS:
        line = re.search(rf"^\| `{job.name}` \| `(\w+)\.py`.* \| `(\w+)` \|$", page, re.MULTILINE)
        assert line, f"scheduler/README.md has no line for the module and the step of {job.name!r}"
        assert line[2] == job.step.__name__
        assert (ROOT / "scheduler" / f"{line[1]}.py").exists()


def test_the_page_of_ladders_knows_every_ladder() -> None:
    said = (ROOT / "docs/ladders.md").read_text()
    commands = [f"/rungs assess {command}" for command in load_library().checks]
    assert [command for command in commands if command not in said] == []


def test_how_long_things_are_kept() -> None:
    assert inbound.KEPT.days == 3
    for name in ("docs/privacy.md", "docs/operating.md"):
        assert "three days" in (ROOT / name).read_text()


def test_fields_in_the_log() -> None:
    shown = re.search(r"```json\n(.*)\n```", OPERATING.read_text())
    assert shown is not None
    line = loads(shown[1])
    told = re.findall(
        r"^\| `(\w+)` \|",
        OPERATING.read_text().partition("| field |")[2].partition("\n\n")[0],
        re.MULTILINE,
    )
    assert [*line, "trace"] == told
    bare = LogRecord(line["logger"], INFO, "", 0, line["event"], None, None)
    assert set(loads(JsonLines().format(bare))) == set(told[:5])


async def test_what_the_doctor_says(tmp_path: Path) -> None:
    shown = re.search(r"```\n(ok    settings\n.*?)```", OPERATING.read_text(), re.DOTALL)
    assert shown is not None
    manifest = loads((ROOT / "manifest.json").read_text())
    async with running(Playground(manifest=manifest)) as slack:
        settings = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.credentials.bot_token,
            "SLACK_APP_TOKEN": slack.credentials.app_token,
        }
        doctor = await create_subprocess_exec(
            *(sys.executable, ROOT / "cli.py", "doctor"),
            cwd=tmp_path,
            env=settings,
            stdout=subprocess.PIPE,
        )
        said, _ = await doctor.communicate()
    assert said.decode() == shown[1]
