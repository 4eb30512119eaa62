"""Criteria of a grading or self-check, the result with its profile, and its explanation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from types import MappingProxyType

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.assessments.result_views import GradeView, scale_picture
from bot.assessments.values import (
    ANSWER_CHOSEN,
    BACK,
    GRADE_LINK,
    HOW,
    HOW_VIEW,
    LATER,
    AnswerValue,
    CardState,
)
from bot.slack.api import Message
from bot.slack.blocks import bullets, button, line, modal, paragraph, row
from bot.slack.pages import CHART_TITLE, Chart, Page, bar_chart
from bot.slack.phrases import MemberClock, link_markup, number, who_first
from coaching.assessment import Answers, Words
from coaching.min_score import (
    BELOW_FIRST,
    NOT_TRIED,
    Criteria,
    Criterion,
    answer_text,
    held_count,
    held_name,
    min_standing,
    partial_level,
    sign_of,
)
from coaching.safe_text import Render, SafeText, escape
from content.limits import length


def criterion_card(
    render: Render,
    state: CardState,
    criterion: Criterion,
    *,
    is_agent: bool,
    link: str | None = None,
    beside: str = "",
    note: str | None = None,
) -> Message:
    """Return the descriptions with letters, lowest first and without level numbers, one button for each.

    `beside` is what else is known of the criterion.
    """
    words = state.words
    place = [card.id for card in words.cards].index(criterion.id) + 1
    page = Page(render)
    page.title(f"{state.title} · {place} of {state.total}")
    if place == 1:
        page.small(_opening(render, words, is_agent=is_agent))
    page.tell(f"*{escape(criterion.name)}.* {escape(criterion.question)}")
    lettered = zip(ascii_uppercase, criterion.levels, strict=False)
    page.tell(*[f"*{letter}.* {escape(one.describes)}" for letter, one in lettered], between="\n\n")
    page.tell(beside)
    if link:
        page.tell(render("agents/link_kept", link=link))
    if note:
        page.tell(note)
    page.show(
        _answers(state, criterion),
        _leave(state, criterion, link, leads_back=place > 1),
    )
    return page.message()


def _opening(render: Render, words: Words, *, is_agent: bool) -> str:
    if not is_agent or not isinstance(words, Criteria):
        return f"{render('assessments/criteria_promise')}\n{render('assessments/moves')}"
    labels = {"not_tried": words.not_tried, "below_first": words.below_first}
    promise = render("agents/grading_promise", **labels)
    return f"{promise}\n{render('agents/grading_moves')}"


def _answers(state: CardState, criterion: Criterion) -> Block:
    def value(level: float) -> str:
        return str(AnswerValue(state.assessment_id, state.revision, criterion.id, level))

    lettered = [
        button(
            letter,
            action=f"{ANSWER_CHOSEN}{letter}",
            value=value(one.level),
            spoken=f"{letter}: {one.describes}",
        )
        for letter, one in zip(ascii_uppercase, criterion.levels, strict=False)
    ]
    words = state.words
    if not isinstance(words, Criteria):
        return row(*lettered, name="answers")
    below = button(words.below_first, action=f"{ANSWER_CHOSEN}below", value=value(BELOW_FIRST))
    not_tried = button(words.not_tried, action=f"{ANSWER_CHOSEN}none", value=value(NOT_TRIED))
    return row(*lettered, below if words.below_first else None, not_tried, name="answers")


def _leave(state: CardState, criterion: Criterion, link: str | None, *, leads_back: bool) -> Block:
    back = button("Back", action=BACK, value=state.value())
    add = button(
        "Change the link" if link else "Add a link",
        action=GRADE_LINK,
        value=state.value(criterion.id),
    )
    return row(
        add,
        back if leads_back else None,
        button("Finish later", action=LATER, value=state.value()),
        name="leave",
    )


MOST_TRIED = 3
"""Suggestions shown at once; more of them would read as a list of faults."""

NOTHING: Mapping[str, str] = MappingProxyType({})
PROFILE_ROOM = 3000
LINKS_ROOM = 2500
PATH_ROOM = 1200
MOST_IN_PATH = 5


def show_profile(
    page: Page, render: Render, grade: GradeView, *, beside: Mapping[str, str] = NOTHING
) -> None:
    """Add what holds the level back, and all criteria as bars and in words.

    `beside` is what else is known of a criterion, by its id.
    """
    words = grade.words
    if not grade.standing.partial:
        page.tell(render("agents/holds_back", holding=grade.holding))
    page.show(profile_chart(grade))
    lines = [
        render(
            "agents/profile",
            criterion=criterion.name,
            level=_reached(grade, criterion),
            beside=beside.get(criterion.id),
        )
        for criterion in words.criteria
    ]
    page.listing(bullets(lines), room=PROFILE_ROOM)
    named = [(one, grade.links[one.id]) for one in words.criteria if one.id in grade.links]
    links = [f"{escape(criterion.name)}: {link_markup(link)}" for criterion, link in named]
    page.listing(bullets(links), room=LINKS_ROOM, heading="*Links to evidence*")


def profile_chart(grade: GradeView) -> Chart:
    """Return a chart with a bar for each criterion."""
    words = grade.words
    names = [criterion.name for criterion in words.criteria]
    heights = [grade.answers.get(criterion.id, NOT_TRIED) for criterion in words.criteria]
    top = words.levels[-1]
    scale = f"0: {words.not_tried} · {top.level}: {top.sign}"
    bars = list(zip(names, heights, strict=True))
    return bar_chart(_chart_title(grade), bars, series="Level", y=scale, top=top.level)


def _chart_title(grade: GradeView) -> str:
    """Return the level that most criteria reach, where that is not the grade, as long as a title may be."""
    words, partial = grade.words, grade.standing.partial
    if partial is None:
        return "Level by criterion"
    held = held_name(words, grade.answers, partial.level)
    return held if length(held) <= CHART_TITLE else held.partition(";")[0]


def show_to_try(page: Page, render: Render, grade: GradeView) -> None:
    """Add what to try next for the criteria that hold the level back.

    A criterion that was not tried is tried at the level that the others reach.
    """
    standing, words = grade.standing, grade.words
    level, missing = standing.next_level, standing.holding
    if level is None:
        page.tell(render("agents/result_top"))
        return
    if standing.partial:
        missing = standing.partial.missing
        if NOT_TRIED in [grade.answers.get(one, NOT_TRIED) for one in missing]:
            level = standing.partial.level
    steps = [_step(words, one, level) for one in missing[:MOST_TRIED]]
    heading = render("agents/to_try", name=words.name_of(level))
    page.tell(heading, *bullets(list(filter(None, steps))))


def show_path(page: Page, render: Render, grades: Sequence[GradeView], clock: MemberClock) -> None:
    """Add earlier grades, newest first, with who graded and when."""
    shown = [
        render("agents/path", on=clock.day(one.at), name=one.name, who=one.who, model=one.model)
        for one in grades[:MOST_IN_PATH]
    ]
    page.listing(bullets(shown), room=PATH_ROOM, heading="*The path so far*")


def _reached(grade: GradeView, criterion: Criterion) -> str:
    """Return the description of a criterion at the level that it reached."""
    level = grade.answers.get(criterion.id, NOT_TRIED)
    return answer_text(grade.words, criterion.id, level)


def _step(words: Criteria, criterion_id: str, level: int) -> str:
    """Return what to try for this criterion; empty where the level does not describe it."""
    criterion = words.criterion(criterion_id)
    reached = criterion.at(level) if criterion else None
    return f"*{escape(criterion.name)}.* {escape(reached.to_try)}" if criterion and reached else ""


@dataclass(frozen=True)
class GradingResult:
    """A finished grading: the agent by its name at that time, and what else happened to it.

    `path` has the grades before this one, newest first; `others` those that other members gave meanwhile;
    `new_model` is the model that it got while it was graded. Without `is_listed` the agent was removed from
    its channel, so that the grade has no place there.
    """

    agent: str
    grade: GradeView
    path: Sequence[GradeView]
    others: Sequence[GradeView] = ()
    new_model: str | None = None
    is_listed: bool = True


def graded_card(
    render: Render, graded: GradingResult, clock: MemberClock, *, note: str | None = None
) -> Message:
    """Return the result card in the grader's messages."""
    grade = graded.grade
    page = Page(render)
    page.title(f"Graded: {graded.agent}")
    if not graded.is_listed:
        page.tell(render("agents/agent_removed"))
    show_level(page, render, grade)
    page.tell(*[render("agents/meanwhile", who=one.who, name=one.name) for one in graded.others])
    if graded.new_model:
        page.tell(render("agents/model_changed", model=graded.new_model))
    show_profile(page, render, grade)
    show_to_try(page, render, grade)
    show_path(page, render, graded.path, clock)
    page.tell(note or "")
    page.small(render("agents/rule", not_tried=grade.words.not_tried))
    return page.message()


