"""The demo: within a minute of clicking there is a coached member and a followed channel."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.features.badges.views import HOLDER
from commands import MANIFEST
from content.library import MessageCatalog
from demo import ADA, CAST, KENJI, MEI, NOAH, PROJECT, SOFIA, playing
from playground.persistence import SAVE_WITHIN
from tests.house.in_process import Run
from tests.house.in_process import run as run
from tests.stage import built_in

GRACE = "U0GRACELEE0"
GROWTH = "C0GROWTH000"
PRODUCT = "C0PRODUCT00"
LUCIA = "U0LUCIAVEGA"


@dataclass
class Page:
    """What a browser does on the demo's page."""

    client: aiohttp.ClientSession
    address: str

    async def post(self, what: str, **body: Any) -> dict[str, Any]:
        async with self.client.post(f"{self.address}/play/{what}", json=body) as answer:
            said: dict[str, Any] = await answer.json()
        assert said.get("ok"), said
        return said

    async def state(self, user: str = GRACE) -> dict[str, Any]:
        where = {"user": user}
        async with self.client.get(f"{self.address}/play/state", params=where) as answer:
            said: dict[str, Any] = await answer.json()
        return said

    async def messages(self, channel: str, *, user: str = GRACE) -> list[dict[str, Any]]:
        where = {"user": user, "channel": channel}
        async with self.client.get(f"{self.address}/play/messages", params=where) as answer:
            said: dict[str, Any] = await answer.json()
        return [message for message in said["messages"] if message["bot_id"]]

    async def dm(self, user: str) -> str:
        state = await self.state(user)
        return str(next(c["id"] for c in state["conversations"] if c["kind"] == "dm"))

    async def stage(self) -> list[str]:
        """The names of the scripts that are offered."""
        async with self.client.get(f"{self.address}/play/stage") as answer:
            said: dict[str, Any] = await answer.json()
        return [script["name"] for script in said["scripts"]]

    async def until_said(self, words: str, *, channel: str, user: str = GRACE) -> None:
        async with asyncio.timeout(20):
            while True:
                said = await self.messages(channel, user=user)
                if any(words in message["text"] for message in said):
                    return
                await asyncio.sleep(0.05)

    async def opened(self, user: str = GRACE) -> str:
        async with asyncio.timeout(20):
            while True:
                modals = (await self.state(user))["modals"]
                if modals and any(block["type"] == "input" for block in modals[-1]["blocks"]):
                    return str(modals[-1]["id"])
                await asyncio.sleep(0.05)


@pytest.fixture
async def page(tmp_path: Path, unused_port: int) -> AsyncIterator[Page]:
    async with (
        playing(
            tmp_path,
            port=unused_port,
            manifest=json.loads(MANIFEST.read_text()),
            library=built_in(),
            messages=MessageCatalog(),
            min_group=5,
        ) as address,
        aiohttp.ClientSession() as client,
    ):
        yield Page(client, address)


async def test_a_few_clicks_show_a_followed_channel_and_coached_members(page: Page) -> None:
    early = await page.post("script", name="replies")
    assert early["said"] == "Nobody has a check-in to answer yet."
    played = await page.post("script", name="checks")
    # On a busy machine somebody may give up waiting for a card.
    assert int(played["said"].split()[0]) >= len(CAST) - 3
    await page.post("command", user=GRACE, channel=GROWTH, text="/rungs team follow")
    await page.post("submit", user=GRACE, view_id=await page.opened(), state={})
    await page.until_said("gets a weekly team digest", channel=GROWTH)
    told = await page.post("clock", to="next", user=ADA)
    assert told["said"].startswith("Nothing is planned for you. The next message goes to someone")
    assert (told["farther"], told["channels"]) == (True, [])
    moved = await page.post("clock", to="next", user=GRACE)
    assert GROWTH in moved["channels"]
    digest = (await page.messages(GROWTH))[-1]["text"]
    assert "*20–29 people* in this channel take part" in digest
    coached = await page.post("clock", advance=14 * 86_400, user=LUCIA)
    dm = await page.dm(LUCIA)
    assert dm in coached["channels"]
    assert any("How did " in said["text"] for said in await page.messages(dm, user=LUCIA))
    replied = await page.post("script", name="replies")
    assert int(replied["said"].split()[0]) >= len(CAST) - 3


