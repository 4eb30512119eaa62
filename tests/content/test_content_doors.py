"""Every command that reads an organization's folder refuses a hostile one, and ends in any case."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from jinja2.exceptions import SecurityError

from content.library import MessageCatalog

ROOT = Path(__file__).parents[2]
SECRET = "xoxb-1-secret"
TOKENS = {"SLACK_BOT_TOKEN": SECRET, "SLACK_SIGNING_SECRET": "ab" * 16}


def run(*words: str, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "RUNGS_"))}
    return subprocess.run(
        [sys.executable, *words],
        cwd=cwd,
        env=inherited | {"PYTHONPATH": str(ROOT)} | TOKENS | settings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.fixture
def hostile(folder: Path) -> Path:
    """A folder that reads the environment, waits for ever, and calculates for ever."""
    for name in ("steps", "messages"):
        (folder / name).mkdir()
    os.mkfifo(folder / "steps/finance.yaml")
    (folder / "steps/legal.yaml").symlink_to("/dev/zero")
    (folder / "messages/home.yaml").symlink_to("/proc/self/environ")
    (folder / "messages/steps.yaml").write_text("step: '{{ 9**(9**9) }}'\n")
    return folder


@pytest.mark.parametrize("words", ["content check", "demo", "clock", "simulate --members 3"])
def test_each_command_refuses_the_folder(tmp_path: Path, hostile: Path, words: str) -> None:
    url = f"sqlite:///{tmp_path}/rungs.db"
    ended = run(
        *("-m", "cli", *words.split()), cwd=tmp_path, RUNGS_CONTENT=str(hostile), DATABASE_URL=url
    )
    told = [line.replace(f"{hostile}/", "") for line in ended.stderr.splitlines()]
    assert ended.returncode == 1
    assert "steps/finance.yaml:1: This is a pipe, not a file. Put a file in its place." in told
    assert any(line.startswith("steps/legal.yaml:1: This link leads out") for line in told)
    assert SECRET not in ended.stderr


@pytest.mark.parametrize(
    "text", ["{{ 9**(9**9) }}", "{% for n in range(9**9) %}{% endfor %}", "{{ lipsum() }}"]
)
def test_a_message_that_nobody_checked_is_not_compiled(folder: Path, text: str) -> None:
    (folder / "messages").mkdir()
    (folder / "messages/steps.yaml").write_text(f"step: '{text}'\n")
    with pytest.raises(SecurityError, match=r"steps\.yaml:1: .* Write "):
        MessageCatalog(folder).render("steps/step")


LIMITED = """
from pathlib import Path
from content import folder
folder.CHECK_SECONDS = 0.2
with folder.time_limit(Path("acme")):
    {}
"""


@pytest.mark.parametrize(
    ("work", "told"),
    [
        ("while True: pass", "acme: This folder takes more than 0.2 s to read. Remove what"),
        ("9**(9**9)", 'File "<string>", line 6 in <module>'),
    ],
)
def test_reading_ends_in_any_case(tmp_path: Path, work: str, told: str) -> None:
    ended = run("-c", LIMITED.format(work).replace("9**(9**9)", "n = 9; n**(n**n)"), cwd=tmp_path)
    assert ended.returncode == 1
    assert told in ended.stderr


def test_reading_within_the_time_goes_on(tmp_path: Path) -> None:
    after = "import time; time.sleep(1.5); print('done')"
    ended = run("-c", f"{LIMITED.format('pass')}\n{after}", cwd=tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "done\n", "")
