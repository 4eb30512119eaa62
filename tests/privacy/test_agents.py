"""Erasure and agents: a member's own data is deleted, the team's data stays without names."""

import json
from typing import Any

from sqlalchemy import text

from storage.database.schema import all_tables
from tests.agents.conftest import desk as desk
from tests.agents.register import CHANNEL, Desk, need_words
from tests.assessments.conversations import (
    CODING,
    GRADING,
    STORIES,
    answers,
    begins,
    button,
    click,
    drawn,
    finishes,
    newest,
)
from tests.privacy.test_privacy import exported as exported_files
from tests.self_check.ladder import climbs
from tests.stage import BOTH, Person, shown
from tests.team_digest.channel import GROWTH, MONDAY, WEEK, growing

HIGH = next(n.id for q in need_words().questions for n in q.needs if n.level == 3)
URL = "https://example.com/grace-hopper/run"


async def every_row(desk: Desk) -> dict[str, list[dict[str, Any]]]:
    """All that is in the database, by table."""
    async with desk.stage.database.read() as session:
        return {
            name: [
                dict(row)
                for row in (await session.execute(text(f'SELECT * FROM "{name}"'))).mappings()
            ]
            for name in all_tables().tables
        }


# Erasing


async def leaves_traces(desk: Desk, person: Person) -> None:
    """Everything that somebody can do with all kinds of conversations and with a list of agents."""
    await desk.adds(by="noah")
    await desk.adds(by="grace", name="Mason")
    await person.types("/rungs agent edit Scout", where=CHANNEL)
    await desk.sends(person, owner=person.id, model="M-2")
    await person.types("/rungs agent remove Mason", where=CHANNEL)
    await person.clicks("Remove it", where=CHANNEL)
    await person.types(GRADING.command, where=CHANNEL)
    await desk.links(person, URL)
    await finishes(person, GRADING, on=newest(desk.stage.playground, person.id))
    await desk.needs([HIGH], by="grace", name="Order desk")
    await person.clicks("Share in the channel")
    await person.types("/rungs assess coding", where=CHANNEL)
    await climbs(person, "2222", "0000")
    for story in STORIES:
        await begins(person, story)
        await answers(person, [story.well], on=newest(desk.stage.playground, person.id))


@BOTH
async def test_an_erasure_leaves_the_team_its_agents_and_nobodys_name(desk: Desk) -> None:
    grace = desk.grace
    await leaves_traces(desk, grace)
    before = await every_row(desk)
    assert grace.id in str(before)
    await grace.types("/rungs forget", where=CHANNEL)
    await grace.clicks("Erase everything", where=CHANNEL)
    after = await every_row(desk)
    left = {name: rows for name, rows in after.items() if grace.id in str(rows)}
    assert left == {}
    for name in ("agent", "agent_event", "grade", "project"):
        assert len(after[name]) == len(before[name]) > 0
    assert [(row["level"], row["graded_by"]) for row in after["grade"]] == [(3, None)]
    assert [row["shared_by"] for row in after["project"]] == [None]
    assert [row["owner"] for row in after["agent"]] == [None, None]
    for name in ("assessment", "answer", "step"):
        assert after[name] == []
    for word in ("", "show Scout", "history", "history Mason"):
        told = await desk.says(word)
        assert "someone whose name was erased" in told
        assert grace.id not in told
    assert "L3 Architect" in await desk.says("show Scout")


async def test_an_export_tells_a_grade_as_it_was_shown(desk: Desk) -> None:
    await desk.adds()
    await desk.grades("BBBB-<B")
    await desk.grades("BBBB-BB")
    await desk.noah.types("/rungs export")
    everything, page = exported_files(desk.stage, desk.noah)
    held = json.loads(everything)
    results = [row["result"] for row in held["results"]["assessments"]]
    assert results == ["No level yet; six of seven tried", "L2 on six of seven; testing not tried"]
    answers = [row["answer"] for row in held["answers"]["in_words"][4:6]]
    assert answers == ["Not tried", "Tried, below L1"]
    assert "L2 on six of seven; testing not tried" in page


