"""What the generated tables say, read from the product; the other modules here import nothing of it."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout, suppress
from dataclasses import replace
from functools import cache
from io import StringIO
from json import dumps, loads
from pathlib import Path
from typing import Any, get_args

import settings as environment
from app import REGISTRY, jobs_of
from bot import operators
from bot.features.installs.jobs import INSTALL_JOBS
from bot.slack import installation
from cli import read_arguments as read_command_line
from coaching.send_policy import MESSAGE_STATES
from content import limits as content_limits
from content.fields import Data
from content.ladders import Crosswalk
from content.library import Library, MessageCatalog
from content.loader import load_library
from playground.faults import BUILT_IN
from playground.play.api import PlayApi
from playground.play.stage import StageApi
from playground.server import Playground
from playground.web_api.registry import METHODS
from scheduler.clock import JOBS
from storage import audit
from storage import privacy as storage_privacy
from storage.database.schema import all_tables

ROOT = Path(__file__).parents[1]
LOGGED_IN = ("app.py", "process.py", "bot", "scheduler")
"""The files and folders that write the log's events."""


@cache
def library() -> Library:
    """Return the built-in content."""
    return load_library()


def commands() -> list[tuple[str, str]]:
    """Return the commands in Slack with their summaries."""
    return [(f"/rungs {command.usage}", command.summary) for command in REGISTRY.commands_in_order]


def command_line() -> dict[str, set[str]]:
    """Return what may follow `rungs`, with an action where one is needed, and the options of each."""
    found: dict[str, set[str]] = {}
    for command in re.findall(r"^    ([a-z]+)(?: |$)", _help(), re.MULTILINE):
        text = _help(command)
        options = set(re.findall(r"--[a-z-]+", text)) - {"--help"}
        actions = re.search(r"^  \{([\w,]+)\}$", text, re.MULTILINE)
        for action in actions[1].split(",") if actions else [""]:
            found[f"rungs {command} {action}".strip()] = options
    return found


def _help(*words: str) -> str:
    printed = StringIO()
    with redirect_stdout(printed), suppress(SystemExit):
        read_command_line([*words, "--help"])
    return printed.getvalue()


def settings() -> dict[str, str]:
    """Return the settings of the environment with their defaults; nothing where there is none."""
    asked = _Asked()
    read = environment.read(asked)
    defaults: Mapping[str, object] = {
        "SLACK_API_URL": read.slack_api_url,
        "DATABASE_URL": read.database_url,
        "RUNGS_MIN_GROUP": read.min_group,
        "PORT": read.port,
        "RUNGS_KEEP_DAYS": read.keep_days,
        "LOG_LEVEL": read.log_level,
    }
    # What many programs share may be written small, too.
    names = [name for name in dict.fromkeys(asked.names) if name.isupper()]
    return {name: str(defaults.get(name, "")) for name in names}


class _Asked(dict[str, str]):
    """An empty environment that remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def get(self, key: str, default: Any = None) -> Any:
        self.names.append(key)
        return default


def jobs() -> list[tuple[str, str, str]]:
    """Return the jobs: name, how often, promise."""
    of_installs = [
        replace(JOBS[0], name=one.name, every_seconds=one.seconds, promise=one.promise)
        for one in INSTALL_JOBS
    ]
    return [(job.name, job.every, job.promise) for job in (*jobs_of(REGISTRY), *of_installs)]


def message_kinds() -> dict[str, float]:
    """Return the kinds of messages that the bot sends by itself, and for how many days each may wait."""
    kinds = REGISTRY.kinds.values()
    return {kind.name: kind.expires_after.total_seconds() / 86_400 for kind in kinds}


def message_states() -> list[str]:
    """Return the states of such a message."""
    return list(MESSAGE_STATES)


def message_reasons() -> list[str]:
    """Return why such a message did not go out, or waits."""
    return list(operators.REASON_TEXTS)


def scopes() -> dict[str, str]:
    """Return the scopes of the bot's token with their reasons."""
    return installation.SCOPES


def manifest_of_many(manifest: str) -> str:
    """Return manifest.many.json, made from the text of manifest.json; people put their own host into it."""
    made = loads(manifest)
    host, settings = "https://rungs.example.org", made["settings"]
    events = {"request_url": f"{host}/slack/events"}
    heard = sorted([*installation.EVENTS, *installation.EVENTS_OF_MANY])
    made["features"]["slash_commands"][0]["url"] = events["request_url"]
    redirect = {"redirect_urls": [f"{host}/slack/oauth_redirect"]}
    made["oauth_config"] = redirect | made["oauth_config"]
    settings["event_subscriptions"] = events | {"bot_events": heard}
    settings["interactivity"] |= events
    settings |= {"org_deploy_enabled": True, "socket_mode_enabled": False}
    settings["token_rotation_enabled"] = True
    return dumps(made, indent=2, ensure_ascii=False) + "\n"


def optional_scopes() -> dict[str, str]:
    """Return the scopes that only an option needs with their reasons."""
    return installation.OPTIONAL_SCOPES


def events_of_many() -> dict[str, str]:
    """Return the events that an app for many workspaces hears besides, with their reasons."""
    return installation.EVENTS_OF_MANY


def app_scopes() -> dict[str, str]:
    """Return the scopes of the app-level token with their reasons."""
    return installation.APP_SCOPES


def events() -> dict[str, str]:
    """Return the events that Slack sends the app with their reasons."""
    return installation.EVENTS


def database_tables() -> list[str]:
    """Return the tables of the database."""
    return list(all_tables().tables)


