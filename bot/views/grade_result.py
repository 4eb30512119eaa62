"""The result of a grading: the level, what holds it back, what to try next, and the grades before."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot import ids
from bot.delivery import Message
from bot.views.agent_shown import GradeShown, who_first
from bot.views.bricks import button, row
from bot.views.grade_profile import path_lines, profile, to_try
from bot.views.page import Page
from coaching.lowest import NOT_TRIED
from content.message_catalog import Render


@dataclass(frozen=True)
class Graded:
    """A grading that is over: the agent as it is called now, and what else happened to it.

    `path` has the grades before this one, newest first; `others` those of somebody else at the same time;
    `new_model` is the model that it got while it was graded. Without `is_listed` it is no agent of the
    channel any more, so that the grade has no place there.
    """

    agent: str
    grade: GradeShown
    path: Sequence[GradeShown]
    others: Sequence[GradeShown] = ()
    new_model: str | None = None
    is_listed: bool = True


def graded_card(render: Render, graded: Graded, *, note: str | None = None) -> Message:
    """The card in the grader's messages at the end."""
    grade = graded.grade
    page = Page(render)
    page.title(f"Graded: {graded.agent}")
    if not graded.is_listed:
        page.tell(render("agents/agent_removed"))
    page.tell(render("agents/level", name=grade.name, describes=describes(grade), on=None))
    page.tell(*[render("agents/meanwhile", who=one.who, name=one.name) for one in graded.others])
    if graded.new_model:
        page.tell(render("agents/model_changed", model=graded.new_model))
    profile(page, render, grade)
    to_try(page, render, grade)
    path_lines(page, render, graded.path)
    page.tell(note or "")
    page.small(render("agents/rule", not_tried=grade.words.not_tried))
    return page.message()


def self_graded_card(
    render: Render, grade: GradeShown, *, last: str | None, note: str | None = None
) -> Message:
    """The result of somebody's own self-check of this kind."""
    page = Page(render)
    page.title(f"Your self-check: {grade.words.title}")
    page.tell(
        render(
            "assessments/criteria_result",
            name=grade.name,
            describes=describes(grade).rstrip("."),
            last=last,
        )
    )
    profile(page, render, grade)
    to_try(page, render, grade)
    page.tell(note or "")
    page.show(row(button("How this came about", action=ids.HOW, value=grade.id)))
    page.small(render("assessments/criteria_footer", not_tried=grade.words.not_tried))
    return page.message()


def graded_line(render: Render, graded: Graded, *, typed: str, by: str | None) -> Message:
    """What the channel reads: who graded which agent, and the level."""
    words, standing = graded.grade.words, graded.grade.standing
    found = [words.criterion(criterion_id) for criterion_id in standing.holding]
    text = render(
        "agents/graded_line",
        who=who_first(by),
        agent=graded.agent,
        name=graded.grade.name,
        holding=[criterion.topic for criterion in found if criterion],
        tried=standing.level > NOT_TRIED,
        others=graded.others,
        typed=typed,
    )
    page = Page(render)
    page.tell(text)
    return page.message()


def describes(grade: GradeShown) -> str:
    """What the level is like, in the words of the framework."""
    found = grade.words.level(grade.standing.level)
    return found.describes if found else grade.words.before.describes
