"""The documents say what the code does: no command, setting, job or scope is missing or left over."""

import os
import re
import sys
import tomllib
from asyncio import create_subprocess_exec, subprocess
from collections.abc import Mapping
from json import loads
from logging import INFO, LogRecord
from pathlib import Path
from typing import Any

import pytest

from app import main
from bot.commands.all import COMMANDS
from bot.logs import JsonLines
from bot.permissions import APP_SCOPES, EVENTS, SCOPES
from content.check import check
from content.loader import load_library
from playground.faults import BUILT_IN
from playground.person.hands import Hands
from playground.play.api import PlayApi
from playground.play.stage import StageApi
from playground.server import Playground, running
from playground.web_api.registry import METHODS
from scheduler.jobs import JOBS
from scheduler.prune import KEPT
from settings import read
from storage.database.schema import all_tables

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
SETUP = ROOT / "docs/slack-setup.md"
OPERATING = ROOT / "docs/operating.md"
PLAYGROUND = ROOT / "docs/playground.md"
DEPENDENCIES = ROOT / "docs/dependencies.md"

Row = list[str]


def table(path: Path, first: str, *, after: str = "") -> list[Row]:
    """The cells of the first table after a heading whose first column is called `first`."""
    text = path.read_text()
    lines = iter(text[text.index(f"## {after}\n") if after else 0 :].splitlines())
    for line in lines:
        if line.startswith(f"| {first} |"):
            next(lines)
            break
    rows: list[Row] = []
    for line in lines:
        if not line.startswith("|"):
            return rows
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def unquoted(cell: str) -> str:
    return cell.strip("`")


def first_words(rows: list[Row]) -> list[str]:
    return [unquoted(row[0]) for row in rows]


