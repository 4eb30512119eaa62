"""A required level: the questions about a project, and the answer with its reasons and checklist."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from bot.assessments.values import (
    ANSWER_CHOSEN,
    BACK,
    HOW,
    HOW_VIEW,
    LATER,
    NEXT,
    AnswerValue,
    CardState,
)
from bot.buttons import AGENT_LIST
from bot.features.agents.list_views import fit_lines
from bot.features.agents.views import LIST_ROOM, Register, checklist, level_name
from bot.slack.api import Message
from bot.slack.blocks import bullets, button, checks, fine_print, line, modal, paragraph, row
from bot.slack.pages import Page
from bot.slack.phrases import number, who_first
from coaching.min_score import Criteria
from coaching.required_level import (
    TICKED,
    Checklist,
    Contradiction,
    NeedQuestion,
    Needs,
    RequiredLevel,
)
from coaching.safe_text import Render, SafeText, escape
from content.ladders import LevelGuide

NEED_TICKED = "need_ticked:"
NEED_AGAIN = "need_asked_again"
NEED_SHARE = "need_shared"
NEED_COMPARE = "need_compared"


CLASH_ROOM = 1000

NONE = "none"
"""The value of the box "None of these"; the others have the number of their need."""


@dataclass(frozen=True)
class Ticks:
    """What is ticked on a card with boxes: ids of needs, and whether "None of these" is."""

    needs: Collection[str] = ()
    none: bool = False


def project_question_card(
    render: Render,
    state: CardState,
    question: NeedQuestion,
    *,
    words: Needs,
    project: str,
    channel: SafeText | None,
    ticks: Ticks,
    clashes: Sequence[Contradiction] = (),
    note: str | None = None,
) -> Message:
    """Return one question; `clashes` are answers so far that may contradict each other."""
    place = [card.id for card in state.words.cards].index(question.id) + 1
    page = Page(render)
    page.title(f"{state.title} · {place} of {state.total}")
    if place == 1:
        moves = render(
            "required_level/moves", count=number(state.total).capitalize(), channel=channel
        )
        page.small(f"{escape(words.about)}\n{moves}")
    page.listing(clash_lines(render, words, clashes, is_over=False), room=CLASH_ROOM)
    page.tell(f"*{escape(question.text_about(project))}*")
    if question.multiple:
        page.tell(note or render("required_level/pick", none_label=words.none_label))
        page.aloud(*[escape(need.text) for need in question.needs])
        page.show(_boxes(words, state, question, ticks))
    else:
        lettered = zip(ascii_uppercase, question.needs, strict=False)
        texts = [f"*{letter}.* {escape(need.text)}" for letter, need in lettered]
        page.tell(*texts, between="\n\n")
        page.tell(note or "")
        page.show(_letters(state, question))
    page.show(_leave(state, is_next=question.multiple, leads_back=place > 1))
    return page.message()


def clash_lines(
    render: Render, words: Needs, clashes: Sequence[Contradiction], *, is_over: bool
) -> list[str]:
    """Return the needs that may contradict each other, and how to go back to them."""
    texts = {need.id: need.text for question in words.questions for need in question.needs}
    return [
        render(
            "required_level/conflict",
            first=texts[clash.needs[0]],
            second=texts[clash.needs[1]],
            says=clash.says,
            is_over=is_over,
        )
        for clash in clashes
    ]


def _letters(state: CardState, question: NeedQuestion) -> Block:
    def value(need_id: str) -> str:
        return str(AnswerValue(state.assessment_id, state.revision, need_id, TICKED))

    lettered = [
        button(
            letter,
            action=f"{ANSWER_CHOSEN}{letter}",
            value=value(need.id),
            spoken=f"{letter}: {need.text}",
        )
        for letter, need in zip(ascii_uppercase, question.needs, strict=False)
    ]
    return row(*lettered, name="answers")


def _boxes(words: Needs, state: CardState, question: NeedQuestion, ticks: Ticks) -> Block:
    options = [(need.text, str(place)) for place, need in enumerate(question.needs)]
    chosen = {str(p) for p, need in enumerate(question.needs) if need.id in ticks.needs}
    every = [*options, (words.none_label, NONE)]
    action = f"{NEED_TICKED}{state.value()}"
    boxes = checks(action=action, options=every, chosen=chosen | ({NONE} if ticks.none else set()))
    return row(boxes, name="boxes")


def _leave(state: CardState, *, is_next: bool, leads_back: bool) -> Block:
    back = button("Back", action=BACK, value=state.value())
    following = button("Next", action=NEXT, value=state.value(), style="primary")
    return row(
        following if is_next else None,
        back if leads_back else None,
        button("Finish later", action=LATER, value=state.value()),
        name="leave",
    )


def required_level_how_view(
    render: Render,
    words: Needs,
    answers: Mapping[str, float],
    *,
    project: str,
    ladder: Criteria | None,
) -> View:
    """Return the modal behind "Why this result"."""
    blocks: list[Block] = []
    for place, question in enumerate(words.questions, start=1):
        lines = _ticked(question, answers, ladder) or [escape(words.none_label)]
        told = "\n".join(bullets(lines))
        asked = escape(question.text_about(project))
        blocks.append(paragraph(f"*{place}. {asked}*\n{told}"))
    blocks += [
        line(),
        paragraph(render("required_level/rule")),
        fine_print(render("required_level/footer")),
    ]
    return modal("Why this result", blocks, callback=HOW_VIEW)


def _ticked(
    question: NeedQuestion, answers: Mapping[str, float], ladder: Criteria | None
) -> list[str]:
    """Return the answers of one question with the level that each requires."""
    return [
        f"{escape(need.text)} ({escape(ladder.name_of(need.level)) if ladder else need.level})"
        for need in question.needs
        if answers.get(need.id) == TICKED
    ]


WITHOUT_ROOM = 1200
CHECKLIST_ROOM = 6000
"""Room for the lines of all levels up to the one that the project needs."""

OTHERS_ROOM = 1500
COMPARED_ROOM = 1500


@dataclass(frozen=True)
class RequiredLevelView:
    """A project with the level and the checklist that its answers lead to, in today's words for both."""

    project: str
    words: Needs
    needed: RequiredLevel
    checklist: Checklist
    guide: LevelGuide
    ladder: Criteria

    @property
    def name(self) -> str:
        return level_name(self.ladder, self.needed.level)


