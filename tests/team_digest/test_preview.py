"""The preview of a digest, which discloses nothing new, and the history."""

import re
from collections.abc import AsyncIterator

import pytest

from tests.stage import shown
from tests.storage.cast import finished
from tests.team_digest.channel import (
    CREW,
    GROWTH,
    LATER,
    MONDAY,
    SIX,
    SIX_LATER,
    WEEK,
    Growth,
    chart_of,
    growing,
)


@pytest.fixture
async def growth(sqlite_url: str) -> AsyncIterator[Growth]:
    async with growing(sqlite_url) as growth:
        yield growth


async def test_the_preview_shows_what_the_channel_saw_and_nothing_newer(growth: Growth) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    seen = await growth.digest(MONDAY)
    assert seen
    previews = set()
    for number, handle in enumerate(CREW):
        await finished(growth.stage.database, growth.person(handle).key, 3, number=600 + number)
        await growth.noah.types("/rungs team", where=GROWTH)
        previews.add(shown(growth.noah.messages(GROWTH)[-1]))
    (preview,) = previews
    assert "Preview. Only you see it." in preview
    assert "(as of Monday, November 23)" in preview
    assert re.findall(r"• AI .*: .*", preview) == re.findall(r"• AI .*: .*", seen.text)


async def test_before_the_first_digest_the_preview_has_no_figures(growth: Growth) -> None:
    await growth.assessed(SIX[:3])
    await growth.follows()
    previews = set()
    for handle in CREW:
        await finished(growth.stage.database, growth.person(handle).key, 2, number=900)
        await growth.noah.types("/rungs team", where=GROWTH)
        previews.add(shown(growth.noah.messages(GROWTH)[-1]))
    (preview,) = previews
    assert (
        "*No figures yet.* The digest on Monday, November 23 will have the first ones if" in preview
    )
    assert "To try together this week" in preview


async def test_a_preview_is_for_the_asker_alone_and_releases_nothing(growth: Growth) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    posts = len(growth.posts())
    await growth.noah.types("/rungs team", where=GROWTH)
    assert growth.noah.messages(GROWTH)[-1].only_for == growth.noah.id
    assert len(growth.posts()) == posts
    digest = await growth.digest(MONDAY)
    assert digest
    assert chart_of(digest)


async def test_a_digest_that_never_arrived_is_in_no_preview(growth: Growth) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    growth.stage.playground.faults.add("chat.postMessage", "msg_too_long", times=9)
    assert await growth.digest(MONDAY) is None
    growth.stage.playground.faults.clear()
    await growth.noah.types("/rungs team", where=GROWTH)
    assert (
        "*No figures yet.* The digest on Monday, November 30 will have the first"
        in growth.noah.reads(GROWTH)
    )


async def test_the_history_is_a_line_for_each_band(growth: Growth) -> None:
    await growth.noah.types("/rungs team history", where=GROWTH)
    assert "There is no history yet" in growth.noah.reads(GROWTH)
    await growth.assessed(SIX)
    await growth.follows()
    await growth.digest(MONDAY)
    await growth.assessed(SIX_LATER, number=LATER)
    await growth.digest(MONDAY + WEEK)
    await growth.noah.types("/rungs team history", where=GROWTH)
    message = growth.noah.messages(GROWTH)[-1]
    assert message.only_for == growth.noah.id
    chart = chart_of(message)
    assert chart
    assert chart["chart"]["type"] == "line"
    *bands, highest = chart["chart"]["series"]
    assert len(bands) in (2, 3)
    assert max(point["value"] for one in (*bands, highest) for point in one["data"]) == 3
    categories = chart["chart"]["axis_config"]["categories"]
    assert categories == ["Nov 23", "Nov 30"]
    assert re.findall(r"• (Monday, November \d+): AI on single steps", message.text) == [
        "Monday, November 23",
        "Monday, November 30",
    ]


async def test_how_the_team_moved_on_is_said(growth: Growth) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    await growth.digest(MONDAY)
    await growth.assessed(SIX_LATER, number=LATER)
    digest = await growth.digest(MONDAY + WEEK)
    assert digest
    assert "Since Monday, November 23, the team seems to have moved on" in digest.text
    later = await growth.digest(MONDAY + 2 * WEEK)
    assert later
    assert "moved on" not in later.text


async def test_one_digest_is_no_line_yet(growth: Growth) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    await growth.digest(MONDAY)
    await growth.noah.types("/rungs team history", where=GROWTH)
    assert chart_of(growth.noah.messages(GROWTH)[-1]) is None
    assert "• Monday, November 23: AI on single steps, " in growth.noah.reads(GROWTH)
