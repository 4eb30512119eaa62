"""Clicks on cards that were posted before do what they did then."""

import pytest

from bot.features.checkins.card_views import CheckinValue
from storage import members
from storage.agents import agents
from storage.steps import steps
from tests.checkins.calendar import pace_of, sets, steps_of
from tests.eventually import levels_kept
from tests.old_cards.cards import CHANNEL, form_of
from tests.old_cards.replay import Replay
from tests.stage import buttons, labels, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_an_answer_leads_to_the_next_question(replay: Replay) -> None:
    person = replay.person("question")
    await person.clicks("B")
    assert "3 of 3" in person.reads()
    await person.clicks("Back")
    assert "2 of 3" in person.reads()


async def test_the_last_answer_leads_to_the_result(replay: Replay) -> None:
    person = replay.person("last_question")
    await person.clicks("C")
    assert "Your self-check: Engineering" in person.reads()
    assert await levels_kept(person) == [[1, 1.5, 2]]


async def test_a_family_and_a_saved_self_check_begin_and_go_on(replay: Replay) -> None:
    chooser, later = replay.person("family_choice"), replay.person("saved")
    await chooser.clicks("Sales")
    assert "Sales · 1 of 3" in chooser.reads()
    await later.clicks("Continue")
    assert "Engineering · 2 of 3" in later.reads()


async def test_next_takes_a_card_of_the_ladder(replay: Replay) -> None:
    person = replay.person("ladder_first")
    for letter in "ABCD":
        await person.picks(letter, 2)
    await person.clicks("Next")
    assert "Card 2 of up to 4" in person.reads()


async def test_a_step_is_tried_and_done(replay: Replay) -> None:
    person = replay.person("result")
    await person.clicks("I'll try it")
    assert (await steps_of(person))[0].state == "trying"
    assert "Done" in str(labels(person.card))
    other = replay.person("trying")
    await other.clicks("Done")
    assert "done" in {step.state for step in await steps_of(other)}


async def test_a_check_in_is_answered(replay: Replay) -> None:
    person = replay.person("asked")
    await person.clicks("Done")
    assert "*Done: " in person.reads()
    async with person.stage.database.read() as session:
        (said,) = await steps.list_practices(session, person.key)
    assert said.outcome == "done"


async def test_after_partly_a_smaller_step_can_be_taken(replay: Replay) -> None:
    person = replay.person("smaller")
    before = (await steps_of(person))[0]
    offered = next(
        CheckinValue.parse(button["value"])
        for message in person.messages()
        for _, button in buttons(message)
        if button["text"]["text"] == "Try this one"
    )
    await person.clicks("Try this one")
    now = (await steps_of(person))[0]
    assert (now.state, now.question) == ("trying", before.question)
    assert offered is not None
    assert steps.tip_of(now).id == offered.extra != steps.tip_of(before).id


@pytest.mark.parametrize("name", ["pace", "home"])
async def test_check_ins_come_weekly(replay: Replay, name: str) -> None:
    person = replay.person(name)
    await sets(person, "pace_cadence", {"selected_option": "weekly"}, on_home=name == "home")
    assert (await pace_of(person)).cadence == "weekly"


async def test_a_pause_ends(replay: Replay) -> None:
    person = replay.person("paused")
    await person.clicks("Resume")
    assert person.reads().startswith("*Welcome back.*")


async def test_an_invitation_begins_a_self_check(replay: Replay) -> None:
    person = replay.person("invited")
    await person.clicks("Start the self-check")
    assert "Engineering · 1 of 3" in person.reads()


async def test_the_history_of_a_team_is_shown(replay: Replay) -> None:
    person = replay.person("team")
    await person.clicks("See the history", where=CHANNEL)
    assert "There is no history yet." in person.reads(CHANNEL)


async def test_the_digest_stops(replay: Replay) -> None:
    person = replay.person("team_stop")
    await person.clicks("Stop the digest", where=CHANNEL)
    posts = [shown(m) for m in person.messages(CHANNEL) if m.only_for is None]
    assert f"<@{person.id}>" in posts[-1]


async def test_an_agent_is_graded(replay: Replay) -> None:
    person = replay.person("agent")
    await person.clicks("Grade it", where=CHANNEL)
    assert "AI engineers: Scout · 1 of 7" in person.reads()
    going_on = replay.person("grading")
    await going_on.clicks("B")
    assert "3 of 7" in going_on.reads()
    last = replay.person("grading_last")
    await last.clicks("C")
    assert "Graded: Scout" in last.reads()


async def test_the_form_of_an_agent_is_saved(replay: Replay) -> None:
    person = replay.person("agent_form")
    card = next(c for c in replay.cards() if c["user"] == person.id and form_of(c))
    await replay.submits(card)
    async with person.stage.database.read() as session:
        found = await agents.find(session, person.key.workspace_id, CHANNEL, "Lantern")
    assert found
    assert found.added_by == person.id


async def test_a_link_stands_on_the_card(replay: Replay) -> None:
    person = replay.person("grading_link")
    card = next(c for c in replay.cards() if c["user"] == person.id and form_of(c))
    await replay.submits(card)
    assert "https://example.com/1" in str(person.card.blocks)


async def test_the_needs_of_a_project_are_shared(replay: Replay) -> None:
    person = replay.person("need_result")
    await person.clicks("Share in the channel")
    posts = [shown(m) for m in person.messages(CHANNEL) if m.only_for is None]
    assert f"<@{person.id}> worked out which level *Ledger* needs" in posts[-1]


async def test_everything_is_erased(replay: Replay) -> None:
    person = replay.person("forget")
    await person.clicks("Erase everything")
    async with person.stage.database.read() as session:
        assert await members.get(session, person.key) is None
