"""Response URLs: five uses within half an hour, and what each answer does."""

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest

from playground.response_urls import LIFETIME, USES
from playground.server import Playground, running
from tests.playground.people import (
    ADA,
    GROWTH,
    KENJI,
    PRODUCT,
    actions,
    button,
    client_of,
    section,
    still_clock,
)
from tests.playground.request_url import request_url

CARD = [actions(button(action_id="go"), block_id="row")]


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    """A workspace whose clock stands still."""
    async with running(Playground(clock=still_clock())) as started:
        yield started


async def post(url: str, **answer: Any) -> tuple[int, str]:
    """Answer through a response URL, as the app does."""
    async with aiohttp.ClientSession() as session, session.post(url, json=answer) as reply:
        return reply.status, await reply.text()


async def url_of_command(playground: Playground) -> str:
    """Return the response URL of a command in #product, where the app is not."""
    async with request_url(playground) as app:
        await playground.command(ADA, PRODUCT, "/rungs")
        return parse_qs(app.received[-1].body)["response_url"][0]


async def url_of_click(playground: Playground, channel: str, ts: str) -> str:
    """Return the response URL of a click on the card."""
    container = {"type": "message", "channel": channel, "ts": ts}
    async with request_url(playground) as app:
        await playground.act(ADA, container, "row", "go")
        return str(app.received[-1].payload["response_url"])


def seen(playground: Playground, user: str) -> list[str]:
    """Return what a person reads in #product after the small talk."""
    messages = playground.workspace.conversations[PRODUCT].visible_to(user)
    return [message.text for message in messages if message.by_app]


async def test_answers_are_for_one_person_unless_said_otherwise(playground: Playground) -> None:
    url = await url_of_command(playground)
    await post(url, text="Just you")
    await post(url, text="Everyone", response_type="in_channel")
    assert seen(playground, ADA) == ["Just you", "Everyone"]
    assert seen(playground, KENJI) == ["Everyone"]


async def test_the_sixth_use_is_refused(playground: Playground) -> None:
    url = await url_of_command(playground)
    answers = [await post(url, text=str(n)) for n in range(USES + 1)]
    assert [status for status, _ in answers] == [200] * USES + [404]
    assert json.loads(answers[-1][1])["error"] == "used_url"


async def test_after_half_an_hour_it_is_too_late(playground: Playground) -> None:
    url = await url_of_command(playground)
    playground.clock.advance(LIFETIME)
    assert (await post(url, text="in time"))[0] == 200
    playground.clock.advance(1)
    assert (await post(url, text="late"))[0] == 404


async def test_replacing_and_deleting_the_message_of_a_click(playground: Playground) -> None:
    posted = await client_of(playground).chat_postMessage(channel=ADA, text="x", blocks=CARD)
    dm, ts = posted["channel"], posted["ts"]
    url = await url_of_click(playground, dm, ts)
    await post(url, text="changed", replace_original=True)
    message = playground.workspace.message(dm, ts)
    assert message is not None
    assert (message.text, message.blocks) == ("changed", [])
    await post(url, delete_original=True)
    assert playground.workspace.message(dm, ts) is None


async def test_a_whisper_can_be_replaced_and_never_becomes_public(playground: Playground) -> None:
    playground.workspace.conversations[GROWTH].members.add(ADA)
    whispered = await client_of(playground).chat_postEphemeral(
        channel=GROWTH, user=ADA, text="x", blocks=CARD
    )
    url = await url_of_click(playground, GROWTH, whispered["message_ts"])
    await post(url, text="louder", response_type="in_channel")
    await post(url, text="changed", replace_original=True)
    whispers = [m for m in playground.workspace.conversations[GROWTH].messages.values() if m.by_app]
    assert {(m.text, m.only_for) for m in whispers} == {("louder", ADA), ("changed", ADA)}


async def test_the_length_of_all_blocks_is_no_limit_here(playground: Playground) -> None:
    url = await url_of_command(playground)
    assert (await post(url, text="x", blocks=[section("x" * 3000)] * 5))[0] == 200
    assert (await post(url, text="x", blocks=[section("")]))[0] == 400
    assert (await post(url))[0] == 400
