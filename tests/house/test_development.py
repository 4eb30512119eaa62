"""docs/development.md does what it says: its code blocks are run in a copy of the project, in their order.

A block belongs to the file named above it: "`path`, new:" or "`path`, changed:", where a diff follows. Shell
blocks are commands; after "`path`, changed to what this prints:" a test fails and prints the line to write.
"""

import ast
import inspect
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from shutil import copy, copytree, ignore_patterns
from typing import Any, get_args, get_type_hints

import pytest

from bot.feature import Call
from bot.slack import payloads
from content.loader import check, load_library
from storage.members import Member
from storage.steps.steps import Outcome, Practice, Step
from tests.checkins.calendar import season
from tests.house.files_run import files_run
from tests.house.structure import modules
from tests.stage import staged

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/development.md").read_text()
GUIDE = (ROOT / "docs/content-authoring.md").read_text()
BLOCK = re.compile(
    r"^(?:`(?P<path>[^`\n]+)`, (?:new|changed|changed to what this prints):\n\n)?"
    r"```(?P<language>python|yaml|diff|sh)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
COPIED = (
    *(
        "app.py",
        "arguments.py",
        "cli.py",
        "commands.py",
        "demo.py",
        "demo_claims.py",
        "demo_sandbox.py",
        "doctor.py",
        "operator_commands.py",
        "process.py",
        "settings.py",
        "pyproject.toml",
    ),
    *("bot", "coaching", "content", "storage", "scheduler", "playground", "simulation"),
    *("benchmarks", "docs", "README.md", "SECURITY.md", "manifest.json", "Makefile"),
    "manifest.many.json",
    *("tests/conftest.py", "tests/databases.py", "tests/organization.py"),
    *("tests/process.py", "tests/shared_stage.py", "tests/stage.py"),
    *("tests/content/good", "tests/content/kinds", "tests/house"),
)
PYTEST = "import pytest, sys; sys.exit(pytest.main(sys.argv[1:]))"
PROGRAMS = {
    "make docs": [sys.executable, "-m", "docs.generate"],
    "make test": [sys.executable, "-c", PYTEST, "-q", "-p", "no:cacheprovider"],
    ".venv/bin/python": [sys.executable],
}
"""What stands at the beginning of the page's commands, and what runs in its place."""


@dataclass(frozen=True)
class Project:
    """A copy of the project that the page's blocks are applied to."""

    root: Path
    before: dict[str, bytes] = field(default_factory=dict)
    """The files as they were copied."""

    def files(self) -> dict[str, bytes]:
        """Return the contents of all files by their paths, without caches."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in self.root.rglob("*.*")
            if path.is_file() and path.parent.name != "__pycache__"
        }

    def apply(self, block: re.Match[str]) -> None:
        """Do what one block of the page says."""
        if block["language"] == "sh" and block["path"]:
            self._write_printed_line(self.root / block["path"], block["text"].strip())
        elif block["language"] == "sh":
            self.run(block["text"].strip())
        elif block["language"] == "diff":
            self._change(self.root / block["path"], block["text"])
        else:
            file = self.root / block["path"]
            assert not file.exists(), f"{block['path']} exists already. Rename it on the page."
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block["text"])

    def run(self, line: str) -> str:
        """Run a command of the page and return what it printed; pytest and Python must succeed."""
        code, printed = self._finish(line)
        # The first `make docs` ends with 1 because it names the rows that need words.
        assert code == 0 or line == "make docs", f"{line}\n{printed}"
        return printed

    def _finish(self, line: str) -> tuple[int, str]:
        said = next(said for said in PROGRAMS if line.startswith(said))
        words = [word.removeprefix("ARGS=") for word in shlex.split(line.removeprefix(said))]
        done = subprocess.run(
            [*PROGRAMS[said], *words],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": str(self.root)},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def _write_printed_line(self, file: Path, line: str) -> None:
        """Put the line that this failing test prints in the place of the one with the same key."""
        code, printed = self._finish(line)
        wanted = re.search(rf'Error: Write into {file.name}: ((".*?": ).*)', printed)
        assert code == 1, printed
        assert wanted, printed
        lines = file.read_text().splitlines(keepends=True)
        (at,) = (n for n, old in enumerate(lines) if old.lstrip().startswith(wanted[2]))
        indent = lines[at][: -len(lines[at].lstrip())]
        lines[at] = f"{indent}{wanted[1]}\n"
        file.write_text("".join(lines))

    def _change(self, file: Path, diff: str) -> None:
        lines = diff.splitlines()
        old = "\n".join(line[1:] for line in lines if line[0] in " -")
        new = "\n".join(line[1:] for line in lines if line[0] in " +")
        text = file.read_text()
        assert text.count(old) == 1, f"docs/development.md expects in {file.name}:\n{old}"
        file.write_text(text.replace(old, new))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy in which everything on the page was done."""
    root = tmp_path_factory.mktemp("copy")
    for name in COPIED:
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            copytree(ROOT / name, target, ignore=ignore_patterns("__pycache__", "*.png"))
        else:
            copy(ROOT / name, target)
    project = Project(root)
    project.before.update(project.files())
    for block in BLOCK.finditer(PAGE):
        project.apply(block)
    return project


def test_the_example_passes_its_tests_and_those_of_the_house(project: Project) -> None:
    chosen = "-k 'goals or declarations or manifest'"
    files = " ".join(
        f"tests/house/test_{name}.py" for name in ("declarations", "manifest", "imports")
    )
    printed = project.run(f"make test {chosen} {files}")
    assert " passed" in printed
    assert project.run("make docs") == ""


def test_a_capability_is_its_places_a_line_in_the_list_and_a_migration(project: Project) -> None:
    before, after = project.before, project.files()
    added = set(after) - set(before)
    places = {name.rsplit("goals", 1)[0] for name in added if "add_goals" not in name}
    assert places == {
        *("bot/features/", "coaching/", "storage/", "content/messages/"),
        "tests/goals/test_",
    }
    assert len([name for name in added if "add_goals" in name]) == 1
    changed = {name for name in before if before[name] != after.get(name)}
    assert changed == {
        *("bot/features/__init__.py", "manifest.json", "manifest.many.json"),
        *("README.md", "SECURITY.md", "docs/operating.md"),
        *("docs/operating-database.md", "docs/privacy.md"),
    }


def test_the_example_is_in_the_documents(project: Project) -> None:
    readme, privacy, tables = (
        (project.root / name).read_text()
        for name in ("README.md", "docs/privacy.md", "docs/operating.md")
    )
    assert "| `/rungs goal [your words]` | What you want to be able to do |" in readme
    assert "| Your goal, in your words | 90 days |" in privacy
    assert "| `goal` | Members' goals in their own words; deleted after 90 days |" in tables


def test_each_stop_of_a_command_is_named_in_order() -> None:
    stops = re.findall(r"^\| (\d+) \| `([\w/.]+)` \|", PAGE, re.MULTILINE)
    assert [int(number) for number, _ in stops] == list(range(1, len(stops) + 1))
    assert len(stops) > 10


async def test_each_stop_of_a_command_runs() -> None:
    stops = re.findall(r"^\| \d+ \| `([\w/.]+)` \|", PAGE, re.MULTILINE)
    command, _ = await files_run(set(modules().values()))
    run = {str(path.relative_to(ROOT)) for path in command}
    assert [stop for stop in stops if stop not in run] == []


async def test_what_handlers_and_tests_often_need_exists(sqlite_url: str) -> None:
    tables = [part.partition("\n\n")[0] for part in PAGE.split("| to get | write | from |\n")[1:]]
    rows = [row.split(" | ") for table in tables for row in table.splitlines()[1:]]
    assert len(tables) == 2
    async with season(sqlite_url) as spring:
        given = {
            "call": Call,
            "click": payloads.Click,
            "deps": spring.stage.bot.deps,
            "member": Member,
            "step": Step,
            "practice": Practice,
            "spring": spring,
            "stage": spring.stage,
            "ada": spring.stage.person("ada"),
        }
        for _, written, origin in rows:
            codes = re.findall("`([^`]+)`", written)
            assert codes, written
            for code in codes:
                uses = [*ast.walk(ast.parse(code))]
                used = [one for one in uses if isinstance(one, (ast.Attribute, ast.Call))]
                assert used, code
                for one in used:
                    value_of(one, given, re.findall(r"`([\w.]+)`", origin))


def test_the_outcomes_of_a_practice_are_those_that_the_page_names() -> None:
    said = re.search(r"The outcome of a practice is (.*?)\.", PAGE)
    assert said
    assert re.findall(r"`(\w+)`", said[1]) == list(get_args(Outcome))


def value_of(code: ast.AST, given: dict[str, Any], modules: list[str]) -> Any:
    """Return what this code names; of a call and of a field only the type. Fail when there is no such name.

    A name is one of those `given` or stands in one of the modules. A call must fit the function's parameters.
    """
    if isinstance(code, ast.Call):
        function = value_of(code.func, given, modules)
        signature = inspect.signature(function)
        signature.bind(*code.args, **{str(word.arg): word.value for word in code.keywords})
        return signature.return_annotation
    if isinstance(code, ast.Attribute):
        owner = value_of(code.value, given, modules)
        if hasattr(owner, code.attr):
            return getattr(owner, code.attr)
        fields = get_type_hints(owner, localns=vars(payloads)) if isinstance(owner, type) else {}
        assert code.attr in fields, f"docs/development.md: there is no {ast.unparse(code)}."
        return fields[code.attr]
    assert isinstance(code, ast.Name), ast.unparse(code)
    if code.id in given:
        return given[code.id]
    for module in filter(find_spec, modules):
        place = import_module(module)
        if hasattr(place, code.id):
            return getattr(place, code.id)
        if hasattr(place, "__path__") and find_spec(f"{module}.{code.id}"):
            return import_module(f"{module}.{code.id}")
    raise AssertionError(f"docs/development.md: there is no {code.id} in {', '.join(modules)}.")


async def test_a_family_and_a_ladder_are_taken_up(tmp_path: Path, sqlite_url: str) -> None:
    own = tmp_path / "own"
    for place in ("frameworks/role-families/finance.yaml", "frameworks/code-review/framework.yaml"):
        assert f"`{place}`" in PAGE
        example = re.search(rf"`{re.escape(place)}`.*?```yaml\n(.*?)```", GUIDE, re.DOTALL)
        assert example
        (own / place).parent.mkdir(parents=True)
        (own / place).write_text(example[1])
    assert check(own)[0] == []
    async with staged(sqlite_url, library=load_library(own)) as stage:
        ada = stage.person("ada")
        await ada.types("/rungs assess finance")
        assert "Finance · 1 of 2" in ada.reads()
        await ada.types("/rungs help")
        assert "`/rungs assess review`" in ada.reads()
