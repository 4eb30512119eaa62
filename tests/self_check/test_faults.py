"""Slack that is slow, failing or silent: the member ends with one card and the right answers.

Retries do not depend on the database, so SQLite is enough; duplicates and kills run on both.
"""

import pytest

from bot.slack.client import RetryPolicy
from playground.faults import Faults
from playground.journal import Call
from tests.eventually import RESULT, answer_patiently, any_shows, levels_kept, until
from tests.stage import HASTE, Person, Stage, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

EVERY_KIND = [
    "ratelimited",
    "server_error",
    "server_error_after",
    "cut_before",
    "cut_after",
    "reset_after",
    "half_after",
    "slow",
    "slow_before",
    "fatal_error",
    "internal_error",
]
ONE_OF_EACH = ["ratelimited", "cut_after", "slow", "fatal_error"]
"""A call that is repeated, one that took effect without an answer, a late one, and one that Slack refuses.

For callers of the same delivery, which has to bear every kind in this file."""

RETRY_AFTER = 1


@pytest.fixture(scope="module")
def long_patience() -> RetryPolicy:
    return HASTE


def disturb(stage: Stage, method: str, kind: str, *, times: int = 1) -> Faults:
    faults = stage.playground.faults
    faults.add(method, kind, times=times, seconds=0.9, retry_after=RETRY_AFTER)
    return faults


@pytest.fixture(params=EVERY_KIND)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("method", ["conversations.open", "chat.postMessage"])
async def test_a_disturbed_start_still_ends_with_one_card(
    long_stage: Stage, newcomer: Person, method: str, kind: str
) -> None:
    disturb(long_stage, method, kind)
    await newcomer.types("/rungs assess engineering", where=newcomer.channel)
    await answer_patiently(newcomer, "BDC")
    assert len(newcomer.messages()) == 1
    assert await levels_kept(newcomer) == [[1.5, 2.5, 2]]
    assert_patient(long_stage)


async def test_every_move_of_the_card_may_be_disturbed(
    long_stage: Stage, newcomer: Person, kind: str
) -> None:
    await newcomer.types("/rungs assess engineering", where=newcomer.channel)
    disturb(long_stage, "chat.update", kind, times=3)
    await answer_patiently(newcomer, "ACE")
    assert len(newcomer.messages()) == 1
    assert await levels_kept(newcomer) == [[1, 2, 3]]
    assert_patient(long_stage)


@pytest.mark.parametrize("kind", ["server_error_after", "cut_after", "half_after", "slow"])
async def test_a_post_whose_answer_is_lost_repeatedly_appears_once(
    long_stage: Stage, newcomer: Person, kind: str
) -> None:
    disturb(long_stage, "chat.postMessage", kind)
    disturb(long_stage, "conversations.history", "server_error", times=2)
    await newcomer.types("/rungs assess sales", where=newcomer.channel)
    assert ["Sales · 1 of 3" in shown(m) for m in newcomer.messages()] == [True]


async def test_the_home_tab_is_published_during_faults(
    long_stage: Stage, newcomer: Person, kind: str
) -> None:
    disturb(long_stage, "views.publish", kind)
    await newcomer.opens_home()
    assert "Start the self-check" in newcomer.view_text
    assert newcomer.messages() == []
    assert_patient(long_stage)


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
@pytest.mark.parametrize("kind", ["ratelimited", "server_error", "cut_before", "internal_error"])
async def test_an_export_arrives_during_faults(
    long_stage: Stage, newcomer: Person, method: str, kind: str
) -> None:
    disturb(long_stage, method, kind)
    await newcomer.types("/rungs export", where=newcomer.channel)
    assert [len(m.files) for m in newcomer.messages()] == [2]
    assert_patient(long_stage)


@pytest.mark.parametrize("kind", ["server_error_after", "cut_after", "half_after", "slow"])
async def test_an_export_whose_answer_is_lost_comes_once(
    long_stage: Stage, newcomer: Person, kind: str
) -> None:
    disturb(long_stage, "files.completeUploadExternal", kind)
    await newcomer.types("/rungs export", where=newcomer.channel)
    assert [len(m.files) for m in newcomer.messages()] == [2]


@pytest.mark.parametrize("method", ["views.open", "views.update"])
async def test_how_it_came_about_is_shown_or_the_member_is_told(
    long_stage: Stage, newcomer: Person, method: str, kind: str
) -> None:
    await newcomer.types("/rungs assess engineering", where=newcomer.channel)
    await answer_patiently(newcomer, "ABA")
    disturb(long_stage, method, kind)
    await newcomer.clicks("Why this result")
    explained = newcomer.view is not None and "Tier 1.5" in newcomer.view_text
    told = [m for m in newcomer.messages() if m.only_for]
    assert explained != bool(told), newcomer.view_text
    assert newcomer.view is None or explained
    assert [RESULT in shown(m) for m in newcomer.messages() if not m.only_for] == [True]


async def test_everything_fails_for_a_while_and_the_next_command_goes_on(
    long_stage: Stage, newcomer: Person
) -> None:
    await newcomer.types("/rungs assess engineering", where=newcomer.channel)
    await newcomer.clicks("C")
    disturb(long_stage, "*", "server_error", times=200)
    await newcomer.clicks("D")
    long_stage.playground.faults.clear()
    await newcomer.types("/rungs assess", where=newcomer.channel)
    await newcomer.clicks("Continue")
    await until(lambda: any_shows(newcomer, "3 of 3"), what="the third question")
    await newcomer.clicks("A")
    assert await levels_kept(newcomer) == [[2, 2.5, 1]]


def assert_patient(stage: Stage) -> None:
    """Assert that no call refused for its rate was repeated too early."""
    calls = stage.playground.calls
    for at, call in enumerate(calls):
        if call.status == 429:
            again = next((c for c in calls[at + 1 :] if is_same(call, c)), None)
            assert again, f"{call.method} was never tried again."
            assert again.at >= call.at + RETRY_AFTER


def is_same(one: Call, other: Call) -> bool:
    return (one.method, one.arguments.get("channel"), one.arguments.get("users")) == (
        other.method,
        other.arguments.get("channel"),
        other.arguments.get("users"),
    )
