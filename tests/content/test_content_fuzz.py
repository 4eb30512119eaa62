"""Files with random mistakes lead to a library or to problems, never to another exception."""

import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coaching.safe_text import SafeText
from content.library import MessageCatalog
from content.loader import load_library
from content.problems import ContentProblems

FINANCE = "frameworks/role-families/finance.yaml"
GOOD = (Path(__file__).parent / "good" / FINANCE).read_text()
KINDS = Path(__file__).parent / "kinds"
FILES = {path.relative_to(KINDS).as_posix(): path.read_text() for path in KINDS.rglob("*.yaml")}
"""A file of each kind of framework, with the table of needs and the crosswalk."""

SHARP = [
    "'",
    '"',
    ": ",
    "- ",
    "\t",
    "\n",
    "{",
    "[",
    "&a ",
    "*a",
    "!x ",
    "|",
    ">",
    "#",
    "---\n",
    "No",
]
SHARP += ["~", "0.5", "9" * 400, "é", "\x00", "\ud7ff", "🙂", "!", "? ", "<<: ", "%YAML 9\n"]

FEW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def damaged(draw: st.DrawFn, text: str = GOOD) -> str:
    """The good file after one to three random edits: text inserted, removed, or copied elsewhere."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from([0, 0, 1, 5, 60])))
        again = text[start:end] if draw(st.booleans()) else ""
        text = text[:start] + draw(st.sampled_from(SHARP)) + again + text[end:]
    return text


BREAK = re.compile(rb"\r\n|\r|\n|\xc2\x85|\xe2\x80\xa8|\xe2\x80\xa9")
"""Where a line ends for YAML."""


def accepts(folder: Path) -> bool:
    """Whether the folder loads; its problems then all name a line that is there."""
    try:
        load_library(folder)
    except ContentProblems as refused:
        for problem in refused.problems:
            lines = len(BREAK.split(Path(problem.file).read_bytes()))
            assert 1 <= problem.line <= lines, problem
            assert problem.message.endswith((".", "?")), problem
        return False
    return True


@FEW
@given(damaged())
def test_a_damaged_family_loads_or_is_explained(folder: Path, text: str) -> None:
    (folder / FINANCE).write_text(text)
    accepts(folder)


@st.composite
def damaged_kind(draw: st.DrawFn) -> tuple[str, str]:
    """One of the framework files after a few random edits, with its path."""
    place = draw(st.sampled_from(sorted(FILES)))
    return place, draw(damaged(FILES[place]))


@pytest.fixture
def kinds(tmp_path: Path) -> Path:
    return Path(shutil.copytree(KINDS, tmp_path / "kinds"))


@FEW
@given(damaged_kind())
def test_a_damaged_framework_loads_or_is_explained(kinds: Path, damage: tuple[str, str]) -> None:
    place, text = damage
    (kinds / place).write_text(text)
    accepts(kinds)
    (kinds / place).write_text(FILES[place])


@FEW
@given(st.sampled_from(sorted(FILES)), st.data())
def test_a_framework_without_some_lines_loads_or_is_explained(
    kinds: Path, place: str, data: st.DataObject
) -> None:
    lines = FILES[place].splitlines()
    start = data.draw(st.integers(0, len(lines) - 1))
    count = data.draw(st.integers(1, 8))
    (kinds / place).write_text("\n".join([*lines[:start], *lines[start + count :], ""]))
    accepts(kinds)
    (kinds / place).write_text(FILES[place])


@FEW
@given(st.binary(max_size=200))
def test_any_bytes_load_or_are_explained(folder: Path, content: bytes) -> None:
    (folder / FINANCE).write_bytes(content)
    assert not accepts(folder)


SHAPES = st.recursive(
    st.sampled_from(["a", "'1'", "2", "No", "true", "0.5", "x y"]),
    lambda inner: st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
    max_leaves=6,
)


@FEW
@given(
    SHAPES,
    st.sampled_from([line.split(":")[0] for line in GOOD.splitlines() if line[:1].isalpha()]),
)
def test_any_shape_below_any_key_is_explained(folder: Path, value: str, key: str) -> None:
    kept = [part for part in GOOD.split("\n") if not part.startswith(f"{key}:")]
    (folder / FINANCE).write_text("\n".join([f"{key}: {value}", *kept]))
    accepts(folder)


@FEW
@given(st.sampled_from(sorted(FILES)), SHAPES, st.data())
def test_any_shape_in_a_framework_is_explained(
    kinds: Path, place: str, value: str, data: st.DataObject
) -> None:
    lines = FILES[place].splitlines()
    number = data.draw(st.sampled_from([n for n, line in enumerate(lines) if ": " in line]))
    lines[number] = f"{lines[number].split(': ')[0]}: {value}"
    (kinds / place).write_text("\n".join(lines))
    accepts(kinds)
    (kinds / place).write_text(FILES[place])


WORDS = ["{{ ", " }}", "{% if ", "{% elif ", "{% else %}", "{% endif %}", "{% for ", " in ", " %}"]
WORDS += [
    "{% endfor %}",
    "{% include 'steps/again' %}",
    "{% include ",
    "{% raw %}",
    "{#",
    "#}",
    "-%}",
]
WORDS += ["tip", "tip.title", "done_when", "x", "a, b", "loop.last", "range(3)", "none", "1", "'a'"]
WORDS += [
    ".title",
    "[0]",
    "|upper",
    "|join(',')",
    " is none",
    " == ",
    " < ",
    " and ",
    "not ",
    "**",
    "~",
]
WORDS += ["(", ")", "[", "\n", "text", "\x00", "é", "{% set x = 1 %}", "self", " if ", " else "]


@FEW
@given(st.lists(st.sampled_from(WORDS), max_size=25).map("".join))
def test_any_template_is_accepted_or_explained(folder: Path, text: str) -> None:
    (folder / "messages").mkdir(exist_ok=True)
    (folder / "messages/steps.yaml").write_text(f"step: {json.dumps(text)}\n")
    for problem in MessageCatalog(folder).problems():
        assert problem.file.endswith("messages/steps.yaml")
        assert problem.message.endswith((".", "?"))
        assert problem.line == 1 or "\n" in text


EXPRESSIONS = st.recursive(
    st.sampled_from(
        ["tip", "tip.title", "tip.why", "done_when", "x", "1", "'a'", "none", "tip[0]"]
    ),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" and ", " == ", " < ", "~", " in "]), inner).map(
            "".join
        ),
        inner.map(lambda one: f"({one})|upper"),
        inner.map(lambda one: f"not {one}.title is none"),
    ),
    max_leaves=5,
)


@FEW
@given(st.sampled_from(["{{{{ {} }}}}", "{{% if {0} %}}{{{{ {0} }}}}{{% endif %}}"]), EXPRESSIONS)
def test_an_accepted_expression_can_be_rendered(folder: Path, form: str, text: str) -> None:
    (folder / "messages").mkdir(exist_ok=True)
    message = json.dumps(form.format(text))
    (folder / "messages/steps.yaml").write_text(f"step: {message}\n")
    catalog = MessageCatalog(folder)
    if not catalog.problems():
        tip = SimpleNamespace(title="Title", why="Because.")
        assert isinstance(catalog.render("steps/step", tip=tip, done_when="done"), SafeText)
