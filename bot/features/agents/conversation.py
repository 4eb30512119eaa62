"""A grading: criteria asked about an agent, whose result becomes a grade and a line in its channel.

It asks like a self-check by the lowest criterion; what it leads to is different.
"""

from dataclasses import replace

from bot.assessments.min_score import MIN_SCORE
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


async def _finish(session: Session, deps: Deps, loaded: AssessmentSession) -> None:
    """Complete the row and save the grade, while the agent is on its list."""
    level = min_standing(loaded.words_as(Criteria), loaded.answers).level
    await assessments.complete(session, loaded.row, now=deps.now(), level=level)
    await grading.keep_grade(session, deps, loaded, level=level)


async def _draw_result(
    session: Session, deps: Deps, loaded: AssessmentSession, note: str | None
) -> Message:
    """The level, what holds it back, and what to try next."""
    return graded_card(deps.render, await grading.outcome(session, deps, loaded), note=note)


async def _tell_channel(deps: Deps, _click: Click, loaded: AssessmentSession) -> None:
    """Tell the agent's channel who graded it."""
    await tell_graded(deps, loaded)


GRADING = replace(MIN_SCORE, finish=_finish, draw_result=_draw_result, after_result=_tell_channel)
"""A grading is asked as a self-check by the lowest criterion is; what follows from it is different."""