def self_graded_card(
    render: Render, grade: GradeView, *, last: GradeView | None, note: str | None = None
) -> Message:
    """Return the result card of a member's own self-check by criteria."""
    page = Page(render)
    page.title(f"Your self-check: {grade.words.title}")
    described = meaning_of_grade(render, grade.words, grade.answers)
    page.tell(
        render(
            "assessments/criteria_result",
            name=grade.name,
            described=SafeText(described),
            last=last.name if last else None,
        )
    )
    before = last.standing.level if last else None
    page.show(paragraph(scale_picture(render, grade.words, grade.standing.level, before)))
    show_profile(page, render, grade)
    show_to_try(page, render, grade)
    page.tell(note or "")
    page.show(row(button("Why this result", action=HOW, value=grade.id)))
    page.small(render("assessments/criteria_footer", not_tried=grade.words.not_tried))
    return page.message()


def graded_line(render: Render, graded: GradingResult, *, typed: str, by: str | None) -> Message:
    """Return the line for the channel: who graded which agent, and the level."""
    text = render(
        "agents/graded_line",
        who=who_first(by),
        agent=graded.agent,
        name=graded.grade.name,
        holding=graded.grade.holding,
        others=graded.others,
        typed=typed,
    )
    page = Page(render)
    page.tell(text)
    return page.message()


