"""Criteria of a grading or self-check, the result with its profile, and its explanation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from string import ascii_uppercase

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

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
from bot.slack.blocks import bullets, button, fine_print, line, modal, paragraph, row, shortened
from bot.slack.pages import CHART_LABEL, Chart, Page, bar_chart
from bot.slack.phrases import MemberClock, who, who_first
from bot.slack.web_address import link_markup
from coaching.min_score import NOT_TRIED, Criteria, Criterion, MinStanding, min_standing
from content.safe_text import Render, SafeText, escape


def criterion_card(
    render: Render,
    state: CardState,
    criterion: Criterion,
    *,
    is_agent: bool,
    link: str | None = None,
    note: str | None = None,
) -> Message:
    """Return the descriptions with letters, lowest first and without level numbers, one button for each."""
    words = state.words
    place = [card.id for card in words.cards].index(criterion.id) + 1
    page = Page(render)
    page.title(f"{state.title} · {place} of {state.total}")
    if place == 1:
        page.small(_opening(render, is_agent=is_agent))
    page.tell(f"*{escape(criterion.name)}.* {escape(criterion.question)}")
    lettered = zip(ascii_uppercase, criterion.levels, strict=False)
    page.tell(*[f"*{letter}.* {escape(one.describes)}" for letter, one in lettered], between="\n\n")
    if link:
        page.tell(render("agents/link_kept", link=link))
    if note:
        page.tell(note)
    page.show(
        _answers(state, criterion),
        _leave(state, criterion, link, leads_back=place > 1),
    )
    return page.message()


def _opening(render: Render, *, is_agent: bool) -> str:
    if not is_agent:
        return f"{render('assessments/criteria_promise')}\n{render('assessments/moves')}"
    return f"{render('agents/grading_promise')}\n{render('agents/grading_moves')}"


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
    label = words.not_tried if isinstance(words, Criteria) else ""
    not_tried = button(label, action=f"{ANSWER_CHOSEN}none", value=value(NOT_TRIED))
    return row(*lettered, not_tried, name="answers")


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

PROFILE_ROOM = 3000
LINKS_ROOM = 2500
PATH_ROOM = 1200
MOST_IN_PATH = 5


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
        """Return sign and name of the level, such as "L2 Secure Builder"."""
        return self.words.name_of(self.standing.level)

    @property
    def who(self) -> SafeText:
        return who(self.by)

    def below(self, level: int) -> tuple[str, ...]:
        """Return the topics of the criteria that do not reach this level."""
        reached = {item.id: self.answers.get(item.id, NOT_TRIED) for item in self.words.criteria}
        return tuple(item.topic for item in self.words.criteria if reached[item.id] < level)


def show_profile(page: Page, render: Render, grade: GradeView) -> None:
    """Add the criterion that holds the level back, and all criteria as bars and in words."""
    words, standing = grade.words, grade.standing
    topics = [_criterion(words, one).topic for one in standing.holding]
    page.tell(render("agents/holds_back", holding=topics, tried=standing.level > NOT_TRIED))
    page.show(profile_chart(grade))
    lines = [
        render("agents/profile", criterion=criterion.name, level=_reached(grade, criterion))
        for criterion in words.criteria
    ]
    page.listing(bullets(lines), room=PROFILE_ROOM)
    named = [(one, grade.links[one.id]) for one in words.criteria if one.id in grade.links]
    links = [f"{escape(criterion.name)}: {link_markup(link)}" for criterion, link in named]
    page.listing(bullets(links), room=LINKS_ROOM, heading="*Links to evidence*")


def profile_chart(grade: GradeView) -> Chart:
    """Return a chart with a bar for each criterion."""
    words = grade.words
    names = _apart([criterion.name for criterion in words.criteria])
    heights = [grade.answers.get(criterion.id, NOT_TRIED) for criterion in words.criteria]
    top = words.levels[-1]
    scale = f"0: {words.not_tried} · {top.level}: {top.sign}"
    bars = list(zip(names, heights, strict=True))
    title = "The profile over the criteria"
    return bar_chart(title, bars, series="Level", y=scale, top=top.level)


def show_to_try(page: Page, render: Render, grade: GradeView) -> None:
    """Add what to try next for the criteria that hold the level back."""
    standing, words = grade.standing, grade.words
    if standing.next_level is None:
        page.tell(render("agents/result_top"))
        return
    steps = [_step(words, one, standing.next_level) for one in standing.holding[:MOST_TRIED]]
    heading = render("agents/to_try", name=words.name_of(standing.next_level))
    page.tell(heading, *bullets([escape(step) for step in steps if step]))


def show_path(page: Page, render: Render, grades: Sequence[GradeView], clock: MemberClock) -> None:
    """Add earlier grades, newest first, with who graded and when."""
    shown = [
        render("agents/path", on=clock.day(one.at), name=one.name, who=one.who, model=one.model)
        for one in grades[:MOST_IN_PATH]
    ]
    page.listing(bullets(shown), room=PATH_ROOM, heading="*The path so far*")


def _reached(grade: GradeView, criterion: Criterion) -> str:
    """Return the description of a criterion at the level that it reached."""
    reached = criterion.at(grade.answers.get(criterion.id, NOT_TRIED))
    found = grade.words.level(reached.level) if reached else None
    return f"{found.sign}. {reached.describes}" if found and reached else grade.words.not_tried


def _step(words: Criteria, criterion_id: str, level: int) -> str:
    reached = _criterion(words, criterion_id).at(level)
    return reached.to_try if reached else ""


def _criterion(words: Criteria, criterion_id: str) -> Criterion:
    found = words.criterion(criterion_id)
    if found is None:
        raise LookupError(f"There is no criterion '{criterion_id}' in these words.")
    return found


def _apart(names: Sequence[str]) -> list[str]:
    """Return the names numbered where the chart would cut them to equal ones; a chart refuses equal names."""
    cut = [shortened(name, CHART_LABEL) for name in names]
    if len(set(cut)) == len(cut):
        return list(names)
    return [f"{place}. {name}" for place, name in enumerate(names, start=1)]


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
    page.tell(render("agents/level", name=grade.name, describes=level_description(grade), on=None))
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
    render: Render, grade: GradeView, *, last: str | None, note: str | None = None
) -> Message:
    """Return the result card of a member's own self-check by criteria."""
    page = Page(render)
    page.title(f"Your self-check: {grade.words.title}")
    page.tell(
        render(
            "assessments/criteria_result",
            name=grade.name,
            describes=level_description(grade).rstrip("."),
            last=last,
        )
    )
    show_profile(page, render, grade)
    show_to_try(page, render, grade)
    page.tell(note or "")
    page.show(row(button("How this came about", action=HOW, value=grade.id)))
    page.small(render("assessments/criteria_footer", not_tried=grade.words.not_tried))
    return page.message()


def graded_line(render: Render, graded: GradingResult, *, typed: str, by: str | None) -> Message:
    """Return the line for the channel: who graded which agent, and the level."""
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


def level_description(grade: GradeView) -> str:
    """Return the description of the level in the words of the framework."""
    found = grade.words.level(grade.standing.level)
    return found.describes if found else grade.words.before.describes


def grade_how_view(render: Render, grade: GradeView) -> View:
    """Return the modal behind "How this came about"."""
    blocks: list[Block] = []
    for place, criterion in enumerate(grade.words.criteria, start=1):
        reached = criterion.at(grade.answers.get(criterion.id, NOT_TRIED))
        told = reached.describes if reached else grade.words.not_tried
        sign = grade.words.level(reached.level) if reached else None
        blocks.append(paragraph(f"*{place}. {escape(criterion.question)}*\n{escape(told)}"))
        blocks.append(fine_print(escape(sign.sign if sign else grade.words.before.name)))
    blocks += [line(), paragraph(render("agents/rule", not_tried=grade.words.not_tried))]
    return modal("How this came about", blocks, callback=HOW_VIEW)