async def test_the_clock_follows_by_itself(page: Page) -> None:
    """Nobody moves it: what is due now is sent within a second or two."""
    await page.post("command", user=GRACE, channel=GROWTH, text="/rungs team follow")
    view = await page.opened()
    await page.post("submit", user=GRACE, view_id=view, state={})
    await page.until_said("gets a weekly team digest", channel=GROWTH)
    await page.post("clock", advance=8 * 86_400, user=GRACE)
    await page.until_said("Team digest", channel=GROWTH)


async def test_one_click_shows_agents_graded_by_several_people(page: Page) -> None:
    """Kenji looks on: what he would do in the script, Ada does."""
    played = await page.post("script", name="builders", user=KENJI)
    assert played["said"] == "5 of 5 colleagues took part."
    assert await page.messages(await page.dm(KENJI), user=KENJI) == []
    lines = [m["text"] for m in await page.messages(PRODUCT, user=ADA)]
    assert [line for line in lines if line.startswith(f"<@{NOAH}> graded *Scout*")]
    await page.post("command", user=ADA, channel=PRODUCT, text="/rungs agent")
    await page.until_said("AI agents of this channel", channel=PRODUCT, user=ADA)
    register = (await page.messages(PRODUCT, user=ADA))[-1]["text"]
    assert re.search(r"Graded \w+day, \w+ \d+ by", register)
    for agent, by in (("Scout", NOAH), ("Mason", SOFIA)):
        entry = next(part for part in register.split("\n*") if part.startswith(f"{agent}*"))
        assert f"by <@{by}>" in entry
    assert f"Fits *{PROJECT}*" in register
    assert f"Doesn't fit *{PROJECT}* yet" in register
    offered = await page.stage()
    assert "builders" not in offered
    assert "checks" in offered


async def test_the_coding_self_checks_of_colleagues_have_results(page: Page) -> None:
    await page.post("script", name="builders")
    for user in (KENJI, MEI, SOFIA):
        told = [m["text"] for m in await page.messages(await page.dm(user), user=user)]
        assert any("Your self-check: AI coding" in text for text in told)


async def test_one_click_shows_a_claim_returned_and_accepted_and_a_badge_for_it_is_valid(
    page: Page, tmp_path: Path, run: Run
) -> None:
    offered = await page.messages(await page.dm(ADA), user=ADA)
    assert offered == []
    played = await page.post("script", name="claims", user=MEI)
    assert played["said"] == "3 of 3 colleagues took part."
    assert "claims" not in await page.stage()
    await page.post("clock", advance=700, user=MEI)
    await page.post("clock", advance=2 * 86_400, user=MEI)
    accepted = "AI coding, level 1, Fluency: accepted."
    await page.until_said(accepted, channel=await page.dm(MEI), user=MEI)
    file = tmp_path / "badge.jwt"
    file.write_bytes(await _badge(page))
    await asyncio.sleep(2 * SAVE_WITHIN)  # The command reads the clock from what was saved.
    ended = await asyncio.to_thread(run, f"badge verify {file} --demo {tmp_path}", {})
    assert (ended.code, ended.out.splitlines()[0]) == (0, "Valid.")
    assert "Mei Lin" in ended.out


async def _badge(page: Page) -> bytes:
    """Get Mei's badge by the button and the form, and return the file in her messages."""
    dm = await page.dm(MEI)
    await page.post("command", user=MEI, channel=dm, text="/rungs badge")
    await page.until_said("A badge shows a verified level", channel=dm, user=MEI)
    shown = (await page.messages(dm, user=MEI))[-1]
    block = next(one for one in shown["blocks"] if "accessory" in one)
    place = {"type": "message", "channel": dm, "ts": shown["ts"]}
    click = {"block_id": block["block_id"], "action_id": block["accessory"]["action_id"]}
    await page.post("action", user=MEI, container=place, **click)
    name = {HOLDER: {HOLDER: {"type": "plain_text_input", "value": "Mei Lin"}}}
    await page.post("submit", user=MEI, view_id=await page.opened(MEI), state=name)
    await page.until_said("Your badge", channel=dm, user=MEI)
    (file,) = [f for said in await page.messages(dm, user=MEI) for f in said["files"]]
    async with page.client.get(f"{page.address}{file['url']}") as answer:
        return await answer.read()


async def test_one_click_shows_a_sandbox_from_plan_to_published_report(page: Page) -> None:
    played = await page.post("script", name="sandbox", user=MEI)
    assert played["said"] == "3 of 3 colleagues took part."
    await page.until_said("*What a sandbox found out:*", channel=PRODUCT, user=MEI)
    assert "sandbox" not in await page.stage()
