"""Content that changes or is removed during gradings and questions about projects: each keeps its words."""

from pathlib import Path

from coaching.required_level import NeedQuestion
from playground.server import Playground
from storage.agents import grades
from tests.agents.register import CHANNEL, NOON, Desk, ladder, need_words
from tests.assessments.conversations import answers, grades_of, newest, place_of
from tests.organization import reword
from tests.scheduler.notes import Clock
from tests.stage import Stage, staged

LADDER = "frameworks/ai-engineer/framework.yaml"
NEEDS = "frameworks/ai-engineer/needs.yaml"
BEFORE, AFTER = "Which attempts did the work withstand?", "What got through?"
HIGHEST = next(n.id for q in need_words().questions for n in q.needs if n.level == 4)
ASKED, ASKED_NOW = "Which of these does {project} keep?", "What does {project} keep?"


def desk_on(stage: Stage) -> Desk:
    return Desk(stage, Clock(NOON))


def reworded(acme: Path) -> None:
    """Give the content other questions and another name for the second level."""
    reword(acme / LADDER, (BEFORE, AFTER), ("name: Secure Builder", "name: Keeper"))
    reword(acme / NEEDS, (ASKED, ASKED_NOW))


async def test_both_continue_and_are_kept_in_their_own_words(
    slack: Playground, sqlite_url: str, acme: Path
) -> None:
    async with staged(sqlite_url, playground=slack, extra=acme) as stage:
        desk = desk_on(stage)
        await desk.adds()
        for person, command in ((desk.noah, "grade Scout"), (desk.grace, "need Shop")):
            await person.types(f"/rungs agent {command}", where=CHANNEL)
            await answers(person, [1], on=newest(slack, person.id))
    reworded(acme)
    async with staged(sqlite_url, playground=slack, extra=acme) as stage:
        desk = desk_on(stage)
        noah, grace = desk.noah, desk.grace
        await noah.types("/rungs agent grade Scout", where=CHANNEL)
        assert "The questions have changed" in noah.reads()
        await noah.clicks("Continue")
        assert BEFORE in noah.reads()
        assert ASKED.format(project="Shop") in grace.reads()
        await answers(noah, [1], on=newest(slack, noah.id))
        await answers(grace, [1], on=newest(slack, grace.id))
        assert "*L2 Secure Builder.*" in noah.reads()
        assert "Shop needs" in grace.reads()
        assert "L2 Secure Builder" in await desk.says("show Scout")
        await grace.clicks("Why this result")
        assert "Names and addresses" in grace.view_text
        await noah.types("/rungs agent grade Scout", where=CHANNEL)
        await answers(noah, [1], on=newest(slack, noah.id))
        assert AFTER in noah.reads()
        await answers(noah, [1], on=newest(slack, noah.id))
        assert "*L2 Keeper.*" in noah.reads()
        assert "L2 Secure Builder" in await desk.says("show Scout")
    assert len(slack.calls) == len([call for call in slack.calls if call.ok])


async def test_both_continue_after_their_ladder_was_removed(
    slack: Playground, sqlite_url: str, acme: Path
) -> None:
    async with staged(sqlite_url, playground=slack, extra=acme) as stage:
        desk = desk_on(stage)
        await desk.adds()
        for person, command in ((desk.noah, "grade Scout"), (desk.grace, "need Shop")):
            await person.types(f"/rungs agent {command}", where=CHANNEL)
            await answers(person, [1], on=newest(slack, person.id))
    async with staged(sqlite_url, playground=slack) as stage:
        desk = desk_on(stage)
        for person in (desk.noah, desk.grace):
            assert place_of(newest(slack, person.id)) == 2
            await answers(person, [1], on=newest(slack, person.id))
        assert "*L2 Secure Builder.*" in desk.noah.reads()
        (grade,) = await grades_of(stage.database)
        assert grades.answers_of(grade) == {"features": 2, "security": 2}
        assert "Shop needs L2" in desk.grace.reads()
        await desk.grace.clicks("Compare the agents")
        assert "Fits *Shop*" in desk.told(desk.grace, desk.grace.dm)
        await desk.grace.clicks("Share in the channel")
        for word in ("", "show Scout", "history", "history Scout"):
            assert "L2 Secure Builder" in await desk.says(word)
        await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
        assert "1 of 7" in desk.noah.reads()


def _has(question: NeedQuestion) -> bool:
    return any(need.id == HIGHEST for need in question.needs)


async def test_grades_at_removed_levels_are_still_shown(
    slack: Playground, sqlite_url: str, acme: Path
) -> None:
    fourth = ladder().words.name_of(4)
    async with staged(sqlite_url, playground=slack) as stage:
        desk = desk_on(stage)
        await desk.adds()
        await desk.grades("DDDDDDD")
        noah = await desk.needs([HIGHEST], name="Shop")
        await noah.clicks("Share in the channel")
        await desk.grace.types("/rungs agent need Store", where=CHANNEL)
        for question in need_words().questions[:-1]:
            at = [need.id for need in question.needs].index(HIGHEST) if _has(question) else 0
            # Where several may be true, 0 is none of them and 1 is the first.
            choice = at + question.multiple if _has(question) else 0
            await answers(desk.grace, [choice], on=newest(slack, desk.grace.id))
    async with staged(sqlite_url, playground=slack, extra=acme) as stage:
        desk = desk_on(stage)
        for word in ("", "show Scout", "history", "history Scout"):
            told = await desk.says(word)
            assert "No level yet" not in told, told
        assert fourth in await desk.says("show Scout")
        assert f"graded *Scout*: {fourth}" in await desk.says("history")
        assert "Fits *Shop*, which needs level 4" in await desk.says("")
        await answers(desk.grace, [0], on=newest(slack, desk.grace.id))
        assert "*Store needs level 4.*" in desk.grace.reads()
