"""What a verified level is called on a badge, and its criteria in words."""

from collections.abc import Sequence
from datetime import datetime

from bot.deps import Deps
from coaching.badges.credential import Achieved
from coaching.ladder_score import Ladder
from coaching.mean_score import Questionnaire
from coaching.members import MemberKey
from coaching.min_score import Criteria
from content.library import Library
from storage.database import Session
from storage.evidence.verified import levels_of


async def verified_of(session: Session, deps: Deps, key: MemberKey) -> Sequence[Achieved]:
    """Return the levels that are verified for this member now, without those that the content lost."""
    found = [
        achieved_of(
            deps.library,
            (one.ladder.framework, one.ladder.family, one.level),
            verified_at=one.verified_at,
            ends_at=one.ends_at,
        )
        for one in await levels_of(session, key, deps.now())
    ]
    return [one for one in found if one]


def achieved_of(
    library: Library,
    place: tuple[str, str, int],
    *,
    verified_at: datetime,
    ends_at: datetime | None,
) -> Achieved | None:
    """Return the level of a framework and family with its words; None when the content has it no more."""
    framework, family, level = place
    words = library.everything.words(framework, family or framework)
    found: tuple[str, tuple[str, ...]] | None = None
    if isinstance(words, Ladder):
        found = _of_ladder(words, level)
    elif isinstance(words, Questionnaire):
        found = _of_tier(words, level)
    elif isinstance(words, Criteria):
        found = _of_criteria(words, level)
    return Achieved(*place, *found, verified_at, ends_at) if found else None


def _of_ladder(words: Ladder, level: int) -> tuple[str, tuple[str, ...]] | None:
    found = next((one for one in words.levels if one.level == level), None)
    if found is None:
        return None
    name = f"{words.title}, level {level}: {found.name}"
    return name, tuple(behavior.text for behavior in found.behaviors)


def _of_tier(words: Questionnaire, tier: int) -> tuple[str, tuple[str, ...]] | None:
    found = next((one for one in words.tiers if one.tier == tier), None)
    if found is None:
        return None
    name = f"{words.title}, tier {tier}: {found.name}"
    return name, tuple(words.text_of(question.id, tier) for question in words.questions)


def _of_criteria(words: Criteria, level: int) -> tuple[str, tuple[str, ...]] | None:
    found = words.level(level)
    if found is None:
        return None
    described = (criterion.at(level) for criterion in words.criteria)
    return f"{words.title}: {found.name}", tuple(one.describes for one in described if one)
