"""Checks and practice with the longest items that are allowed, and with characters that Slack interprets."""

from dataclasses import replace
from types import MappingProxyType

from coaching.items import Ground, Item, Knowledge, Option, Skill
from content import limits
from tests.checkins.calendar import Season, assessed, working_year
from tests.knowledge.school import answers, switches_on
from tests.self_check.test_longest import filled, nothing_was_refused
from tests.stage import built_in, staged

NAMES = ("longest", "other")


def longest_item(number: int) -> Item:
    options = tuple(
        Option(f"{place} {filled(limits.OPTION - 2)}", filled(limits.WHY), right=place == 1)
        for place in range(limits.OPTIONS[1])
    )
    case = f"{number:02}\n{filled(limits.CASE - 3)}"
    ground = Ground("steps/general.yaml", "some", "some words that are quoted here")
    question = filled(limits.ITEM_QUESTION)
    return Item(f"longest-{number}", "longest", "choose", ground, case, question, options)


def longest_skills() -> Knowledge:
    items = tuple(longest_item(number) for number in range(30))
    skills = {
        name: Skill(name, f"{name} {filled(60)}", filled(200), items if name == "longest" else ())
        for name in NAMES
    }
    return Knowledge("1", MappingProxyType(skills), MappingProxyType({1.5: NAMES, 3.0: NAMES}))


async def test_every_view_takes_them(sqlite_url: str) -> None:
    library = replace(built_in(), knowledge=longest_skills())
    async with (
        working_year() as (slack, calendar),
        staged(sqlite_url, playground=slack, now=calendar, library=library) as stage,
    ):
        await switches_on(stage)
        ada, spring = stage.person("ada"), Season(stage, calendar)
        await assessed(ada)
        await ada.types("/rungs quiz")
        await ada.types("/rungs quiz longest")
        # Six wrong of 30 decide nothing, and leave the most to look at afterwards.
        await answers(ada, ([True] * 4 + [False]) * 6, skill="longest", sure="Guessing")
        assert "not decided yet" in ada.reads()
        await ada.clicks("Why this result")
        await ada.closes()
        await ada.clicks("See the answers")
        for _ in range(29):
            await ada.clicks_in_view("Next")
        assert "Question 30 of 30" in ada.view_text
        assert "&lt;@U0ADAOKAFOR&gt;" in ada.view_text
        await ada.closes()
        assert "One question from your checks" in await spring.comes(ada)
        await ada.clicks("Answer it")
        for label in ("A", "Sure", "Another one"):
            await ada.clicks_in_view(label)
        nothing_was_refused(stage)
