"""Answers to check-ins: the reply to each, and old or repeated clicks."""

import re
from collections.abc import AsyncIterator

import pytest

from playground.journal import Call
from playground.state.messages import Message
from storage.steps import steps
from storage.steps.steps import Practice
from tests.checkins.calendar import Season, assessed, season, steps_of
from tests.stage import Person, buttons, labels, shown, topic_heading


@pytest.fixture
async def spring(sqlite_url: str) -> AsyncIterator[Season]:
    async with season(sqlite_url) as ready:
        yield ready


@pytest.fixture
async def ada(spring: Season) -> Person:
    person = spring.stage.person("ada")
    await assessed(person)
    await person.clicks("I'll try it")
    await spring.comes(person)
    return person


async def said_by(person: Person) -> list[Practice]:
    async with person.stage.database.read() as session:
        return await steps.list_practices(session, person.key)


async def answers(person: Person, label: str) -> None:
    await person.clicks(label, on=person.card)


async def test_partly_asks_what_got_in_the_way(ada: Person) -> None:
    await answers(ada, "Partly")
    assert ada.reads().startswith("*Good to know.* What got in the way of ")
    assert labels(ada.card) == [["Time", "Tool", "Unclear", "Something else"]]
    await answers(ada, "Time")
    (said,) = await said_by(ada)
    assert (said.outcome, said.obstacle) == ("partly", "time")
    assert "Next check-in: " in ada.reads()
    assert (await steps_of(ada))[0].state == "trying"


async def test_a_smaller_tip_for_the_same_question_is_offered(ada: Person) -> None:
    before = (await steps_of(ada))[0]
    await answers(ada, "Partly")
    await answers(ada, "Time")
    assert "Here's a smaller step on the same topic." in ada.reads()
    assert labels(ada.card) == [["Try this one", "Keep the first one"]]
    await answers(ada, "Try this one")
    now = (await steps_of(ada))[0]
    assert (now.state, now.question) == ("trying", before.question)
    assert steps.tip_of(now).minutes < steps.tip_of(before).minutes
    assert "Done" in str(labels(ada.card))


async def test_the_first_one_can_be_kept(ada: Person) -> None:
    before = (await steps_of(ada))[0]
    await answers(ada, "Partly")
    await answers(ada, "Unclear")
    await answers(ada, "Keep the first one")
    assert [step.id for step in await steps_of(ada)] == [before.id]
    assert steps.tip_of(before).title in ada.reads()
    assert "Next check-in: " in ada.reads()


@pytest.mark.parametrize(
    ("obstacle", "reply"),
    [
        ("Time", "doing part of it counts too"),
        ("Tool", "Any tool your company approves will do"),
        ("Unclear", "again, with how to tell when it's done"),
        ("Something else", "stays your step"),
    ],
)
async def test_without_a_smaller_one_the_step_stays(
    spring: Season, obstacle: str, reply: str
) -> None:
    omar = spring.stage.person("omar")
    await assessed(omar, "CCC", family="sales")
    for _ in range(2):
        await omar.clicks("I'll try it")
        await spring.comes(omar)
        await answers(omar, "Done")
    assert "_Specification engineering, lesson 1 of 10_" in omar.reads()
    await omar.clicks("I'll try it")
    await spring.comes(omar)
    await answers(omar, "Partly")
    await answers(omar, obstacle)
    assert reply in omar.reads()
    assert (await steps_of(omar))[0].state == "trying"
    assert "Done" in str(labels(omar.card))


async def test_not_yet_keeps_the_step_and_the_day_can_be_changed(
    spring: Season, ada: Person
) -> None:
    await answers(ada, "Not yet")
    assert ada.reads().startswith("*No change.*")
    assert (await steps_of(ada))[0].state == "trying"
    await answers(ada, "Change the day")
    assert "Every other week" in str(ada.card.blocks)
    said = await spring.comes(ada)
    assert said.startswith('How did "')
    assert re.search(r"You chose it (about )?(four|three) weeks ago", said)


async def test_not_for_me_takes_it_away_and_asks_what_was_off(ada: Person) -> None:
    refused = (await steps_of(ada))[0]
    await answers(ada, "Not for me")
    assert "won't come back while there are other steps" in ada.reads()
    assert labels(ada.card) == [["Wrong task", "Too long", "Already do it", "Skip"]]
    assert (await steps_of(ada))[0].state == "refused"
    await answers(ada, "Wrong task")
    now = (await steps_of(ada))[0]
    assert now.state == "offered"
    assert now.question != refused.question
    assert "I'll try it" in str(labels(ada.card))


