"""Each file in wrong/ is named for its error and begins with what the author is told."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WRONG = Path(__file__).parent / "wrong"
PLACES = {
    "steps": "steps/finance.yaml",
    "series": "steps/series/closing-the-month.yaml",
    "sandbox": "sandbox/new.yaml",
    "teams": "teams/acme.yaml",
    "family": "frameworks/role-families/finance.yaml",
    "framework": "frameworks/role-families/framework.yaml",
    "messages": "messages/steps.yaml",
    "ladder": "frameworks/code-review/framework.yaml",
    "lowest": "frameworks/safe-sharing/framework.yaml",
    "mean": "frameworks/data-literacy/framework.yaml",
    "agent": "frameworks/ai-engineer/framework.yaml",
    "needs": "frameworks/ai-engineer/needs.yaml",
    "crosswalk": "frameworks/crosswalk.yaml",
    "phrases": "phrases/acme.yaml",
    "checks": "checks/acme.yaml",
    "skills": "checks/skills.yaml",
    "access": "access/acme.yaml",
}
FILES = sorted(path.relative_to(WRONG).as_posix() for path in WRONG.glob("*/*.*"))


@pytest.mark.parametrize("name", FILES)
def test_a_wrong_file_is_explained(
    name: str, folder: Path, problems: Callable[[], list[str]]
) -> None:
    text = (WRONG / name).read_text()
    place = PLACES[Path(name).parent.name]
    (folder / place).parent.mkdir(parents=True, exist_ok=True)
    (folder / place).write_text(text)
    expected = re.findall(r"# expect: (.*?)(?: #})?$", text, re.MULTILINE)
    assert problems() == [f"{place}:{with_lines(message)}" for message in expected]


def with_lines(message: str) -> str:
    """Return the message with "{text}" as the number of the built-in file's first line with it."""

    def line(found: re.Match[str]) -> str:
        lines = (ROOT / found["file"]).read_text().splitlines()
        number = next(n for n, words in enumerate(lines, start=1) if found["text"] in words)
        return f"{found['file']}:{number}"

    return re.sub(r"(?P<file>content/[\w/.-]+):\{(?P<text>[^}]+)\}", line, message)
