"""Imports run one way; a wrong one is explained."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

MAY_IMPORT = {
    "coaching": set(),
    "content": {"coaching"},
    "storage": {"coaching"},
    "bot": {"content", "storage", "coaching"},
    "scheduler": {"bot", "content", "storage", "coaching"},
    "playground": set(),
    "simulation": {"app", "scheduler", "bot", "content", "storage", "coaching", "playground"},
    "settings": set(),
    "app": {"settings", "scheduler", "bot", "content", "storage", "coaching"},
    "demo": {"app", "scheduler", "bot", "content", "storage", "coaching", "playground"},
    "doctor": {"app", "bot", "content", "storage"},
    "cli": {
        *("app", "demo", "doctor", "settings", "simulation", "scheduler", "bot"),
        *("content", "storage", "coaching", "playground"),
    },
}
LIBRARIES = {
    "slack_bolt": {"bot", "scheduler", "app", "doctor"},
    "slack_sdk": {"bot", "scheduler", "app", "doctor"},
    "apscheduler": {"scheduler"},
    "sqlmodel": {"storage"},
    "jinja2": {"content"},
    "yaml": {"content"},
}
REASONS = {
    "coaching": "rules must not know where values come from, pass the value in",
    "content": "what the coach knows must not depend on who asks",
    "storage": "the database must not know what is done with its rows",
    "bot": "the bot must not know when it is run",
    "playground": "Slack's deputy must not know the bot",
    "simulation": "what would happen must not know how it was asked for",
    "app": "the composition root knows the product, not the command line",
    "demo": "the demo builds on the composition root",
    "doctor": "the doctor looks at an installation and starts nothing",
    "settings": "settings are read once and passed on as values",
    "scheduler": "only the composition root knows every package",
    "cli": "this library belongs to another room",
}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def files() -> Iterator[tuple[str, Path]]:
    for package in MAY_IMPORT:
        if (ROOT / f"{package}.py").exists():
            yield package, ROOT / f"{package}.py"
        else:
            yield from ((package, path) for path in sorted((ROOT / package).rglob("*.py")))


def wrong(package: str, path: Path) -> Iterator[str]:
    for module in imports(path):
        top = module.partition(".")[0]
        ours = top in MAY_IMPORT and top != package and top not in MAY_IMPORT[package]
        entry = package == "playground" and path.name == "__main__.py"
        theirs = top in LIBRARIES and package not in LIBRARIES[top] and package != "playground"
        bare = package == "coaching" and top not in {*sys.stdlib_module_names, "coaching"}
        if (ours and not entry) or theirs or bare:
            yield f"{path.relative_to(ROOT)} imports {module}: {REASONS[package]}"


@pytest.mark.parametrize(
    ("package", "path"), [pytest.param(*f, id=str(f[1].relative_to(ROOT))) for f in files()]
)
def test_imports_run_one_way(package: str, path: Path) -> None:
    assert list(wrong(package, path)) == []


def test_a_wrong_import_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    (tmp_path / "coaching").mkdir()
    path = tmp_path / "coaching" / "timing.py"
    path.write_text("import sqlmodel\n")
    explained = (
        "coaching/timing.py imports sqlmodel: "
        "rules must not know where values come from, pass the value in"
    )
    assert list(wrong("coaching", path)) == [explained]
