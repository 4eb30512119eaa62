"""The `rungs` command line: exit codes and what it says."""

import asyncio
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from cli import main
from doctor import clock_problem
from playground.server import Playground
from playground.server import running as playing
from tests.house.in_process import Ended, Run
from tests.house.in_process import run as run
from tests.process import Process

ROOT = Path(__file__).parents[2]
RUNGS = [sys.executable, str(ROOT / "cli.py")]
OURS = ("SLACK_", "DATABASE_URL", "RUNGS_", "PORT", "LOG_LEVEL")


def surroundings(**more: str) -> dict[str, str]:
    """This process's environment without our settings, and then these."""
    bare = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
    return bare | {"PYTHONPATH": str(ROOT)} | more


async def rungs(*words: str, cwd: Path, **settings: str) -> tuple[int, str, str]:
    """Run a command to its end: exit code, stdout, stderr."""
    process = await Process.start(*words, cwd=cwd, settings=surroundings(**settings))
    return await process.ended(within=60)


def tokens(slack: Playground) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": slack.credentials.bot_token,
        "SLACK_SIGNING_SECRET": slack.credentials.signing_secret,
        "SLACK_API_URL": slack.api_url,
    }


@pytest.fixture
def tables(sqlite_template: Path, tmp_path: Path) -> None:
    """Put a database with all tables where a command finds it unless DATABASE_URL says otherwise."""
    shutil.copy(sqlite_template, tmp_path / "rungs.db")


with_tables = pytest.mark.usefixtures("tables")

WRONG = [
    *([], ["dance"], ["content"], ["db", "drop"]),
    *(["messages", "resend"], ["messages", "list", "m1"], ["messages", "--state", "lost"]),
    *(["clock", "--reconcile-since", "yesterday"], ["simulate", "--days", "0"]),
    ["simulate", "--answering", "2"],
]


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_a_wrong_call_is_exit_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage: rungs" in capsys.readouterr().err


