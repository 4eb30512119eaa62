"""Test runs from a CI: made possible by a click, counted from the report, and shown beside the criterion."""

from collections.abc import AsyncIterator

import pytest

from app import REGISTRY
from bot.features.agents import run_handlers
from bot.slack.payloads import Click, Request
from storage import audit
from storage.privacy import everything_about
from tests.agents.ci import CRITERION, connected, newest, report
from tests.agents.register import CHANNEL, Desk, at_desk
from tests.stage import labels


@pytest.fixture
async def desk(sqlite_url: str) -> AsyncIterator[Desk]:
    async with at_desk(sqlite_url, is_public=True) as desk:
        await desk.adds()
        yield desk


async def test_a_run_stands_beside_its_criterion(desk: Desk) -> None:
    ci = await connected(desk)
    sent = await ci.sends(report(412, skipped=3, when="2026-11-17T09:30:00Z"), branch="main")
    assert sent.status == 200
    assert sent.said["passed"] == sent.said["total"] == 412
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    assert "Tests: 412 of 412, 3 skipped, main, Tuesday, November 17" in desk.noah.reads()
    await desk.answers(desk.noah, "BBABBAB")
    shown = await desk.says("show Scout", by="grace")
    line = next(one for one in shown.splitlines() if "*Functionality:*" in one)
    assert line.endswith(
        "_Tests: 412 of 412, 3 skipped, main, Tuesday, November 17 (before the model changed)_"
    )
    await desk.grace.clicks("Test runs", where=CHANNEL)
    page = newest(desk.grace)
    assert "*Functionality.* Tests: 412 of 412" in page
    assert f"/agents/{ci.agent_id}/evidence?criterion={CRITERION}" in page
    # Level 2 is reached, so the suite that shows level 3 is named.
    assert f"*Functionality* (`{CRITERION}`), L3: Tests that stop one dependency" in page
    assert ci.token not in page


async def test_the_newest_run_counts_and_says_when_it_is_older_than_the_model(desk: Desk) -> None:
    ci = await connected(desk)
    assert (await ci.sends(report(3, failed=1), date="2026-11-18T11:00:00Z")).said["total"] == 4
    late = await ci.sends(report(9), date="2026-11-16T11:00:00Z")
    assert late.status == 200
    assert late.said["is_newest"] is False
    await desk.noah.clicks("Back to test runs", where=CHANNEL)
    assert "Tests: 3 of 4, Wednesday, November 18" in newest(desk.noah)
    # The agent got its model at noon, an hour after this run.
    assert "(before the model changed)" in newest(desk.noah)
    same, other = await ci.sends(report(5)), await ci.sends(report(6))
    assert same.said["suite"] == (await ci.sends(report(5))).said["suite"] != other.said["suite"]


async def test_a_grader_who_has_left_the_channel_sees_no_later_run(desk: Desk) -> None:
    ci = await connected(desk)
    assert (await ci.sends(report(412), branch="main")).status == 200
    desk.clock.go(minutes=1)
    await desk.grace.types("/rungs agent grade Scout", where=CHANNEL)
    assert "Tests: 412 of 412" in desk.grace.reads()
    desk.stage.playground.workspace.conversations[CHANNEL].members.discard(desk.grace.id)
    desk.clock.go(minutes=1)
    assert (await ci.sends(report(7, failed=2), branch="hidden")).status == 200
    await desk.grace.clicks("B")
    await desk.grace.clicks("Back")
    assert "AI engineers: Scout" in desk.grace.reads()
    assert "hidden" not in desk.grace.reads()


async def test_a_new_token_replaces_the_old_and_a_revoked_one_ends(desk: Desk) -> None:
    ci = await connected(desk)
    await desk.noah.clicks("Back to test runs", where=CHANNEL)
    assert (
        f"This channel has a token, made on Wednesday, November 18 by <@{desk.noah.id}>"
        in newest(desk.noah)
    )
    await desk.noah.clicks("Make a new token", where=CHANNEL)
    assert (await ci.sends(report(1))).status == 401
    await desk.noah.clicks("Back to test runs", where=CHANNEL)
    await desk.noah.clicks("Revoke the token", where=CHANNEL)
    assert "The token is revoked" in newest(desk.noah)
    assert ["Make a token"] in labels(desk.noah.messages(CHANNEL)[-1])
    async with desk.stage.database.read() as session:
        logged = await audit.list_events(session, act="ci_token")
        assert [one.about for one in logged] == [CHANNEL] * 3, "Made, made anew, revoked."


async def test_guests_read_the_runs_and_make_no_token(desk: Desk) -> None:
    ci, sam = await connected(desk), desk.person("sam")
    desk.stage.playground.workspace.conversations[CHANNEL].members.add(sam.id)
    await desk.says("show Scout", by="sam")
    await sam.clicks("Test runs", where=CHANNEL)
    assert "This channel has a token" in newest(sam)
    for label in ("Make a new token", "Revoke the token"):
        await sam.clicks(label, where=CHANNEL)
        assert "Guests can read about this channel's agents" in newest(sam)
    assert (await ci.sends(report(1))).status == 200


async def test_a_visitor_of_the_channel_sees_no_run_and_makes_no_token(desk: Desk) -> None:
    ci, ada = await connected(desk), desk.person("ada")
    # A public channel can be clicked in without being in it.
    look = Request(ada.key, CHANNEL, None, None, idempotency_key="trigger:1")
    for act in (run_handlers.runs_asked, run_handlers.token_asked, run_handlers.token_revoked):
        await act(desk.stage.bot.deps, Click(look, "", ci.agent_id, None))
        assert "A channel's agents are for the people in it" in ada.reads()
    assert (await ci.sends(report(1))).status == 200


async def test_who_made_a_token_is_exported_and_forgotten(desk: Desk) -> None:
    ci = await connected(desk)
    async with desk.stage.database.read() as session:
        held = await everything_about(session, desk.noah.key, REGISTRY.personal_data)
    (token,) = held["channels"]["ci_tokens"]
    assert token["channel_id"] == CHANNEL
    assert "digest" not in token
    await desk.noah.types("/rungs forget")
    await desk.noah.clicks("Erase everything")
    assert (await ci.sends(report(1))).status == 200
    await desk.says("show Scout", by="grace")
    await desk.grace.clicks("Test runs", where=CHANNEL)
    assert "made on Wednesday, November 18 by someone" in newest(desk.grace)


async def test_without_a_public_address_there_is_no_button(sqlite_url: str) -> None:
    async with at_desk(sqlite_url) as desk:
        await desk.adds()
        await desk.says("show Scout")
        assert ["Grade it", "Change", "History", "Remove"] in labels(
            desk.noah.messages(CHANNEL)[-1]
        )
