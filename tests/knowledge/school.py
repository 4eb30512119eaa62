"""Members who take knowledge checks, with answers that are right or wrong on purpose."""

from collections.abc import Iterable
from dataclasses import replace
from string import ascii_uppercase
from typing import Any

from coaching.knowledge.check import AskedItem, KnowledgeCheck
from storage.assessments import assessments, given_answers, wordings
from storage.assessments.assessments import Assessment
from storage.database import Session
from storage.knowledge import tries
from tests.admin.boss import OWNER, switches
from tests.stage import Person, Stage

TITLE = "Knowledge checks"
SKILL = "judging-output"
SKILL_TITLE = "Judging output"


async def switches_on(stage: Stage) -> None:
    """The owner of the workspace switches knowledge checks on, and the jobs of the stage know it."""
    await switches(stage.person(OWNER), TITLE)
    deps = await stage.bot.coaching.coaches.of(stage.playground.workspace.id)
    stage.bot = replace(stage.bot, coaching=replace(stage.bot.coaching, deps=deps))


async def open_try(session: Session, person: Person, skill: str = SKILL) -> Assessment | None:
    subject = tries.subject_of(skill)
    return await assessments.get_open(session, person.key, "knowledge", subject=subject)


async def asked(person: Person, skill: str = SKILL) -> AskedItem | None:
    """Return the item that the person's open check asks now; None when none is open."""
    async with person.stage.database.read() as session:
        row = await open_try(session, person, skill)
        if row is None:
            return None
        words = await wordings.words_of(session, row)
        assert isinstance(words, KnowledgeCheck)
        card = words.next_card(await given_answers.levels_by_item(session, row))
        return words.item(card.id) if card else None


async def answers(
    person: Person, given: Iterable[bool], *, sure: str = "Sure", skill: str = SKILL
) -> None:
    """Answer the open check, each question right or wrong as said, until it ends."""
    for is_right in given:
        item = await asked(person, skill)
        assert item is not None, "The check has ended."
        await person.clicks(ascii_uppercase[place_of(item, is_right=is_right)])
        await person.clicks(sure)


def place_of(item: AskedItem, *, is_right: bool) -> int:
    """Return the place of the right option, or of a wrong one."""
    return next(place for place, option in enumerate(item.options) if option.right is is_right)


async def takes(person: Person, given: Iterable[bool], **how: Any) -> None:
    """Begin the check, and answer it."""
    await person.types(f"/rungs quiz {how.get('skill', SKILL)}")
    await answers(person, given, **how)
