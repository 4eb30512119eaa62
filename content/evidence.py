"""What can be claimed on each ladder, and what counts as evidence for it.

Levels of ladders and gradings are claimed, and tiers 1, 2 and 3 of role families and other scales. Ladders of
agents are not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coaching.assessment import Words
from coaching.evidence import FAMILIES, FAMILY_TIERS, Criterion, LadderKey
from coaching.ladder_score import Ladder
from coaching.mean_score import Questionnaire
from coaching.min_score import Criteria
from content.library import Library


@dataclass(frozen=True)
class ClaimCriterion:
    """What somebody does at a level, and what a colleague could look at to see it; `topic` is its short name.

    `counts` is empty where the content says nothing of it.
    """

    id: str
    topic: str
    words: str
    counts: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClaimLevel:
    """A level that can be claimed, with its name, such as "level 2, Proficiency"."""

    level: int
    name: str
    criteria: tuple[ClaimCriterion, ...]

    @property
    def short_name(self) -> str:
        """The name without the words behind the number, such as "level 2"."""
        return self.name.partition(",")[0]


@dataclass(frozen=True)
class ClaimLadder:
    """A ladder, or a role family, on which levels can be claimed, lowest first."""

    key: LadderKey
    title: str
    levels: tuple[ClaimLevel, ...]

    def level(self, level: int) -> ClaimLevel | None:
        """Return the level with this number, or None."""
        return next((one for one in self.levels if one.level == level), None)

    def criteria_up_to(self, level: int) -> tuple[Criterion, ...]:
        """Return the criteria of all levels up to this one, as a claim stores them."""
        return tuple(
            Criterion(one.level, each.id, each.words)
            for one in self.levels
            if one.level <= level
            for each in one.criteria
        )


def claim_ladders(library: Library) -> list[ClaimLadder]:
    """Return all ladders on which levels can be claimed: other frameworks first, then the role families."""
    people = [one.framework for one in library.checks.values()]
    keys = [LadderKey(one) for one in people]
    keys += [LadderKey(FAMILIES, family) for family in library.families]
    found = (claim_ladder(library, key) for key in keys)
    return [one for one in found if one is not None]


def claim_ladder(library: Library, key: LadderKey) -> ClaimLadder | None:
    """Return what can be claimed on this ladder; None when the content does not have it."""
    words = library.words(key.framework, key.family or key.framework)
    if words is None:
        return None
    return ClaimLadder(key, words.title, _levels(library, key, words))


def level_name(library: Library, key: LadderKey, level: int) -> str:
    """Return a level in words, such as "level 2, Proficiency"; with its number alone where it is gone."""
    ladder = claim_ladder(library, key)
    found = ladder.level(level) if ladder else None
    return found.name if found else f"level {level}"


def ladder_title(library: Library, key: LadderKey) -> str:
    """Return the title of a ladder, or its id where the content does not have it any more."""
    ladder = claim_ladder(library, key)
    return ladder.title if ladder else key.family or key.framework


def _levels(library: Library, key: LadderKey, words: Words) -> tuple[ClaimLevel, ...]:
    by_level: Mapping[int, Sequence[ClaimCriterion]] = {}
    match words:
        case Ladder():
            by_level = {
                level.level: [
                    ClaimCriterion(one.id, one.topic, one.text, one.evidence)
                    for one in level.behaviors
                ]
                for level in words.levels
            }
        case Criteria():
            by_level = {
                level.level: [
                    ClaimCriterion(one.id, one.topic, at.describes)
                    for one in words.criteria
                    if (at := one.at(level.level))
                ]
                for level in words.levels
            }
        case Questionnaire():
            family = library.everything.family(key.family)
            counts = family.counts_for if family and key.framework == FAMILIES else {}
            by_level = {
                tier: [
                    ClaimCriterion(one.id, one.topic, answer.text, counts.get((one.id, tier), ()))
                    for one in words.questions
                    if (answer := one.answer_at(tier))
                ]
                for tier in FAMILY_TIERS
            }
    return tuple(
        ClaimLevel(level, words.result_in_words(level), tuple(criteria))
        for level, criteria in by_level.items()
    )