def show_level(
    page: Page,
    render: Render,
    grade: GradeView,
    *,
    who: SafeText | None = None,
    on: SafeText | None = None,
) -> None:
    """Add the grade with its description, and with who gave it and when where both are given."""
    words, standing = grade.words, grade.standing
    partial = partial_level(words, grade.answers)
    described = (words.level(standing.level) or words.before).describes
    if partial:
        total = number(len(words.criteria))
        sign = sign_of(words, partial.level)
        described = render("agents/becomes", sign=sign, total=total)
    page.tell(render("agents/level", name=grade.name, describes=described, who=who, on=on))


def meaning_of_grade(render: Render, words: Criteria, answers: Answers) -> str:
    """Return what the answers of a member describe, in one sentence."""
    partial = partial_level(words, answers)
    level = partial.level if partial else min_standing(words, answers).level
    return render(
        "assessments/criteria_described",
        describes=(words.level(level) or words.before).describes.rstrip("."),
        held=number(held_count(words, answers, level)).capitalize() if partial else None,
        total=number(len(words.criteria)),
    )


def grade_how_view(render: Render, grade: GradeView) -> View:
    """Return the modal behind "Why this result"."""
    blocks: list[Block] = []
    for place, criterion in enumerate(grade.words.criteria, start=1):
        told = escape(_reached(grade, criterion))
        blocks.append(paragraph(f"*{place}. {escape(criterion.question)}*\n{told}"))
    blocks += [line(), paragraph(render("agents/rule", not_tried=grade.words.not_tried))]
    return modal("Why this result", blocks, callback=HOW_VIEW)