async def test_already_done_counts_as_done(ada: Person) -> None:
    await answers(ada, "Not for me")
    await answers(ada, "Already do it")
    assert "counts as done" in ada.reads()
    assert [step.state for step in await steps_of(ada)] == ["offered", "done"]


async def test_two_refusals_in_a_row_ask_for_a_topic(spring: Season, ada: Person) -> None:
    await answers(ada, "Not for me")
    await answers(ada, "Skip")
    await spring.comes(ada)
    await answers(ada, "Not for me")
    assert "Which topic would suit you better?" in ada.reads()
    await ada.chooses(topic_heading("share"))
    assert (await steps_of(ada))[0].question == "share"


async def test_an_offer_can_wait_and_comes_back(spring: Season, ada: Person) -> None:
    await answers(ada, "Not for me")
    said = await spring.comes(ada)
    assert said.startswith("Here's one ")
    assert labels(ada.card)[0] == ["I'll try it", "Later", "Not for me"]
    title = (await steps_of(ada))[0].tip_id
    await answers(ada, "Later")
    assert ada.reads().startswith("*Saved for later.*")
    assert (await spring.comes(ada)).startswith("Here's one ")
    assert (await steps_of(ada))[0].tip_id == title
    await answers(ada, "I'll try it")
    assert "*You chose this step.* It stays yours" in ada.reads()
    assert (await spring.comes(ada)).startswith('How did "')


async def test_a_double_click_counts_once(ada: Person) -> None:
    message = ada.card
    block, done = next((b, e) for b, e in buttons(message) if e["text"]["text"] == "Done")
    for _ in range(2):
        await ada.clicks_element(message, block, done)
    await ada.stage.settle()
    assert len(await said_by(ada)) == 1
    assert [step.state for step in await steps_of(ada)] == ["offered", "done"]
    assert "*Done: " in ada.reads()


async def test_the_first_answer_stays(ada: Person) -> None:
    message = ada.card
    old = {e["text"]["text"]: (b, e) for b, e in buttons(message)}
    await ada.clicks_element(message, *old["Done"])
    await ada.stage.settle()
    await ada.clicks_element(message, *old["Not for me"])
    await ada.stage.settle()
    assert [one.outcome for one in await said_by(ada)] == ["done"]
    assert "*Done: " in ada.reads()


async def takes_another(person: Person) -> str:
    """Try another step than the chosen one; return its title."""
    await person.types("/rungs step")
    await person.clicks("Show another", on=person.card)
    await person.clicks("Try this one now", on=person.card)
    return steps.tip_of((await steps_of(person))[0]).title


async def test_an_old_check_in_still_counts_for_its_own_step(ada: Person) -> None:
    old, asked_about = ada.card, (await steps_of(ada))[0]
    await takes_another(ada)
    await ada.clicks("Done", on=old)
    assert [step.state for step in await steps_of(ada)] == ["trying", "done"]
    assert (await said_by(ada))[0].step_id == asked_about.id


async def test_not_yet_on_an_old_check_in_shows_the_newer_step(ada: Person) -> None:
    old = ada.card
    newer = await takes_another(ada)
    await ada.clicks("Not yet", on=old)
    assert "Another step has taken its place" in shown(old)
    assert f"*{newer}*" in shown(old)


async def test_an_old_offer_can_still_be_taken(spring: Season, ada: Person) -> None:
    await answers(ada, "Done")
    await spring.comes(ada)
    old, offered = ada.card, (await steps_of(ada))[0]
    await spring.comes(ada)
    assert (await steps_of(ada))[0].id != offered.id
    await ada.clicks("I'll try it", on=old)
    states = {step.id: step.state for step in await steps_of(ada)}
    assert states[offered.id] == "trying"
    assert sorted(states.values()) == ["done", "trying", "waiting"]


async def test_somebody_elses_click_changes_nothing(spring: Season, ada: Person) -> None:
    omar = spring.stage.person("omar")
    await omar.types("hello")
    block, done = next((b, e) for b, e in buttons(ada.card) if e["text"]["text"] == "Done")
    here = omar.messages()[-1]
    await omar.clicks_element(here, block, done)
    await spring.stage.settle()
    assert "no longer stored" in omar.reads()
    assert await said_by(ada) == []
    assert await said_by(omar) == []


async def test_after_erasing_an_old_check_in_says_so(ada: Person) -> None:
    message = ada.card
    block, done = next((b, e) for b, e in buttons(message) if e["text"]["text"] == "Done")
    await ada.types("/rungs forget")
    await ada.clicks("Erase everything")
    await ada.clicks_element(message, block, done)
    await ada.stage.settle()
    assert "no longer stored" in ada.reads()
    assert await said_by(ada) == []


