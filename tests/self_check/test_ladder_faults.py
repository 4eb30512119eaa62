"""The ladder while Slack is slow, failing or silent: one card, and the right answers."""

import asyncio

import pytest

from bot.slack.client import RetryPolicy
from tests.eventually import any_shows, until
from tests.self_check.ladder import CHOICES, HELD, MIXED, RESULT, WORDS, answers_kept, picks, place
from tests.self_check.test_faults import ONE_OF_EACH, assert_patient, disturb
from tests.stage import HASTE, Person, Stage, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def long_patience() -> RetryPolicy:
    return HASTE


@pytest.fixture(params=ONE_OF_EACH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def climbs_patiently(person: Person, *cards: str) -> None:
    """Answer the current card until the result; a late update may show a card again."""
    async with asyncio.timeout(30):
        while not any_shows(person, RESULT):
            for number, numbers in enumerate(cards, start=1):
                if any_shows(person, place(number)):
                    await tries(person, numbers, place(number))
            await asyncio.sleep(0.02)


async def tries(person: Person, numbers: str, asked: str) -> None:
    """Choose and send while the card is the one that was meant."""
    for letter, number in zip("ABCD", numbers, strict=True):
        if not any_shows(person, asked):
            return
        await person.picks(letter, CHOICES[int(number)])
    if any_shows(person, asked):
        await person.clicks("Next")


async def test_a_disturbed_start_still_ends_with_one_card(
    long_stage: Stage, newcomer: Person, kind: str
) -> None:
    disturb(long_stage, "chat.postMessage", kind)
    await newcomer.types("/rungs assess coding", where=newcomer.channel)
    await climbs_patiently(newcomer, HELD, MIXED)
    assert len(newcomer.messages()) == 1
    assert await answers_kept(newcomer) == [HELD + MIXED]
    assert_patient(long_stage)


async def test_every_move_of_the_card_may_be_disturbed(
    long_stage: Stage, newcomer: Person, kind: str
) -> None:
    await newcomer.types("/rungs assess coding", where=newcomer.channel)
    disturb(long_stage, "chat.update", kind, times=3)
    await climbs_patiently(newcomer, "2323", HELD, "3210")
    assert len(newcomer.messages()) == 1
    assert await answers_kept(newcomer) == ["2323" + HELD + "3210"]
    assert_patient(long_stage)


async def test_the_ladder_is_shown_or_the_member_is_told(
    long_stage: Stage, newcomer: Person, kind: str
) -> None:
    await newcomer.types("/rungs assess coding", where=newcomer.channel)
    await climbs_patiently(newcomer, MIXED)
    disturb(long_stage, "views.open", kind)
    await newcomer.clicks("See the next level")
    opened = newcomer.view is not None and WORDS.levels[0].objective in newcomer.view_text
    told = [m for m in newcomer.messages() if m.only_for]
    assert opened != bool(told), newcomer.view_text
    assert [RESULT in shown(m) for m in newcomer.messages() if not m.only_for] == [True]


async def test_after_an_outage_the_next_command_goes_on(
    long_stage: Stage, newcomer: Person
) -> None:
    await newcomer.types("/rungs assess coding", where=newcomer.channel)
    await picks(newcomer, "23--")
    disturb(long_stage, "*", "server_error", times=200)
    await picks(newcomer, "--22")
    await newcomer.clicks("Next")
    long_stage.playground.faults.clear()
    await newcomer.types("/rungs assess coding", where=newcomer.channel)
    await newcomer.clicks("Continue")
    await until(lambda: any_shows(newcomer, place(2)), what="the second card")
    await picks(newcomer, MIXED)
    await newcomer.clicks("Next")
    assert await answers_kept(newcomer) == ["2322" + MIXED]
