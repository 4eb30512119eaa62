"""A member's results: one profile for each framework, never merged."""

from bot.deps import Deps
from coaching.assessment import Words
from coaching.ladder_score import Ladder
from coaching.mean_score import Questionnaire
from coaching.members import MemberKey
from coaching.min_score import Criteria
from storage.assessments import assessments
from storage.assessments.assessments import ROLE_FAMILIES, Assessment
from storage.database import Session


async def latest_of_each(session: Session, key: MemberKey) -> list[Assessment]:
    """The latest result in each framework, newest first."""
    found: dict[str, Assessment] = {}
    for row in await assessments.history(session, key):
        found.setdefault(row.framework, row)
    return list(found.values())


def can_be_taken(deps: Deps, row: Assessment) -> bool:
    """Whether this self-check can be taken again; another framework may have left the content."""
    return row.framework == ROLE_FAMILIES or deps.library.check_of(row.framework) is not None


def beside(framework: str) -> str:
    """The framework as views and buttons name it: empty for the role families."""
    return "" if framework == ROLE_FAMILIES else framework


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