async def test_fewer_of_these_halves_once_and_can_be_undone(spring: Season, ada: Person) -> None:
    message = ada.card
    block, fewer = next(
        (b, e) for b, e in buttons(message) if e["text"]["text"] == "Fewer of these"
    )
    await ada.clicks_element(message, block, fewer)
    await spring.stage.settle()
    assert "every fourth" in ada.reads()
    assert "Next check-in: " in ada.reads()
    await ada.clicks_element(message, block, fewer)
    await spring.stage.settle()
    assert "Every four weeks" in str(ada.card.blocks)
    await ada.clicks("Undo")
    assert any("*Undone.* Check-ins come every other" in str(m.blocks) for m in ada.messages())
    plan = await spring.planned(ada)
    assert plan.rule == "fortnightly"


async def test_done_on_the_step_itself_is_practice_too(spring: Season, ada: Person) -> None:
    await ada.types("/rungs tip")
    await ada.clicks("Done", on=ada.card)
    assert [one.outcome for one in await said_by(ada)] == ["done"]


async def test_an_old_resume_does_not_end_a_snooze_chosen_since(
    spring: Season, ada: Person
) -> None:
    for _ in range(5):
        await spring.comes(ada)
    paused = ada.card
    block, resume = next((b, e) for b, e in buttons(paused) if e["text"]["text"] == "Resume")
    await ada.clicks("Resume", on=paused)
    await ada.types("checkin")
    await ada.clicks("Pause for 2 weeks")
    before = await spring.planned(ada)
    await ada.clicks_element(paused, block, resume)
    await spring.stage.settle()
    assert (await spring.planned(ada)).next_on == before.next_on
    await ada.types("checkin")
    assert "Nothing will be sent before" in ada.reads()


# The result that shows the step


def result_of(person: Person) -> Message:
    return next(m for m in person.messages() if "Your self-check" in shown(m))


@pytest.mark.parametrize(("answer", "said"), [("Done", "*Done: "), ("Not for me", "*Removed.* ")])
async def test_the_result_follows_an_answer_that_settles_its_step(
    ada: Person, answer: str, said: str
) -> None:
    (step,) = await steps_of(ada)
    result, before = result_of(ada), len(updates(ada))
    assert ["Done", "Show another", "Not for me"] in labels(result)
    await answers(ada, answer)
    assert said in shown(result)
    assert step.id not in str(result.blocks)
    assert ["Next step"] in labels(result)
    assert len(updates(ada)) == before + 1
    await ada.clicks("Next step", on=result)
    newest = (await steps_of(ada))[0]
    assert newest.id != step.id
    assert newest.id in str(result.blocks)


async def test_the_result_follows_a_smaller_tip(ada: Person) -> None:
    before = len(updates(ada))
    for label in ("Partly", "Time"):
        await answers(ada, label)
    assert len(updates(ada)) == before
    await answers(ada, "Try this one")
    smaller, first = await steps_of(ada)
    result = result_of(ada)
    assert first.id not in str(result.blocks)
    assert len(updates(ada)) == before + 1
    await ada.clicks("Show my current step", on=result)
    assert smaller.id in str(result.blocks)


async def test_a_result_that_shows_a_step_in_line_says_what_became_of_the_chosen_one(
    ada: Person,
) -> None:
    result, asked = result_of(ada), ada.card
    await ada.clicks("Show another", on=result)
    assert "This step waits in line." in shown(result)
    before = len(updates(ada))
    await ada.clicks("Done", on=asked)
    assert "*Done: " in shown(result)
    assert len(updates(ada)) == before + 1


async def test_answering_twice_draws_the_result_once(ada: Person) -> None:
    late = next((ada.card, b, dict(e)) for b, e in buttons(ada.card) if e["text"]["text"] == "Done")
    before = len(updates(ada))
    for _ in range(2):
        await ada.clicks_element(*late)
        await ada.stage.settle()
    assert len(updates(ada)) == before + 1


@pytest.mark.parametrize("problem", ["message_not_found", "cant_update_message"])
async def test_an_answer_counts_also_where_the_result_is_gone(ada: Person, problem: str) -> None:
    ada.stage.playground.faults.add("chat.update", problem)
    before = len(ada.messages())
    await answers(ada, "Done")
    assert (await said_by(ada))[0].outcome == "done"
    assert ada.reads().startswith("*Done: ")
    assert len(ada.messages()) == before
    assert updates(ada)[-1].answer["error"] == problem


def updates(person: Person) -> list[Call]:
    return person.stage.calls("chat.update")
