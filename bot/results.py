"""A member's results: one profile for each framework, never merged."""

from bot.deps import Deps
from coaching.people import MemberKey
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
