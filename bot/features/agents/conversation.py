"""A grading: criteria asked about an agent, whose result becomes a grade and a line in its channel.

It asks like a self-check by the lowest criterion; what it leads to is different.
"""

from bot.assessments import min_score
from bot.assessments.min_views import graded_card
from bot.assessments.session import AssessmentSession
from bot.deps import Deps
from bot.features.agents import grading
from bot.features.agents.grading import tell_graded
from bot.slack.api import Message
from bot.slack.payloads import Click
from coaching.min_score import Criteria, min_standing
from storage.assessments import assessments
from storage.database import Session

card = min_score.card
given = min_score.given
missing = min_score.missing
explained = min_score.explained


async def finish(session: Session, deps: Deps, loaded: AssessmentSession) -> None:
    """Complete the row and save the grade, while the agent is on its list."""
    level = min_standing(loaded.words_as(Criteria), loaded.answers).level
    await assessments.complete(session, loaded.row, now=deps.now(), level=level)
    await grading.keep_grade(session, deps, loaded, level=level)


async def result(
    session: Session, deps: Deps, loaded: AssessmentSession, *, note: str | None = None
) -> Message:
    """The level, what holds it back, and what to try next."""
    return graded_card(deps.render, await grading.outcome(session, deps, loaded), note=note)


async def shown(deps: Deps, _click: Click, loaded: AssessmentSession) -> None:
    """Tell the agent's channel who graded it."""
    await tell_graded(deps, loaded)
