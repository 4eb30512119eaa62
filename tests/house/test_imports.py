"""Imports run one way; a wrong one is explained, with the line to write instead.

- Packages import only those that `MAY_IMPORT` names, and libraries only where `LIBRARIES` says.
- Within `bot`, the transport (`bot.slack` and the files of `bot` itself) imports no other room, and
  `bot.assessments` and `bot.outgoing` import the transport, but neither each other nor a capability.
- A capability may import all of these. Of another capability it imports `service`, `views`, or a module
  whose name ends in one of these words, and only of one that stands before it in FEATURES. What must go
  up goes through a hook of `bot/feature.py`.

An import under `if TYPE_CHECKING` is not checked: it exists for the type checker only.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bot.features import FEATURES

ROOT = Path(__file__).parents[2]
ORDER = [feature.name for feature in FEATURES]

PRODUCT = {"scheduler", "bot", "content", "storage", "coaching"}
MAY_IMPORT: dict[str, set[str]] = {
    "coaching": set(),
    "content": {"coaching"},
    "storage": {"coaching"},
    "bot": {"content", "storage", "coaching"},
    "scheduler": {"bot", "content", "storage", "coaching"},
    "playground": set(),
    "settings": set(),
    "arguments": set(),
    "app": set(PRODUCT),
    "process": {"app", "settings", *PRODUCT},
    "doctor": {"app", "bot", "content", "storage"},
    "demo": {"app", "demo_claims", "demo_sandbox", "settings", "playground", *PRODUCT},
    "demo_claims": {"playground", "storage", "coaching"},
    "demo_sandbox": {"playground", "storage"},
    "simulation": {"app", "playground", *PRODUCT},
    "commands": {
        "app",
        "demo",
        "doctor",
        "process",
        "settings",
        "simulation",
        "playground",
        *PRODUCT,
    },
    "operator_commands": {"app", "commands", "demo", "process", *PRODUCT},
    "cli": {"arguments", "commands", "operator_commands", "doctor", "settings", "coaching"},
}
LIBRARIES = {
    "slack_bolt": {"bot", "app", "doctor"},
    "slack_sdk": {"bot", "app", "doctor"},
    "apscheduler": {"scheduler"},
    "sqlalchemy": {"storage"},
    "sqlmodel": {"storage"},
    "alembic": {"storage"},
    "jinja2": {"content"},
    "yaml": {"content"},
}
LIBRARY_REMEDIES = {
    "slack_bolt": "Use what bot/slack offers, such as: from bot.slack.api import SlackApi",
    "slack_sdk": "Use what bot/slack offers, such as: from bot.slack.api import SlackApi",
    "apscheduler": "Declare a FeatureJob in `jobs` of the FEATURE, or add a Job to scheduler/clock.py.",
    "sqlalchemy": "Write the query in storage; for the type: from storage.database import Session",
    "sqlmodel": "Write the query in storage; for the type: from storage.database import Session",
    "alembic": "Write a migration in storage/migrations/versions.",
    "jinja2": "Put the text into content/messages and write: deps.render('<file>/<name>')",
    "yaml": "Read it in content; for all content: from content.library import Library",
}
REMEDIES = {
    "coaching": "Pass the value in as an argument; a rule knows nothing but its arguments.",
    "content": "Pass the value in as an argument from bot; content and storage do not know each other.",
    "storage": "Pass the value in as an argument from bot; storage knows only its rows.",
    "bot": "Pass the value in through Deps: add a field in bot/deps.py and fill it in app.py.",
    "scheduler": "Pass the value in through SchedulerContext, which app.py makes.",
    "playground": "Copy what is needed; the playground has to judge the bot from outside.",
    "settings": "Return a plain value; settings are read once and passed on.",
    "arguments": "Return a plain value; cli.py passes it on.",
    "process": "Call it from commands.py; processes are made by the commands alone.",
    "app": "Call it from commands.py; app.py is imported by the commands, not the other way round.",
    "doctor": "Call it from commands.py; the doctor only looks at an installation.",
    "demo": "Call it from commands.py.",
    "demo_claims": "Call it from demo.py.",
    "demo_sandbox": "Call it from demo.py.",
    "simulation": "Call it from commands.py.",
    "commands": "Use what app.py offers.",
    "operator_commands": "Use what app.py offers.",
    "cli": "Use what app.py offers.",
}
HOOKS = (
    "Declare a hook in FEATURE instead (on_result, on_member_moved, on_member_gone, on_channel_gone, "
    "refresh_home, channel_lines, subjects) and call it with deps.features."
)
MAY_IMPORT_OF_BOT = {
    "transport": {"transport"},
    "assessments": {"transport", "assessments"},
    "outgoing": {"transport", "outgoing"},
    "features": {"transport", "assessments", "outgoing", "features"},
}
PUBLIC = ("service", "views")


def imports(path: Path) -> Iterator[str]:
    """Yield the imported modules of a file; `from a import b` is `a`, and also `a.b` if that is a module."""
    skipped = set[ast.AST]()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            skipped |= {inner for statement in node.body for inner in ast.walk(statement)}
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            folder = ROOT.joinpath(*node.module.split("."))
            for name in node.names:
                is_module = (folder / f"{name.name}.py").exists() or (folder / name.name).is_dir()
                yield f"{node.module}.{name.name}" if is_module else node.module


def room_of(module: str) -> str:
    """Return the room of a module of `bot`."""
    room = module.split(".")[1] if "." in module else ""
    return room if room in MAY_IMPORT_OF_BOT else "transport"


def remedy(importer: str, module: str, order: Sequence[str]) -> str | None:
    """Return what to write instead of this import; None when it is right."""
    package, top = importer.split(".")[0], module.split(".")[0]
    if top in LIBRARIES and package not in LIBRARIES[top] and package != "playground":
        return LIBRARY_REMEDIES[top]
    if package == "coaching" and top not in {*sys.stdlib_module_names, "coaching"}:
        return REMEDIES["coaching"]
    if top == package == "bot":
        return _remedy_in_bot(importer, module, order)
    starts_all = importer == "playground.__main__"
    if top in MAY_IMPORT and top != package and top not in MAY_IMPORT[package] and not starts_all:
        return REMEDIES[package]
    return None


def _remedy_in_bot(importer: str, module: str, order: Sequence[str]) -> str | None:
    room, other = room_of(importer), room_of(module)
    if other not in MAY_IMPORT_OF_BOT[room]:
        if other == "features":
            return HOOKS
        return f"Move what both need to bot/slack, or call it from a capability, which may import {other}."
    if room != "features" or other != "features" or importer == "bot.features":
        return None
    mine, theirs = importer.split(".")[2], module.split(".")[2]
    if mine == theirs:
        return None
    if order.index(theirs) > order.index(mine):
        return f"{theirs} stands above {mine} in FEATURES. {HOOKS}"
    if len(module.split(".")) != 4 or not module.endswith(PUBLIC):
        return (
            "service.py (or views.py) is the public part: move it there and write: "
            f"from bot.features.{theirs}.service import …"
        )
    return None


def wrong(path: Path, *, order: Sequence[str] = ORDER) -> list[str]:
    """Return an explanation of each wrong import of a file."""
    file = path.relative_to(ROOT)
    importer = ".".join(file.with_suffix("").parts).removesuffix(".__init__")
    found = {module: remedy(importer, module, order) for module in imports(path)}
    return [f"{file} must not import {module}. {text}" for module, text in found.items() if text]


def files() -> Iterator[Path]:
    for package in MAY_IMPORT:
        file = ROOT / f"{package}.py"
        yield from [file] if file.exists() else sorted((ROOT / package).rglob("*.py"))


def test_imports_run_one_way() -> None:
    assert [line for path in files() for line in wrong(path)] == []


SESSION = "Write the query in storage; for the type: from storage.database import Session"
LOWER, HIGHER = "lower", "higher"
WRONG = {
    ("coaching/timing.py", "import sqlmodel"): SESSION,
    ("coaching/timing.py", "import pydantic"): REMEDIES["coaching"],
    ("coaching/timing.py", "from storage import members"): REMEDIES["coaching"],
    ("content/library.py", "from storage import members"): REMEDIES["content"],
    ("bot/slack/router.py", "from sqlalchemy import select"): SESSION,
    ("bot/slack/router.py", "from bot.features.lower.service import offer"): HOOKS,
    ("bot/deps.py", "from bot.features import FEATURES"): HOOKS,
    ("bot/assessments/cards.py", "from bot.features.lower.service import offer"): HOOKS,
    ("bot/assessments/cards.py", "from bot.outgoing.kinds import Kind"): (
        "Move what both need to bot/slack, or call it from a capability, which may import outgoing."
    ),
    ("bot/features/lower/service.py", "from bot.features.higher.service import offer"): (
        f"higher stands above lower in FEATURES. {HOOKS}"
    ),
    ("bot/features/higher/handlers.py", "from bot.features.lower.handlers import on_click"): (
        "service.py (or views.py) is the public part: move it there and write: "
        "from bot.features.lower.service import …"
    ),
    ("bot/features/higher/handlers.py", "from bot.features.lower import handlers"): (
        "service.py (or views.py) is the public part: move it there and write: "
        "from bot.features.lower.service import …"
    ),
    ("bot/features/higher/handlers.py", "import apscheduler"): LIBRARY_REMEDIES["apscheduler"],
    ("scheduler/sender.py", "from slack_sdk.errors import SlackApiError"): (
        "Use what bot/slack offers, such as: from bot.slack.api import SlackApi"
    ),
    ("scheduler/sender.py", "import app"): REMEDIES["scheduler"],
    ("playground/server.py", "from bot.deps import Deps"): REMEDIES["playground"],
}
RIGHT = [
    ("bot/features/__init__.py", "from bot.features.higher.feature import FEATURE"),
    ("bot/features/higher/handlers.py", "from bot.features.lower.service import offer"),
    ("bot/features/higher/handlers.py", "from bot.features.lower import service, views"),
    ("bot/features/higher/handlers.py", "from bot.features.higher import handlers"),
    ("bot/features/higher/handlers.py", "from bot.outgoing.kinds import Kind"),
    ("bot/slack/router.py", "from bot.registry import Registry"),
    (
        "bot/feature.py",
        "if TYPE_CHECKING:\n    from bot.outgoing.kinds import Kind\nfrom bot import deps",
    ),
    ("storage/members.py", "import sqlalchemy"),
]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty tree with two capabilities, which stands in for the product."""
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    for name in (LOWER, HIGHER):
        folder = tmp_path / "bot/features" / name
        folder.mkdir(parents=True)
        for module in ("feature", "handlers", "service", "views"):
            (folder / f"{module}.py").touch()
    return tmp_path


def written(tree: Path, file: str, text: str) -> Path:
    path = tree / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{text}\n")
    return path


@pytest.mark.parametrize(("file", "line"), WRONG)
def test_a_wrong_import_is_explained(tree: Path, file: str, line: str) -> None:
    (explained,) = wrong(written(tree, file, line), order=[LOWER, HIGHER])
    assert explained.startswith(f"{file} must not import ")
    assert explained.endswith(f". {WRONG[file, line]}")


@pytest.mark.parametrize(("file", "line"), RIGHT)
def test_a_right_import_passes(tree: Path, file: str, line: str) -> None:
    assert wrong(written(tree, file, line), order=[LOWER, HIGHER]) == []


def test_nothing_that_a_scim_server_alone_needs_is_loaded_at_the_start() -> None:
    code = "import app, sys; print({'httpx2', 'scim2_client', 'scim2_models'} & set(sys.modules))"
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == "set()"
