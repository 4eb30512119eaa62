"""A result in a few words, and what it says, whatever its way of scoring."""

from coaching.assessment import Words
from coaching.ladder_score import Ladder
from coaching.mean_score import Questionnaire
from coaching.min_score import Criteria


def mark(words: Words, *, tier: float | None, level: int | None) -> str:
    """The place on the scale or the ladder, such as "tier 2, AI-Integrated"."""
    match words:
        case Questionnaire():
            found = words.tier(tier or 0)
            return f"tier {found.tier:g}, {found.name}"
        case Ladder():
            return f"level {level}, {words.name_of(level)}" if level else words.before.name
        case Criteria():
            return words.name_of(level or 0)
    return ""


def meaning(words: Words, *, tier: float | None, level: int | None) -> str:
    """What that place says."""
    match words:
        case Questionnaire():
            return words.tier(tier or 0).explained
        case Ladder() | Criteria():
            at = words.level(level or 0)
            return f"Your answers describe {(at or words.before).describes.rstrip('.')}."
    return ""
