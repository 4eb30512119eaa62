"""The ladder of agents: all levels, one level, and announced ones."""

from collections.abc import AsyncIterator

import pytest

from tests.agents.register import CHANNEL, Desk, at_desk, ladder


@pytest.fixture
async def desk(sqlite_url: str) -> AsyncIterator[Desk]:
    async with at_desk(sqlite_url) as desk:
        yield desk


async def test_the_whole_ladder(desk: Desk) -> None:
    told = await desk.says("levels")
    for guide in ladder().levels:
        assert f"*{guide.sign} {guide.name}.* {guide.describes}" in told
        assert str(guide.equivalent) in told
    for line in ladder().guidelines:
        assert line in told
    assert not [entry.sign for entry in ladder().announced if entry.sign in told]


async def test_what_may_come_stands_behind_a_button(desk: Desk) -> None:
    await desk.says("levels")
    await desk.noah.clicks("What may come next", where=CHANNEL)
    told = desk.told(desk.noah)
    for entry in ladder().announced:
        assert f"*{entry.sign} {entry.name}.* {entry.explained}" in told
    await desk.noah.clicks("All levels", where=CHANNEL)
    assert "L5" not in desk.told(desk.noah)


@pytest.mark.parametrize("level", [1, 2, 3, 4])
async def test_one_level_in_full(desk: Desk, level: int) -> None:
    guide = ladder().level(level)
    assert guide
    told = await desk.says(f"levels {guide.sign}")
    for can in guide.can:
        assert all(item in told for item in can.items), can.group
    for line in (*guide.cannot, *guide.projects, *guide.learn, *guide.checklist):
        assert line in told
    assert guide.describes in told
    assert str(guide.equivalent) in told


@pytest.mark.parametrize("typed", ["l3", "3", "architect", "L3 Architect", "ARCHITECT"])
async def test_a_level_has_several_names(desk: Desk, typed: str) -> None:
    assert "L3 Architect" in (await desk.says(f"levels {typed}")).splitlines()[0]


async def test_an_announced_level_cannot_be_graded(desk: Desk) -> None:
    for entry in ladder().announced:
        told = await desk.says(f"levels {entry.sign.lower()}")
        assert entry.explained in told
        assert "It cannot be graded yet" in told


async def test_an_unknown_level_is_answered_with_the_known_ones(desk: Desk) -> None:
    told = await desk.says("levels `L9")
    assert "There is no level called `L9`" in told
    assert "The levels are `L1`, `L2`, `L3`, `L4`." in told
    assert "L5" not in told
    await desk.noah.clicks("L2", where=CHANNEL)
    assert "L2 Secure Builder" in desk.told(desk.noah)


async def test_buttons_show_the_other_levels(desk: Desk) -> None:
    await desk.says("levels")
    await desk.noah.clicks("L2", where=CHANNEL)
    assert "L2 Secure Builder" in desk.told(desk.noah)
    await desk.noah.clicks("All levels", where=CHANNEL)
    assert all(guide.describes in desk.told(desk.noah) for guide in ladder().levels)


async def test_it_works_in_messages_too(desk: Desk) -> None:
    await desk.noah.types("agent levels L4")
    assert "L4 Production Engineer" in desk.noah.reads()
