"""Agents, projects and levels of the ladder for the views of a channel's register."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from slack_sdk.models.blocks import Block

from bot.assessments.result_views import GradeView
from bot.buttons import AGENT_LEVEL
from bot.slack.api import Message
from bot.slack.blocks import bullets, button, repeated, row
from bot.slack.pages import Page, within
from bot.slack.phrases import person, who
from coaching.min_score import NOT_TRIED, Criteria, held_count, held_name
from coaching.safe_text import Render, SafeText, escape
from content.ladders import AnnouncedLevel, GradingFramework, LevelGuide
from content.limits import length

AGENT_AGAIN = "agent_form_again"
AGENT_EDIT = "agent_edit_asked"
AGENT_PICK = "agent_picked:"

AGENT_HISTORY = "agent_history_asked"
AGENT_REMOVE = "agent_remove_asked"
AGENT_REMOVED = "agent_remove_confirmed"
AGENT_KEPT = "agent_kept"
AGENT_RUNS = "agent_runs_asked"
AGENT_TOKEN = "agent_token_asked"  # noqa: S105 - the id of a button
AGENT_UNTOKEN = "agent_token_revoked"
PROJECT_REMOVED = "project_remove_confirmed"

AGENT_NAME = "agent_name"
AGENT_TOOL = "agent_tool"
AGENT_MODEL = "agent_model"
AGENT_OWNER = "agent_owner"
AGENT_PURPOSE = "agent_purpose"

AGENT_VIEW = "agent_view"


OUT_OF_DATE = timedelta(days=90)
"""The age at which a grade is out of date while the model stays the same."""

Stale = Literal["age", "model"]


def level_name(ladder: Criteria | None, level: int) -> str:
    """Return the level's name on this ladder, or its number when the content no longer has it."""
    if ladder and (level == NOT_TRIED or ladder.level(level)):
        return ladder.name_of(level)
    return f"level {level}"


@dataclass(frozen=True)
class AgentView:
    """An agent of the channel with its newest grade; `model_since` is when it got its model."""

    id: str
    name: str
    tool: str
    model: str
    purpose: str
    owned_by: str | None
    model_since: datetime
    grade: GradeView | None

    @property
    def owner(self) -> SafeText | None:
        return person(self.owned_by) if self.owned_by else None

    def stale(self, now: datetime) -> Stale | None:
        """Return why the grade is out of date; None while it is not, or where there is none."""
        if self.grade is None:
            return None
        if self.model_since > self.grade.at:
            return "model"
        return "age" if now - self.grade.at >= OUT_OF_DATE else None


@dataclass(frozen=True)
class ProjectView:
    """A project of the channel; `needed` names the level it needs, `id` is empty before it is listed."""

    name: str
    level: int
    needed: str
    by: str | None
    at: datetime
    id: str = ""

    @property
    def who(self) -> SafeText:
        return who(self.by)


@dataclass(frozen=True)
class Fit:
    """How an agent fits a project; `short` says what it has instead of the level."""

    project: str
    needed: str
    short: str | None
    is_graded: bool
    is_stale: bool


def fit(agent: AgentView, project: ProjectView, *, now: datetime) -> Fit:
    """Return whether the agent's grade reaches the level that the project needs."""
    grade = agent.grade
    return Fit(
        project=project.name,
        needed=project.needed,
        short=_shortcoming(grade, project.level) if grade else None,
        is_graded=grade is not None,
        is_stale=agent.stale(now) is not None,
    )


def _shortcoming(grade: GradeView, level: int) -> str | None:
    """Return on how many criteria the level is held; the grade if they are few, None if it is reached."""
    if grade.standing.level >= level:
        return None
    is_held_by_most = held_count(grade.words, grade.answers, level) * 2 > len(grade.words.criteria)
    return held_name(grade.words, grade.answers, level) if is_held_by_most else grade.name


@dataclass(frozen=True)
class Register:
    """The agents and projects of a channel at a moment."""

    agents: Sequence[AgentView]
    projects: Sequence[ProjectView]
    now: datetime

    def fits(self, agent: AgentView, *, most: int) -> list[Fit]:
        """Return how the agent fits the newest projects."""
        return [fit(agent, project, now=self.now) for project in self.projects[:most]]


COMING = "What may come next"
"""The title of the levels and tracks that cannot be graded yet, and the button that leads to them."""

LIST_ROOM = 3200
"""Characters; the content keeps each list, and all of a level, within what Slack takes."""


