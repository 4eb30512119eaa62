"""Slack that is slow, failing or silent during gradings: one card, one grade, one line in the channel."""

from collections.abc import AsyncIterator

import pytest

from tests.agents.register import (
    CHANNEL,
    Desk,
    answer_needs,
    at_desk,
    ladder,
    need_at,
    need_words,
    next_with,
    shared,
)
from tests.stage import HASTE, Person, shown

KINDS = ["ratelimited", "server_error", "server_error_after", "cut_before", "cut_after", "slow"]
START = [
    ("conversations.open", "cut_before"),
    ("conversations.open", "slow"),
    ("chat.postMessage", "ratelimited"),
    ("chat.postMessage", "cut_after"),
    ("users.info", "server_error"),
    ("users.info", "server_error_after"),
]
END = [
    ("chat.update", "ratelimited"),
    ("chat.update", "server_error_after"),
    ("conversations.info", "server_error"),
    ("conversations.info", "slow"),
    ("conversations.members", "cut_before"),
    ("conversations.members", "server_error_after"),
    ("users.info", "ratelimited"),
    ("users.info", "cut_after"),
]
FORM = [
    ("views.open", "cut_before"),
    ("views.open", "cut_after"),
    ("views.open", "slow"),
    ("views.update", "ratelimited"),
    ("views.update", "server_error"),
    ("views.update", "server_error_after"),
]
"""Each call fails once without effect and once with it; `self_check/test_faults.py` has every kind."""
SEVEN = "CCCCCCC"


@pytest.fixture
async def desk(sqlite_url: str) -> AsyncIterator[Desk]:
    async with at_desk(sqlite_url, patience=HASTE) as desk:
        yield desk


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def disturb(desk: Desk, method: str, kind: str, *, times: int = 1) -> None:
    desk.stage.playground.faults.add(method, kind, times=times, seconds=0.9, retry_after=1)


async def insist(person: Person, asked: str, label: str) -> None:
    """Click again while the card still asks the same."""
    for _ in range(10):
        if asked not in shown(person.messages()[0]):
            return
        await person.clicks(label, on=person.messages()[0])
    raise AssertionError(f"{asked} stays: {shown(person.messages()[0])}")


async def graded(desk: Desk, *, from_place: int = 1) -> None:
    for place in range(from_place, len(SEVEN) + 1):
        await insist(desk.noah, f"{place} of {len(SEVEN)}", "C")
    assert "Graded: Scout" in shown(desk.noah.messages()[0])


def cards(desk: Desk) -> list[str]:
    """Return the lasting messages."""
    return [shown(m) for m in desk.noah.messages() if m.only_for is None]


@pytest.mark.parametrize(("method", "kind"), START)
async def test_a_disturbed_start_ends_with_one_card_and_one_grade(
    desk: Desk, method: str, kind: str
) -> None:
    agent = await desk.adds()
    disturb(desk, method, kind)
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    await graded(desk)
    assert len(cards(desk)) == 1
    assert [grade.level for grade in await desk.kept(agent)] == [3]


@pytest.mark.parametrize(("method", "kind"), END)
async def test_a_disturbed_end_makes_one_grade(desk: Desk, method: str, kind: str) -> None:
    agent = await desk.adds()
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    await desk.answers(desk.noah, SEVEN[:-1])
    disturb(desk, method, kind, times=2)
    await graded(desk, from_place=7)
    assert len(cards(desk)) == 1
    assert [grade.level for grade in await desk.kept(agent)] == [3]
    assert len([post for post in desk.posts() if " graded " in post.text]) == 1


async def test_the_line_in_the_channel_comes_at_most_once(desk: Desk, kind: str) -> None:
    agent = await desk.adds()
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    await desk.answers(desk.noah, SEVEN[:-1])
    disturb(desk, "chat.postMessage", kind)
    await desk.noah.clicks("C")
    assert len([post for post in desk.posts() if " graded " in post.text]) == 1
    assert len(await desk.kept(agent)) == 1
    assert cards(desk) == [shown(desk.noah.messages()[0])]
    assert "didn't work" not in desk.noah.reads()


@pytest.mark.parametrize(("method", "kind"), FORM)
async def test_the_form_opens_or_the_member_is_told(desk: Desk, method: str, kind: str) -> None:
    disturb(desk, method, kind)
    await desk.noah.types("/rungs agent add", where=CHANNEL)
    if desk.noah.view is None:
        await desk.noah.types("/rungs agent add", where=CHANNEL)
    await desk.sends(desk.noah, name="Scout", tool="T", model="M", purpose="P")
    assert await desk.agent("Scout")
    assert len(desk.posts()) == 1


async def test_sharing_during_faults_posts_once(desk: Desk, kind: str) -> None:
    noah = await desk.needs([need_at(3)], name="Order desk")
    disturb(desk, "chat.postMessage", kind)
    await noah.clicks("Share in the channel")
    await noah.clicks("Share in the channel")
    assert len(desk.posts()) == 1
    assert [project.level for project in await shared(desk)] == [3]


@pytest.mark.parametrize("method", ["conversations.info", "conversations.members"])
async def test_a_result_is_shown_although_its_channel_is_unreadable(
    desk: Desk, method: str
) -> None:
    await desk.noah.types("/rungs agent need Order desk", where=CHANNEL)
    disturb(desk, method, "server_error", times=50)
    await answer_needs(desk.noah, [need_at(3)])
    assert ladder().words.name_of(3) in desk.noah.reads()
    assert len(cards(desk)) == len(desk.noah.messages()) == 1


@pytest.mark.parametrize("kind", ["ratelimited", "cut_after", "slow"])
async def test_boxes_are_saved_during_faults(desk: Desk, kind: str) -> None:
    await desk.noah.types("/rungs agent need", where=CHANNEL)
    disturb(desk, "chat.update", kind)
    for question in need_words().questions:
        if question.multiple:
            await next_with(desk.noah, ["none"])
        else:
            await desk.noah.clicks("A")
    assert ladder().words.name_of(1) in desk.noah.reads()
    assert len(cards(desk)) == 1


async def test_nothing_is_lost_while_every_call_fails(desk: Desk) -> None:
    agent = await desk.adds()
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    await desk.answers(desk.noah, "CCC")
    disturb(desk, "*", "server_error", times=200)
    await desk.noah.clicks("C")
    desk.stage.playground.faults.clear()
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    await desk.noah.clicks("Continue")
    assert "5 of 7" in desk.noah.reads()
    await desk.answers(desk.noah, "CCC")
    assert [grade.level for grade in await desk.kept(agent)] == [3]
