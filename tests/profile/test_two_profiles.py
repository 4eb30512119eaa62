"""A member with results in two frameworks: shown apart, exported and erased together."""

import json
from typing import Any

import pytest

from storage import members
from storage.assessments import assessments
from storage.steps import steps
from tests.self_check.ladder import (
    CHOICES,
    FRAMEWORK,
    HELD,
    LADDER,
    MIXED,
    RESULT,
    WORDS,
    climbs,
    picks,
    place,
)
from tests.self_check.test_result import title
from tests.stage import BOTH, Person, Stage, built_in, buttons, labels, shown

FLUENT = f"level 1, {WORDS.levels[0].name}"
BEFORE = WORDS.before.name


async def takes_both(person: Person) -> None:
    """A role family, then the ladder."""
    await person.types("/rungs assess engineering")
    await person.answers("CCC")
    await person.types("/rungs assess coding")
    await climbs(person, HELD, MIXED)


async def test_me_shows_both_places_each_with_its_own_path(ada: Person) -> None:
    await takes_both(ada)
    await ada.types("/rungs assess coding")
    await climbs(ada, MIXED)
    await ada.types("/rungs assess engineering")
    await ada.answers("AAA")
    await ada.types("/rungs me")
    words = ada.reads()
    family, coding = words.index("tier 1, AI-Assisted"), words.index(f"AI coding: {BEFORE}.")
    assert family < coding
    path = words[words.index("*Your path: AI coding*") :]
    assert f"{FLUENT} (AI coding)" in path
    assert "tier" not in path.partition("Next step")[0]
    path = words[words.index("*Your path: Engineering*") : coding]
    assert "tier 2, AI-Integrated (Engineering)" in path
    assert "level" not in path
    assert labels(ada.card)[0] == ["Why this result", "See the map"]
    assert labels(ada.card)[1] == [
        "Why this result",
        "See the ladder",
        "How the ladders relate",
    ]
    assert f"AI coding: {BEFORE}." in ada.card.text


async def test_how_the_ladders_relate_is_a_click_away(ada: Person) -> None:
    await takes_both(ada)
    await ada.types("/rungs me")
    await ada.clicks("How the ladders relate")
    crosswalk = built_in().crosswalk
    assert crosswalk is not None
    for relation in crosswalk.relations:
        assert all(line in ada.view_text for line in (*relation.alike, *relation.different))
        assert all(row.says in ada.view_text for row in relation.rows)
    assert f"{built_in().framework.name} and {LADDER.name}" in ada.view_text


async def test_each_profile_opens_its_own_explanation(ada: Person) -> None:
    await takes_both(ada)
    await ada.types("/rungs me")
    first, second = [
        (block, element)
        for block, element in buttons(ada.card)
        if element["text"]["text"] == "Why this result"
    ]
    card = ada.card
    await ada.clicks_element(card, *first)
    await ada.stage.settle()
    assert "rounded to the nearest half" in ada.view_text
    await ada.closes()
    await ada.clicks_element(card, *second)
    await ada.stage.settle()
    assert "Nothing is averaged" in ada.view_text


async def test_home_shows_both_and_offers_the_other_ladder(ada: Person) -> None:
    await ada.types("/rungs family engineering")
    await ada.opens_home()
    assert LADDER.summary in ada.view_text
    await ada.clicks_in_view("Start: AI coding")
    assert place(1) in ada.reads()
    await ada.closes()
    await ada.opens_home()
    assert "*Open self-check:* AI coding, none of up to four cards" in ada.view_text
    await ada.clicks_in_view("Continue")
    await ada.closes()
    await climbs(ada, MIXED)
    await ada.opens_home()
    assert f"AI coding: {BEFORE}." in ada.view_text
    assert "Start the self-check" in ada.view_text
    await ada.types("/rungs assess sales")
    await ada.answers("AAA")
    await ada.opens_home()
    words = ada.view_text
    assert words.index("Sales: tier 1, AI-Assisted.") < words.index(f"AI coding: {BEFORE}.")
    assert "Take it again: AI coding" in str(ada.view.blocks)
    await ada.clicks_in_view("See the ladder")
    assert LADDER.summary not in ada.view_text
    assert WORDS.levels[3].objective in ada.view_text