def levels_card(render: Render, ladder: GradingFramework) -> Message:
    """Return every level in a few words, and what to choose by."""
    page = Page(render)
    page.title(ladder.name)
    page.tell(escape(ladder.words.about))
    levels = [_in_short(guide) for guide in ladder.levels]
    page.listing(levels, room=LIST_ROOM, between="\n\n")
    guidelines = bullets([escape(one) for one in ladder.guidelines])
    page.listing(guidelines, room=LIST_ROOM, heading="*Which one to use*")
    page.show(_turning(ladder, shown=None))
    return page.message()


def coming_card(render: Render, ladder: GradingFramework) -> Message:
    """Return the levels and tracks that have a name already, but cannot be graded yet."""
    page = Page(render)
    page.title(COMING)
    page.tell(render("agents/coming"))
    entries = [
        render("agents/announced", entry=entry, is_alone=False) for entry in ladder.announced
    ]
    page.listing(entries, room=LIST_ROOM, between="\n\n")
    page.show(_turning(ladder, shown=COMING))
    return page.message()


def unknown_level_card(render: Render, ladder: GradingFramework, *, typed: str) -> Message:
    """Return that there is no such level, with buttons to those there are."""
    page = Page(render)
    signs = [guide.sign for guide in ladder.levels]
    page.tell(render("agents/unknown_level", typed=repeated(typed), signs=signs))
    page.show(_turning(ladder, shown=COMING))
    return page.message()


def level_card(render: Render, ladder: GradingFramework, guide: LevelGuide) -> Message:
    """Return one level: what it compares to, can do and cannot do, and how to get to the next."""
    page = Page(render)
    page.title(f"{guide.sign} {guide.name}")
    page.tell(escape(guide.describes), escape(guide.equivalent or ""))
    can = [f"*{escape(one.group)}:* {' '.join(map(escape, one.items))}" for one in guide.can]
    page.listing(can, room=LIST_ROOM, heading="*What it can do*" if can else "")
    _listed(page, "What stays with people", guide.cannot)
    _listed(page, "Typical projects", guide.projects)
    following = ladder.level(guide.level + 1)
    to = f"To reach {escape(following.sign)}" if following else "To go further"
    _listed(page, to, guide.learn)
    if guide.checklist:
        page.tell(f"*Checklist for {escape(guide.sign)}*", render("agents/checklist_of_level"))
        page.tell(*checklist(render, guide.checklist, room=page.room(LIST_ROOM)))
    page.show(_turning(ladder, shown=guide.sign))
    return page.message()


def announced_card(render: Render, ladder: GradingFramework, entry: AnnouncedLevel) -> Message:
    """Return a level or track that has a name already, but cannot be graded yet."""
    page = Page(render)
    page.tell(render("agents/announced", entry=entry, is_alone=True))
    page.show(_turning(ladder, shown=None))
    return page.message()


def _in_short(guide: LevelGuide) -> str:
    compares = f" {escape(guide.equivalent)}" if guide.equivalent else ""
    return f"*{escape(guide.sign)} {escape(guide.name)}.* {escape(guide.describes)}{compares}"


def _listed(page: Page, heading: str, items: Sequence[str]) -> None:
    page.listing(bullets([escape(one) for one in items]), room=LIST_ROOM, heading=f"*{heading}*")


def _turning(ladder: GradingFramework, *, shown: str | None) -> Block:
    """Return buttons to each level, to all of them, and to what is announced."""
    levels = [
        button(
            guide.sign,
            action=f"{AGENT_LEVEL}{guide.level}",
            value=guide.sign,
            style="primary" if guide.sign == shown else None,
            spoken=f"{guide.sign} {guide.name}",
        )
        for guide in ladder.levels
    ]
    every = button("All levels", action=f"{AGENT_LEVEL}all") if shown else None
    coming = button(COMING, action=f"{AGENT_LEVEL}coming", value=COMING)
    is_told = shown == COMING or not ladder.announced
    return row(*levels, every, None if is_told else coming, name="levels")


LINES_IN_BOX = 2800
"""Characters; one box of lines to copy is one paragraph."""

FENCE = "```"


def checklist(render: Render, items: Sequence[str], *, room: int) -> list[str]:
    """Return lines to copy, in as many boxes as Slack's limits need."""
    kept = [f"- [ ] {escape(item)}".replace(FENCE, "'''") for item in items]
    boxes: list[str] = []
    for one in within(render, kept, room=room):
        longer = f"{boxes[-1]}\n{one}" if boxes else one
        if boxes and length(longer) <= LINES_IN_BOX:
            boxes[-1] = longer
        else:
            boxes.append(one)
    return [f"{FENCE}\n{box}\n{FENCE}" for box in boxes]