def project_result_card(
    render: Render,
    shown: RequiredLevelView,
    *,
    assessment_id: str,
    channel: SafeText | None,
    note: str | None = None,
) -> Message:
    """Return the result card in the member's messages."""
    page = Page(render)
    page.title(shown.words.title)
    page.tell(_result(render, shown))
    clashes = clash_lines(render, shown.words, shown.needed.contradictions, is_over=True)
    page.listing(clashes, room=CLASH_ROOM)
    _why(page, render, shown)
    page.tell(note or "")
    _what_then(page, render, shown)
    _with_people(page, render, shown)
    page.show(row(*_buttons(assessment_id, channel), name="after"))
    page.small(render("required_level/footer"))
    return page.message()


def shared_project_line(
    render: Render, shown: RequiredLevelView, register: Register, *, by: str | None
) -> Message:
    """Return the line for the channel, with how its agents fit."""
    page = Page(render)
    page.tell(
        render(
            "required_level/shared_line", who=who_first(by), project=shown.project, name=shown.name
        ),
    )
    _why(page, render, shown)
    _with_people(page, render, shown)
    page.listing(
        _beside(render, register), room=COMPARED_ROOM, heading="*The agents of this channel*"
    )
    page.show(row(button("See the agents", action=AGENT_LIST)))
    page.small(render("required_level/footer"))
    return page.message()


def comparison_card(render: Render, register: Register, *, channel: SafeText) -> Message:
    """Return how the agents of a channel fit one project."""
    page = Page(render)
    lines = _beside(render, register)
    page.listing(
        lines, room=COMPARED_ROOM * 2, heading=render("required_level/compare", channel=channel)
    )
    if not lines:
        page.tell(render("required_level/no_agents"))
    if any(agent.grade is None or agent.stale(register.now) for agent in register.agents):
        page.small(render("required_level/due", channel=channel))
    return page.message()


def _result(render: Render, shown: RequiredLevelView) -> str:
    needs = render(
        "required_level/result",
        project=shown.project,
        name=shown.name,
        describes=shown.guide.describes,
    )
    return f"{needs} {render('required_level/simplest', forced=bool(shown.needed.forced_by))}"


def _why(page: Page, render: Render, shown: RequiredLevelView) -> None:
    """Add the answers that force the level."""
    found = [shown.words.need(need_id) for need_id in shown.needed.forced_by]
    lines = [render("required_level/forced", text=n.text, because=n.because) for n in found if n]
    page.listing(bullets(lines), room=LIST_ROOM, heading="*Why this level*")


def _what_then(page: Page, render: Render, shown: RequiredLevelView) -> None:
    """Add what would change without one of the needs."""
    lines = []
    for need_id, level in shown.needed.without.items():
        need = shown.words.need(need_id)
        name = level_name(shown.ladder, level)
        lines.append(
            render("required_level/without", text=need.text if need else need_id, name=name)
        )
    if not lines and shown.needed.forced_by:
        lines = [render("required_level/none_alone")]
    page.listing(bullets(lines), room=WITHOUT_ROOM, heading="*If you dropped one need*")


def _with_people(page: Page, render: Render, shown: RequiredLevelView) -> None:
    """Add what the level cannot do, the checklist of the project, and what else comes with the level."""
    guide = shown.guide
    cannot = bullets([escape(one) for one in guide.cannot])
    page.listing(
        cannot, room=LIST_ROOM, heading=f"*What stays with people at {escape(guide.sign)}*"
    )
    if shown.checklist.asked:
        project = escape(shown.project or "this project")
        page.tell(f"*Checklist for {project}, to copy*", render("required_level/checklist"))
        room = page.room(CHECKLIST_ROOM)
        page.tell(*checklist(render, shown.checklist.asked, room=room), between="\n\n")
    others = bullets([escape(line) for line in shown.checklist.others])
    heading = render("required_level/others", sign=guide.sign)
    page.listing(others, room=OTHERS_ROOM, heading=heading)


def _beside(render: Render, register: Register) -> list[str]:
    lines = []
    for agent in register.agents:
        fits = " ".join(fit_lines(render, register, agent, most=1))
        lines.append(f"• *{escape(agent.name)}.* {fits}")
    return lines


def _buttons(assessment_id: str, channel: SafeText | None) -> list[ButtonElement | None]:
    share = button("Share in the channel", action=NEED_SHARE, value=assessment_id, style="primary")
    compare = button("Compare the agents", action=NEED_COMPARE, value=assessment_id)
    again = button("Answer again", action=NEED_AGAIN, value=assessment_id)
    how = button("Why this result", action=HOW, value=assessment_id)
    return [share if channel else None, compare if channel else None, again, how]