async def test_two_open_self_checks_go_on_from_home(ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.clicks("A")
    await ada.types("/rungs assess coding")
    await picks(ada, "2---")
    await ada.opens_home()
    assert "Engineering, one of three answered" in ada.view_text
    assert "AI coding, none of up to four cards answered" in ada.view_text
    await ada.clicks_in_view("Continue")
    assert place(1) in ada.reads()
    assert f"({CHOICES[2]})" in ada.card.text


async def test_the_next_steps_take_turns(stage: Stage, ada: Person) -> None:
    await takes_both(ada)
    seen = []
    for _ in range(4):
        await ada.types("/rungs tip")
        seen.append(await framework_in_hand(ada))
        await ada.clicks("I'll try it")
        await ada.clicks("Done")
    assert seen == [FRAMEWORK, "role-families", FRAMEWORK, "role-families"]


async def test_show_another_stays_with_the_profile_in_hand(ada: Person) -> None:
    await takes_both(ada)
    await ada.types("/rungs tip")
    for _ in range(3):
        assert await framework_in_hand(ada) == FRAMEWORK
        await ada.clicks("Show another")
    await ada.clicks("Not for me")
    await ada.clicks("Next step")
    for _ in range(3):
        assert await framework_in_hand(ada) == "role-families"
        await ada.clicks("Show another")


async def test_a_result_shows_its_own_steps_alone(ada: Person) -> None:
    await takes_both(ada)
    family, coding = ada.messages()[0], ada.messages()[1]
    own = title(ada)
    await ada.clicks("Not for me", on=family)
    assert "Your self-check: Engineering" in shown(family)
    assert labels(family)[0] == ["Next step"]
    await ada.clicks("Next step", on=family)
    assert "Your self-check: Engineering" in shown(family)
    assert own in ada.reads()
    assert len(ada.messages()) == 3
    await ada.clicks("Not for me", on=coding)
    await ada.clicks("Next step", on=coding)
    assert RESULT in shown(coding)
    assert await framework_in_hand(ada) == FRAMEWORK
    assert "Your self-check: Engineering" in shown(family)


async def test_show_another_on_a_result_that_was_overtaken_keeps_the_result(ada: Person) -> None:
    await takes_both(ada)
    family = ada.messages()[0]
    await ada.clicks("Show another", on=family)
    assert "Your self-check: Engineering" in shown(family)
    assert await framework_in_hand(ada) == FRAMEWORK


@BOTH
async def test_an_export_holds_both_with_their_words(stage: Stage, ada: Person) -> None:
    await takes_both(ada)
    await ada.types("/rungs assess coding")
    await picks(ada, "3---")
    await ada.types("/rungs export")
    held = exported(stage, ada)
    by_state = {(a["framework"], a["state"]): a for a in held["results"]["assessments"]}
    done = by_state[FRAMEWORK, "completed"]
    assert (done["level"], done["result"]) == (1, f"level 1, {WORDS.name_of(1)}")
    answers = [a for a in held["answers"]["in_words"] if a["assessment_id"] == done["id"]]
    assert [answer["level"] for answer in answers] == [2, 2, 2, 2, 2, 0, 1, 2]
    first = (answers[0]["question"], answers[0]["answer"])
    assert first == (WORDS.levels[0].behaviors[0].text, WORDS.choices[2])
    assert by_state["role-families", "completed"]["tier"] == 2
    assert by_state[FRAMEWORK, "open"]["draft"]
    assert {step["family"] for step in held["steps"]["offered"]} >= {FRAMEWORK}


@BOTH
async def test_forgetting_erases_both(stage: Stage, ada: Person) -> None:
    await takes_both(ada)
    await ada.types("/rungs assess coding")
    await picks(ada, "3---")
    await ada.types("/rungs forget")
    assert "your role family, three self-checks, your answers, " in ada.reads()
    await ada.clicks("Erase everything")
    async with stage.database.read() as session:
        assert await members.get(session, ada.key) is None
        assert await assessments.history(session, ada.key) == []
        assert await assessments.list_open(session, ada.key) == []
    await ada.types("/rungs assess coding")
    assert place(1) in ada.reads()
    await climbs(ada, MIXED)
    assert "last time" not in ada.reads()


async def framework_in_hand(person: Person) -> str:
    """The framework of the step that is offered or tried."""
    async with person.stage.database.read() as session:
        step = await steps.current(session, person.key)
        assert step is not None
        assert step.assessment_id is not None
        row = await assessments.get(session, step.workspace_id, step.assessment_id)
        assert row is not None
        return row.framework


def exported(stage: Stage, person: Person) -> dict[str, Any]:
    message = next(m for m in reversed(person.messages()) if m.files)
    stored = stage.playground.workspace.files[message.files[0]]
    held: dict[str, Any] = json.loads(stored.content or b"")
    return held


@pytest.mark.parametrize("typed", ["/rungs me", "/rungs tip"])
async def test_the_ladder_alone_is_a_profile_too(ada: Person, typed: str) -> None:
    await ada.types("/rungs assess coding")
    await climbs(ada, MIXED)
    await ada.types(typed)
    assert title(ada) == LADDER.practices(WORDS.levels[0].behaviors[1].id).title
