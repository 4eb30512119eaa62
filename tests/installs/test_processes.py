"""A service for many workspaces as real processes: settings, the doctor, and `kill -9` while it installs."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import aiohttp

from playground.server import Playground
from playground.server import running as playing
from storage.database.engine import Database
from storage.installs.token_keys import InstallKey, TokenKeys
from tests.eventually import until
from tests.house.in_process import Run
from tests.house.in_process import run as run
from tests.installs.many import LARK, Browser, Many, manifest
from tests.installs.test_store import install, saved
from tests.process import Process, free_port
from tests.storage.rows import everything

KEY = TokenKeys.new()


def settings_of(slack: Playground, url: str, port: int, **other: str) -> dict[str, str]:
    known = slack.credentials
    return {
        "SLACK_CLIENT_ID": known.client_id,
        "SLACK_CLIENT_SECRET": known.client_secret,
        "SLACK_SIGNING_SECRET": known.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "RUNGS_TOKEN_KEYS": KEY,
        "RUNGS_PUBLIC_URL": f"http://localhost:{port}",
        "DATABASE_URL": url,
        "PORT": str(port),
        **other,
    }


async def is_up(address: str) -> None:
    """Wait until the process answers."""
    async with asyncio.timeout(30):
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                if (await Browser(address).get("/healthz")).status == 200:
                    return
            await asyncio.sleep(0.05)


async def state_of(url: str) -> dict[str, int]:
    """How many rows each table of an install has."""
    database = await Database.open(url)
    try:
        found = await everything(database)
    finally:
        await database.close()
    return {
        table: len(found[table]) for table in ("installation", "workspace", "member", "message")
    }


STEPS = [("oauth.v2.access", "slow"), ("auth.test", "slow_before"), ("users.info", "slow")]
NOTHING = {"installation": 0, "workspace": 0, "member": 0, "message": 0}
EVERYTHING = {"installation": 1, "workspace": 1, "member": 1, "message": 1}


async def test_killed_in_each_step_it_is_installed_or_not(sqlite_url: str, tmp_path: Path) -> None:
    port = free_port()
    address = f"http://localhost:{port}"
    async with playing(Playground(manifest=manifest(address), many=True)) as slack:
        many = Many(slack, None, None, address)  # type: ignore[arg-type]
        for step in [*STEPS, None]:
            process = await Process.start(
                "web", cwd=tmp_path, settings=settings_of(slack, sqlite_url, port)
            )
            await is_up(address)
            browser = many.browser()
            link = await many.consents(LARK, browser=browser)
            fault = slack.faults.add(*step, seconds=5) if step else None
            ending = asyncio.create_task(browser.get(link))
            if fault:
                await until(lambda f=fault: f.times == 0, what=str(step))  # type: ignore[misc]
            else:
                await ending
            await process.kill()
            await asyncio.gather(ending, return_exceptions=True)
            assert await state_of(sqlite_url) == (NOTHING if step else EVERYTHING)


async def test_the_doctor_checks_what_many_need(
    run: Run, many: Many, tmp_path: Path, stage_url: str
) -> None:
    port = int(many.address.rpartition(":")[2])
    told = await _doctor(tmp_path, settings_of(many.playground, stage_url, port))
    lines = told.splitlines()
    names = ["settings", "database", "token keys", "app", "public address", "manifest", "content"]
    assert lines == [f"ok    {name}" for name in names]
    await saved(many.database, install(InstallKey("T9")), keys=TokenKeys([TokenKeys.new()]))
    wrong = settings_of(many.playground, stage_url, port, SLACK_CLIENT_SECRET="x")
    told = await _doctor(tmp_path, wrong)
    assert "fix   token keys: No key of RUNGS_TOKEN_KEYS opens the token of T9" in told
    assert "fix   app: Slack says 'bad_client_secret'" in told
    away = wrong | {"RUNGS_PUBLIC_URL": f"http://localhost:{free_port()}"}
    assert "does not answer from here" in await _doctor(tmp_path, away)


async def _doctor(tmp_path: Path, settings: dict[str, str]) -> str:
    process = await Process.start("doctor", cwd=tmp_path, settings=settings)
    _, out, _ = await process.ended(within=60)
    return out


def test_half_of_many_is_named_by_every_command(run: Run) -> None:
    half = {"SLACK_CLIENT_ID": "1.2", "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    for command in ("start", "web", "clock", "doctor"):
        ended = run(command, half)
        told = ended.out + ended.err
        assert ended.code == 1
        for name in (
            *("SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET", "RUNGS_TOKEN_KEYS"),
            *("RUNGS_PUBLIC_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"),
        ):
            assert name in told


async def test_start_serves_many_to_the_first_message(sqlite_url: str, tmp_path: Path) -> None:
    port = free_port()
    address = f"http://localhost:{port}"
    async with playing(Playground(manifest=manifest(address), many=True)) as slack:
        slack.deliver_over_http(f"{address}/slack/events")
        many = Many(slack, None, None, address)  # type: ignore[arg-type]
        settings = settings_of(slack, sqlite_url, port)
        process = await Process.start("start", cwd=tmp_path, settings=settings)
        await is_up(address)
        browser = many.browser()
        done = await browser.get(await many.consents(LARK, browser=browser))
        assert done.status == 200
        await until(lambda: bool(many.reads(LARK, many.admin(LARK))), what="the first message")
        process.terminate()
        code, out, err = await process.ended(within=15)
        assert code == 0
        tokens: list[Any] = [one.value for one in slack.tokens._known.values()]
        secrets = [*tokens, KEY, slack.credentials.client_secret]
        assert not [secret for secret in secrets if secret in out + err]
        assert "xox" not in out + err