class Asked(dict[str, str]):
    """An environment with nothing in it that remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def get(self, key: str, default: Any = None) -> Any:
        self.names.append(key)
        return default


def test_commands_in_slack() -> None:
    rows = table(README, "command", after="Commands in Slack")
    told = [(unquoted(usage), summary) for usage, summary in rows]
    assert told == [(f"/rungs {c.usage}", c.summary) for c in COMMANDS.values()]


def offered(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    """What may follow these words of the command line, as its help says."""
    with pytest.raises(SystemExit):
        main([*words, "--help"])
    help_text = capsys.readouterr().out
    braces = re.search(r"^  \{([\w,]+)\}", help_text, re.MULTILINE)
    return braces[1].split(",") if braces else re.findall(r"^    (\w+) ", help_text, re.MULTILINE)


def test_the_question_that_is_shown() -> None:
    question = load_library().questionnaire("engineering").questions[0]
    text = README.read_text()
    assert f"> {question.text}\n" in text
    shown = re.findall(r"^> - \*\*([A-E])\.\*\* (.*)$", text, re.MULTILINE)
    assert shown == [(letter, a.text) for letter, a in zip("ABCDE", question.answers, strict=True)]


def test_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    real = []
    for command in offered(capsys):
        actions = offered(capsys, command)
        real += [f"rungs {command} {action}" for action in actions] or [f"rungs {command}"]
    told = first_words(table(README, "command", after="Command line"))
    assert [re.sub(r" \[.*\]", "", usage) for usage in told] == real


def options(capsys: pytest.CaptureFixture[str], *words: str) -> set[str]:
    with pytest.raises(SystemExit):
        main([*words, "--help"])
    return set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}


def test_options(capsys: pytest.CaptureFixture[str]) -> None:
    rows = table(README, "command", after="Command line")
    for command in offered(capsys):
        told = " ".join(f"{usage} {about}" for usage, about in rows if f"`rungs {command}" in usage)
        assert set(re.findall(r"--[a-z-]+", told)) == options(capsys, command), command


def test_settings_and_their_defaults() -> None:
    asked = Asked()
    settings = read(asked)
    rows = table(README, "setting")
    assert sorted(first_words(rows)) == sorted(set(asked.names))
    real: Mapping[str, object] = {
        "SLACK_API_URL": settings.slack_api_url,
        "DATABASE_URL": settings.database_url,
        "RUNGS_MIN_GROUP": settings.min_group,
        "PORT": settings.port,
        "LOG_LEVEL": settings.log_level,
    }
    for name, default, _ in rows:
        value = real.get(unquoted(name))
        assert default == (f"`{value}`" if value else "none"), name


@pytest.mark.parametrize("path", [README, ROOT / "scheduler/README.md"])
def test_jobs(path: Path) -> None:
    real = [[f"`{j.name}`", j.every, j.promise] for j in JOBS]
    assert table(path, "job") == real


def test_each_command_and_job_has_a_file_of_its_own() -> None:
    files = [ROOT / "bot/commands" / f"{name}.py" for name in COMMANDS]
    files += [ROOT / "scheduler" / f"{job.name}.py" for job in JOBS]
    assert [file for file in files if not file.exists()] == []


def test_make_targets() -> None:
    phony = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    real = {target for line in phony for target in line.split()}
    told = {usage.removeprefix("make ") for usage in first_words(table(README, "target"))}
    assert told == real


def test_the_house_has_every_room() -> None:
    plan = README.read_text().partition("## How the house is laid out")[2]
    told = re.findall(
        r"^(\S+?)/? +\S", plan.partition("```\n")[2].partition("```")[0], re.MULTILINE
    )
    assert [name for name in told if not (ROOT / name).exists()] == []
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    modules = {path.name for path in ROOT.glob("*.py")}
    assert rooms | modules <= set(told)


def test_a_family_is_one_file_and_no_python(tmp_path: Path) -> None:
    guide = (ROOT / "docs/content-authoring.md").read_text()
    example = re.search(r"```yaml\n(.*?)```", guide, re.DOTALL)
    assert example is not None
    file = tmp_path / "frameworks/role-families/finance.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(example[1])
    problems, shown = check(tmp_path)
    assert problems == []
    assert "finance" in shown


@pytest.mark.parametrize(
    ("first", "real"), [("scope", SCOPES), ("app-level scope", APP_SCOPES), ("event", EVENTS)]
)
def test_permissions_and_their_reasons(first: str, real: dict[str, str]) -> None:
    assert {unquoted(name): why for name, why in table(SETUP, first)} == real


@pytest.mark.parametrize("heading", ["Running", "Development"])
def test_dependencies(heading: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    dev = project["optional-dependencies"]["dev"]
    real = project["dependencies"] if heading == "Running" else dev
    rows = table(DEPENDENCIES, "library", after=heading)
    assert first_words(rows) == [re.split(r"[^\w.-]", name)[0] for name in real]
    assert all(why for _, why in rows)


def test_tables_of_the_database() -> None:
    rows = table(OPERATING, "table")
    assert sorted(first_words(rows)) == sorted(all_tables().tables)


def test_how_long_things_are_kept() -> None:
    assert KEPT.days == 3
    for name in ("docs/privacy.md", "docs/operating.md"):
        assert "three days" in (ROOT / name).read_text()


def test_events_in_the_log() -> None:
    calls = re.compile(r'\blog\.\w+\(\s*"(\w+)"')
    files = [
        ROOT / "processes.py",
        *(ROOT / "bot").rglob("*.py"),
        *(ROOT / "scheduler").rglob("*.py"),
    ]
    real = {event for file in files for event in calls.findall(file.read_text())}
    assert set(first_words(table(OPERATING, "event"))) == real


def test_fields_in_the_log() -> None:
    shown = re.search(r"```json\n(.*)\n```", OPERATING.read_text())
    assert shown is not None
    line = loads(shown[1])
    told = first_words(table(OPERATING, "field"))
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
            *(sys.executable, ROOT / "app.py", "doctor"),
            cwd=tmp_path,
            env=settings,
            stdout=subprocess.PIPE,
        )
        said, _ = await doctor.communicate()
    assert said.decode() == shown[1]


def test_routes_of_the_playground() -> None:
    playground = Playground()
    service = playground.service
    stage = StageApi(service, playground.travel, playground.troupe)
    real = {
        (route.path, method)
        for route in [*PlayApi(service, Hands(service)).routes(), *stage.routes()]
        for method in (route.methods or set()) - {"HEAD"}
    }
    rows = table(PLAYGROUND, "route")
    assert {(unquoted(row[0]), row[1]) for row in rows} == real
    assert len(rows) == len(real)


def test_faults_and_methods_of_the_playground() -> None:
    assert set(first_words(table(PLAYGROUND, "kind"))) == BUILT_IN
    absent = PLAYGROUND.read_text().partition("these methods and no others:")[2].partition("\n- ")
    assert re.findall(r"`([\w.]+)`", absent[0]) == sorted(METHODS)
