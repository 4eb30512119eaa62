"""`Retry-After` of a day or of nonsense: nobody's turn is held meanwhile, and the member is told."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.stage import Person, Stage

DAY = 86_400
SOON = 4
WAIT = "Slack asked Rungs to slow down, so this didn't finish"

Act = Callable[[Person], Awaitable[object]]


async def assesses(ada: Person) -> object:
    return await ada.types("/rungs assess engineering", where=ada.channel)


async def answers(ada: Person) -> object:
    return await ada.clicks("B")


async def explains(ada: Person) -> object:
    return await ada.clicks("Why this result")


async def forgets(ada: Person) -> object:
    return await ada.clicks("Erase everything", where=ada.channel)


def types(words: str) -> Act:
    return lambda ada: ada.types(f"/rungs {words}", where=ada.channel)


ACTS: list[tuple[str, Act]] = [
    ("conversations.open", assesses),
    ("chat.postMessage", assesses),
    ("chat.update", answers),
    ("views.open", types("agent add")),
    ("views.update", types("agent add")),
    ("views.publish", lambda ada: ada.opens_home()),
    ("conversations.info", types("agent")),
    ("conversations.members", types("team")),
    ("users.info", types("agent grade Scout")),
    ("files.getUploadURLExternal", types("export")),
    ("files.completeUploadExternal", types("export")),
    ("conversations.history", forgets),
]


@pytest.mark.parametrize(("method", "act"), ACTS)
async def test_a_turn_is_not_held_for_a_day(
    stage: Stage, ada: Person, method: str, act: Act
) -> None:
    if act is answers:
        await assesses(ada)
    if act is forgets:
        await ada.types("/rungs family engineering", where=ada.channel)
        await ada.types("/rungs forget", where=ada.channel)
    stage.playground.faults.add(method, "ratelimited", times=1000, retry_after=DAY)
    async with asyncio.timeout(SOON):
        await act(ada)
    assert len([call for call in stage.calls(method) if call.status == 429]) <= 3
    stage.playground.faults.clear()
    async with asyncio.timeout(SOON):
        await ada.types("/rungs help", where=ada.channel)
    assert "/rungs assess" in ada.reads(ada.channel)


async def test_the_member_is_told_how_long_slack_asks_to_wait(stage: Stage, ada: Person) -> None:
    for seconds, words in ((DAY, "24 hours"), (600, "ten minutes"), (40, "in a minute")):
        stage.playground.faults.add("chat.postMessage", "ratelimited", retry_after=seconds)
        await ada.types("/rungs tip", where=ada.channel)
        await ada.types("/rungs assess engineering", where=ada.channel)
        told = [m.text for m in ada.messages(ada.channel) if WAIT in m.text][-1]
        assert words in told
        stage.playground.faults.clear()


@pytest.mark.parametrize("header", ["inf", "1e300", "nan", "-5", "Wed, 21 Oct 2026", "", "²"])
async def test_a_header_of_nonsense_breaks_nothing(stage: Stage, ada: Person, header: str) -> None:
    for method in ("chat.postMessage", "conversations.open"):
        stage.playground.faults.add(method, "ratelimited", retry_after=header)
    async with asyncio.timeout(SOON + 4):
        for _ in range(3):
            await ada.types("/rungs assess engineering", where=ada.channel)
    assert "1 of 3" in ada.reads()
