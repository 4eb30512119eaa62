"""The agents, grades and projects of a channel, as its members read about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.views.dates import day
from bot.views.team_words import person
from coaching.lowest import NOT_TRIED, Criteria, LowestStanding, lowest_standing
from content.message_catalog import SafeText

OUT_OF_DATE = timedelta(days=90)
"""How long a grade holds while the model stays the same."""

FORMER = SafeText("a former member")
FORMER_FIRST = SafeText("A former member")
"""Who erased what Rungs held about them."""

Stale = Literal["age", "model"]


def who(user_id: str | None) -> SafeText:
    """The one who did something, as far as that is known still."""
    return person(user_id) if user_id else FORMER


def who_first(user_id: str | None) -> SafeText:
    """The same at the beginning of a sentence."""
    return person(user_id) if user_id else FORMER_FIRST


def named(ladder: Criteria | None, level: int) -> str:
    """A level by its name on this ladder; by its number where the content has no such level any more."""
    if ladder and (level == NOT_TRIED or ladder.level(level)):
        return ladder.name_of(level)
    return f"level {level}"


def channel_link(channel: str) -> SafeText:
    """A channel as Slack shows it to those who may see it."""
    return SafeText(f"<#{channel}>")


@dataclass(frozen=True)
class GradeShown:
    """A grade with its words; `links` lead to what shows a criterion."""

    id: str
    words: Criteria
    answers: Mapping[str, float]
    links: Mapping[str, str]
    model: str
    by: str | None
    at: datetime

    @property
    def standing(self) -> LowestStanding:
        return lowest_standing(self.words, self.answers)

    @property
    def name(self) -> str:
        """The level, such as "L2 Secure Builder"."""
        return self.words.name_of(self.standing.level)

    @property
    def who(self) -> SafeText:
        return who(self.by)

    @property
    def on(self) -> SafeText:
        return day(self.at)

    def below(self, level: int) -> tuple[str, ...]:
        """The topics of the criteria that do not reach this level."""
        reached = {item.id: self.answers.get(item.id, NOT_TRIED) for item in self.words.criteria}
        return tuple(item.topic for item in self.words.criteria if reached[item.id] < level)


@dataclass(frozen=True)
class AgentShown:
    """An agent of the channel with its newest grade; `model_since` is when it got its model."""

    id: str
    name: str
    tool: str
    model: str
    purpose: str
    owned_by: str | None
    model_since: datetime
    grade: GradeShown | None

    @property
    def owner(self) -> SafeText | None:
        return person(self.owned_by) if self.owned_by else None

    def stale(self, now: datetime) -> Stale | None:
        """Why the grade does not hold any more; None while it does, or where there is none."""
        if self.grade is None:
            return None
        if self.model_since > self.grade.at:
            return "model"
        return "age" if now - self.grade.at >= OUT_OF_DATE else None


@dataclass(frozen=True)
class ProjectShown:
    """A project of the channel; `needed` names the level it needs, `id` is empty while it is not listed."""

    name: str
    level: int
    needed: str
    by: str | None
    at: datetime
    id: str = ""

    @property
    def who(self) -> SafeText:
        return who(self.by)

    @property
    def on(self) -> SafeText:
        return day(self.at)


@dataclass(frozen=True)
class Fit:
    """An agent beside a project: what is missing for it, if anything."""

    project: str
    needed: str
    missing: tuple[str, ...]
    is_graded: bool
    is_stale: bool


def fit(agent: AgentShown, project: ProjectShown, *, now: datetime) -> Fit:
    """Whether the agent's grade reaches the level that the project needs."""
    grade = agent.grade
    return Fit(
        project=project.name,
        needed=project.needed,
        missing=grade.below(project.level) if grade else (),
        is_graded=grade is not None,
        is_stale=agent.stale(now) is not None,
    )


@dataclass(frozen=True)
class Register:
    """Everything that the members of a channel have on their list at a moment."""

    agents: Sequence[AgentShown]
    projects: Sequence[ProjectShown]
    now: datetime

    def fits(self, agent: AgentShown, *, most: int) -> list[Fit]:
        """The agent beside the newest projects."""
        return [fit(agent, project, now=self.now) for project in self.projects[:most]]
