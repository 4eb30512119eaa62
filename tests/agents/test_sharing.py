"""Sharing a project in its channel, and comparing it with the agents there."""

import asyncio
from typing import Any

from tests.agents.register import (
    CHANNEL,
    Desk,
    answer_needs,
    ladder,
    need_at,
    need_words,
    picks,
    shared,
)
from tests.stage import BOTH, buttons, shown

WORDS = need_words()


async def test_sharing_takes_one_click_and_names_who_did(desk: Desk) -> None:
    noah = await desk.needs([need_at(3)], name="Order desk")
    await noah.clicks("Share in the channel")
    post = desk.posts()[-1]
    name = ladder().words.name_of(3)
    assert f"<@{noah.id}> worked out which level *Order desk* needs: *{name}*" in shown(post)
    assert "- [ ] " in shown(post)
    assert f"Shared in <#{CHANNEL}> with your name" in desk.told(noah, noah.dm)
    (project,) = await shared(desk)
    assert (project.name, project.level, project.shared_by) == ("Order desk", 3, noah.id)


@BOTH
async def test_shared_twice_says_so_and_posts_once(desk: Desk) -> None:
    noah = await desk.needs([need_at(3)], name="Order desk")
    card = noah.card
    share = next((card, b, e) for b, e in buttons(card) if e["text"]["text"].startswith("Share"))
    await asyncio.gather(*(noah.clicks_element(*share) for _ in range(3)))
    await desk.stage.settle()
    await noah.clicks_element(*share)
    await desk.stage.settle()
    assert len(desk.posts()) == 1
    assert f"This result is already shared in <#{CHANNEL}>" in desk.told(noah, noah.dm)
    assert len(await shared(desk)) == 1


async def test_a_new_result_of_the_same_name_takes_its_place(desk: Desk) -> None:
    for level in (3, 2):
        noah = await desk.needs([need_at(level)], name="Order desk")
        await noah.clicks("Share in the channel", on=noah.card)
    assert [project.level for project in await shared(desk)] == [2]
    assert len(desk.posts()) == 2


async def test_a_shared_project_shows_how_agents_fit(desk: Desk) -> None:
    for name in ("Fitting", "Missing", "Ungraded"):
        await desk.adds(name=name)
    await desk.grades("CCCCCCC", name="Fitting")
    await desk.grades("CCBCC-C", name="Missing")
    noah = await desk.needs([need_at(3)], name="Order desk")
    words = ladder().words
    third = words.name_of(3)
    result = noah.reads()
    await noah.clicks("Compare the agents")
    below = (
        f"L3 on five of seven; {words.criteria[2].topic} at L2; {words.criteria[5].topic} not tried"
    )
    expected = [
        f"• *Fitting.* Fits *Order desk*, which needs {third}.",
        f"• *Missing.* Doesn't fit *Order desk* yet, which needs {third}: {below}.",
        f"• *Ungraded.* Not graded yet. *Order desk* needs {third}.",
    ]
    for line in expected:
        assert line in result
        assert line in desk.told(noah, noah.dm)
    await noah.clicks("Share in the channel")
    for line in expected:
        assert line in shown(desk.posts()[-1])
    listed = await desk.says("", by="grace")
    assert f"*Order desk* needs {third}" in listed
    assert f"Fits *Order desk*, which needs {third}." in listed
    assert f"which needs {third}: {below}." in await desk.says("show Missing", by="grace")


async def test_an_outdated_grade_is_noted_with_how_to_renew_it(
    desk: Desk,
) -> None:
    for name, letters in (("Fitting", "CCCCCCC"), ("Missing", "CCBCCCC")):
        await desk.adds(name=name)
        await desk.grades(letters, name=name)
    noah = await desk.needs([need_at(3)])
    again = f"`/rungs agent grade` in <#{CHANNEL}> to update them"
    assert again not in noah.reads()
    desk.clock.go(days=91)
    await noah.clicks("Compare the agents")
    told = desk.told(noah, noah.dm)
    assert told.count("the grade is out of date") == 2
    assert again in told


async def test_a_former_member_neither_shares_nor_compares(desk: Desk) -> None:
    await desk.adds()
    noah = await desk.needs([need_at(3)])
    desk.stage.playground.workspace.conversations[CHANNEL].members.discard(noah.id)
    for label in ("Share in the channel", "Compare the agents"):
        await noah.clicks(label)
        assert "A channel's agents are for the people in it" in desk.told(noah, noah.dm)
    assert len(desk.posts()) == 1
    assert await shared(desk) == []