async def test_the_question_counts_each_kind_by_its_name(desk: Desk) -> None:
    grace = desk.grace
    await desk.adds(by="grace")
    await grace.types("/rungs assess engineering", where=CHANNEL)
    await grace.answers("A")
    await grace.types(GRADING.command, where=CHANNEL)
    await finishes(grace, GRADING, on=newest(desk.stage.playground, grace.id))
    await desk.needs([HIGH], by="grace", name="Order desk")
    await grace.types("/rungs forget", where=CHANNEL)
    assert (
        "That's your Slack user ID, your role family, one self-check, one grading, the needs of one "
        "project, your answers, and your name in channels' agent lists."
    ) in grace.reads(CHANNEL)


async def test_an_erasure_in_the_middle_of_everything_lets_nothing_come_back(desk: Desk) -> None:
    grace, slack = desk.grace, desk.stage.playground
    await desk.adds()
    late = []
    for story in STORIES:
        card = await begins(grace, story)
        late += [drawn(card, story.well), button(card, "Finish later")]
    await grace.types("/rungs forget", where=CHANNEL)
    await grace.clicks("Erase everything", where=CHANNEL)
    for one in late:
        await click(slack, grace.id, one)
        await desk.stage.settle()
    left = {name for name, rows in (await every_row(desk)).items() if grace.id in str(rows)}
    assert left == set()


async def test_an_export_holds_what_one_did_and_nobody_else(desk: Desk) -> None:
    await leaves_traces(desk, desk.grace)
    await desk.noah.types(GRADING.command, where=CHANNEL)
    await finishes(desk.noah, GRADING, on=newest(desk.stage.playground, desk.noah.id))
    await desk.grace.types("/rungs export", where=CHANNEL)
    held = exported(desk.grace)
    assert [grade["level"] for grade in held["channels"]["agent_grades"]] == [3]
    assert [project["name"] for project in held["channels"]["projects"]] == ["Order desk"]
    kinds = {one["kind"] for one in held["results"]["assessments"]}
    assert kinds == {"self-check", "grading", "project"}
    assert URL in json.dumps(held)
    assert desk.noah.id not in json.dumps(held)


def exported(person: Person) -> dict[str, Any]:
    message = next(m for m in reversed(person.messages()) if m.files)
    stored = person.stage.playground.workspace.files[message.files[0]]
    held: dict[str, Any] = json.loads(stored.content or b"")
    return held


# Other people's levels


async def test_nobody_reads_a_coding_level_of_somebody_else(sqlite_url: str) -> None:
    names = [CODING.before.name, *(level.name for level in CODING.levels)]
    async with growing(sqlite_url) as growth:
        slack, noah = growth.stage.playground, growth.noah
        crew = [growth.person(one) for one in ("lucia", "priya", "tomas", "grace", "omar", "sofia")]
        for person, cards in zip(crew, (1, 2, 3, 4, 1, 2), strict=True):
            await person.types("/rungs assess coding", where=GROWTH)
            await climbs(person, *["2222"] * (cards - 1), "2222" if cards == 4 else "0000")
        await growth.follows()
        first = await growth.digest(MONDAY)
        assert first
        assert "people* in this channel take part" not in first.text
        await growth.assessed((1, 1, 2, 2, 2, 3))
        assert await growth.digest(MONDAY + WEEK)
        for typed in ("team", "team history", "agent", "agent history", "me", "help"):
            await noah.types(f"/rungs {typed}", where=GROWTH)
        await noah.opens_home()
        seen = [noah.view_text]
        for place in slack.workspace.conversations.values():
            if noah.id in place.members:
                seen += [shown(m) + m.text for m in place.visible_to(noah.id) if m.by_app]
        assert any("Team digest" in words for words in seen)
        assert not [words for words in seen if any(name in words for name in names)]
