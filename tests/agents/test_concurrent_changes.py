"""Gradings of one agent by several people, twice, late, and while it is changed or removed."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from app import REGISTRY
from storage import privacy
from tests.agents.register import CHANNEL, Desk, ladder
from tests.self_check.test_longest import marked_up
from tests.stage import BOTH, Person, buttons, labels, shown

SEVEN = "CCCCCCC"


def button(person: Person, label: str) -> tuple[Any, str, dict[str, Any]]:
    """Return a button of the card as shown now, to be clicked later."""
    card = person.card
    return next((card, b, dict(e)) for b, e in buttons(card) if e["text"]["text"] == label)


# At the same time


@BOTH
async def test_two_gradings_at_once_name_each_other(desk: Desk) -> None:
    agent = await desk.adds()
    words = ladder().words
    for person in (desk.noah, desk.grace):
        await person.types("/rungs agent grade Scout", where=CHANNEL)
    desk.clock.go(minutes=1)
    await desk.answers(desk.grace, SEVEN)
    assert "also graded it" not in desk.grace.reads()
    desk.clock.go(minutes=1)
    await desk.answers(desk.noah, "BBBBBBB")
    assert [grade.level for grade in await desk.kept(agent)] == [2, 3]
    assert (
        f"<@{desk.grace.id}> also graded it, at the same time: {words.name_of(3)}"
        in desk.noah.reads()
    )
    assert (
        f"<@{desk.noah.id}> also graded it, at the same time: {words.name_of(2)}"
        in desk.grace.reads()
    )
    assert f"<@{desk.grace.id}> also graded it, at the same time" in desk.posts()[-1].text
    assert f"{words.name_of(2)}. Graded" in await desk.says("")


@BOTH
async def test_the_last_answers_of_two_people_at_the_same_moment_both_count(desk: Desk) -> None:
    agent = await desk.adds()
    for person in (desk.noah, desk.grace):
        await person.types("/rungs agent grade Scout", where=CHANNEL)
        await desk.answers(person, SEVEN[:-1])
    drawn = [(person, button(person, "D")) for person in (desk.noah, desk.grace)]
    await asyncio.gather(*(person.clicks_element(*one) for person, one in drawn))
    await desk.stage.settle()
    assert {grade.graded_by for grade in await desk.kept(agent)} == {desk.noah.id, desk.grace.id}
    for person, other in ((desk.noah, desk.grace), (desk.grace, desk.noah)):
        assert len(person.messages()) == 1
        assert f"<@{other.id}> also graded it" in person.reads()


async def test_grades_one_after_another_are_a_path(desk: Desk) -> None:
    await desk.adds()
    words = ladder().words
    await desk.grades("BBBBBBB")
    desk.clock.go(days=10)
    await desk.grades(SEVEN, by="grace")
    assert "also graded it" not in desk.grace.reads()
    assert (
        f"Wednesday, November 18: {words.name_of(2)}. Graded by <@{desk.noah.id}>, with the model M-1"
        in (desk.grace.reads())
    )


@BOTH
async def test_a_double_click_and_copies_make_one_grade(desk: Desk) -> None:
    agent = await desk.adds()
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    await desk.answers(desk.noah, SEVEN[:-1])
    last = button(desk.noah, "C")
    desk.stage.playground.faults.duplicate_deliveries(2)
    await asyncio.gather(*(desk.noah.clicks_element(*last) for _ in range(3)))
    await desk.stage.settle()
    await desk.noah.clicks_element(*last)
    await desk.stage.settle()
    assert len(await desk.kept(agent)) == 1
    assert "Graded: Scout" in desk.noah.reads()
    assert len(desk.noah.messages()) == 1
    assert [post.text.count("graded") for post in desk.posts()] == [0, 1]


async def test_an_outdated_click_does_not_count(desk: Desk) -> None:
    await desk.adds()
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    first = button(desk.noah, "D")
    await desk.answers(desk.noah, "A")
    await desk.noah.clicks_element(*first)
    await desk.stage.settle()
    assert "2 of 7" in desk.noah.reads()


async def test_an_old_card_points_to_the_new_one(desk: Desk) -> None:
    await desk.adds()
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    old = button(desk.noah, "C")
    await desk.answers(desk.noah, "A")
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    await desk.noah.clicks_element(*old)
    await desk.stage.settle()
    assert "This card has moved" in shown(desk.noah.messages()[0])


async def test_gradings_of_two_agents_are_open_at_once(desk: Desk) -> None:
    scout, mason = await desk.adds(), await desk.adds(name="Mason")
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    scouts = desk.noah.card
    await desk.grades(SEVEN, name="Mason")
    for letter in SEVEN:
        await desk.noah.clicks(letter, on=scouts)
    assert len(await desk.kept(scout)) == 1
    assert len(await desk.kept(mason)) == 1


async def test_grading_on_another_members_card_is_refused(desk: Desk) -> None:
    agent = await desk.adds()
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    theirs = button(desk.noah, "C")
    await desk.grace.types("hello")
    own = desk.grace.card
    await desk.grace.clicks_element(own, theirs[1], theirs[2])
    await desk.stage.settle()
    assert "belongs to someone else" in desk.told(desk.grace, desk.grace.dm)
    assert await desk.kept(agent) == []


# What happens meanwhile


async def test_an_agent_renamed_meanwhile_is_graded_under_its_new_name(desk: Desk) -> None:
    agent = await desk.adds()
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    await desk.answers(desk.noah, "CCC")
    await desk.grace.types("/rungs agent edit Scout", where=CHANNEL)
    await desk.sends(desk.grace, name="Ranger")
    await desk.answers(desk.noah, "CCCC")
    assert "Graded: Ranger" in desk.noah.reads()
    assert "graded *Ranger*" in desk.posts()[-1].text
    assert len(await desk.kept(agent)) == 1


async def test_a_new_model_meanwhile_is_noted(desk: Desk) -> None:
    await desk.adds()
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    desk.clock.go(minutes=1)
    await desk.grace.types("/rungs agent edit Scout", where=CHANNEL)
    await desk.sends(desk.grace, model="M-2")
    desk.clock.go(minutes=1)
    await desk.answers(desk.noah, SEVEN)
    assert "Its model was changed to M-2 during this grading" in desk.noah.reads()


async def test_a_grade_of_an_agent_removed_meanwhile_is_kept(desk: Desk) -> None:
    agent = await desk.adds()
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    await desk.answers(desk.noah, "CCCCCC")
    await desk.says("remove Scout", by="grace")
    await desk.grace.clicks("Remove it", where=CHANNEL)
    posts = len(desk.posts())
    await desk.noah.clicks("C")
    assert "The agent was removed from the list during this grading" in desk.noah.reads()
    assert ladder().words.name_of(3) in desk.noah.reads()
    assert len(await desk.kept(agent)) == 1
    assert len(desk.posts()) == posts
    assert f"<@{desk.noah.id}> graded *Scout*: {ladder().words.name_of(3)}" in await desk.says(
        "history Scout"
    )


@pytest.mark.parametrize("event", ["archive", "kick", "left"])
async def test_answers_are_kept_while_the_channel_is_unreachable(desk: Desk, event: str) -> None:
    agent = await desk.adds()
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    await desk.answers(desk.noah, "CCCCCC")
    channel = desk.stage.playground.workspace.conversations[CHANNEL]
    app, before = desk.stage.playground.workspace.app.user_id, set(channel.members)
    channel.archived = event == "archive"
    channel.members -= {app} if event == "kick" else {desk.noah.id} if event == "left" else set()
    await desk.noah.clicks("C")
    assert "That answer wasn't saved" in desk.noah.reads()
    assert "7 of 7" in desk.noah.reads()
    assert await desk.kept(agent) == []
    channel.archived = False
    channel.members |= before
    await desk.noah.clicks("C")
    assert "Graded: Scout" in desk.noah.reads()
    assert len(await desk.kept(agent)) == 1


async def test_a_grader_who_erased_their_data_is_not_called_former(desk: Desk) -> None:
    await desk.adds()
    await desk.grades(SEVEN, by="grace")
    async with desk.stage.database.write() as session:
        await privacy.erase(session, desk.grace.key, REGISTRY.personal_data)
    for word in ("", "show Scout", "history"):
        told = await desk.says(word)
        assert "someone whose name was erased" in told
        assert desk.grace.id not in told


# Out of date


async def test_a_grade_is_out_of_date_after_ninety_days(desk: Desk) -> None:
    await desk.adds()
    await desk.grades(SEVEN)
    desk.clock.at += timedelta(days=90) - timedelta(seconds=1)
    assert "more than 90 days old" not in await desk.says("")
    desk.clock.at += timedelta(seconds=1)
    assert "more than 90 days old" in await desk.says("")
    assert "more than 90 days old" in await desk.says("show Scout")
    await desk.noah.clicks("Grade again", where=CHANNEL)
    await desk.answers(desk.noah, SEVEN)
    assert "more than 90 days old" not in await desk.says("")


async def test_a_grade_is_out_of_date_with_another_model(desk: Desk) -> None:
    await desk.adds()
    await desk.grades(SEVEN)
    desk.clock.go(hours=1)
    await desk.noah.types("/rungs agent edit Scout", where=CHANNEL)
    await desk.sends(desk.noah, model="M-2")
    assert "The model changed after this grade" in await desk.says("")
    assert "The model changed after this grade" in await desk.says("show Scout")
    assert labels(desk.noah.messages(CHANNEL)[-1])[-1][0] == "Grade again"


async def test_members_text_is_escaped_on_every_card(desk: Desk) -> None:
    await desk.adds(name="<!here> & *x*", model="<@U0ADAOKAFOR>")
    await desk.grades(SEVEN, name="<!here> & *x*")
    desk.clock.go(days=1)
    await desk.grades(SEVEN, name="<!here> & *x*", by="grace")
    for person in (desk.noah, desk.grace):
        for message in person.messages():
            for text in (message.text, *marked_up(message.blocks)):
                assert "<!here>" not in text
                assert "<@U0ADAOKAFOR>" not in text
