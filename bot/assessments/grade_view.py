"""A grade by criteria, for the views of gradings and self-checks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.slack.phrases import who
from coaching.min_score import Criteria, MinStanding, grade_name, min_standing, shortfall
from coaching.safe_text import SafeText


@dataclass(frozen=True)
class GradeView:
    """A grade with its words; `links` maps criterion ids to addresses of evidence."""

    id: str
    words: Criteria
    answers: Mapping[str, float]
    links: Mapping[str, str]
    model: str
    by: str | None
    at: datetime

    @property
    def standing(self) -> MinStanding:
        return min_standing(self.words, self.answers)

    @property
    def name(self) -> str:
        """Return the grade in words, as `grade_name` does."""
        return grade_name(self.words, self.answers)

    @property
    def who(self) -> SafeText:
        return who(self.by)

    @property
    def holding(self) -> str:
        """Return what holds the level back; empty where the name says it, and at the top."""
        upcoming = self.standing.next_level
        if upcoming is None or self.standing.partial:
            return ""
        return shortfall(self.words, self.answers, upcoming)