def retention() -> list[tuple[str, str, str]]:
    """Return the tables whose rows are deleted after a time: name, what the rows are, and the time."""
    return [
        (str(one.table.__tablename__), one.what, _days(one.kept.days))
        for one in (*storage_privacy.CORE_RETENTION, *REGISTRY.retention)
    ]


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def export_fields() -> list[str]:
    """Return every field of a member's export."""
    return storage_privacy.export_fields(REGISTRY.personal_data)


def audit_acts() -> dict[str, str]:
    """Return what the audit log records, and when."""
    return audit.ACTS


def log_events() -> list[str]:
    """Return the events that the log may hold."""
    files = [file for name in LOGGED_IN for file in _python(ROOT / name)]
    calls = re.compile(r'(?:\b(?:log\.\w+|Throttle)\(|entry\["event"\] =)\s*"(\w+)"')
    return sorted({event for file in files for event in calls.findall(file.read_text())})


def _python(path: Path) -> Iterator[Path]:
    yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


def first_question() -> tuple[str, list[str]]:
    """Return the first question for Engineering with its answers."""
    question = library().questionnaire("engineering").questions[0]
    return question.text, [answer.text for answer in question.answers]


def ladders() -> dict[str, str]:
    """Return the names of the ladders by their ids."""
    found = library()
    names = {found.framework.id: found.framework.name}
    return names | {one.id: one.name for one in found.frameworks.values()}


def crosswalk() -> Crosswalk:
    """Return how the ladders relate."""
    found = library().crosswalk
    assert found
    return found


LENGTHS = """
an answer | ANSWER | five are read at a glance, and the longest looks right
a habit (`keep`) | KEEP | one line on the result card
a question | QUESTION | it stands above the answers on a phone
a topic | TOPIC | it is named inside another sentence
a title | TITLE | it stands on buttons
a title | TITLE_WORDS | a verb and its object
the name of a family | FAMILY_NAME | Slack allows no longer title on a window
a tip as a whole, without its example | STEP_WORDS | half a minute of reading
an example in a tip, in at most four lines | EXAMPLE | a weak version and a better one, read at a glance
where a tip was learned | LEARNED_FROM | one line under the tip
a sentence in a tip | SENTENCE_WORDS | longer ones are read twice
the title of an experiment | EXPERIMENT_TITLE | one line of a digest
an experiment as a whole | STEP_WORDS | half a minute of reading
one line of the map | LINE | one sign is one thought
each list in a level | SECTION | Slack's limit for one block
a level, an overview, or the answer about a need | VIEW_TEXT | Slack's limit for one message
the name of a framework | FAMILY_NAME | Slack allows no longer title on a window
the `summary` of a framework | SUMMARY | one line in a list
a choice, or the text of a need | BUTTON | Slack's limit for an option
a behavior, or a level of a criterion | ANSWER | several are read on one card
an example of evidence, a `try`, a `because` | LINE | one thought
the name of a level or a criterion | LEVEL_NAME | it stands inside a sentence
the case of an item, with its material | CASE | read in half a minute on a phone
the question of an item | ITEM_QUESTION | one line below the case
an option of an item | OPTION | they are compared at a glance
why an option is right or not | WHY | one sentence below it
an id | ID | Slack's limit for what a choice carries
the sign of a level | SIGN | it stands on the axis of a chart
"""
"""How long texts of the content may be: what, the name of the limit in content/limits.py, why."""


def content_lengths() -> list[tuple[str, str, str]]:
    """Return how long texts of the content may be: what, the most, why."""
    rows = [line.split(" | ") for line in LENGTHS.strip().splitlines()]
    return [(what, _most(limit), why) for what, limit, why in rows]


def data_classes() -> list[tuple[str, str]]:
    """Return the classes of a step's data, with the line that each puts under a step."""
    render = MessageCatalog().render
    classes = get_args(get_args(Data)[0])
    return [
        (f"`{name}`", render("steps/data", data=name, tools=None) or "no line") for name in classes
    ]


def _most(limit: str) -> str:
    """Return the limit of this name with its unit."""
    unit = "words" if limit.endswith("WORDS") else "characters"
    return f"{getattr(content_limits, limit)} {unit}"


def content_example(place: str) -> str:
    """Return an example of a content file; the tests load each of them."""
    folder = ROOT / "tests" / "content"
    file = next(f for f in (folder / "good" / place, folder / "kinds" / place) if f.exists())
    return file.read_text()


def faults() -> list[str]:
    """Return the faults that the playground knows by itself."""
    return sorted(BUILT_IN)


def routes() -> list[tuple[str, str]]:
    """Return the routes under /play with their methods."""
    playground = Playground()
    stage = StageApi(playground.shared, playground.travel, playground.troupe)
    return [
        (route.path, method)
        for route in [*PlayApi(playground.shared).routes(), *stage.routes()]
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]


def web_api_methods() -> list[str]:
    """Return the methods of Slack's Web API that the playground answers."""
    return sorted(METHODS)


def dependencies(*, dev: bool) -> list[str]:
    """Return the libraries that the project names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = project["optional-dependencies"]["dev"] if dev else project["dependencies"]
    return [re.split(r"[^\w.-]", name)[0] for name in named]


def make_targets() -> list[str]:
    """Return the targets of the Makefile."""
    phony = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    return [target for line in phony for target in line.split()]


def top_level() -> list[str]:
    """Return the top-level modules and folders of the project."""
    packages = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
    modules = sorted(path.name for path in ROOT.glob("*.py"))
    return [*modules, *(f"{name}/" for name in [*packages, "tests", "docs"])]