async def test_a_member_who_left_during_the_questions_sees_no_agents(desk: Desk) -> None:
    await desk.adds(name="Secret")
    await desk.noah.types("/rungs agent need", where=CHANNEL)
    desk.stage.playground.workspace.conversations[CHANNEL].members.discard(desk.noah.id)
    await answer_needs(desk.noah, [need_at(3)])
    assert ladder().words.name_of(3) in desk.noah.reads()
    assert "Secret" not in desk.noah.reads()


async def test_guests_compare_and_do_not_share(desk: Desk) -> None:
    workspace = desk.stage.playground.workspace
    sam = desk.person("sam")
    workspace.conversations[CHANNEL].members.add(sam.id)
    await desk.needs([need_at(2)], by="sam")
    await sam.clicks("Compare the agents")
    assert "No agents are listed in the channel yet" in desk.told(sam, sam.dm)
    await sam.clicks("Share in the channel")
    assert "Guests can read about this channel's agents" in desk.told(sam, sam.dm)
    assert await shared(desk) == []


async def test_another_members_result_cannot_be_shared(desk: Desk) -> None:
    noah = await desk.needs([need_at(3)])
    share = next((b, dict(e)) for b, e in buttons(noah.card) if e["text"]["text"][:5] == "Share")
    await desk.grace.types("hello")
    await desk.grace.clicks_element(desk.grace.card, *share)
    await desk.stage.settle()
    assert await shared(desk) == []
    assert desk.posts() == []


async def test_a_failed_post_is_reported_and_the_project_listed(desk: Desk) -> None:
    noah = await desk.needs([need_at(3)], name="Order desk")
    desk.stage.playground.faults.add("chat.postMessage", "restricted_action")
    await noah.clicks("Share in the channel")
    assert "couldn't be posted" in desk.told(noah, noah.dm)
    assert "*Order desk* needs" in await desk.says("")


async def test_two_projects_are_listed(desk: Desk) -> None:
    await desk.noah.types("/rungs agent need Order desk", where=CHANNEL)
    first: Any = desk.noah.card
    await desk.needs([need_at(2)], name="Price list")
    assert "Price list needs" in desk.noah.reads()
    await desk.noah.clicks("A", on=first)
    assert f"2 of {len(WORDS.questions)}" in shown(desk.noah.messages()[0])


async def test_a_project_is_taken_off_the_list(desk: Desk) -> None:
    noah = await desk.needs([need_at(3)], name="Order desk")
    await noah.clicks("Share in the channel")
    await desk.says("", by="grace")
    await picks(desk.grace, "project", "Order desk")
    assert "Take *Order desk* off this channel's list" in desk.told(desk.grace)
    await desk.grace.clicks("Take it off", where=CHANNEL)
    assert "*Order desk* is off the list" in desk.told(desk.grace)
    assert desk.posts()[-1].text.startswith(f"<@{desk.grace.id}> took *Order desk* off")
    assert "Order desk" not in await desk.says("")
    assert await shared(desk) == []


async def test_the_second_of_two_project_removals_is_told_that_it_is_gone(desk: Desk) -> None:
    noah = await desk.needs([need_at(3)], name="Order desk")
    await noah.clicks("Share in the channel")
    for person in (desk.noah, desk.grace):
        await desk.says("", by="noah" if person.id == desk.noah.id else "grace")
        await picks(person, "project", "Order desk")
    await desk.grace.clicks("Take it off", where=CHANNEL)
    posts = len(desk.posts())
    await desk.noah.clicks("Take it off", where=CHANNEL)
    assert "no longer on the list" in desk.told(desk.noah)
    assert len(desk.posts()) == posts


async def test_how_it_came_about_shows_the_answers_and_the_rule(desk: Desk) -> None:
    need = WORDS.need(need_at(3))
    noah = await desk.needs([need_at(3)])
    await noah.clicks("Why this result")
    assert need
    assert f"{need.text} ({ladder().words.name_of(3)})" in noah.view_text
    assert "Each answer requires the level beside it" in noah.view_text
    assert WORDS.none_label in noah.view_text