def test_a_reader_that_stops_reading_is_no_error(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [*RUNGS, "content", "check"],
        cwd=tmp_path,
        env=surroundings(),
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.mark.parametrize("words", [["dance"], ["web"]], ids=" ".join)
def test_what_cannot_run_is_said_before_the_large_libraries_are_loaded(
    tmp_path: Path, words: list[str]
) -> None:
    ended = subprocess.run(
        [*RUNGS, *words],
        cwd=tmp_path,
        env=surroundings(PYTHONPROFILEIMPORTTIME="1"),
        capture_output=True,
        check=False,
    )
    assert ended.returncode == (2 if words == ["dance"] else 1)
    loaded = {line.rpartition("|")[2].strip() for line in ended.stderr.decode().splitlines()}
    assert "settings" in loaded
    assert not loaded & {"slack_bolt", "slack_sdk", "sqlalchemy", "yaml", "pydantic"}


async def test_content_check_prints_what_there_is(tmp_path: Path) -> None:
    code, out, err = await rungs("content", "check", cwd=tmp_path)
    assert (code, err) == (0, "")
    for family in ("engineering", "marketing", "customer-service", "sales", "design", "general"):
        assert family in out


async def test_content_check_names_every_problem_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "content" / "tips"
    folder.mkdir(parents=True)
    (folder / "sales.yaml").write_text("family: sales\ntips: No\n")
    code, _, err = await rungs("content", "check", str(tmp_path / "content"), cwd=tmp_path)
    assert code == 1
    assert "sales.yaml:2:" in err


@pytest.mark.parametrize("command", ["start", "web", "clock"])
async def test_missing_settings_are_named_at_once(tmp_path: Path, command: str) -> None:
    code, _, err = await rungs(command, cwd=tmp_path, PORT="x", LOG_LEVEL="loud")
    assert code == 1
    assert "PORT is 'x'" in err
    assert "LOG_LEVEL is 'LOUD'" in err
    assert "SLACK_BOT_TOKEN is not set" in err
    assert "Traceback" not in err


async def test_tokens_that_are_not_set_are_named_with_where_they_are(tmp_path: Path) -> None:
    code, _, err = await rungs("web", cwd=tmp_path)
    assert code == 1
    assert "SLACK_BOT_TOKEN is not set. Find it on your app's page" in err
    assert "SLACK_SIGNING_SECRET is not set" in err


async def test_the_clock_needs_a_token(tmp_path: Path) -> None:
    code, _, err = await rungs("clock", cwd=tmp_path)
    assert code == 1
    assert "SLACK_BOT_TOKEN is not set" in err
    assert "SLACK_SIGNING_SECRET" not in err


@with_tables
def test_messages_are_listed_and_only_an_unknown_one_is_sent_again(run: Run) -> None:
    assert run("messages", {}) == Ended(0, "No messages.\n", "")
    missing = "There is no message 'm1'. See `rungs messages`.\n"
    assert run("messages resend m1", {}) == Ended(1, "", missing)


@with_tables
async def test_a_refused_token_is_explained(tmp_path: Path) -> None:
    async with playing(Playground()) as slack:
        wrong = tokens(slack) | {"SLACK_BOT_TOKEN": "xoxb-wrong"}
        code, _, err = await rungs("web", cwd=tmp_path, **wrong)
    assert code == 1
    assert "Slack refused the token" in err
    assert "rungs doctor" in err
    assert "xoxb-wrong" not in err


@with_tables
async def test_the_doctor_finds_nothing_when_all_is_well(tmp_path: Path) -> None:
    async with playing(Playground()) as slack:
        settings = tokens(slack) | {"SLACK_APP_TOKEN": slack.credentials.app_token}
        code, out, _ = await rungs("doctor", cwd=tmp_path, **settings)
    assert code == 0
    named = [line.split()[1] for line in out.splitlines()]
    about_slack = ["token", "scopes", "clock", "socket", "manifest"]
    assert named == ["settings", "database", *about_slack, "content"]
    assert all(line.startswith("ok") for line in out.splitlines())


async def test_the_doctor_says_what_to_do(tmp_path: Path) -> None:
    async with playing(Playground()) as slack:
        wrong = tokens(slack) | {"SLACK_BOT_TOKEN": "xoxb-wrong"}
        code, out, _ = await rungs("doctor", cwd=tmp_path, **wrong)
    assert code == 1
    assert "fix   database: The database has no tables yet" in out
    assert "fix   token: Slack says 'invalid_auth'." in out


async def test_the_doctor_names_quotes(tmp_path: Path) -> None:
    code, out, _ = await rungs("doctor", cwd=tmp_path, SLACK_SIGNING_SECRET='"abc"')
    assert code == 1
    assert out.startswith("fix   settings: SLACK_SIGNING_SECRET has quotes around its value")
    assert "abc" not in out


@pytest.mark.parametrize(
    ("slack_says", "problem"),
    [
        ("Fri, 20 Nov 2026 09:00:59 GMT", None),
        ("Fri, 20 Nov 2026 08:53:20 GMT", "400 seconds ahead of Slack's"),
        ("Fri, 20 Nov 2026 09:06:40 GMT", "400 seconds behind Slack's"),
        ("", None),
        ("yesterday", None),
        ("Fri, 20 Nov 2026 09:06:40", None),
    ],
)
def test_the_doctor_compares_the_clock_with_slacks(slack_says: str, problem: str | None) -> None:
    found = clock_problem(slack_says, now=datetime(2026, 11, 20, 9, tzinfo=UTC))
    assert (found is None) == (problem is None)
    assert (problem or "") in (found or "")


@with_tables
def test_a_backup_is_made_and_never_written_over(tmp_path: Path, run: Run) -> None:
    assert run("db backup copy.db", {}).code == 0
    assert (tmp_path / "copy.db").stat().st_size > 0
    again = run("db backup copy.db", {})
    assert again.code == 1
    assert "copy.db" in again.err


@with_tables
async def test_web_answers_health_and_readiness(tmp_path: Path, unused_port: int) -> None:
    async with playing(Playground()) as slack:
        settings = tokens(slack) | {"PORT": str(unused_port)}
        process = await Process.start("web", cwd=tmp_path, settings=surroundings(**settings))
        while b'"started"' not in await asyncio.wait_for(process.stderr.readline(), timeout=30):
            pass
        async with aiohttp.ClientSession() as client:
            for path in ("healthz", "readyz"):
                async with client.get(f"http://127.0.0.1:{unused_port}/{path}") as answer:
                    assert answer.status == 200
        process.terminate()
        assert await process.wait(within=10) == 0


async def test_a_second_demo_keeps_the_first_ones_data(tmp_path: Path, unused_port: int) -> None:
    async def start(*words: str) -> tuple[Process, str]:
        # Nothing listens there: a playground on this machine is reached without a proxy.
        settings = surroundings(PORT=str(unused_port), HTTPS_PROXY="http://127.0.0.1:9")
        process = await Process.start("demo", *words, cwd=tmp_path, settings=settings)
        line = await asyncio.wait_for(process.stdout.readline(), timeout=30)
        return process, line.decode()

    async def words_in_dm(*, assess: bool) -> str:
        page = f"http://127.0.0.1:{unused_port}/play"
        ada = "U0ADAOKAFOR"
        async with aiohttp.ClientSession() as client:
            state = await (await client.get(f"{page}/state", params={"user": ada})).json()
            dm = next(c["id"] for c in state["conversations"] if c["kind"] == "dm")
            if assess:
                typed = {"user": ada, "channel": dm, "text": "/rungs assess sales"}
                await client.post(f"{page}/command", json=typed)
            for _ in range(100):
                where = {"user": ada, "channel": dm}
                found = await (await client.get(f"{page}/messages", params=where)).text()
                if "Sales" in found or not assess:
                    return found
                await asyncio.sleep(0.1)
        return ""

    process, line = await start()
    assert f"http://127.0.0.1:{unused_port}" in line
    assert "Sales" in await words_in_dm(assess=True)
    process.terminate()
    assert await process.wait(within=10) == 0
    kept = list((tmp_path / ".rungs-demo").rglob("*"))
    assert kept
    assert not any(file.stat().st_mode & 0o077 for file in kept)
    process, _ = await start()
    assert "Sales" in await words_in_dm(assess=False)
    process.terminate()
    await process.wait(within=10)
    process, _ = await start("--reset")
    assert "Sales" not in await words_in_dm(assess=False)
    process.terminate()
    await process.wait(within=10)


async def test_a_port_in_use_is_explained(tmp_path: Path) -> None:
    async with playing(Playground()) as slack:
        port = slack.address.rpartition(":")[2]
        code, _, err = await rungs("demo", cwd=tmp_path, PORT=port)
    assert code == 1
    assert port in err
    assert "Traceback" not in err
